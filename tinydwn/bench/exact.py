"""Exact synthesis against plain tools: the same trained networks, every function kept on all inputs that can occur."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tinydwn.bench.cluster import ALL_CORES, Cluster
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.store import OutcomeStore
from tinydwn.bench.tasks import run_tasks
from tinydwn.errors import ConfigError, ProgramError
from tinydwn.netlist import Netlist
from tinydwn.verify.formal import Method

SCHEMA = "tinydwn.exact/1"
LIBRARY = "sky130_fd_sc_hd"
_METHODS: dict[Method, float] = {"abc": 600.0, "yosys": 120.0}
_AREA = re.compile(r"Chip area for module '\\plain': ([0-9.]+)")


@dataclass(frozen=True, slots=True)
class Network:
    """A classifier to train: a data set and its first layers' number of tables, inputs and reduction."""

    dataset: str
    luts: int
    inputs: int
    reduction: str

    @property
    def name(self) -> str:
        """All of it as text."""
        return f"{self.dataset} {self.luts}x{self.inputs} {self.reduction}"


def _networks() -> tuple[Network, ...]:
    small = (("iris", 3), ("wine", 3), ("breast_cancer", 2), ("ionosphere", 2), ("led7", 10), ("segment", 7))
    found = [
        Network(name, -(-tables // classes) * classes, inputs, reduction)
        for name, classes in small
        for tables, inputs, reduction in ((20, 2, "popcount"), (40, 4, "popcount"), (100, 4, "popcount"))
    ]
    found += [Network(name, 36, 4, "learnable") for name in ("breast_cancer", "ionosphere", "spambase", "sylvine")]
    found += [Network("iris", 24, 4, "coded"), Network("segment", 70, 4, "coded"), Network("iris", 30, 6, "popcount")]
    found += [Network(name, 200, 4, "popcount") for name in ("spambase", "digits", "phoneme")]
    return (*found, Network("digits", 1000, 4, "popcount"), Network("digits", 2000, 2, "popcount"))


NETWORKS = _networks()


@dataclass(frozen=True, slots=True)
class Task:
    """One network; `liberty` is the file of the library that it is taken to cells of."""

    network: Network
    liberty: Path
    effort: str

    @property
    def key(self) -> str:
        """Everything that decides the outcome, as text; the file is taken to hold what it should."""
        return f"{self.network.name} {self.effort}"


@dataclass(frozen=True, slots=True)
class ExactRow:
    """One network's core: areas by plain Yosys and by tinydwn, in um2, and how many provers said EQUIVALENT.

    At least one did; the other may have run out of time.
    """

    network: str
    plain_um2: float
    own_um2: float
    proofs: int

    @property
    def ratio(self) -> float:
        """What tinydwn needs of the area that plain tools need."""
        return self.own_um2 / self.plain_um2


@dataclass(frozen=True, slots=True)
class Exact:
    """All rows; print `to_text()`, keep `to_json()`."""

    rows: tuple[ExactRow, ...]
    effort: str

    @property
    def summary(self) -> dict[str, float]:
        """Geometric mean and largest of the ratios."""
        ratios = [row.ratio for row in self.rows]
        return {"geometric_mean_ratio": statistics.geometric_mean(ratios), "largest_ratio": max(ratios)}

    def to_json(self) -> dict[str, object]:
        """Return everything as values that JSON can hold."""
        rows = [{**asdict(row), "ratio": row.ratio} for row in self.rows]
        return {"schema": SCHEMA, "library": LIBRARY, "effort": self.effort, "rows": rows, "summary": self.summary}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Exact:
        """Return what `to_json` gave."""
        names = ("network", "plain_um2", "own_um2", "proofs")
        return cls(tuple(ExactRow(*(row[name] for name in names)) for row in content["rows"]), content["effort"])

    def to_text(self) -> str:
        """Return the findings for a terminal."""
        return self.findings().to_text()

    def findings(self) -> Findings:
        """Return a table, one line per network."""
        lines = tuple(
            (row.network, f"{row.plain_um2:,.0f}", f"{row.own_um2:,.0f}", f"{row.ratio:.2f}", f"{row.proofs}")
            for row in self.rows
        )
        summary = self.summary
        note = (
            f"Core cut, {LIBRARY}, effort {self.effort}. Plain: Yosys 'synth -flatten; abc -liberty'. Geometric mean "
            f"{summary['geometric_mean_ratio']:.2f}, at most {summary['largest_ratio']:.2f}.",
            "Proofs: how many of ABC and Yosys said EQUIVALENT within their time.",
        )
        head = ("network", "plain um2", "tinydwn um2", "ratio", "proofs")
        question = "How much smaller are trained networks with every function kept?"
        return Findings(question, (TextTable(head, lines),), note)


def measure_exact(
    liberty: Path,
    *,
    effort: str = "normal",
    networks: Sequence[Network] = NETWORKS,
    store: Path | None = None,
    cluster: Cluster = ALL_CORES,
    on_arrival: Callable[[Task, ExactRow, bool], object] | None = None,
) -> Exact:
    """Train each network, and take its core to cells in both ways; `liberty` is the library's own file.

    Rows are kept in `store` as `run_tasks` does. `VerificationError` where no proof says EQUIVALENT.
    """
    require_liberty(liberty)
    tasks = [Task(network, liberty.absolute(), effort) for network in networks]
    kept = OutcomeStore(store, SCHEMA, lambda row: ExactRow(**row), protocol={"library": LIBRARY})
    rows = run_tasks(tasks, exact, store=kept, cluster=cluster, on_arrival=on_arrival)
    return Exact(tuple(rows[task.key] for task in tasks), effort)


def exact(task: Task) -> ExactRow:
    """Return the row of one network."""
    from tinydwn.data import load_dataset
    from tinydwn.lowering import lower_core
    from tinydwn.mapping import map_minimized
    from tinydwn.synthesis.minimization import minimize_core
    from tinydwn.technology import load_library
    from tinydwn.training import TrainingConfig, train
    from tinydwn.verify import Outcome, prove_equivalent

    network = task.network
    split = load_dataset(network.dataset).split(seed=0)
    config = TrainingConfig.from_dict(
        {"layers": (network.luts,), "inputs_per_lut": network.inputs, "reduction": network.reduction}
    )
    core = lower_core(train(split, config).classifier)
    small = minimize_core(core, effort=task.effort, timeout_s=600.0)
    mapped = map_minimized(small, load_library(LIBRARY), effort=task.effort, timeout_s=600.0)
    verdicts = [
        prove_equivalent(core.netlist, mapped.functions(), assuming=core.assumption, method=method, timeout_s=limit)
        for method, limit in _METHODS.items()
    ]
    proofs = sum(verdict.outcome is Outcome.EQUIVALENT for verdict in verdicts)
    for verdict in verdicts:
        if not proofs or verdict.outcome is Outcome.DIFFERENT:
            verdict.require()
    return ExactRow(network.name, plain_area_um2(core.netlist, task.liberty), mapped.area_um2, proofs)


def plain_area_um2(netlist: Netlist, liberty: Path, *, timeout_s: float = 600.0) -> float:
    """Return the area of a netlist by Yosys alone, `synth -flatten; abc -liberty`, in um2."""
    from tinydwn.export.verilog import to_verilog
    from tinydwn.tools.yosys import run_yosys

    cells = require_liberty(liberty)
    script = "read_verilog n.v; synth -flatten -top plain; abc -liberty c.lib; stat -liberty c.lib"
    done = run_yosys(
        script, files={"n.v": to_verilog(netlist.neutral(), module="plain"), "c.lib": cells}, timeout_s=timeout_s
    )
    found = _AREA.findall(done.text)
    if not found:
        raise ProgramError("Yosys told no area", hint="check that the Liberty file is one that ABC maps to")
    return float(found[-1])


def require_liberty(place: Path) -> str:
    """Return the text of a Liberty file; `ConfigError` where it cannot be read."""
    try:
        return place.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"'{place}' cannot be read as a Liberty file: {error}", hint="check the path") from error
