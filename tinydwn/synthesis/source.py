"""The first half of the road: from samples, a model file or a netlist to a classifier and what is known of it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from tinydwn.data import load_dataset
from tinydwn.data.dataset import Dataset, Split
from tinydwn.data.pattern_names import outputs_of
from tinydwn.data.reading import Reading
from tinydwn.encoder.fixed_point import FixedPoint
from tinydwn.errors import ConfigError
from tinydwn.lowering.lift import lift
from tinydwn.model.classifier import Classifier
from tinydwn.model.store import load_classifier
from tinydwn.netlist.netlist_file import is_netlist_file, read_netlist
from tinydwn.synthesis.candidates import WORD_BITS, feature_grid
from tinydwn.synthesis.given import Given, InMemory, Source
from tinydwn.synthesis.options import SynthesisOptions
from tinydwn.synthesis.progress import Progress
from tinydwn.synthesis.workspace import Workspace
from tinydwn.technology import cells_of
from tinydwn.tools.archives import UNREADABLE
from tinydwn.tools.files import readable_name

if TYPE_CHECKING:
    from tinydwn.training import Epoch, Trained, TrainingConfig


_MANY_CLASSES = 64
"""Proofs by Yosys of the votes of 100 classes took about 100 seconds of a processor each, those of 50 about ten."""

_NO_CODING = (
    "how columns become features is not kept: the classifier's features of one column do not stand together, so that "
    "tables to predict must hold the features themselves"
)


@dataclass(frozen=True, slots=True)
class Learnt:
    """A network, the words that its circuits share, and, where there are samples, what it was or is measured on.

    `network` says in words where it comes from; `trained` is there where it was trained here.
    """

    classifier: Classifier
    network: str
    grid: FixedPoint
    split: Split | None
    trained: Trained | None
    notes: tuple[str, ...] = ()


def learn(
    source: Source,
    options: SynthesisOptions,
    progress: Progress,
    workspace: Workspace,
    *,
    samples: Given | None = None,
) -> Learnt:
    """Return the classifier of a model file or a netlist file, or train one on the samples that `source` names.

    A classifier that is there already is not trained further; `samples` are then those to search and to measure with.
    """
    known = _known_classifier(source, options, progress)
    if known is None:
        assert not isinstance(source, Classifier)
        if samples is not None:
            raise ConfigError("samples were given twice", hint="name a table, or a model file and a table with --data")
        _training(options)  # whatever is wrong with it is told before the data is read
        return learn_split(_split(source, options, progress), options, progress, workspace)
    classifier, network = known
    _refuse_training(options, network)
    if samples is None:
        _refuse_samples(options, network)
        note = "no samples were given, so the function was kept and nothing was searched or measured"
        return Learnt(classifier, network, classifier.encoder.fixed_point, None, None, (note,))
    found = samples.dataset_for(classifier) if isinstance(samples, InMemory) else samples
    split = _for_classifier(_split(found, options, progress), classifier)
    return Learnt(classifier, network, classifier.encoder.fixed_point, split, None)


def is_model_file(source: object) -> bool:
    """Say whether a source is a stored classifier: an .npz archive other than one of images."""
    if not isinstance(source, str | Path):
        return False
    path = Path(source)
    if path.suffix.lower() != ".npz" or not path.is_file():
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return "x_train.npy" not in archive.namelist()
    except UNREADABLE:
        return True  # reading it as a model tells what is wrong with it


def _known_classifier(source: Source, options: SynthesisOptions, progress: Progress) -> tuple[Classifier, str] | None:
    """Return the classifier that a source is, and where it comes from, None where it is a table of samples."""
    if isinstance(source, Classifier):
        return source, "the given classifier"
    if is_model_file(source):
        with progress.stage("data", f"reading {source}"):
            return load_classifier(Path(str(source))), f"the network in {readable_name(Path(str(source)))}"
    if is_netlist_file(source):
        with progress.stage("data", f"reading {source}"):
            netlist = read_netlist(Path(str(source)), cells=cells_of(options.libraries))
            return lift(netlist), f"the netlist in {readable_name(Path(str(source)))}"
    return None


def _split(source: str | Path | Dataset, options: SynthesisOptions, progress: Progress) -> Split:
    name = source.name if isinstance(source, Dataset) else source
    with progress.stage("data", f"reading {name}"):
        dataset = source if isinstance(source, Dataset) else load_dataset(source, options.reading)
        split = dataset.split(test_fraction=options.test_fraction, seed=options.seed_of_split)
        progress.tell(
            f"{dataset.samples} samples, {len(split.feature_names)} features, {len(split.class_names)} classes"
        )
        if len(split.class_names) >= _MANY_CLASSES and not outputs_of(split.class_names):
            progress.tell(_about_many(len(split.class_names), options.timeout_s))
    return split


def learn_split(split: Split, options: SynthesisOptions, progress: Progress, workspace: Workspace) -> Learnt:
    """Return the network that the training part of a split teaches; its test part, which may be empty, is kept.

    Where classes are patterns of outputs, it ends in one bit per output unless the options say otherwise.
    """
    from tinydwn.training import train, training_key

    config = _training(options, {"reduction": "coded"} if outputs_of(split.class_names) else {})
    with progress.stage("train", "training the network"):
        bits = config.input_bits if "input_bits" in options.training else WORD_BITS[options.cut]
        grid = feature_grid(split, input_bits=bits)

        def tell(epoch: Epoch) -> None:
            part = "training" if epoch.validation_accuracy is None else "validation"
            accuracy = epoch.training_accuracy if epoch.validation_accuracy is None else epoch.validation_accuracy
            progress.tell(f"{part} accuracy {100 * accuracy:.1f} %", done=epoch.number, total=epoch.epochs)

        checkpoint = workspace.checkpoint(training_key(split, config, (), grid))
        trained = train(split, config, fixed_point=grid, on_epoch=tell, checkpoint=checkpoint)
    notes = (f"training started anew: {trained.restarted}",) if trained.restarted else ()
    return Learnt(trained.classifier, "the trained network", grid, split, trained, notes)


def _training(options: SynthesisOptions, usual: Mapping[str, object] = MappingProxyType({})) -> TrainingConfig:
    """Return the configuration of the training, `usual` where nothing is said; `ConfigError` for what makes none."""
    from tinydwn.training import TrainingConfig

    return TrainingConfig.from_dict({"seed": options.seed, **usual, **options.training})


def _refuse_training(options: SynthesisOptions, network: str) -> None:
    if options.training:
        raise ConfigError(
            f"{network} is there already, so that the option '{next(iter(options.training))}' has no effect",
            hint="leave options about training out, or give a table of samples",
        )


def _refuse_samples(options: SynthesisOptions, network: str) -> None:
    plain = SynthesisOptions()
    ignored = [*options.reading.about_columns, *options.reading.parts]
    ignored += ["positive"] if options.reading.positive is not None else []
    ignored += [
        name
        for name in ("test_fraction", "split_seed", "balanced", "most_nand2")
        if getattr(options, name) != getattr(plain, name)
    ]
    if options.reading.policy is not Reading().policy:
        ignored.append("missing")
    if ignored:
        raise ConfigError(
            f"{network} came without samples, so that the option '{ignored[0]}' has no effect",
            hint="give a table of samples with --data, or leave the option out",
        )


def _for_classifier(split: Split, classifier: Classifier) -> Split:
    """Return a split with the features and classes in the classifier's order; `ConfigError` where they differ."""
    features = _order("features", split.feature_names, classifier.encoder.feature_names)
    classes = _order("classes", split.class_names, classifier.class_names)
    coding = None if split.coding is None else split.coding.ordered(classifier.encoder.feature_names)
    lost = () if coding is not None or split.coding is None else (_NO_CODING,)
    number = np.empty(len(classes), dtype=np.int64)
    number[list(classes)] = np.arange(len(classes))
    return Split(
        name=split.name,
        train_features=split.train_features[:, features],
        train_labels=number[split.train_labels],
        test_features=split.test_features[:, features],
        test_labels=number[split.test_labels],
        feature_names=classifier.encoder.feature_names,
        class_names=classifier.class_names,
        seed=split.seed,
        test_fraction=split.test_fraction,
        notes=(*split.notes, *lost),
        coding=coding,
    )


def _order(what: str, given: Sequence[str], wanted: Sequence[str]) -> list[int]:
    """Return the place of each wanted name among the given ones."""
    missing = [name for name in wanted if name not in given]
    more = [name for name in given if name not in wanted]
    if missing or (more and what == "classes"):
        odd = f"no {missing[0]!r}" if missing else f"{more[0]!r}, which the classifier does not know"
        raise ConfigError(
            f"the table does not have the {what} of the classifier: it has {odd}",
            hint="give the table that the classifier was trained on, or one with the same columns and classes",
        )
    return [list(given).index(name) for name in wanted]


def _about_many(classes: int, timeout_s: float) -> str:
    """Say early what may not be proven, and why."""
    return (
        f"{classes} classes: their votes make a large comparison; where Yosys does not end a proof of it within "
        f"--timeout {timeout_s:g}, the proof is UNDECIDED and the command ends with 3; ABC's take seconds"
    )
