"""A study: one question about tinydwn, its tasks, how one of them is run, and how outcomes become findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any, Generic, TypeVar

from tinydwn.bench.ask import require_within
from tinydwn.bench.findings import Findings
from tinydwn.bench.index import entries
from tinydwn.bench.rows import flat, from_flat
from tinydwn.bench.store import OutcomeStore
from tinydwn.bench.tasks import key_of, run_tasks
from tinydwn.errors import ConfigError, VerificationError
from tinydwn.tools.cluster import ALL_CORES, Cluster
from tinydwn.tools.codec import from_json, to_json
from tinydwn.tools.versions import versions_here, versions_text

Asked = TypeVar("Asked")
Task = TypeVar("Task")
Outcome = TypeVar("Outcome")
Row = TypeVar("Row")
Value = TypeVar("Value")
_ABOUT_ALL = ("schema", "rows", "summary")
HERE = Cluster(processes=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Study(Generic[Asked, Task, Outcome, Row]):
    """Everything that makes a measurement.

    `question` and `told` say what it is, `minutes` about how long it takes with its defaults on two cores. `asked` is
    a dataclass of fields made by `tinydwn.bench.ask` that refuses what makes no sense. `tasks` gives the tasks of what
    was asked, frozen dataclasses that can be pickled; `run` does one of them and gives an outcome of the type
    `outcome`; `on_arrival` says it as text. `rows` makes rows, dataclasses of type `row`, of all tasks with their
    outcomes, `more` further entries of the result. `findings` and `summary` read the result; `derived` are properties
    of rows to keep, too.

    `protocol` names what decides outcomes beside the tasks. Tasks of a study that is `timed` run one by one in this
    process; outcomes of one that is not `kept` are only kept where it is asked for. `defect` gives the error that a
    result ends in, where it tells of one.
    """

    name: str
    question: str
    told: str
    minutes: float
    asked: type[Asked]
    outcome: Any
    row: type[Row]
    tasks: Callable[[Asked], Sequence[Task]]
    run: Callable[[Task], Outcome]
    on_arrival: Callable[[Task, Outcome], str]
    rows: Callable[[Asked, Sequence[tuple[Task, Outcome]]], Iterable[Row]]
    findings: Callable[[Measured[Row]], Findings]
    summary: Callable[[Measured[Row]], Mapping[str, Any]] = lambda _: {}
    more: Callable[[Asked, Sequence[tuple[Task, Outcome]]], Mapping[str, Any]] = lambda *_: {}
    derived: tuple[str, ...] = ()
    protocol: Callable[[], Mapping[str, Any]] = dict
    timed: bool = False
    kept: bool = True
    defect: Callable[[Measured[Row]], VerificationError | None] = lambda _: None

    @property
    def schema(self) -> str:
        """How results are known by."""
        return f"tinydwn.bench.{self.name}/1"


@dataclass(frozen=True, slots=True)
class Measured(Generic[Row]):
    """What a study found: rows, and what else there is to know; print `to_text()`, keep `to_json()`.

    `about` has what was asked, by name, the protocol, the date and the versions.
    """

    study: Study[Any, Any, Any, Row]
    rows: tuple[Row, ...]
    about: Mapping[str, Any]

    @property
    def protocol(self) -> Mapping[str, Any]:
        """What decided outcomes beside the tasks."""
        protocol: Mapping[str, Any] = self.about["protocol"]
        return protocol

    @property
    def summary(self) -> Mapping[str, Any]:
        """What the rows come to."""
        return self.study.summary(self)

    def findings(self) -> Findings:
        """Return question, tables and notes; the last one says when it was measured, by which versions."""
        found, versions = self.study.findings(self), versions_text(self.about["versions"])
        said = " ".join(filter(None, (self.about["date"], versions and f"with {versions}")))
        return replace(found, note=(*found.note, f"Measured {said}.")) if said else found

    def to_text(self) -> str:
        """Return the findings for a terminal."""
        return self.findings().to_text()

    def to_json(self) -> dict[str, Any]:
        """Return everything as values that JSON can hold."""
        rows = [{**flat(row), **{name: getattr(row, name) for name in self.study.derived}} for row in self.rows]
        summary = {"summary": to_json(self.summary)} if self.summary else {}
        return {"schema": self.study.schema, **self.about, "rows": rows, **summary}

    @classmethod
    def from_json(cls, study: Study[Any, Any, Any, Row], content: Mapping[str, Any]) -> Measured[Row]:
        """Return what `to_json` gave; `ValueError` for anything else."""
        kept = [{name: one for name, one in row.items() if name not in study.derived} for row in content["rows"]]
        rows = tuple(from_flat(study.row, row) for row in kept)
        return cls(study, rows, {name: one for name, one in content.items() if name not in _ABOUT_ALL})


def measure(
    study: Study[Asked, Task, Outcome, Row],
    asked: Asked,
    *,
    store: Path | None = None,
    cluster: Cluster = ALL_CORES,
    on_arrival: Callable[[Task, Outcome, bool], object] | None = None,
) -> Measured[Row]:
    """Do every task of a study, and return what came of them; outcomes are kept in `store` as `run_tasks` does.

    `ConfigError` for numbers below or above what their fields allow, see `ask.option`, and where nothing is asked for.
    """
    require_within(asked)
    tasks = study.tasks(asked)
    if not tasks:
        raise ConfigError("nothing is asked for", hint="leave an empty choice out, which means all")
    kept = OutcomeStore(
        store,
        study.schema,
        lambda stored: from_json(study.outcome, stored, where="it"),
        write=to_json,
        protocol=study.protocol(),
    )
    found = run_tasks(tasks, study.run, store=kept, cluster=HERE if study.timed else cluster, on_arrival=on_arrival)
    done = [(task, found[key_of(task)]) for task in tasks]
    about = {
        **_as_json(asked),
        "protocol": to_json(study.protocol()),
        "date": date.today().isoformat(),  # noqa: DTZ011  # the day where the measurement is made
        "versions": versions_here(),
        **{name: to_json(value) for name, value in study.more(asked, done).items()},
    }
    return Measured(study, tuple(study.rows(asked, done)), about)


def studies() -> dict[str, Study[Any, Any, Any, Any]]:
    """Return all studies by name, in the order of their names."""
    return {name: entry.load() for name, entry in entries().items()}


def by(done: Iterable[tuple[Task, Outcome]], name: Callable[[Task], Value]) -> dict[Value, list[Outcome]]:
    """Return outcomes by a name of their tasks, in the order in which these come.

    >>> by([(1, "a"), (2, "b"), (3, "c")], lambda task: task % 2)
    {1: ['a', 'c'], 0: ['b']}
    """
    found: dict[Value, list[Outcome]] = {}
    for task, outcome in done:
        found.setdefault(name(task), []).append(outcome)
    return found


def _as_json(asked: object) -> dict[str, Any]:
    """Return what was asked by name; of places only the last part."""
    values = ((one.name, getattr(asked, one.name)) for one in fields(asked))  # type: ignore[arg-type]  # a dataclass
    return {name: value.name if isinstance(value, Path) else to_json(value) for name, value in values}
