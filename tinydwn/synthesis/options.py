"""What a user can choose on the road from samples to cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tinydwn.errors import ConfigError

Effort = Literal["fast", "normal", "high"]
OutputForm = Literal["index", "onehot"]

EFFORTS: tuple[Effort, ...] = ("fast", "normal", "high")
OUTPUT_FORMS: tuple[OutputForm, ...] = ("index", "onehot")
MAX_TIMEOUT_S = 1_000_000
DEFAULT_LIBRARIES = ("sky130_fd_sc_hd", "nangate45", "ihp-sg13g2", "egfet", "cnt-tft")


@dataclass(frozen=True, slots=True)
class SynthesisOptions:
    """Options of `synthesize`; the defaults need no thought.

    `target`, `missing` and `positive` tell how to read the table (see `tinydwn.data.load_dataset`);
    `training` overrides fields of the `TrainingConfig` that is chosen from the data; areas by part and the
    simulation of gates are those of the first of `libraries`; `objective` and `max_delay_ps` are for mapping (see
    `tinydwn.mapping.Objective`), for each cut and library by itself; `timeout_s` bounds each run of an external
    program.

    >>> SynthesisOptions(effort="fast").libraries[0]
    'sky130_fd_sc_hd'
    """

    target: str | None = None
    missing: str = "refuse"
    positive: str | None = None
    test_fraction: float = 0.2
    seed: int = 0
    training: Mapping[str, object] = field(default_factory=dict)
    effort: Effort = "normal"
    output_form: OutputForm = "index"
    libraries: tuple[str, ...] = DEFAULT_LIBRARIES
    objective: str = "area"
    max_delay_ps: float | None = None
    timeout_s: float = 300.0

    def __post_init__(self) -> None:
        _one_of("effort", self.effort, EFFORTS)
        _one_of("output form", self.output_form, OUTPUT_FORMS)
        from tinydwn.mapping import Objective  # here, as the command line shows its help without what mapping needs

        Objective(self.objective, self.max_delay_ps)
        if not self.libraries:
            raise ConfigError("no cell library was chosen", hint="leave --library out for the default ones")
        if len(set(self.libraries)) != len(self.libraries):
            raise ConfigError("a cell library was chosen twice", hint="name each library once")
        if not 0 < self.test_fraction < 1:
            raise ConfigError(
                f"the test fraction is {self.test_fraction:g}", hint="choose one between 0 and 1, like 0.2"
            )
        if not 0 < self.timeout_s <= MAX_TIMEOUT_S:
            raise ConfigError(
                f"the timeout is {self.timeout_s:g} s",
                hint=f"choose a number of seconds above 0, up to {MAX_TIMEOUT_S}",
            )


def _one_of(what: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ConfigError(f"unknown {what} '{value}'", hint=f"choose one of {', '.join(allowed)}")
