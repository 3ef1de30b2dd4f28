"""The scripts and lists of `flows/`, which come with the package."""

from __future__ import annotations

from pathlib import Path

FLOWS = Path(__file__).resolve().parents[1] / "flows"


def flow_text(name: str) -> str:
    """Return a file of `flows/` by its path there.

    >>> flow_text("openroad/place.tcl").splitlines()[0]
    '# Cells and pins to their places, drivers strong enough for their wires.'
    """
    return (FLOWS / name).read_text(encoding="utf-8")
