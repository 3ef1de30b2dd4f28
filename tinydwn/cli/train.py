"""`tinydwn train`: from samples to a model file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.console import Step, name_next, narrate, progress, result_json, show_line, show_table
from tinydwn.cli.places import require_model_path

if TYPE_CHECKING:
    from tinydwn.data import Split
    from tinydwn.report.sections import Table
    from tinydwn.training import Epoch, Trained, TrainingConfig

SCHEMA = "tinydwn.training/1"


def train(
    source: given.Source,
    out: Annotated[
        Path,
        typer.Option(parser=given.place, metavar="PATH", help="The model file to write, .npz.", show_default=False),
    ],
    target: given.Target = None,
    missing: given.Missing = "refuse",
    positive: given.Positive = None,
    missing_marks: given.MissingMarks = None,
    header: given.Header = None,
    decimal: given.Decimal = None,
    encoding: given.Encoding = None,
    only: given.Only = None,
    ignore: given.Ignore = None,
    categorical: given.Categorical = None,
    bins: given.Bins = None,
    drop_rare: given.DropRare = False,
    test_fraction: given.TestFraction = 0.2,
    seed: given.Seed = 0,
    bits: given.Bits = None,
    scheme: given.Scheme = None,
    input_bits: given.InputBits = None,
    luts: given.Luts = None,
    inputs_per_lut: given.InputsPerLut = None,
    reduction: given.Reduction = None,
    epochs: given.Epochs = None,
    learning_rate: given.LearningRate = None,
    field: given.Fields = None,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Train a network of lookup tables and write it to a file.

    The same command goes on where an interrupted one stopped.
    """
    from tinydwn.data import load_dataset
    from tinydwn.model import save_classifier
    from tinydwn.training import TrainingConfig

    require_model_path(out)
    fields = given.training_fields(
        bits=bits,
        scheme=scheme,
        input_bits=input_bits,
        luts=luts,
        inputs_per_lut=inputs_per_lut,
        reduction=reduction,
        epochs=epochs,
        learning_rate=learning_rate,
        fields=field,
    )
    config = TrainingConfig.from_dict({**fields, "seed": seed})
    reading = given.table_reading(
        target=target,
        positive=positive,
        missing=missing,
        missing_marks=missing_marks,
        header=header,
        decimal=decimal,
        encoding=encoding,
        only=only,
        ignore=ignore,
        categorical=categorical,
        bins=bins,
        drop_rare=drop_rare,
    )
    split = load_dataset(source, reading).split(test_fraction=test_fraction, seed=seed)
    trained = _train(split, config, out, quiet=quiet)
    save_classifier(trained.classifier, out)
    shares = _shares(trained, split)
    if json:
        result_json({"schema": SCHEMA, "model": str(out), "digest": trained.classifier.digest, "accuracy": shares})
    else:
        show_table(_table(split, shares))
        for note in split.notes:
            show_line(f"note: {note}")
    name_next("tinydwn", "synth", out, "--out", out.with_suffix(""), quiet=quiet)


def _train(split: Split, config: TrainingConfig, out: Path, *, quiet: bool) -> Trained:
    """Train with a checkpoint beside the model file, which goes once training has ended."""
    from tinydwn.report.wording import percent_text
    from tinydwn.training import train as start_training
    from tinydwn.training import training_key

    key = training_key(split, config.for_split(split))
    checkpoint = out.with_name(f".{out.name}.{key[:16]}.checkpoint")
    with progress(quiet=quiet) as listen:

        def on_epoch(epoch: Epoch) -> None:
            right = epoch.training_accuracy if epoch.validation_accuracy is None else epoch.validation_accuracy
            part = "training" if epoch.validation_accuracy is None else "validation"
            text = f"loss {epoch.training_loss:.4f}, {part} accuracy {percent_text(right)}"
            listen(Step("train", text, epoch.number, epoch.epochs))

        trained = start_training(split, config, on_epoch=on_epoch, checkpoint=checkpoint)
    checkpoint.unlink(missing_ok=True)
    if trained.restarted and not quiet:
        narrate(f"training began anew: {trained.restarted}")
    if trained.resumed_after and not quiet:
        narrate(f"training went on after epoch {trained.resumed_after}")
    return trained


def _shares(trained: Trained, split: Split) -> dict[str, float]:
    """Return the shares of samples that the classifier gets right, by part."""
    from tinydwn.model import classify

    parts = {
        "train": (split.train_features, split.train_labels),
        "test": (split.test_features, split.test_labels),
    }
    return {
        name: float((classify(trained.classifier, features) == labels).mean())
        for name, (features, labels) in parts.items()
    }


def _table(split: Split, shares: dict[str, float]) -> Table:
    from tinydwn.report.sections import Table
    from tinydwn.report.wording import count_text, percent_text

    rows = (
        (
            "test part, held back from training and selection",
            count_text(len(split.test_labels)),
            percent_text(shares["test"]),
        ),
        ("training part", count_text(len(split.train_labels)), percent_text(shares["train"])),
    )
    return Table(f"Accuracy on {split.name}", ("measured on", "samples", "right"), rows)
