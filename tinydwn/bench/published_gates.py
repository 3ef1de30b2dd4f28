"""What others report of logic networks on MNIST, and what their figures count."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Published:
    """A published figure: accuracy in percent, its size as text, what that counts, and where it stands."""

    dataset: str
    model: str
    accuracy: float
    size: str
    counts: str
    source: str


_AUDIT = "arXiv 2602.07400, table 1"
_STUDY = "Kanishk234/dwn-fpga-study"
_NO_HEAD = "two-input gates of the layers; the popcount and argmax are left out"
_CORE = "lookup tables on an FPGA, the encoder left out"
PUBLISHED = (
    Published("mnist", "LILogicNet", 97.96, "4,000 gates", _NO_HEAD, _AUDIT),
    Published("mnist", "LILogicNet", 98.45, "8,000 gates", _NO_HEAD, _AUDIT),
    Published("mnist", "LILogicNet", 98.95, "32,000 gates", _NO_HEAD, _AUDIT),
    Published("mnist", "difflogic", 97.69, "48,000 gates", _NO_HEAD, _AUDIT),
    Published("mnist", "LogicTreeNet", 98.46, "147,000 gates", _NO_HEAD, _AUDIT),
    Published(
        "mnist",
        "tt10-lgn-mnist",
        94.49,
        "7,650 gates",
        "two-input gates of the layers as trained",
        "rejunity/tt10-lgn-mnist",
    ),
    Published("mnist", "DWN 1x300", 96.77, "630 LUT6", _CORE, _STUDY),
    Published("mnist", "DWN 1x500", 97.70, "1,168 LUT6", _CORE, _STUDY),
    Published(
        "mnist",
        "DWN, paper",
        98.30,
        "4,082 LUT6",
        "lookup tables on an FPGA; the encoder is not given",
        "arXiv 2410.11112",
    ),
    Published("mnist", "TreeLUT", 97.00, "4,478 LUT6", "lookup tables on an FPGA, as that study quotes them", _STUDY),
)
