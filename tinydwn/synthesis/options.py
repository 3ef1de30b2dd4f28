"""What a user can choose on the road from samples to cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import Literal

from tinydwn.data.reading import Reading
from tinydwn.errors import ConfigError
from tinydwn.metrics import CUTS

Effort = Literal["fast", "normal", "high"]
OutputForm = Literal["index", "onehot"]

EFFORTS: tuple[Effort, ...] = ("fast", "normal", "high")
OUTPUT_FORMS: tuple[OutputForm, ...] = ("index", "onehot")
MAX_TIMEOUT_S = 1_000_000
MAX_SEED = (1 << 32) - 1
MOST_NAND2 = 64.0
_TEST_FRACTION = 0.2
DEFAULT_LIBRARIES = ("sky130_fd_sc_hd",)


@dataclass(frozen=True, slots=True)
class SynthesisOptions:
    """Options of `synthesize`; the defaults need no thought.

    `reading` tells how to read the table. `seed` decides the split, the training and the search; where there is a
    `split_seed`, that decides the split. `training` overrides fields of the `TrainingConfig` that is chosen from the
    data. `exact` keeps the network's function and searches nothing; otherwise circuits of up to `most_nand2` areas of
    the first library's smallest NAND2 are searched on the `cut` whose cost counts, with each class counting as much as
    any other where `balanced`. `effort` is that of the search, of minimization and of mapping; `circuits` is how many
    the search judges, by default as many as the effort has time for; `points` is the most circuits that the front keeps
    beside the network, by default about thirty. The front is counted in the first of `libraries`, the chosen circuit is
    mapped to all of them. `all_features` gives ports to features and bits that the circuit does not read. `objective`
    and `max_delay_ps` are for mapping (see `tinydwn.mapping.Objective`), for each cut and library by itself;
    `timeout_s` bounds each run of a program.

    >>> SynthesisOptions(effort="high").libraries
    ('sky130_fd_sc_hd',)
    """

    reading: Reading = field(default_factory=Reading)
    test_fraction: float = _TEST_FRACTION
    seed: int = 0
    training: Mapping[str, object] = field(default_factory=dict)
    exact: bool = False
    cut: Literal["core", "chip"] = "chip"
    most_nand2: float = MOST_NAND2
    balanced: bool = False
    effort: Effort = "fast"
    circuits: int | None = None
    points: int | None = None
    output_form: OutputForm = "index"
    all_features: bool = False
    libraries: tuple[str, ...] = DEFAULT_LIBRARIES
    objective: str = "area"
    max_delay_ps: float | None = None
    timeout_s: float = 300.0
    split_seed: int | None = None

    def __post_init__(self) -> None:
        _check_kinds(self)
        _one_of("effort", self.effort, EFFORTS)
        _one_of("output form", self.output_form, OUTPUT_FORMS)
        _one_of("cut", self.cut, CUTS)
        from tinydwn.mapping import Objective  # here, as the command line shows its help without what mapping needs

        Objective(self.objective, self.max_delay_ps)
        if not self.libraries:
            raise ConfigError("no cell library was chosen", hint="leave --library out for the default one")
        if len(set(self.libraries)) != len(self.libraries):
            raise ConfigError("a cell library was chosen twice", hint="name each library once")
        if self.reading.test is not None and self.test_fraction != _TEST_FRACTION:
            raise ConfigError("the test part is a file, so that a test fraction has no effect", hint="leave one out")
        if not 0 < self.test_fraction < 1:
            raise ConfigError(
                f"the test fraction is {self.test_fraction:g}", hint="choose one between 0 and 1, like 0.2"
            )
        if not 0 < self.most_nand2 < 1e5:
            raise ConfigError(
                f"a search up to {self.most_nand2:g} NAND2 equivalents", hint="choose a number above 0, like 64"
            )
        if self.circuits is not None and self.circuits < 1:
            raise ConfigError(f"a search of {self.circuits} circuits", hint="choose a whole number from 1 upwards")
        if self.points is not None and self.points < 2:
            raise ConfigError(f"a front of {self.points} points", hint="choose a whole number from 2 upwards")
        _require_seed("seed", self.seed)
        _require_seed("seed of the split", self.seed_of_split)
        if not 0 < self.timeout_s <= MAX_TIMEOUT_S:
            raise ConfigError(
                f"the timeout is {self.timeout_s:g} s",
                hint=f"choose a number of seconds above 0, up to {MAX_TIMEOUT_S}",
            )

    @property
    def seed_of_split(self) -> int:
        """What decides which samples are the test part."""
        return self.seed if self.split_seed is None else self.split_seed


def _check_kinds(options: SynthesisOptions) -> None:
    """Refuse what could not be compared, or would be taken apart, further on."""
    if not isinstance(options.reading, Reading):
        raise ConfigError(f"reading is {options.reading!r}", hint="give tinydwn's Reading(...)")
    if not isinstance(options.training, Mapping):
        raise ConfigError(f"training is {options.training!r}", hint='give a dictionary, such as {"epochs": 20}')
    if isinstance(options.libraries, str) or not isinstance(options.libraries, Sequence):
        raise ConfigError(f"the libraries are {options.libraries!r}", hint="give a tuple of names")
    for name, (kind, what) in _KINDS.items():
        value = getattr(options, name)
        if value is None and name in _MAY_BE_NONE:
            continue
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise ConfigError(f"{name} is {value!r}", hint=f"choose {what}")


_NUMBER, _WHOLE, _FLAG = (Real, "a number"), (Integral, "a whole number"), (bool, "True or False")
_KINDS: dict[str, tuple[type, str]] = {
    **dict.fromkeys(("exact", "balanced", "all_features"), _FLAG),
    **dict.fromkeys(("test_fraction", "most_nand2", "timeout_s", "max_delay_ps"), _NUMBER),
    **dict.fromkeys(("seed", "split_seed", "circuits", "points"), _WHOLE),
}
_MAY_BE_NONE = ("max_delay_ps", "split_seed", "circuits", "points")


def _require_seed(what: str, seed: int) -> None:
    if not 0 <= seed <= MAX_SEED:
        raise ConfigError(f"the {what} is {seed}", hint=f"choose a whole number from 0 to {MAX_SEED}")


def _one_of(what: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ConfigError(f"unknown {what} '{value}'", hint=f"choose one of {', '.join(allowed)}")
