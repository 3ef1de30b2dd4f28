"""From the arguments of a circuit classifier to the options of the road."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

from tinydwn.estimators.refusals import ParameterError
from tinydwn.estimators.seeds import seed_of
from tinydwn.synthesis.front import Choice
from tinydwn.synthesis.options import SynthesisOptions

if TYPE_CHECKING:
    from tinydwn.estimators.circuit import CircuitClassifier

_RULES = {"balanced": Choice(), "knee": Choice("knee"), "best": Choice("best")}
_LARGEST_SEED = (1 << 32) - 1


def options_of(model: CircuitClassifier) -> SynthesisOptions:
    """Return the options that the arguments of a circuit classifier ask for; `ParameterError` names a wrong one."""
    budget = _number("budget", model.budget)
    if model.max_area is not None:
        budget = max(budget, _number("max_area", model.max_area))
    if not isinstance(model.library, str):
        raise ParameterError(
            f"library is {model.library!r}", hint="give the name of a cell library, or the path of a Liberty file"
        )
    if not isinstance(model.balanced, bool):
        raise ParameterError(f"balanced is {model.balanced!r}", hint="choose True or False")
    training: Any = {} if model.training is None else model.training
    if not isinstance(training, Mapping):
        raise ParameterError(f"training is {training!r}", hint='give fields of TrainingConfig, such as {"epochs": 20}')
    if "seed" in training:
        raise ParameterError("training has a seed", hint="give it as random_state")
    seed = seed_of(model.random_state)
    if seed > _LARGEST_SEED:
        raise ParameterError(f"random_state is {seed}", hint=f"choose a whole number from 0 to {_LARGEST_SEED}")
    return SynthesisOptions(
        seed=seed,
        training=dict(training),
        cut=model.cut,  # type: ignore[arg-type]  # the options check it
        most_nand2=budget,
        balanced=model.balanced,
        effort=model.effort,  # type: ignore[arg-type]  # the options check it
        circuits=_count("circuits", model.circuits),
        points=_count("points", model.points),
        libraries=(model.library,),
    )


def choice_of(rule: object, *, max_area: object = None, accuracy_drop: object = None, point: object = None) -> Choice:
    """Return the one way to choose that is asked for; beside another, the rule "balanced" asks for nothing.

    >>> choice_of("knee").rule, choice_of("balanced", max_area=12).rule
    ('knee', 'area')
    """
    if rule is not None and (not isinstance(rule, str) or rule not in _RULES):
        raise ParameterError(f"there is no rule {rule!r}", hint=f"choose one of {', '.join(_RULES)}")
    given = {"max_area": max_area, "accuracy_drop": accuracy_drop, "point": point}
    asked = [name for name, value in given.items() if value is not None]
    if rule is not None and (rule != "balanced" or not asked):
        asked.insert(0, f"the rule {rule!r}")
    if len(asked) != 1:
        what = f"{asked[0]} and {asked[1]} both choose a circuit" if asked else "nothing says which circuit to choose"
        raise ParameterError(what, hint="give one of a rule, max_area, accuracy_drop and point")
    if max_area is not None:
        return Choice("area", _number("max_area", max_area))
    if accuracy_drop is not None:
        return Choice("drop", _number("accuracy_drop", accuracy_drop))
    if point is not None:
        number = _count("point", point)
        assert number is not None
        return Choice("point", number)
    return _RULES[str(rule)]


def verbosity(verbose: object) -> bool:
    """Say whether something is to be printed; `ParameterError` for what is no number from 0 upwards."""
    if not isinstance(verbose, Integral) or int(verbose) < 0:
        raise ParameterError(f"verbose is {verbose!r}", hint="choose 0 for silence, 1 for a line per step")
    return bool(verbose)


def _number(name: str, value: object) -> float:
    if not isinstance(value, Real) or isinstance(value, bool):
        raise ParameterError(f"{name} is {value!r}", hint="choose a number, such as 12")
    return float(value)


def _count(name: str, value: object) -> int | None:
    if value is None:
        return None
    if not isinstance(value, Integral) or isinstance(value, bool):
        raise ParameterError(f"{name} is {value!r}", hint="choose a whole number")
    return int(value)
