"""Which data, which contenders, which seeds: measurements of accuracy as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from tinydwn.bench import ask
from tinydwn.errors import ConfigError

TEST_FRACTION = 0.2
DWN_OPTIONS = ("luts_per_class", "luts_at_most", "shifts")
_WIDE = {
    "inputs_per_lut": 6,
    "bits_per_feature": 32,
    "input_bits": 16,
    "snap": "nearest",
    "scheme": "adaptive",
    "validation_fraction": 0.0,
    "batch_size": 256,
    "learning_rate": 0.02,
}


@dataclass(frozen=True, slots=True)
class Contender:
    """A way to classify: `kind` is "dwn", "histogram-boosting" or "xgboost"; `options` are those of its constructor.

    A DWN's options are fields of `TrainingConfig`, and `DWN_OPTIONS`: `luts_per_class` and `luts_at_most` ask for one
    layer of so many tables, `shifts` trains on images moved by a pixel too.
    """

    name: str
    kind: str = "dwn"
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """One contender on one data set, split by one seed."""

    dataset: str
    contender: Contender
    seed: int


@dataclass(frozen=True, slots=True)
class Protocol:
    """What is measured: every contender on every data set for every seed, split 80/20 and stratified by the seed.

    A data set with a published test part keeps it. No choice looks at the test part.
    """

    name: str
    question: str
    datasets: tuple[str, ...]
    contenders: tuple[Contender, ...]
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)

    def only(self, datasets: tuple[str, ...]) -> Protocol:
        """Return the protocol on some of its data sets; `ConfigError` for others."""
        known = ask.require_known(datasets, self.datasets, f"protocol {self.name!r} has no data set {{!r}}")
        return replace(self, datasets=known)

    def tasks(self) -> Iterator[Task]:
        """Yield all tasks, data set by data set."""
        for dataset in self.datasets:
            for seed in self.seeds:
                yield from (Task(dataset, contender, seed) for contender in self.contenders)


_TABULAR = (
    "phoneme",
    "blood-transfusion",
    "australian",
    "segment",
    "sylvine",
    "jasmine",
    "nomao",
    "spambase",
    "adult",
    "letter",
)
_MIXED = ("digits", "segment", "jasmine", "spambase")
_BY_CLASS = {"luts_per_class": 500, "luts_at_most": 2000}
_ONE_BIT = {**_WIDE, "reduction": "learnable", "batch_size": 32, "learning_rate": 0.01, "bits_per_feature": 16}
_MNIST = {
    "inputs_per_lut": 6,
    "bits_per_feature": 3,
    "snap": "nearest",
    "validation_fraction": 0.0,
    "batch_size": 256,
    "learning_rate": 0.02,
    "candidates": 0,
}
_TWO_LAYERS = {"layers": [1000, 500], "candidates": 128}
_SHIFTED = {**_MNIST, "shifts": True, "epochs": 12}

PROTOCOLS = {
    protocol.name: protocol
    for protocol in (
        Protocol(
            "tabular",
            "How accurate is a DWN of at most 2,000 tables, next to gradient boosting with its default settings?",
            _TABULAR,
            (
                Contender("DWN", "dwn", {**_WIDE, **_BY_CLASS, "epochs": 40}),
                Contender("histogram boosting", "histogram-boosting"),
                Contender("XGBoost", "xgboost"),
            ),
        ),
        Protocol(
            "mnist",
            "How accurate are the authors' MNIST networks, trained here as they are and on images moved by a pixel?",
            ("mnist",),
            (
                Contender("1x500", "dwn", {**_MNIST, "layers": [500], "epochs": 30}),
                Contender("1x500, shifted", "dwn", {**_SHIFTED, "layers": [500]}),
                Contender("2x[1000,500]", "dwn", {**_MNIST, **_TWO_LAYERS, "epochs": 40}),
                Contender("2x[1000,500], shifted", "dwn", {**_SHIFTED, **_TWO_LAYERS}),
            ),
            (0,),
        ),
        Protocol(
            "one-bit",
            "How accurate is the learnable reduction to a single bit, with at most 64 tables?",
            ("spambase", "ionosphere", "wdbc", "sylvine"),
            (Contender("one bit", "dwn", {**_ONE_BIT, "layers": [36], "epochs": 200}),),
        ),
        Protocol(
            "mapping",
            "What does it cost to learn the mapping among 128 random candidates instead of all bits?",
            _MIXED,
            tuple(
                Contender(name, "dwn", {**_WIDE, **_BY_CLASS, "epochs": 20, "candidates": candidates})
                for name, candidates in (("all bits", 0), ("128 candidates", 128), ("32 candidates", 32))
            ),
        ),
        Protocol(
            "tau",
            "Which softmax temperature learns best with hundreds of tables per class?",
            _MIXED,
            tuple(
                Contender(f"tau {tau:g}", "dwn", {**_WIDE, **_BY_CLASS, "epochs": 30, "tau": tau})
                for tau in (1.0, 3.0, 10.0, 30.0, 100.0)
            ),
        ),
        Protocol(
            "reductions",
            "What do the ends of a network cost in accuracy: votes, a bit per class, the class in binary?",
            ("digits", "segment", "led7", "iris"),
            tuple(
                Contender(end, "dwn", {**_ONE_BIT, "layers": None, "epochs": 60, "reduction": end})
                for end in ("popcount", "learnable", "coded")
            ),
        ),
        Protocol(
            "spectral",
            "What does spectral regularization do?",
            _MIXED,
            tuple(
                Contender(f"spectral {weight:g}", "dwn", {**_WIDE, **_BY_CLASS, "epochs": 30, "spectral": weight})
                for weight in (0.0, 0.001, 0.01, 0.1)
            ),
        ),
    )
}


def protocol_named(name: str) -> Protocol:
    """Return a protocol; `ConfigError` for an unknown name."""
    if name not in PROTOCOLS:
        raise ConfigError(f"there is no protocol {name!r}", hint=f"choose one of {', '.join(PROTOCOLS)}")
    return PROTOCOLS[name]
