"""Reading the reports that `tinydwn synth` wrote."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tinydwn.errors import BundleError
from tinydwn.export.bundle_files import REPORT_FILE

if TYPE_CHECKING:
    from tinydwn.report.run_report import RunReport

_HINT = "name a folder that 'tinydwn synth' wrote, or the report.json in it"


def read_report(place: Path) -> RunReport:
    """Return the report of a bundle folder, whose files are checked against its manifest, or of a JSON file.

    Raises `BundleError` where there is none or where it is not sound.
    """
    from tinydwn.report.run_report import from_text

    text, where = _report_text(place)
    return from_text(text, where=where)


def _report_text(place: Path) -> tuple[str, str]:
    """Return the text of a report, and where it is from."""
    from tinydwn.export.bundle import read_bundle

    if place.is_dir():
        content = read_bundle(place).files.get(REPORT_FILE)
        place = place / REPORT_FILE
        if content is None:
            raise BundleError(f"'{place}' is missing", hint=_HINT)
    else:
        try:
            content = place.read_bytes()
        except FileNotFoundError:
            raise BundleError(f"'{place}' does not exist", hint=_HINT) from None
        except OSError as error:
            raise BundleError(f"'{place}' cannot be read: {error.strerror}", hint=_HINT) from error
    try:
        return content.decode("utf-8"), f"'{place}'"
    except UnicodeDecodeError as error:
        raise BundleError(f"'{place}' is not a text: {error.reason} at byte {error.start}", hint=_HINT) from error
