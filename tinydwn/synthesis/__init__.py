"""The road as one function, from a table of samples to proven cells."""

from typing import TYPE_CHECKING

from tinydwn.synthesis.options import SynthesisOptions

if TYPE_CHECKING:
    from tinydwn.synthesis.pipeline import synthesize
    from tinydwn.synthesis.result import Synthesis

__all__ = ["Synthesis", "SynthesisOptions", "synthesize"]


def __getattr__(name: str) -> object:
    """Import the road only when it is walked: it brings numpy and every room with it."""
    if name == "synthesize":
        from tinydwn.synthesis.pipeline import synthesize

        return synthesize
    if name == "Synthesis":
        from tinydwn.synthesis.result import Synthesis

        return Synthesis
    raise AttributeError(name)
