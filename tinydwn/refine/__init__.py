"""Smaller circuits that keep the accuracy, not the function: a search over netlists of cells with the samples."""

from tinydwn.refine.examples import Examples
from tinydwn.refine.front import Front, Point
from tinydwn.refine.options import RefineOptions
from tinydwn.refine.search import refine
from tinydwn.refine.start import Start

__all__ = ["Examples", "Front", "Point", "RefineOptions", "Start", "refine"]
