"""The training loop: epochs, the best one, stop and resume."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from tinydwn.encoder.encoder import Encoder
from tinydwn.encoder.fit import fit_encoder
from tinydwn.errors import DataError
from tinydwn.model.classifier import Classifier
from tinydwn.training.checkpoint import Run, load_checkpoint, save_checkpoint, training_key
from tinydwn.training.config import Schedule, TrainingConfig
from tinydwn.training.freeze import freeze
from tinydwn.training.history import Epoch, Trained
from tinydwn.training.network import Network, build_network
from tinydwn.training.optimizer import Adam
from tinydwn.training.regularization import spectral_norm
from tinydwn.training.samples import Samples, hold_out

if TYPE_CHECKING:
    from tinydwn.data.dataset import Split

_LAST_SHARE = 0.01  # of the learning rate, where the cosine ends
_TABLE_READS_AT_ONCE = 1 << 22


def train(
    split: Split,
    config: TrainingConfig | None = None,
    *,
    on_epoch: Callable[[Epoch], None] | None = None,
    checkpoint: Path | None = None,
    checkpoint_every_s: float = 5.0,
) -> Trained:
    """Train a classifier on the training part of `split`; its test part is not looked at.

    The same split and configuration give the same classifier, byte for byte, on one machine: training runs on one
    thread and draws from its own generators. The epoch with the highest validation accuracy is kept, of equals the
    one with the lowest validation loss; without a validation part it is the last epoch. `on_epoch` is called
    after every epoch that is trained here.

    With `checkpoint`, the run is written there after an epoch whenever `checkpoint_every_s` seconds have passed, and
    at the end. A run that finds its own checkpoint goes on from there and gives what the uninterrupted run gives; a
    damaged one is passed over, training restarts, and `Trained.restarted` says why; one of other data or
    of another configuration, and any other file, is refused with `ConfigError`.

    `ConfigError` for options that do not suit the data, `DataError` where no feature tells samples apart.

    >>> from tinydwn.data import load_dataset
    >>> flowers = load_dataset("iris").split()
    >>> train(flowers, TrainingConfig(layers=(6,), epochs=2)).classifier.luts
    6
    """
    config = (config or TrainingConfig()).for_split(split)
    encoder = _fit(split, config)
    training, validation = hold_out(
        encoder.encode(split.train_features),
        split.train_labels,
        fraction=config.validation_fraction or 0.0,
        rng=np.random.default_rng([config.seed, 1]),
    )
    network = build_network(
        config, bits=encoder.bits, classes=len(split.class_names), rng=np.random.default_rng([config.seed, 0])
    )
    run = Run(network, Adam(network.parameters), [], ())
    key = training_key(split, config) if checkpoint else ""
    restarted = load_checkpoint(run, checkpoint, key=key) if checkpoint else ""
    resumed_after = len(run.history)
    with _one_thread():
        saved = -math.inf  # the first epoch is always saved: a path that cannot be written shows early
        while len(run.history) < (config.epochs or 0):
            _epoch(run, config, training, validation)
            last = len(run.history) == config.epochs
            if checkpoint and (last or time.monotonic() - saved >= checkpoint_every_s):
                save_checkpoint(run, checkpoint, key=key)
                saved = time.monotonic()
            if on_epoch:
                on_epoch(run.history[-1])
    classifier = Classifier(encoder, run.best, config.reduction, split.class_names)
    return Trained(classifier, tuple(run.history), config, resumed_after, restarted)


def _fit(split: Split, config: TrainingConfig) -> Encoder:
    """Return the encoder of the training part; `DataError` where it cannot tell samples apart."""
    if len(split.train_labels) == 0:
        raise DataError(
            f"data set {split.name!r} has no training samples", hint="split it with a smaller test fraction"
        )
    encoder = fit_encoder(
        split.train_features,
        feature_names=split.feature_names,
        bits_per_feature=config.bits_per_feature or 8,
        scheme=config.scheme,
        input_bits=config.input_bits,
        snap=config.snap,
    )
    if encoder.bits == 0:
        raise DataError(
            f"data set {split.name!r}: every feature has the same value in all training samples",
            hint="check that the table was read as meant",
        )
    return encoder


def _epoch(run: Run, config: TrainingConfig, training: Samples, validation: Samples) -> None:
    """Train one epoch, and append it to the history."""
    done = len(run.history)
    rate = learning_rate(config, done)
    order = torch.from_numpy(np.random.default_rng([config.seed, 2, done]).permutation(len(training)))
    loss_sum, right = 0.0, 0
    for chosen in torch.split(order, config.batch_size or len(training)):
        bits, labels = training.batch(chosen)
        loss, answers = run.network.loss(bits, labels)
        loss_sum += loss.item() * len(chosen)
        right += int((answers == labels.numpy()).sum())
        if config.spectral:
            loss = loss + config.spectral * spectral_norm([layer.entries for layer in run.network.layers])
        loss.backward()  # type: ignore[no-untyped-call]
        run.optimizer.step(rate)
        run.network.clamp()
    validated = evaluate(run.network, validation) if len(validation) else None
    best = _is_best(validated, run.history)
    if best:
        run.best = freeze(run.network)
    run.history.append(
        Epoch(
            number=done + 1,
            epochs=config.epochs or 0,
            learning_rate=rate,
            training_loss=loss_sum / len(training),
            training_accuracy=right / len(training),
            validation_loss=validated[0] if validated else None,
            validation_accuracy=validated[1] if validated else None,
            best=best,
        )
    )


def learning_rate(config: TrainingConfig, done: int) -> float:
    """Return the learning rate of the epoch after `done` epochs."""
    share = done / (config.epochs or 1)
    if config.schedule is Schedule.CONSTANT:
        return config.learning_rate
    if config.schedule is Schedule.STEPS:
        return config.learning_rate * 0.1 ** int(4 * share)
    return config.learning_rate * (_LAST_SHARE + (1 - _LAST_SHARE) * (1 + math.cos(math.pi * share)) / 2)


def evaluate(network: Network, samples: Samples) -> tuple[float, float]:
    """Return the mean loss and the accuracy over all samples."""
    widest = max(layer.entries.shape[0] * layer.inputs_per_lut for layer in network.layers)
    size = max(1, _TABLE_READS_AT_ONCE // widest)
    loss_sum, right = 0.0, 0
    with torch.no_grad():
        for start in range(0, len(samples), size):
            bits, labels = samples.batch(slice(start, start + size))
            loss, answers = network.loss(bits, labels)
            loss_sum += loss.item() * len(labels)
            right += int((answers == labels.numpy()).sum())
    return loss_sum / len(samples), right / len(samples)


def _is_best(validated: tuple[float, float] | None, history: list[Epoch]) -> bool:
    """Say whether an epoch is better than all before it; without validation the later one is."""
    if validated is None:
        return True
    loss, accuracy = validated
    before = [(epoch.validation_accuracy or 0.0, -(epoch.validation_loss or 0.0)) for epoch in history]
    return all((accuracy, -loss) > earlier for earlier in before)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let torch use one thread, so that sums are always formed in the same order."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
