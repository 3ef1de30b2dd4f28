"""Options that several commands share, and what is made of them."""

from __future__ import annotations

import json
from collections.abc import Container
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.errors import ConfigError

if TYPE_CHECKING:
    from tinydwn.data import Reading


def place(text: str) -> Path:
    """Return the path to write to; an empty one would silently mean the current folder."""
    if not text:
        raise typer.BadParameter("the path is empty")
    return Path(text)


def rate_hz(text: str) -> float:
    """Return a rate per second; one that is negative, not finite or beyond reason is refused."""
    try:
        rate = float(text)
    except ValueError as error:
        raise typer.BadParameter(f"'{text}' is not a number") from error
    if not 0 <= rate <= _MOST_HZ:
        raise typer.BadParameter(f"{text} is not from 0 to {_MOST_HZ:g}")
    return rate


_MOST_HZ = 1e15
_DATA, _TRAINING, _OUTPUT = "Data", "Training", "Output"

Source = Annotated[
    str,
    typer.Argument(
        help="A data set by name (iris, wine, breast_cancer, digits, or one in TINYDWN_DATA or on OpenML), "
        "a table (.csv, .tsv, .txt, .data, .dat, .arff, .pla, each plain or with .gz, or .parquet), a model file "
        "(.npz) or a netlist (.blif, .aig, .aag).",
        show_default=False,
    ),
]
Target = Annotated[
    str | None,
    typer.Option(
        help="The column that holds the class, or outputs of 0 and 1, separated by spaces.",
        show_default="target, label or class, else the last one",
        rich_help_panel=_DATA,
    ),
]
Missing = Annotated[
    str,
    typer.Option(
        help="What to do with missing values: refuse, drop, mean, median, most_frequent or category.",
        rich_help_panel=_DATA,
    ),
]
Positive = Annotated[
    str | None,
    typer.Option(help="Learn this one class against all others.", show_default=False, rich_help_panel=_DATA),
]
MissingMarks = Annotated[
    str | None,
    typer.Option(
        "--missing-marks",
        metavar="MARK[,MARK...]",
        help="The cells that stand for a missing value besides empty ones, such as '?,-999'; '' for no others.",
        show_default="?, NA, n/a, NaN, -",
        rich_help_panel=_DATA,
    ),
]
Header = Annotated[
    bool | None,
    typer.Option(
        "--header/--no-header",
        help="Whether the first row of the table holds the names of its columns.",
        show_default="by the table",
        rich_help_panel=_DATA,
    ),
]
Decimal = Annotated[
    str | None,
    typer.Option(
        metavar="MARK",
        help="The mark before the fraction of a number: . or ,",
        show_default="by the table",
        rich_help_panel=_DATA,
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option(help="How the file writes letters, such as latin-1.", show_default="utf-8", rich_help_panel=_DATA),
]
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="COLUMN",
        help="Learn from this column and others named so. Repeatable.",
        show_default="all",
        rich_help_panel=_DATA,
    ),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option(
        "--ignore",
        metavar="COLUMN",
        help="Leave this column out. Repeatable.",
        show_default=False,
        rich_help_panel=_DATA,
    ),
]
Categorical = Annotated[
    list[str] | None,
    typer.Option(
        "--categorical",
        metavar="COLUMN",
        help="Take the values of this column as categories, whatever they are. Repeatable.",
        show_default=False,
        rich_help_panel=_DATA,
    ),
]
Bins = Annotated[
    int | None,
    typer.Option(
        help="Make the numbers of the class column so many classes of about equal size.",
        show_default="none",
        rich_help_panel=_DATA,
    ),
]
DropRare = Annotated[
    bool,
    typer.Option("--drop-rare", help="Leave out the samples of classes that have one.", rich_help_panel=_DATA),
]
Test = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="The test part: samples in the same columns, instead of a share of these.",
        show_default="a share",
        rich_help_panel=_DATA,
    ),
]
Validation = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Further samples to learn from, which join the training part.",
        show_default="none",
        rich_help_panel=_DATA,
    ),
]
TestFraction = Annotated[float, typer.Option(help="Share of the samples kept for the test.", rich_help_panel=_DATA)]
Seed = Annotated[int, typer.Option(min=0, help="Decides the split and the training.", rich_help_panel=_DATA)]
SplitSeed = Annotated[
    int | None,
    typer.Option(min=0, help="Decides the split alone.", show_default="that of --seed", rich_help_panel=_DATA),
]
Bits = Annotated[
    int | None,
    typer.Option(help="Thermometer bits per feature.", show_default="by the data", rich_help_panel=_TRAINING),
]
Scheme = Annotated[
    str | None,
    typer.Option(
        help="Thresholds: quantile, uniform, gaussian or adaptive.", show_default="quantile", rich_help_panel=_TRAINING
    ),
]
InputBits = Annotated[
    int | None,
    typer.Option(help="Most bits of a feature's word in hardware.", show_default="8", rich_help_panel=_TRAINING),
]
Luts = Annotated[
    str | None,
    typer.Option(
        help="Lookup tables per layer: 64, or 60,20 for two layers.",
        show_default="by the data",
        metavar="N[,N...]",
        rich_help_panel=_TRAINING,
    ),
]
InputsPerLut = Annotated[
    int | None,
    typer.Option(help="Inputs of a lookup table, 2 to 10.", show_default="4", rich_help_panel=_TRAINING),
]
Reduction = Annotated[
    str | None,
    typer.Option(
        help="How bits become a class: popcount, learnable (a bit per class) or coded (binary).",
        show_default="popcount",
        rich_help_panel=_TRAINING,
    ),
]
Epochs = Annotated[
    int | None,
    typer.Option(help="Times through the training part.", show_default="by the data", rich_help_panel=_TRAINING),
]
LearningRate = Annotated[
    float | None, typer.Option(help="Step size of the training.", show_default="0.01", rich_help_panel=_TRAINING)
]
Fields = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Any other field of the training, such as tau=2, patience=20 or class_weight=balanced. Repeatable.",
        show_default=False,
        rich_help_panel=_TRAINING,
    ),
]
AllowUndecided = Annotated[
    bool,
    typer.Option(
        "--allow-undecided", help="End with 0 although a proof did not end in time.", rich_help_panel="Circuit"
    ),
]
Out = Annotated[
    Path,
    typer.Option(
        parser=place,
        metavar="PATH",
        help="The folder to write; an older result in it is replaced.",
        show_default=False,
    ),
]
Json = Annotated[
    bool,
    typer.Option("--json", help="Print one JSON document and nothing else.", rich_help_panel=_OUTPUT),
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Say nothing but results and errors.", rich_help_panel=_OUTPUT)
]
Processes = Annotated[
    int | None,
    typer.Option(
        min=0,
        help="How many tasks at a time, each in a process of its own; 0: one by one in this process.",
        show_default="as many as cores",
    ),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Hand tasks to a dask scheduler that runs already, such as tcp://localhost:8786.",
        show_default="none",
    ),
]
Folder = Annotated[Path, typer.Argument(help="A folder that 'tinydwn synth' wrote.", show_default=False)]
Libraries = Annotated[
    list[str] | None,
    typer.Option(
        "--library",
        help="A cell library by name, or a Liberty file; repeat for more. The front is counted in the first one.",
        show_default="sky130_fd_sc_hd",
        rich_help_panel="Circuit",
    ),
]


def table_reading(
    *,
    target: str | None = None,
    positive: str | None = None,
    missing: str = "refuse",
    missing_marks: str | None = None,
    header: bool | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    only: list[str] | None = None,
    ignore: list[str] | None = None,
    categorical: list[str] | None = None,
    bins: int | None = None,
    drop_rare: bool = False,
    validation: Path | None = None,
    test: Path | None = None,
) -> Reading:
    """Return how a table is read, from the options of a command; `ConfigError` where they make no sense.

    >>> table_reading(missing="mean", missing_marks="?,-999").missing_marks
    ('?', '-999')
    """
    from tinydwn.data import Reading

    marks = None if missing_marks is None else tuple(filter(None, map(str.strip, missing_marks.split(","))))
    return Reading(
        target=target,
        positive=positive,
        missing=missing,
        missing_marks=marks,
        header=header,
        decimal=decimal,
        encoding=encoding,
        only=tuple(only or ()),
        ignore=tuple(ignore or ()),
        categorical=tuple(categorical or ()),
        bins=bins,
        drop_rare=drop_rare,
        validation=validation,
        test=test,
    )


def training_fields(
    *,
    bits: int | None,
    scheme: str | None,
    input_bits: int | None,
    luts: str | None,
    inputs_per_lut: int | None,
    reduction: str | None,
    epochs: int | None,
    learning_rate: float | None,
    fields: list[str] | None = None,
) -> dict[str, object]:
    """Return the fields of a `TrainingConfig` that were chosen; those left out are decided by the data.

    >>> none = dict.fromkeys(("bits", "scheme", "input_bits", "inputs_per_lut", "reduction", "learning_rate"))
    >>> training_fields(luts="60,20", epochs=5, fields=["tau=2", "mapping=random"], **none)
    {'layers': (60, 20), 'epochs': 5, 'tau': 2, 'mapping': 'random'}
    """
    named = {
        "bits_per_feature": bits,
        "scheme": scheme,
        "input_bits": input_bits,
        "layers": None if luts is None else whole_numbers("--luts", luts),
        "inputs_per_lut": inputs_per_lut,
        "reduction": reduction,
        "epochs": epochs,
        "learning_rate": learning_rate,
    }
    chosen: dict[str, object] = {name: value for name, value in named.items() if value is not None}
    for name, value in map(_assignment, fields or ()):
        if name in chosen or name == "seed":
            hint = "give the seed with --seed" if name == "seed" else "give it once"
            raise ConfigError(f"--set gives '{name}', which has an option of its own or was given before", hint=hint)
        chosen[name] = value
    return chosen


def _assignment(text: str) -> tuple[str, object]:
    """Return name and value of a text like `tau=2`; `ConfigError` for any other text."""
    name, sign, value = text.partition("=")
    if not sign or not name or not value:
        raise ConfigError(f"--set is {text!r}", hint="give NAME=VALUE, such as tau=2")
    try:
        return name, json.loads(value)
    except (ValueError, RecursionError):
        return name, value


def whole_numbers(option: str, text: str) -> tuple[int, ...]:
    """Return the whole numbers of a text like `60,20`; `ConfigError`, naming the option, for any other text.

    >>> whole_numbers("--luts", "60, 20")
    (60, 20)
    """
    words = [word.strip() for word in text.split(",")]
    if not all(word.isascii() and word.isdigit() and len(word) < 10 for word in words):
        raise ConfigError(f"{option} is {text!r}", hint="give whole numbers separated by commas, such as 64 or 60,20")
    return tuple(int(word) for word in words)


def words_of(context: typer.Context, *, leave_out: Container[str]) -> list[str]:
    """Return the options that a command was called with, as words to call it with again; flags are the True ones."""
    words: list[str] = []
    for one in context.command.params:
        name, value = str(one.name), context.params.get(str(one.name))
        source = context.get_parameter_source(name)
        if name in leave_out or source is None or source.name != "COMMANDLINE":
            continue
        if isinstance(value, bool):
            words += [one.opts[0]] if value else one.secondary_opts[:1]
        else:
            values = value if isinstance(value, list | tuple) else [value]
            words += [word for each in values for word in (one.opts[0], _word(each))]
    return words


def _word(value: object) -> str:
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value)
