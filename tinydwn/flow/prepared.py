"""A plan with all that it was made from, ready to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tinydwn.errors import TinydwnError
from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.kit import Kit
from tinydwn.flow.options import FlowOptions
from tinydwn.flow.stage import Plan


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan with all that it was made from.

    `vectors` are the testbench of the circuit and what it plays, none where the bundle has none; `lacking` is what a
    run would miss, empty where it can start.
    """

    plan: Plan
    circuit: FlowCircuit
    vectors: Mapping[str, str]
    kit: Kit
    folder: Path
    options: FlowOptions
    lacking: tuple[TinydwnError, ...]
    tool: str
