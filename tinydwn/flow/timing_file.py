"""Timings kept beside their bundle, which holds nothing but what its manifest names."""

from __future__ import annotations

import json
import math
from pathlib import Path

from tinydwn.errors import OutputError
from tinydwn.flow.run_dir import beside
from tinydwn.flow.timing import SCHEMA, Timing
from tinydwn.metrics import Metric, Provenance
from tinydwn.tools.files import write_atomically
from tinydwn.tools.json_object import parse_json
from tinydwn.tools.lock import lock_of, locked

_WAIT_S = 30.0


def timing_path(bundle: Path) -> Path:
    """Return where the timings of a bundle lie.

    >>> timing_path(Path("build/demo")).name
    'demo.timing.json'
    """
    return beside(bundle, "timing.json")


def write_timings(timings: tuple[Timing, ...], bundle: Path) -> Path:
    """Add timings to the file beside a bundle and return its path; of one cut and library the last one stays.

    What is there of another bundle is dropped. Another process that adds some at this moment is waited for.
    """
    path, digests = timing_path(bundle), {one.digest for one in timings}
    with locked(lock_of(path), timeout_s=_WAIT_S):
        kept = {(one.cut, one.library): one for one in read_timings(bundle) if one.digest in digests}
        kept |= {(one.cut, one.library): one for one in timings}
        text = json.dumps(to_document(tuple(kept.values())), indent=2, allow_nan=False) + "\n"
        write_atomically(path, text.encode())
    return path


def read_timings(bundle: Path, *, digest: str = "") -> list[Timing]:
    """Return the timings beside a bundle, with `digest` only those of that very bundle; none where there are none.

    Raises `OutputError` for a file that is not sound.
    """
    path = timing_path(bundle)
    try:
        content = parse_json(path.read_text(encoding="utf-8"))
        if content["schema"] != SCHEMA:
            raise ValueError(content["schema"])
        found = [_timing(one) for one in content["timings"]]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise OutputError(f"'{path}' cannot be read: {error.strerror}", hint="move it elsewhere") from error
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise OutputError(f"'{path}' is not what 'tinydwn timing' wrote", hint="remove it") from error
    return [one for one in found if one.digest == digest or not digest]


def to_document(timings: tuple[Timing, ...]) -> dict[str, object]:
    """Return timings as an object that JSON can hold."""
    return {"schema": SCHEMA, "timings": [one.document for one in timings]}


def _timing(entry: dict[str, object]) -> Timing:
    metrics, remarks = entry["metrics"], entry["remarks"]
    if not isinstance(metrics, list) or not isinstance(remarks, list):
        raise TypeError("its metrics and remarks are no lists")
    return Timing(
        digest=str(entry["digest"]),
        cut=str(entry["cut"]),
        library=str(entry["library"]),
        tool=str(entry["tool"]),
        conditions=str(entry["conditions"]),
        metrics=tuple(map(_metric, metrics)),
        remarks=tuple(map(str, remarks)),
    )


def _metric(entry: dict[str, object]) -> Metric:
    value = entry["value"]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise TypeError(f"{value!r} is no number")
    return Metric(
        str(entry["name"]), float(value), str(entry["unit"]), Provenance(entry["provenance"]), str(entry["source"])
    )
