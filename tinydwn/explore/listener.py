"""Who hears what an exploration does."""

from __future__ import annotations

from typing import Protocol

from tinydwn.explore.record import Tried


class Listener(Protocol):
    """Hears of every trial."""

    def tell(self, text: str) -> None:
        """Hear what is done now."""

    def ended(self, one: Tried, *, stored: bool) -> None:
        """Hear of a trial that ended, and whether it was kept already."""


class Nobody:
    """Hears of every trial and says nothing.

    >>> Nobody().tell("trial 0 (as usual) begins")
    """

    def tell(self, text: str) -> None:
        """Hear what is done now."""

    def ended(self, one: Tried, *, stored: bool) -> None:
        """Hear of a trial that ended."""
