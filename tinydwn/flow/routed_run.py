"""The run whose layout belongs to a bundle: of those beside it, the latest that is whole, by its own result."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinydwn.errors import OutputError
from tinydwn.flow.options import PLANS
from tinydwn.flow.outcome import SCHEMA
from tinydwn.flow.run_dir import RESULT, beside
from tinydwn.flow.state import digest as digest_of
from tinydwn.metrics import Metric, Provenance
from tinydwn.tools.json_object import parse_json


@dataclass(frozen=True, slots=True)
class RoutedRun:
    """A finished run: its plan, its DEF, the verdict on it in words, and what keeps it from being good.

    `metrics` are its figures, `simulation` what its test vectors said, "" where the result tells none.
    """

    plan: str
    layout: Path
    verdict: str
    faults: tuple[str, ...]
    metrics: tuple[Metric, ...] = ()
    simulation: str = ""


def routed_run(bundle: Path, *, digest: str) -> RoutedRun | None:
    """Return the latest finished run beside a bundle, None where there is none.

    Runs of a bundle with another `digest` are passed over, and so are those whose DEF is no longer the one that they
    ended with. `OutputError` for a result that is not one.
    """
    results = [path for plan in PLANS if (path := beside(bundle, plan) / RESULT).is_file()]
    results.sort(key=lambda path: (path.stat().st_mtime_ns, path), reverse=True)
    return next((run for path in results if (run := _read(path, digest)) is not None), None)


def _read(path: Path, digest: str) -> RoutedRun | None:
    try:
        content = parse_json(path.read_text(encoding="utf-8"))
        if content["schema"] != SCHEMA:
            raise ValueError(f"its schema is '{content['schema']}'")
        of, files = content["bundle"], dict(content["files"])
        layout = next((name for name in sorted(files) if name.endswith(".def")), None)
        if of != digest or layout is None or digest_of(path.parent / layout) != files[layout]:
            return None
        faults = tuple(map(str, content["faults"]))
        return RoutedRun(
            plan=str(content["plan"]),
            layout=path.parent / layout,
            verdict=str(content["verdict"]),
            faults=faults,
            metrics=tuple(map(_metric, content.get("metrics", ()))),
            simulation=str(content.get("simulation", "")),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OutputError(
            f"'{path}' is not what 'tinydwn flow' wrote: {error}", hint="run 'tinydwn flow' again, or move it elsewhere"
        ) from error


def _metric(entry: Mapping[str, Any]) -> Metric:
    provenance = Provenance(entry["provenance"])
    value = float(entry["value"])
    if not math.isfinite(value):
        raise ValueError(f"'{entry['name']}' is {value}")
    return Metric(str(entry["name"]), value, str(entry["unit"]), provenance, str(entry["source"]))
