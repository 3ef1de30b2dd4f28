"""`tinydwn import`: networks from elsewhere become model files."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.console import name_next, narrate, result_json, show_line
from tinydwn.cli.places import require_model_path
from tinydwn.errors import ConfigError, DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from tinydwn.model import Classifier

SCHEMA = "tinydwn.import/1"
KINDS = ("torch-dwn", "difflogic", "netlist")
_INPUT_BITS = 16
_MOST_DIGITS = 9


def import_model(
    source: Annotated[
        Path,
        typer.Argument(
            help="A file of torch_dwn or difflogic (.pt, .pth), or a netlist (.blif, .aig, .aag).", show_default=False
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(parser=given.place, metavar="PATH", help="The model file to write, .npz.", show_default=False),
    ],
    kind: Annotated[
        str | None,
        typer.Option(help=f"What it is: {', '.join(KINDS)}.", show_default="netlist for a .blif, .aig or .aag"),
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
    input_bits: Annotated[
        int | None,
        typer.Option(help="Bits of a feature's word, without a resolution.", show_default=str(_INPUT_BITS)),
    ] = None,
    resolution: Annotated[
        float | None,
        typer.Option(help="The step of a grid that all values lie on, such as 0.00392156862745098 for pixels."),
    ] = None,
    one_hot: Annotated[
        bool, typer.Option("--one-hot", help="A netlist's outputs are one per class, not the class in binary.")
    ] = False,
    library: Annotated[
        list[str] | None,
        typer.Option("--library", help="A cell library that the .gate lines of a BLIF are of. Repeatable."),
    ] = None,
    trust_pickle: Annotated[
        bool, typer.Option("--trust-pickle", help="Load pickled objects too: this RUNS whatever code the file holds.")
    ] = False,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Turn a network that was trained elsewhere, or a netlist, into a model file for 'tinydwn synth'."""
    from tinydwn.model import save_classifier
    from tinydwn.netlist.netlist_file import is_netlist_file

    require_model_path(out)
    kind = kind or ("netlist" if is_netlist_file(source) else None)
    if kind not in KINDS:
        raise ConfigError(f"unknown kind of network {kind!r}", hint=f"choose --kind {' or '.join(KINDS)}")
    _refuse_useless(
        kind,
        torch={
            "--thresholds": thresholds is not None,
            "--input-bits": input_bits is not None,
            "--resolution": resolution is not None,
            "--trust-pickle": trust_pickle,
        },
        netlist={"--one-hot": one_hot, "--library": library is not None},
    )
    if kind == "netlist":
        classifier = _from_netlist(source, classes, library or (), one_hot=one_hot)
    else:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            bits = _INPUT_BITS if input_bits is None else input_bits
            classifier = _from_torch(kind, source, classes, thresholds, bits, resolution, trust_pickle)
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
    name_next("tinydwn", "synth", out, "--out", out.with_suffix(""), quiet=quiet)


def _refuse_useless(kind: str, *, torch: dict[str, bool], netlist: dict[str, bool]) -> None:
    """Raise `ConfigError` for the first option that was given, but means nothing to the kind of network."""
    useless, others = (torch, "torch-dwn and difflogic") if kind == "netlist" else (netlist, "netlist")
    for option, chosen in useless.items():
        if chosen:
            raise ConfigError(f"{option} means nothing to the kind {kind}", hint=f"leave it out: it is for {others}")


def _from_netlist(source: Path, classes: str | None, libraries: Sequence[str], *, one_hot: bool) -> Classifier:
    from tinydwn.lowering.lift import lift
    from tinydwn.model import Reduction
    from tinydwn.netlist.netlist_file import read_netlist
    from tinydwn.technology import cells_of

    netlist = read_netlist(source, cells=cells_of(libraries))
    names = _names(classes, len(netlist.outputs)) if classes is not None and netlist.outputs else None
    return lift(netlist, reduction=Reduction.LEARNABLE if one_hot else Reduction.CODED, class_names=names)


def _names(classes: str, outputs: int) -> tuple[str, ...]:
    """Return the names of the classes that so many outputs tell."""
    from tinydwn.lowering.lift import MOST_CODED_OUTPUTS, numbered_classes

    names = _classes(classes)
    if not isinstance(names, int):
        return names
    most = 1 << min(outputs, MOST_CODED_OUTPUTS)
    if names > most:
        raise ConfigError(f"{names} classes are too many for {outputs} outputs", hint=f"give --classes {most} at most")
    return numbered_classes(names, outputs=outputs)


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
    if len(words) > 1 or not words[0].isascii() or not words[0].isdigit():
        return words
    if len(words[0]) > _MOST_DIGITS:
        raise ConfigError(f"--classes is a number of {len(words[0])} digits", hint="give a number of classes, or names")
    return int(words[0])


def _numbers(path: Path) -> NDArray[np.float64]:
    import numpy as np

    hint = "give a .npy or .csv file of numbers, a row per feature"
    try:
        if path.suffix.lower() == ".npy":
            found = np.load(path, allow_pickle=False)
        else:
            found = np.loadtxt(path, delimiter=",", ndmin=2)
    except Exception as error:  # a damaged header may fail in any way, and ask for any amount of memory
        why = str(error) or type(error).__name__
        raise DataError(f"'{path}' does not hold thresholds: {why}", hint=hint) from error
    if not isinstance(found, np.ndarray) or found.dtype.kind not in "biuf":
        raise DataError(f"'{path}' does not hold thresholds: they are no real numbers", hint=hint)
    return found.astype(np.float64)
