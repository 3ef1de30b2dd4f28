"""The training loop: epochs, the best one, stop and resume."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from tinydwn.encoder.encoder import Encoder
from tinydwn.encoder.fit import fit_encoder
from tinydwn.encoder.fixed_point import FixedPoint
from tinydwn.errors import ConfigError, DataError
from tinydwn.model.classifier import Classifier
from tinydwn.training.checkpoint import Run, load_checkpoint, save_checkpoint, training_key
from tinydwn.training.config import TrainingConfig
from tinydwn.training.device import usable_device
from tinydwn.training.history import Epoch, Trained
from tinydwn.training.loss import Loss
from tinydwn.training.network import DWNNetwork, build_network
from tinydwn.training.samples import Samples, flip_some, hold_out, weights_that_differ
from tinydwn.training.schedule import learning_rate, settling
from tinydwn.training.teaching import probabilities

if TYPE_CHECKING:
    from tinydwn.data.dataset import Split

_TABLE_READS_AT_ONCE = 1 << 22


def train(
    split: Split,
    config: TrainingConfig | None = None,
    *,
    teachers: Sequence[Classifier] = (),
    fixed_point: FixedPoint | None = None,
    sample_weight: ArrayLike | None = None,
    on_epoch: Callable[[Epoch], None] | None = None,
    checkpoint: Path | None = None,
    checkpoint_every_s: float = 5.0,
) -> Trained:
    """Train a classifier on the training part of `split`; its test part is not looked at.

    The same split and configuration give the same classifier, byte for byte, on one machine's processor: training
    runs on one thread and draws from its own generators. On a GPU, sums are formed in an order that changes from
    run to run, and so may the classifier. The epoch with the highest validation accuracy is kept, of equals the
    one with the lowest validation loss; without a validation part it is the last epoch. `on_epoch` is called
    after every epoch that is trained here. With `teachers`, popcount classifiers trained on the same split, the network
    also learns their votes (see `tinydwn.training.teaching`). With `fixed_point` the words of the features are given,
    and `input_bits` is not looked at. `sample_weight`, (samples,) positive, is how much each training sample counts, by
    default all the same: in the loss, in what is told of an epoch and chooses it, and where thresholds count samples.

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
    device = usable_device(config.device)
    weights = weights_that_differ(sample_weight, len(split.train_labels))
    encoder = _fit(split, config, fixed_point, weights)
    training, validation = hold_out(
        encoder.encode(split.train_features),
        split.train_labels,
        taught=probabilities(teachers, split.train_features) if teachers else None,
        weights=weights,
        fraction=config.validation_fraction or 0.0,
        rng=np.random.default_rng([config.seed, 1]),
    )
    if config.patience is not None and not len(validation):
        raise ConfigError("patience needs a validation part, which has no samples", hint="choose a larger one")
    network = build_network(
        config, bits=encoder.bits, classes=len(split.class_names), rng=np.random.default_rng([config.seed, 0])
    ).to(device)
    run = Run(network, torch.optim.Adam(network.parameters(), fused=True))
    key = training_key(split, config, teachers, fixed_point, weights) if checkpoint else ""
    restarted = load_checkpoint(run, checkpoint, key=key) if checkpoint else ""
    resumed_after = len(run.history)
    loss = Loss(config, training, classes=len(split.class_names)).to(device)
    training, validation = training.to(device), validation.to(device)
    with one_thread():
        saved = -math.inf  # the first epoch is always saved: a path that cannot be written shows early
        while not _is_over(run.history, config):
            _epoch(run, config, loss, training, validation)
            if checkpoint and (_is_over(run.history, config) or time.monotonic() - saved >= checkpoint_every_s):
                save_checkpoint(run, checkpoint, key=key)
                saved = time.monotonic()
            if on_epoch:
                on_epoch(run.history[-1])
    classifier = Classifier(encoder, run.best, config.reduction, split.class_names)
    return Trained(classifier, tuple(run.history), config, resumed_after, restarted)


def _fit(
    split: Split, config: TrainingConfig, fixed_point: FixedPoint | None, weights: NDArray[np.float64] | None
) -> Encoder:
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
        fixed_point=fixed_point,
        sample_weight=weights,
    )
    if encoder.bits == 0:
        raise DataError(
            f"data set {split.name!r}: every feature has the same value in all training samples",
            hint="check that the table was read as meant",
        )
    return encoder


def _is_over(history: list[Epoch], config: TrainingConfig) -> bool:
    """Say whether all epochs are done, or so many since the best one that patience has ended."""
    if not history or config.patience is None:
        return len(history) >= (config.epochs or 0)
    since = next(k for k, epoch in enumerate(reversed(history)) if epoch.best)
    return since >= config.patience or len(history) >= (config.epochs or 0)


def _epoch(run: Run, config: TrainingConfig, loss: Loss, training: Samples, validation: Samples) -> None:
    """Train one epoch, and append it to the history."""
    done = len(run.history)
    rate = learning_rate(config, done)
    _set_rate(run, rate)
    order = torch.from_numpy(np.random.default_rng([config.seed, 2, done]).permutation(len(training)))
    noise = np.random.default_rng([config.seed, 3, done])
    relaxed = done < config.relaxed * (config.epochs or 0)
    loss_sum, right, seen = 0.0, 0.0, 0
    for chosen in torch.split(order.to(training.labels.device), config.batch_size or len(training)):
        batch = training.batch(chosen)
        settle = 0.0
        if config.relaxed:
            passed = done + seen / len(training)
            _set_rate(run, learning_rate(config, passed))
            settle = settling(config, passed) if relaxed else 0.0
        seen += len(chosen)
        flip_some(batch.rows, config.noise, noise)
        last = run.network.last_layer(batch.rows, relaxed=relaxed)
        value = loss(run.network.head(last), batch)
        loss_sum += _finite(value.item()) * batch.amount
        right += batch.right(run.network.head.decide(last.detach()))
        (value + loss.regularization(run.network)).backward()
        run.optimizer.step()
        run.optimizer.zero_grad()
        run.network.clamp(settle=settle)
    validated = evaluate(run.network, loss, validation) if len(validation) else None
    best = _is_best(validated, run.history)
    if best:
        run.best = run.network.freeze()
    run.history.append(
        Epoch(
            number=done + 1,
            epochs=config.epochs or 0,
            learning_rate=rate,
            training_loss=loss_sum / training.amount,
            training_accuracy=right / training.amount,
            validation_loss=validated[0] if validated else None,
            validation_accuracy=validated[1] if validated else None,
            best=best,
        )
    )


def _set_rate(run: Run, rate: float) -> None:
    for group in run.optimizer.param_groups:
        group["lr"] = rate


def _finite(loss: float) -> float:
    """Return the loss; `ConfigError` where it is no number any more and training cannot go on."""
    if not math.isfinite(loss):
        raise ConfigError(f"training diverged: the loss is {loss}", hint="lower learning_rate, or raise tau")
    return loss


def evaluate(network: DWNNetwork, loss: Loss, samples: Samples) -> tuple[float, float]:
    """Return the mean loss and the accuracy over all samples, by their weights."""
    widest = max(layer.entries.shape[0] * layer.inputs_per_lut for layer in network.layers)
    size = max(1, _TABLE_READS_AT_ONCE // widest)
    loss_sum, right = 0.0, 0.0
    with torch.no_grad():
        for start in range(0, len(samples), size):
            batch = samples.batch(slice(start, start + size))
            last = network.last_layer(batch.rows)
            loss_sum += loss(network.head(last), batch).item() * batch.amount
            right += batch.right(network.head.decide(last))
    return loss_sum / samples.amount, right / samples.amount


def _is_best(validated: tuple[float, float] | None, history: list[Epoch]) -> bool:
    """Say whether an epoch is better than all before it; without validation the later one is."""
    if validated is None:
        return True
    loss, accuracy = validated
    before = [(epoch.validation_accuracy or 0.0, -(epoch.validation_loss or 0.0)) for epoch in history]
    return all((accuracy, -loss) > earlier for earlier in before)


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch use one thread, so that sums are always formed in the same order."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
