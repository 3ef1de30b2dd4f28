"""`tinydwn predict`: classify the samples of a table with the chosen circuit of a folder."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.console import narrate, result, result_json
from tinydwn.cli.places import require_apart, require_folder_for
from tinydwn.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Sequence

SCHEMA = "tinydwn.prediction/1"


def predict(
    folder: given.Folder,
    data: Annotated[
        Path, typer.Argument(help="A table of samples with the columns that were learned from.", show_default=False)
    ],
    out: Annotated[
        Path | None,
        typer.Option(parser=given.place, metavar="PATH", help="Write to this file.", show_default="to standard output"),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            help="The column that holds the class, to compare with.",
            show_default="the one learned from, where it is there",
            rich_help_panel="Data",
        ),
    ] = None,
    missing_marks: given.MissingMarks = None,
    header: given.Header = None,
    encoding: given.Encoding = None,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Tell the class of every row of a table, as CSV with the columns row and class.

    Rows count from 1. The table needs only the columns that the circuit reads; where it also has the class, the
    accuracy is told.
    """
    from tinydwn.synthesis.loaded import load_bundle

    if out is not None:
        _check_place(out, data, folder)
    bundle = load_bundle(folder)
    reading = given.table_reading(target=target, missing_marks=missing_marks, header=header, encoding=encoding)
    samples = bundle.read(data, reading)
    answers = bundle.answers(samples.features).tolist()
    right, compared = _right(answers, samples.labels)
    unknown = _unknown(samples.labels, bundle.class_names)
    notes = (*samples.notes, *([unknown] if unknown else ()))
    document = {
        "schema": SCHEMA,
        "samples": len(answers),
        "classes": answers,
        "compared": compared,
        "right": right,
        "accuracy": right / compared if compared else None,
        "notes": list(notes),
    }
    if not quiet:
        for note in notes:
            narrate(f"note: {note}")
        if compared:
            narrate(f"{100 * right / compared:.1f} % of {compared} samples right")
    _hand_over(answers, document if json else None, out, quiet=quiet)


def _right(answers: Sequence[str], labels: Sequence[str] | None) -> tuple[int, int]:
    """Return how many answers are right, and of how many samples the class is known."""
    known = [(answer, label) for answer, label in zip(answers, labels or (), strict=labels is not None) if label]
    return sum(answer == label for answer, label in known), len(known)


def _unknown(labels: Sequence[str] | None, known: Sequence[str]) -> str:
    """Tell of samples whose class the circuit cannot answer, empty where there are none."""
    from tinydwn.data.names import counted, listed

    odd = [label for label in labels or () if label and label not in known]
    if not odd:
        return ""
    named = listed(sorted(set(odd)))
    return f"{counted(len(odd), 'sample')} of classes that the circuit does not know count as wrong: {named}"


def _hand_over(answers: Sequence[str], document: object, out: Path | None, *, quiet: bool) -> None:
    """Write rows, or a document where there is one, to a file or to standard output; with both, rows to the file."""
    if out is not None:
        from tinydwn.tools.files import write_atomically

        write_atomically(out, _rows(answers).encode())
        if not quiet:
            narrate(f"written: {out}")
    if document is not None:
        result_json(document)
    elif out is None:
        result(_rows(answers))


def _rows(answers: Sequence[str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("row", "class"))
    writer.writerows(enumerate(answers, start=1))
    return text.getvalue()


def _check_place(out: Path, data: Path, folder: Path) -> None:
    """Refuse a file that could not be written in the end, or would spoil the folder, before anything is computed."""
    require_apart({"--out": out}, [data])
    if folder.resolve() in out.resolve().parents:
        raise OutputError(f"'{out}' lies in the folder of the circuit", hint="name a file elsewhere with --out")
    require_folder_for(out)
