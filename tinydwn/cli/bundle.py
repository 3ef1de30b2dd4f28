"""Reading the reports that `tinydwn synth` and `tinydwn refine` wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tinydwn.errors import BundleError

if TYPE_CHECKING:
    from tinydwn.report.refined_report import RefinedReport
    from tinydwn.report.run_report import RunReport

_SYNTHESIZED = "name a folder that 'tinydwn synth' wrote, or the report.json in it"
_HINT = "name a folder that 'tinydwn synth' or 'tinydwn refine' wrote, or the report.json in it"


def read_report(place: Path) -> RunReport:
    """Return the report of a bundle folder, whose files are checked against its manifest, or of a JSON file.

    Raises `BundleError` where there is none, where it is not sound, or where it is one of refined circuits.
    """
    found = read_any_report(place, hint=_SYNTHESIZED)
    from tinydwn.report.run_report import RunReport

    if not isinstance(found, RunReport):
        raise BundleError(f"'{place}' holds refined circuits, not the result of a synthesis", hint=_SYNTHESIZED)
    return found


def read_any_report(place: Path, *, hint: str = _HINT) -> RunReport | RefinedReport:
    """Return a report as `read_report`, or one that 'tinydwn refine' wrote."""
    from tinydwn.report import refined_report, run_report

    text, where = _report_text(place, hint)
    if str(_schema(text)).startswith("tinydwn.refined/"):
        return refined_report.from_text(text, where=where)
    return run_report.from_text(text, where=where)


def _report_text(place: Path, hint: str) -> tuple[str, str]:
    """Return the text of a report, and where it is from."""
    from tinydwn.export.bundle import read_bundle

    if place.is_dir():
        content = read_bundle(place).files.get("report.json")
        place = place / "report.json"
        if content is None:
            raise BundleError(f"'{place}' is missing", hint=hint)
    else:
        try:
            content = place.read_bytes()
        except FileNotFoundError:
            raise BundleError(f"'{place}' does not exist", hint=hint) from None
        except OSError as error:
            raise BundleError(f"'{place}' cannot be read: {error.strerror}", hint=hint) from error
    try:
        return content.decode("utf-8"), f"'{place}'"
    except UnicodeDecodeError as error:
        raise BundleError(f"'{place}' is not a text: {error.reason} at byte {error.start}", hint=hint) from error


def _schema(text: str) -> object:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None  # whoever reads on says what is wrong
    return value.get("schema") if isinstance(value, dict) else None
