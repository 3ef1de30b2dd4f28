"""The run whose layout belongs to a bundle: of those beside it, the latest that is whole, by its own result."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tinydwn.errors import OutputError
from tinydwn.flow.options import PLANS
from tinydwn.flow.outcome import RESULT, SCHEMA
from tinydwn.flow.run_dir import beside
from tinydwn.flow.state import digest as digest_of
from tinydwn.tools.json_object import parse_json


@dataclass(frozen=True, slots=True)
class RoutedRun:
    """A finished run: its plan, its DEF, the verdict on it in words, and what keeps it from being good."""

    plan: str
    layout: Path
    verdict: str
    faults: tuple[str, ...]


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
        return RoutedRun(str(content["plan"]), path.parent / layout, str(content["verdict"]), faults)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OutputError(
            f"'{path}' is not what 'tinydwn flow' wrote: {error}", hint="run 'tinydwn flow' again, or move it elsewhere"
        ) from error
