"""The reports as files beside the other deliverables."""

from __future__ import annotations

from collections.abc import Mapping

from tinydwn.export.bundle import Bundle
from tinydwn.export.bundle_files import REPORT_FILE, REPORT_MARKDOWN_FILE, REPORT_PAGE_FILE
from tinydwn.report.markdown import to_markdown
from tinydwn.report.page import to_html
from tinydwn.report.run_report import RunReport, to_text


def with_reports(files: Mapping[str, bytes], report: RunReport) -> Bundle:
    """Return the bundle of all deliverables, `files`, and the reports about them."""
    return Bundle(
        {
            **files,
            REPORT_FILE: to_text(report).encode(),
            REPORT_MARKDOWN_FILE: to_markdown(report).encode(),
            REPORT_PAGE_FILE: to_html(report).encode(),
        }
    )
