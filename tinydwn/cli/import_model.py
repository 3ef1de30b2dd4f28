"""`tinydwn import`: networks from elsewhere become model files."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.console import name_next, narrate, result_json, show_line
from tinydwn.errors import ConfigError, DataError, NetlistError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tinydwn.model import Classifier

SCHEMA = "tinydwn.import/1"
KINDS = ("torch-dwn", "difflogic", "blif")


def import_model(
    source: Annotated[
        Path, typer.Argument(help="A file of torch_dwn or difflogic (.pt, .pth), or a .blif.", show_default=False)
    ],
    out: Annotated[
        Path,
        typer.Option(parser=given.place, metavar="PATH", help="The model file to write, .npz.", show_default=False),
    ],
    kind: Annotated[
        str | None, typer.Option(help=f"What it is: {', '.join(KINDS)}.", show_default="blif for a .blif")
    ] = None,
    classes: Annotated[
        str | None,
        typer.Option(help="How many classes, or their names separated by commas.", show_default="by the outputs"),
    ] = None,
    thresholds: Annotated[
        Path | None,
        typer.Option(
            help="Thresholds of the thermometer, .npy or .csv, a row per feature.", show_default="in the file"
        ),
    ] = None,
    input_bits: Annotated[int, typer.Option(help="Bits of a feature's word, without a resolution.")] = 16,
    resolution: Annotated[
        float | None,
        typer.Option(help="The step of a grid that all values lie on, such as 0.00392156862745098 for pixels."),
    ] = None,
    one_hot: Annotated[
        bool, typer.Option("--one-hot", help="A BLIF's outputs are one per class, not the class in binary.")
    ] = False,
    trust_pickle: Annotated[
        bool, typer.Option("--trust-pickle", help="Load pickled objects too: this RUNS whatever code the file holds.")
    ] = False,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Turn a network that was trained elsewhere, or a BLIF, into a model file for 'tinydwn synth'."""
    from tinydwn.model import save_classifier

    given.require_model_path(out)
    kind = kind or ("blif" if source.suffix.lower() == ".blif" else None)
    if kind not in KINDS:
        raise ConfigError(f"unknown kind of network {kind!r}", hint=f"choose --kind {' or '.join(KINDS)}")
    if kind == "blif":
        classifier = _from_blif(source, classes, one_hot=one_hot)
    else:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            classifier = _from_torch(kind, source, classes, thresholds, input_bits, resolution, trust_pickle)
        for warning in caught:
            narrate(f"warning: {warning.message}")
    save_classifier(classifier, out)
    if json:
        result_json({"schema": SCHEMA, "model": str(out), "digest": classifier.digest, "luts": classifier.luts})
    else:
        show_line(
            f"{source.name}: {classifier.luts} lookup tables in {len(classifier.layers)} layers, "
            f"{classifier.encoder.bits} bits of {len(classifier.encoder.feature_names)} features, "
            f"{classifier.classes} classes"
        )
    name_next("tinydwn", "synth", str(out), "--out", str(out.with_suffix("")), quiet=quiet)


def _from_blif(source: Path, classes: str | None, *, one_hot: bool) -> Classifier:
    from tinydwn.lowering.lift import lift
    from tinydwn.model import Reduction
    from tinydwn.netlist import from_blif

    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NetlistError(f"'{source}' cannot be read: {error}", hint="check the path") from error
    names = _classes(classes) if classes is not None else None
    if isinstance(names, int):
        names = tuple(f"class {k}" for k in range(names))
    return lift(from_blif(text), reduction=Reduction.LEARNABLE if one_hot else Reduction.CODED, class_names=names)


def _from_torch(
    kind: str,
    source: Path,
    classes: str | None,
    thresholds: Path | None,
    input_bits: int,
    resolution: float | None,
    trust_pickle: bool,
) -> Classifier:
    from tinydwn.training import import_difflogic, import_torch_dwn

    if classes is None:
        raise ConfigError("the file does not say how many classes vote", hint="give --classes, a number or names")
    return (import_torch_dwn if kind == "torch-dwn" else import_difflogic)(
        source,
        classes=_classes(classes),
        thresholds=None if thresholds is None else _numbers(thresholds),
        input_bits=input_bits,
        resolution=resolution,
        trust_pickle=trust_pickle,
    )


def _classes(text: str) -> int | tuple[str, ...]:
    words = tuple(word.strip() for word in text.split(","))
    return int(words[0]) if len(words) == 1 and words[0].isascii() and words[0].isdigit() else words


def _numbers(path: Path) -> NDArray[np.float64]:
    import numpy as np

    try:
        if path.suffix.lower() == ".npy":
            return np.asarray(np.load(path, allow_pickle=False), dtype=np.float64)
        return np.loadtxt(path, delimiter=",", ndmin=2)
    except (OSError, ValueError, EOFError) as error:
        raise DataError(
            f"'{path}' does not hold thresholds: {error}", hint="give a .npy or .csv file of numbers, a row per feature"
        ) from error
