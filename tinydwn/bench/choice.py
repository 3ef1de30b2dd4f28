"""The choice among circuits of a front: what each rule picks on public data, and how right the expectation was."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from tinydwn.bench.cluster import ALL_CORES, Cluster
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.picks import PICKS, ChoiceRow, Pick, choice_row
from tinydwn.bench.store import OutcomeStore, versions_here, versions_text
from tinydwn.bench.tasks import run_tasks
from tinydwn.bench.whole_fronts import Task, WholeFront, whole_front
from tinydwn.bench.whole_fronts import protocol as front_protocol
from tinydwn.errors import ConfigError

SCHEMA = "tinydwn.choice/1"
DATASETS = (
    "breast_cancer",
    "australian",
    "blood-transfusion",
    "ionosphere",
    "wdbc",
    "diabetes",
    "spambase",
    "sylvine",
    "phoneme",
    "jasmine",
    "wine",
    "segment",
)
SEEDS = (0, 1, 2, 3, 4)
_MOST_BELOW_TRAINING, _MOST_RATIO, _MOST_BELOW_NETWORK, _MOST_MISSED = 0.005, 0.5, 0.02, 0.007
_HEADS = {
    "network": "network",
    "default": "default",
    "knee": "knee",
    "training": "best on training",
    "best": "best expected",
    "hindsight": "hindsight",
}


@dataclass(frozen=True, slots=True)
class Choices:
    """All rows; print `to_text()`, keep `to_json()`. `protocol` is that of `whole_front`."""

    rows: tuple[ChoiceRow, ...]
    seeds: tuple[int, ...]
    versions: Mapping[str, str]
    protocol: Mapping[str, Any]

    @property
    def summary(self) -> dict[str, float]:
        """Means over data sets; accuracies and their differences are fractions.

        `below_training` is how much less accurate the default choice is than the most accurate on training samples,
        `ratio` the geometric mean of its area over that one's, `most_below_network` the largest mean of a data set by
        which it is less accurate than the network. `missed` is expected minus test accuracy, `missed_by_set` the mean
        of its size, data set by data set. `within` and `within_expected` as in the rows.
        """
        return {
            "below_training": statistics.mean(row.gain("training", "default") for row in self.rows),
            "below_hindsight": statistics.mean(row.gain("hindsight", "default") for row in self.rows),
            "ratio": statistics.geometric_mean(row.ratio for row in self.rows),
            "most_below_network": max(row.gain("network", "default") for row in self.rows),
            "missed": statistics.mean(row.expected_minus_test for row in self.rows),
            "missed_by_set": statistics.mean(abs(row.expected_minus_test) for row in self.rows),
            "within": statistics.mean(row.within for row in self.rows),
            "within_expected": statistics.mean(row.within_expected for row in self.rows),
        }

    @property
    def holds(self) -> dict[str, bool]:
        """Say which claims about the default choice these rows bear out."""
        said = self.summary
        return {
            "below_training": said["below_training"] <= _MOST_BELOW_TRAINING,
            "ratio": said["ratio"] <= _MOST_RATIO,
            "most_below_network": said["most_below_network"] <= _MOST_BELOW_NETWORK,
            "missed": abs(said["missed"]) <= _MOST_MISSED,
        }

    def to_json(self) -> dict[str, object]:
        """Return everything as values that JSON can hold."""
        return {
            "schema": SCHEMA,
            "seeds": list(self.seeds),
            "protocol": dict(self.protocol),
            "versions": dict(self.versions),
            "rows": [asdict(row) for row in self.rows],
            "summary": self.summary,
            "holds": self.holds,
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Choices:
        """Return what `to_json` gave."""
        rows = tuple(
            ChoiceRow(**{**row, "picks": {name: Pick(**row["picks"][name]) for name in PICKS}})
            for row in content["rows"]
        )
        return cls(rows, tuple(content["seeds"]), content["versions"], content["protocol"])

    def to_text(self) -> str:
        """Return the findings for a terminal."""
        return self.findings().to_text()

    def findings(self) -> Findings:
        """Return a table each of accuracies, of areas and of what was expected, and which claims hold."""
        tables = (self._accuracies(), self._areas(), self._expectations())
        return Findings(
            "Which circuit of a front should be chosen, and can its accuracy be told?", tables, self._note()
        )

    def _accuracies(self) -> TextTable:
        lines = [
            (
                row.dataset,
                *(
                    self._spread(100 * row.picks[name].accuracy_mean, 100 * row.picks[name].accuracy_std, 2)
                    for name in PICKS
                ),
            )
            for row in self.rows
        ]
        means = (f"{100 * self._mean(name, 'accuracy_mean'):.2f}" for name in PICKS)
        return TextTable(("test %", *_HEADS.values()), (*lines, ("mean", *means)))

    def _areas(self) -> TextTable:
        lines = [
            (
                row.dataset,
                *(self._spread(row.picks[name].cost_mean, row.picks[name].cost_std, 1) for name in PICKS),
            )
            for row in self.rows
        ]
        means = (f"{self._mean(name, 'cost_mean'):.1f}" for name in PICKS)
        return TextTable(("NAND2 eq.", *_HEADS.values()), (*lines, ("mean", *means)))

    def _expectations(self) -> TextTable:
        lines = [
            (
                row.dataset,
                f"{100 * row.expected_mean:.2f}",
                f"{100 * row.picks['default'].accuracy_mean:.2f}",
                f"{100 * row.expected_minus_test:+.2f}",
                f"{100 * row.within:.0f}",
                f"{100 * row.within_expected:.0f}",
                f"{row.seconds_mean:.0f}",
            )
            for row in self.rows
        ]
        head = ("default choice", "expected %", "test %", "difference", "within 2 SE %", "of expected alone", "seconds")
        said = self.summary
        last = (
            "mean",
            f"{100 * statistics.mean(row.expected_mean for row in self.rows):.2f}",
            f"{100 * self._mean('default', 'accuracy_mean'):.2f}",
            f"{100 * said['missed']:+.2f}",
            f"{100 * said['within']:.0f}",
            f"{100 * said['within_expected']:.0f}",
            f"{statistics.mean(row.seconds_mean for row in self.rows):.0f}",
        )
        return TextTable(head, (*lines, last))

    def _spread(self, mean: float, deviation: float, digits: int) -> str:
        spread = f" ± {deviation:.{digits}f}" if len(self.seeds) > 1 else ""
        return f"{mean:.{digits}f}{spread}"

    def _mean(self, pick: str, value: str) -> float:
        return statistics.mean(float(getattr(row.picks[pick], value)) for row in self.rows)

    def _note(self) -> tuple[str, ...]:
        said = self.summary
        claims = {
            "below_training": f"At most {100 * _MOST_BELOW_TRAINING:.1f} points below the most accurate on training "
            f"samples, on average: {100 * said['below_training']:.2f} points",
            "ratio": "At no more than half the area of that one, on average (geometric mean): "
            f"{said['ratio']:.2f} of its area",
            "most_below_network": f"At most {100 * _MOST_BELOW_NETWORK:g} points below the network, on average of each "
            f"data set: {100 * said['most_below_network']:.2f} points where it is most",
            "missed": f"Expected accuracy off by at most {100 * _MOST_MISSED:.1f} points on average: "
            f"{100 * said['missed']:+.2f} points; {100 * said['missed_by_set']:.2f} without signs, by data set",
        }
        about = self.protocol
        holds = self.holds
        return (
            f"Test accuracy and area of whole chips, words in and encoder included, in {about['library']}; searched "
            f"for the {about['cut']} up to {about['most_nand2']:g} NAND2 equivalents, effort {about['effort']}. Seeds "
            f"{', '.join(map(str, self.seeds))}, for split, network and search; means and standard deviations.",
            "Network: as it was trained, its function kept. Default: the smallest circuit expected within one standard "
            "error of the best. Best on training: among all circuits of the front. Hindsight: the most accurate on the "
            "test part, which nobody can choose.",
            "Within 2 SE: how many runs have a test accuracy within two standard errors of the expected one, those of "
            "their difference; then with the standard error of the expected accuracy alone.",
            *(f"{text}: {'holds' if holds[name] else 'does not hold'}." for name, text in claims.items()),
            versions_text(self.versions),
        )


def measure_choices(
    *,
    datasets: Sequence[str] | None = None,
    seeds: Sequence[int] = SEEDS,
    store: Path | None = None,
    cluster: Cluster = ALL_CORES,
    on_arrival: Callable[[Task, WholeFront, bool], object] | None = None,
) -> Choices:
    """Take every data set and seed to its front, and pick by every rule; fronts are kept as `run_tasks` does."""
    tasks = {name: [Task(name, seed) for seed in seeds] for name in datasets_of(datasets)}
    require_seeds(seeds)
    kept = OutcomeStore(store, SCHEMA, WholeFront.from_json, protocol=front_protocol())
    found = run_tasks(
        chain.from_iterable(tasks.values()), whole_front, store=kept, cluster=cluster, on_arrival=on_arrival
    )
    rows = tuple(choice_row(name, [found[task.key] for task in same]) for name, same in tasks.items())
    return Choices(rows, tuple(seeds), versions_here(), front_protocol())


def datasets_of(datasets: Sequence[str] | None = None) -> tuple[str, ...]:
    """Return all data sets, or the given ones; `ConfigError` for one that is not measured."""
    for name in datasets or ():
        if name not in DATASETS:
            raise ConfigError(f"no choice is measured on data set {name!r}", hint=f"choose among {', '.join(DATASETS)}")
    return DATASETS if datasets is None else tuple(dict.fromkeys(datasets))


def require_seeds(seeds: Sequence[int]) -> None:
    """Raise `ConfigError` for no seeds, and for one that is given twice."""
    if not seeds or len(set(seeds)) < len(seeds):
        raise ConfigError(f"seeds {list(seeds)} cannot be measured", hint="give different ones, like 0,1,2")
