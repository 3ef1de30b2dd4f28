"""`tinydwn export c` and `export micropython`: the circuit of a bundle as code for microcontrollers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.console import narrate, result_json, show_line, typed
from tinydwn.cli.export import export, require_apart_from
from tinydwn.cli.places import require_folder_for
from tinydwn.errors import ConfigError

C_SCHEMA = "tinydwn.export-c/1"
PYTHON_SCHEMA = "tinydwn.export-micropython/1"

Name = Annotated[str, typer.Option(help="What the functions are called after.")]
Form = Annotated[
    str, typer.Option(help="gates, branches or tables; auto takes the one that is estimated fastest and fits.")
]
Scale = Annotated[
    list[str] | None,
    typer.Option(
        help="Take values times this as inputs: 1 where they are whole numbers, 256 for a fixed point of 8 bits; "
        "'FEATURE=NUMBER' for one feature, repeated.",
        show_default="inputs are the words of the interface",
    ),
]


@export.command()
def c(
    folder: given.Folder,
    out: given.Out,
    name: Name = "classifier",
    form: Form = "auto",
    scale: Scale = None,
    flash: Annotated[int, typer.Option(min=1, help="Bytes of flash that the classifier may take.")] = 30_000,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Make a C99 library for 8, 16 and 32 bits, an Arduino sketch, and mains that play the test samples.

    The classifier uses no heap and no floating point, and its tables lie in flash.
    """
    from tinydwn.export.bundle import Bundle, read_bundle, require_replaceable, write_bundle
    from tinydwn.synthesis.deployment import Deployed
    from tinydwn.targets.microcontroller import c_library
    from tinydwn.targets.microcontroller.project import project_files, sample_count

    require_apart_from(out, folder)
    require_replaceable(out, keep_changes=True)
    require_folder_for(out)
    deployed = Deployed.of(read_bundle(folder))
    library = c_library(
        deployed.classifier,
        deployed.core,
        name=name,
        form=form,  # type: ignore[arg-type]
        scales=_scales(scale),
        onehot=deployed.onehot,
        flash_bytes=flash,
    )
    inputs, answers = deployed.played(library.inputs)
    files = project_files(library, inputs, answers)
    written = Bundle({path: text.encode() for path, text in files.items()})
    write_bundle(written, out, keep_changes=True)
    samples = sample_count(library, inputs)
    if json:
        result_json(
            {
                "schema": C_SCHEMA,
                "folder": str(out),
                "digest": written.digest,
                "form": library.form,
                "input_type": library.inputs.c_type,
                "inputs": list(library.inputs.names),
                "samples": samples,
            }
        )
    else:
        reads = f"{len(library.inputs.features)} inputs of type {library.inputs.c_type}"
        show_line(f"The classifier has the form of {library.form} and reads {reads}; the test plays {samples} samples.")
    if not quiet:
        narrate(f"written: {out}")
        narrate(f"next: cd {typed(out)} && make test && make avr")


@export.command()
def micropython(
    folder: given.Folder,
    out: Annotated[
        Path, typer.Option(parser=given.place, metavar="PATH", help="The file to write.", show_default=False)
    ],
    scale: Scale = None,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Make one file of Python that MicroPython runs: `classify` takes whole numbers and returns a class's number."""
    from tinydwn.export.bundle import read_bundle
    from tinydwn.synthesis.deployment import Deployed
    from tinydwn.targets.microcontroller import python_module
    from tinydwn.tools.files import write_atomically

    require_apart_from(out, folder)
    require_folder_for(out)
    deployed = Deployed.of(read_bundle(folder))
    module = python_module(deployed.classifier, deployed.core, scales=_scales(scale), onehot=deployed.onehot)
    write_atomically(out, module.text.encode())
    if json:
        document = {"schema": PYTHON_SCHEMA, "file": str(out), "form": module.form, "inputs": list(module.inputs.names)}
        result_json(document)
    else:
        show_line(f"The classifier has the form of {module.form} and reads {len(module.inputs.features)} inputs.")
    if not quiet:
        narrate(f"written: {out}")
        narrate(f"next: mpremote cp {typed(out)} :")


def _scales(given_scales: Sequence[str] | None) -> dict[str, Fraction] | Fraction | None:
    """Return one scale for all features, or those of features by their names; `ConfigError` for both or no number."""
    if not given_scales:
        return None
    found = {}
    for text in given_scales:
        name, _, number = text.rpartition("=")
        try:
            if any(len(digits) > 2 for digits in re.findall(r"[eE][+-]?0*(\d+)", number)):
                raise ValueError(number)  # a fraction would have all its digits
            found[name] = Fraction(number)
        except (ValueError, ZeroDivisionError):
            raise ConfigError(f"--scale {text!r} is no number", hint="give one like 10, 1/4 or 'age=10'") from None
    if "" in found and len(given_scales) > 1:
        raise ConfigError("--scale is given for all features and for some", hint="name every feature, or none")
    return found.get("", found)


__all__ = ["export"]
