"""The reports as files beside the other deliverables."""

from __future__ import annotations

from collections.abc import Mapping

from tinydwn.export.bundle import Bundle
from tinydwn.report.markdown import to_markdown
from tinydwn.report.page import to_html
from tinydwn.report.run_report import RunReport, to_text

REPORT_FILES = ("report.json", "report.md", "report.html")


def with_reports(files: Mapping[str, bytes], report: RunReport) -> Bundle:
    """Return the bundle of all deliverables, `files`, and the reports about them."""
    return Bundle(
        {
            **files,
            "report.json": to_text(report).encode(),
            "report.md": to_markdown(report).encode(),
            "report.html": to_html(report).encode(),
        }
    )
