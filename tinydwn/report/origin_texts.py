"""Where the circuit of a report comes from: data, model, training and search, in sentences and tables."""

from __future__ import annotations

from tinydwn.report.run_report import RunReport
from tinydwn.report.sections import Table
from tinydwn.report.wording import count_text, listed, plural

_ENDS = {
    "popcount": "the class with the most ones wins, ties to the lowest",
    "learnable": "the last layer's bits are the class",
    "coded": "the last layer's bits are the class in binary",
}
_LISTED = 12
_KINDS = {
    "network": "The chosen circuit is the trained network with its function kept",
    "tree": "The chosen circuit is a decision tree with its function kept",
    "structure": "The chosen circuit is a hypothesis about what is behind the samples, with its function kept",
    "refined": "The chosen circuit was found by the search and is a function of its own",
}


def training_sentence(report: RunReport) -> str:
    """Return how training went in one sentence."""
    training = report.training
    if training is None or not training.epochs:
        return "No training history: the classifier was read from a file."
    ran = f"Trained for {plural(len(training.epochs), 'epoch')} with seed {report.seed}"
    if training.epochs[-1].validation_accuracy is None:
        return f"{ran}; epoch {training.best_epoch} was kept, without a validation part."
    return (
        f"{ran}; epoch {training.best_epoch} was kept: it did best on a validation part taken from the training part."
    )


def data_table(report: RunReport) -> Table | None:
    """Return the classes that occur and how many samples each part has, None where no data was used."""
    if report.data is None:
        return None
    rows = [
        (one.name, count_text(one.train_samples), count_text(one.test_samples))
        for one in report.data.classes
        if one.train_samples or one.test_samples
    ]
    rows.append(("all", count_text(report.data.train_samples), count_text(report.data.test_samples)))
    return Table("Samples", ("class", "training part", "test part"), tuple(rows))


def model_sentence(report: RunReport) -> str:
    """Return what the chosen circuit is and what it descends from."""
    model = report.model
    start = f" (from {model.start})" if model.start else ""
    said = f"{_KINDS[model.kind]}{start}."
    if not model.layers:
        return said
    layers = listed([f"{plural(one.luts, 'LUT')} of {plural(one.inputs_per_lut, 'input')}" for one in model.layers])
    return (
        f"{said} The network: {plural(len(model.layers), 'layer')}, {layers}; reduction {model.reduction} "
        f"({_ENDS.get(model.reduction, 'as named')}); its tables read {count_text(model.thermometer_bits_read)} of "
        f"{plural(model.thermometer_bits, 'thermometer bit')}."
    )


def search_sentence(report: RunReport) -> str:
    """Return how the front was made, and how the chosen circuit was chosen from it."""
    search = report.search
    rule = f" Chosen: {search.rule}." if search.rule else ""
    if not search.judged:
        return f"No search was made: the function was to be kept, or there were no samples.{rule}"
    return (
        f"{plural(search.judged, 'circuit')} judged for the area of the {search.cut} in {search.library}, at most "
        f"{count_text(round(search.most_nand2))} NAND2 equivalents, effort {search.effort}, seed {report.seed}.{rule}"
    )


def features_table(report: RunReport) -> Table:
    """Return the features that the chip reads: what has to be measured, how finely, and the word that stands for it."""
    rows = tuple(
        (
            one.feature,
            one.port,
            f"{one.lowest:.6g} to {one.highest:.6g}" if not one.is_flag else "0 or 1",
            f"{one.step:.6g}",
            f"{count_text(len(one.bits_read))} of {one.word_bits}",
            f"{one.resolution:.4g}",
        )
        for one in report.interface.features_read
    )
    columns = ("feature", "port", "range", "step", "bits read", "resolution")
    note = (
        "The word of a value is the number of whole steps from the low end of the range; values beyond the range count "
        "as its ends. Resolution is the smallest change that the circuit can see. interface.json has the exact "
        f"numbers. {unread_sentence(report)}"
    )
    return Table("Features needed", columns, rows, numbers_from=2, note=note)


def unread_sentence(report: RunReport) -> str:
    """Return how many features nobody needs to measure, and which as far as they can be listed."""
    unread = report.interface.features_unread
    names = [*unread[:_LISTED], f"{count_text(len(unread) - _LISTED)} more"] if len(unread) > _LISTED + 1 else unread
    return f"Not needed: {listed(names)}." if unread else "Every feature is needed."
