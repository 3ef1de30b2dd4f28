"""The first half of the road: from a table of samples, or a model file, to a classifier."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tinydwn.data import load_dataset
from tinydwn.data.dataset import Split
from tinydwn.errors import ConfigError
from tinydwn.model.classifier import Classifier
from tinydwn.model.reference import classify
from tinydwn.model.store import load_classifier
from tinydwn.synthesis.options import SynthesisOptions
from tinydwn.synthesis.progress import Progress
from tinydwn.synthesis.workspace import Workspace
from tinydwn.tools.archives import UNREADABLE

if TYPE_CHECKING:
    from tinydwn.training import Epoch, Trained


_TABLE_OPTIONS = ("target", "missing", "positive", "test_fraction")


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Fractions of samples classified correctly by the classifier; None where there are no samples."""

    train: float | None
    test: float | None
    train_samples: int = 0
    test_samples: int = 0


@dataclass(frozen=True, slots=True)
class Learnt:
    """A classifier and, where it was trained here, what it was trained and measured on."""

    classifier: Classifier
    split: Split | None
    trained: Trained | None
    accuracy: Accuracy
    notes: tuple[str, ...] = ()


def learn(source: str | Path, options: SynthesisOptions, progress: Progress, workspace: Workspace) -> Learnt:
    """Return the classifier of a model file, or train one on the samples that `source` names."""
    if is_model_file(source):
        return _from_model(Path(source), options, progress)
    with progress.stage("data", f"reading {source}"):
        dataset = load_dataset(source, target=options.target, missing=options.missing, positive=options.positive)
        split = dataset.split(test_fraction=options.test_fraction, seed=options.seed)
        progress.tell(
            f"{dataset.samples} samples, {len(dataset.feature_names)} features, {len(dataset.class_names)} classes"
        )
    with progress.stage("train", "training"):
        trained = _train(split, options, progress, workspace)
        accuracy = measure(trained.classifier, split)
    notes = (f"training started anew: {trained.restarted}",) if trained.restarted else ()
    return Learnt(trained.classifier, split, trained, accuracy, notes)


def measure(classifier: Classifier, split: Split) -> Accuracy:
    """Return the accuracy of a classifier on both parts of a split."""
    parts = ((split.train_features, split.train_labels), (split.test_features, split.test_labels))
    train, test = (float(np.mean(classify(classifier, features) == labels)) for features, labels in parts)
    return Accuracy(train, test, len(split.train_labels), len(split.test_labels))


def is_model_file(source: str | Path) -> bool:
    """Say whether a source is a stored classifier: an .npz archive other than one of images."""
    path = Path(source)
    if path.suffix.lower() != ".npz" or not path.is_file():
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return "x_train.npy" not in archive.namelist()
    except UNREADABLE:
        return True  # reading it as a model tells what is wrong with it


def _from_model(path: Path, options: SynthesisOptions, progress: Progress) -> Learnt:
    with progress.stage("data", f"reading {path}"):
        classifier = load_classifier(path)
    plain = SynthesisOptions()
    ignored = [*options.training]
    ignored += [name for name in _TABLE_OPTIONS if getattr(options, name) != getattr(plain, name)]
    if ignored:
        raise ConfigError(
            f"'{path}' is trained already, so that the option '{ignored[0]}' has no effect",
            hint="leave options about samples and training out, or give a table of samples",
        )
    return Learnt(classifier, None, None, Accuracy(None, None))


def _train(split: Split, options: SynthesisOptions, progress: Progress, workspace: Workspace) -> Trained:
    from tinydwn.training import TrainingConfig, train, training_key

    config = TrainingConfig.from_dict({"seed": options.seed, **options.training})

    def tell(epoch: Epoch) -> None:
        accuracy = epoch.training_accuracy if epoch.validation_accuracy is None else epoch.validation_accuracy
        part = "training" if epoch.validation_accuracy is None else "validation"
        progress.tell(f"{part} accuracy {100 * accuracy:.1f} %", done=epoch.number, total=epoch.epochs)

    checkpoint = workspace.checkpoint(training_key(split, config))
    return train(split, config, on_epoch=tell, checkpoint=checkpoint)
