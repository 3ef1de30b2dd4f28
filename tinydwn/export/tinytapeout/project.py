"""A bundle's chip as a whole project: every file, and how large it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files

from tinydwn.errors import ConfigError
from tinydwn.export.bundle import Bundle, text_of
from tinydwn.export.bundle_files import CHIP_NETLIST, INTERFACE_FILE, VECTORS_FILE
from tinydwn.export.chip_interface import read_interface
from tinydwn.export.ports import Ports
from tinydwn.export.tinytapeout.area import Estimate, estimate
from tinydwn.export.tinytapeout.cocotb_bench import bench_files
from tinydwn.export.tinytapeout.docs import interface_lines, to_datasheet, to_readme
from tinydwn.export.tinytapeout.info import to_info_yaml, to_layout_settings
from tinydwn.export.tinytapeout.origin import Origin
from tinydwn.export.tinytapeout.pinout import Pinout
from tinydwn.export.tinytapeout.samples import samples_of
from tinydwn.export.tinytapeout.tile import Tile, smallest_tile
from tinydwn.export.tinytapeout.top import LICENCE, to_top
from tinydwn.export.tinytapeout.workflows import workflow_files
from tinydwn.export.verilog import to_verilog
from tinydwn.netlist import Netlist, from_blif
from tinydwn.technology import load_library

PREFIX = "tt_um_"
SOURCES = ("project.v", "classifier.v")
"""The Verilog files in `src`: pins and registers, and the chip."""
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST_NAME = 40
_LIBRARY = "sky130_fd_sc_hd"


@dataclass(frozen=True, slots=True)
class ProjectOptions:
    """What a project is called, by whom, and how full its tile may be.

    `name` becomes the top module, `tt_um_<name>`; empty, it is made from the source. `ConfigError` for a name that is
    not of small letters, digits and single underscores, and for a clock that is no whole number of Hz up to 66 MHz.
    """

    name: str = ""
    title: str = ""
    author: str = "not given"
    clock_hz: int = 10_000_000
    utilization: float = 0.6

    def __post_init__(self) -> None:
        if self.name and (len(self.name) > _LONGEST_NAME or not _NAME.fullmatch(self.name)):
            raise ConfigError(
                f"a project cannot be called {self.name!r}",
                hint=f"take up to {_LONGEST_NAME} small letters, digits and single underscores, such as mine_iris",
            )
        if not self.author.strip():
            raise ConfigError(
                "the author is empty", hint="Tiny Tapeout asks for a name; leave --author out, or give it"
            )
        if not 1 <= self.clock_hz <= 66_000_000:
            raise ConfigError(
                f"a clock of {self.clock_hz} Hz cannot be given to a project", hint="choose 1 to 66000000 Hz"
            )


@dataclass(frozen=True, slots=True)
class Project:
    """All files of a project, with what they were made of.

    `netlist` is the bundle's chip; `core` names the module in `src/classifier.v` that it has become.
    """

    top: str
    core: str
    netlist: Netlist
    pinout: Pinout
    estimate: Estimate
    tile: Tile
    samples: int
    files: Bundle

    @property
    def share(self) -> float:
        """The share of the tile's core that the cells fill before placement."""
        return self.estimate.area_um2 / self.tile.core_um2

    def text(self, path: str) -> str:
        """Return one file as text."""
        return self.files.files[path].decode("utf-8")


def make_project(
    bundle: Bundle, origin: Origin, options: ProjectOptions | None = None, *, timeout_s: float = 120.0
) -> Project:
    """Return the project of a bundle's chip; the same bundle, origin and options give the same bytes.

    Raises `BundleError` where the bundle has no chip with its interface and test vectors, `ConfigError` where the chip
    has too many outputs or fits no tile, `ProgramError` where Yosys refuses what was written.
    """
    options = options or ProjectOptions()
    netlist = from_blif(_text(bundle, CHIP_NETLIST))
    interface = read_interface(_text(bundle, INTERFACE_FILE))
    pinout = Pinout.of(netlist, interface)
    samples = samples_of(_text(bundle, f"chip/{VECTORS_FILE}"), netlist, pinout)
    name = options.name or default_name(origin.source)
    top, core = f"{PREFIX}{name}", f"{PREFIX}{name}_core"
    ports = Ports.of(netlist, module=core)
    verilog = dict(zip(SOURCES, (to_top(pinout, ports, top=top), _chip(netlist, core)), strict=True))
    size = estimate(verilog, load_library(_LIBRARY), top=top, timeout_s=timeout_s)
    tile = smallest_tile(size.area_um2, utilization=options.utilization)
    title = options.title or f"Classifier of {origin.source}"
    told = {
        "info.yaml": to_info_yaml(
            pinout,
            tile,
            top=top,
            title=title,
            author=options.author,
            description=f"Classifies the samples of {origin.source} by logic gates alone",
            clock_hz=options.clock_hz,
            source_files=SOURCES,
            interface=interface_lines(pinout),
        ),
        "docs/info.md": to_datasheet(pinout, interface, origin, played=len(samples)),
        "README.md": to_readme(origin, size, tile, title=title, top=top, digest=bundle.digest),
        "LICENSE": files("tinydwn.export.tinytapeout").joinpath("LICENSE.txt").read_text(encoding="utf-8"),
        ".gitignore": "/test/sim_build/\n/test/results.xml\n/test/tb.fst\n__pycache__/\n/runs/\n",
        "src/config.json": to_layout_settings(clock_hz=options.clock_hz),
    }
    told |= {f"src/{name}": text for name, text in verilog.items()}
    lines = tuple(sample.line for sample in samples)
    told |= {f"test/{name}": text for name, text in bench_files(pinout, lines, top=top, sources=SOURCES).items()}
    told |= {f".github/workflows/{name}": text for name, text in workflow_files().items()}
    written = Bundle({path: text.encode() for path, text in told.items()})
    return Project(top, core, netlist, pinout, size, tile, len(samples), written)


def default_name(source: str) -> str:
    """Return the name of a project of a data set or a file.

    >>> default_name("breast_cancer"), default_name("data/Größe 2.csv"), default_name("...")
    ('tinydwn_breast_cancer', 'tinydwn_gr_e_2', 'tinydwn_classifier')
    """
    stem = re.split(r"[/\\]", source)[-1].partition(".")[0].lower()
    name = re.sub(r"[^a-z0-9]+", "_", stem).strip("_")
    return f"tinydwn_{name or 'classifier'}"[:_LONGEST_NAME].rstrip("_")


def _chip(netlist: Netlist, module: str) -> str:
    return f"{LICENCE}\n`default_nettype none\n\n{to_verilog(netlist, module=module)}"


def _text(bundle: Bundle, path: str) -> str:
    return text_of(bundle.files, path, hint="name a folder that 'tinydwn synth' wrote")
