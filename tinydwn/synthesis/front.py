"""The front: circuits of every size for one data set, and the rules by which one of them is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Literal, get_args

from tinydwn.errors import ConfigError
from tinydwn.metrics import Cut
from tinydwn.model.classifier import Classifier
from tinydwn.synthesis.building import Built

Kind = Literal["network", "refined", "tree", "structure"]
Rule = Literal["expected", "knee", "best", "drop", "area", "point"]


@dataclass(frozen=True, slots=True)
class Size:
    """What a circuit takes on one cut: two-input gates, area in um2 and in areas of the library's smallest NAND2."""

    gates2: int
    area_um2: float
    nand2_equivalent: float


@dataclass(frozen=True, slots=True)
class FrontPoint:
    """A circuit of the front.

    `start` names what it descends from. Accuracies are fractions of samples or means over the classes, None without
    samples; `expected` is the estimate for unseen samples, `error` its standard error, `own_error` the part of that
    which other circuits do not share (see `Expected`). `features` are those that it
    reads.
    """

    kind: Kind
    start: str
    classifier: Classifier
    core: Size
    chip: Size
    training: float | None
    expected: float | None
    error: float | None
    own_error: float | None
    test: float | None
    features: tuple[str, ...]

    def size(self, cut: Cut) -> Size:
        """Return what it takes on one cut."""
        return self.core if cut == "core" else self.chip


def size_of(built: Built, cut: Cut) -> Size:
    """Return the size of a built cut."""
    one = built.of(cut)
    return Size(one.gates2, one.mapped.area_um2, one.mapped.nand2_equivalent)


@dataclass(frozen=True, slots=True)
class Choice:
    """How to choose a point of a front.

    "expected": the smallest whose expected accuracy is within one standard error of the best (Breiman et al., 1984),
    its own or the best one's, whichever is larger, as what all circuits share says nothing about which is better.
    "best": the one of highest expected accuracy, of equals the smallest. "knee": farthest above the line from the
    smallest to the best one, training accuracy over area (Satopaa et al., 2011). "drop": the smallest that is expected
    to be at most `value` less accurate than the best. "area": the one of highest expected accuracy within `value` NAND2
    equivalents. "point": the one of that number.

    >>> Choice("area", 12.0).text
    'the best expected accuracy within 12 NAND2 equivalents'
    """

    rule: Rule = "expected"
    value: float = 0.0

    def __post_init__(self) -> None:
        if self.rule not in get_args(Rule):
            raise ConfigError(f"there is no rule {self.rule!r}", hint=f"choose one of {', '.join(get_args(Rule))}")
        if not isinstance(self.value, Real):
            raise ConfigError(f"a circuit cannot be chosen by {self.value!r}", hint="give a number")
        if not 0 <= self.value < 1e9:
            raise ConfigError(f"a circuit cannot be chosen by {self.value:g}", hint="choose a number from 0 upwards")

    @property
    def text(self) -> str:
        """The rule in words."""
        return {
            "expected": "the smallest circuit expected within one standard error of the best",
            "best": "the best expected accuracy",
            "knee": "the knee of training accuracy over area",
            "drop": f"the smallest circuit expected at most {100 * self.value:g} points below the best",
            "area": f"the best expected accuracy within {self.value:g} NAND2 equivalents",
            "point": f"point {self.value:.0f}, as asked for",
        }[self.rule]


@dataclass(frozen=True, slots=True)
class Place:
    """What choosing looks at: area in um2 and NAND2 equivalents on the cut that counts, accuracies, and own error."""

    area_um2: float
    nand2_equivalent: float
    training: float | None
    expected: float | None
    own_error: float | None


def choose(places: Sequence[Place], choice: Choice) -> int:
    """Return the number of the chosen one among places by ascending area; `ConfigError` where none fits.

    Without samples there are no accuracies to choose by: the last, largest one is chosen where nothing else is asked
    for, and no rule of accuracy may be.

    >>> small, middle = Place(1.0, 1.0, 0.90, 0.88, 0.02), Place(4.0, 4.0, 0.97, 0.95, 0.01)
    >>> steps = [small, middle, Place(9.0, 9.0, 1.0, 0.955, 0.01)]
    >>> choose(steps, Choice()), choose(steps, Choice("best")), choose(steps, Choice("area", 3.0))
    (1, 2, 0)
    """
    everyone = range(len(places))
    if choice.rule == "point":
        if choice.value not in everyone:
            raise ConfigError(
                f"there is no point {choice.value:g}", hint=f"points are 0 to {len(places) - 1}; --list shows them"
            )
        return int(choice.value)
    if choice.rule == "area":
        fitting = [k for k in everyone if places[k].nand2_equivalent <= choice.value * (1 + 1e-9)]
        if not fitting:
            least = places[0].nand2_equivalent
            raise ConfigError(
                f"no circuit takes at most {choice.value:g} NAND2 equivalents", hint=f"the smallest takes {least:.1f}"
            )
        return _best(places, fitting)
    if choice.rule != "expected" and all(place.expected is None for place in places):
        raise ConfigError("without samples there is no accuracy to choose by", hint="give samples, or a --max-area")
    best = _best(places, everyone)
    if choice.rule == "best" or places[best].expected is None:
        return best
    if choice.rule == "knee":
        return _knee(places)

    def below(k: int) -> float:
        """Return how much less may be expected of a place than of the best."""
        return choice.value if choice.rule == "drop" else max(places[k].own_error or 0.0, places[best].own_error or 0.0)

    highest = places[best].expected or 0.0
    return next(k for k in everyone if (places[k].expected or 0.0) >= highest - below(k) - 1e-12)


def _best(places: Sequence[Place], among: Sequence[int]) -> int:
    """Return the first of the highest expected accuracy; the last of all where nothing is expected."""
    if any(places[k].expected is None for k in among):
        return among[-1]
    return max(among, key=lambda k: (places[k].expected, -k))


def _knee(places: Sequence[Place]) -> int:
    """Return the place farthest above the line, on axes from 0 to 1 between the smallest and the most accurate one."""
    steps: list[int] = []
    for k, place in enumerate(places):
        if not steps or (place.training or 0.0) > (places[steps[-1]].training or 0.0):
            steps.append(k)
    first, last = places[steps[0]], places[steps[-1]]
    width, height = last.area_um2 - first.area_um2, (last.training or 0.0) - (first.training or 0.0)
    if not width or not height:
        return steps[0]

    def above(k: int) -> float:
        rise = ((places[k].training or 0.0) - (first.training or 0.0)) / height
        return rise - (places[k].area_um2 - first.area_um2) / width

    return max(steps, key=above)
