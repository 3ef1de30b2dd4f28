"""What an exploration varies: options of `tinydwn synth` by name, each with the values to try."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tinydwn.errors import ConfigError
from tinydwn.synthesis.options import SynthesisOptions

Space = Mapping[str, tuple[str, ...]]
"""The values to try of every option, as they are typed."""
AUTO = "auto"
"""The value that leaves an option out: it is decided as `tinydwn synth` does."""
MOST_VALUES = 64
_TRAINING = {
    "bits": "bits_per_feature",
    "scheme": "scheme",
    "input-bits": "input_bits",
    "luts": "layers",
    "inputs-per-lut": "inputs_per_lut",
    "reduction": "reduction",
    "epochs": "epochs",
    "learning-rate": "learning_rate",
}
_ROAD: dict[str, tuple[str, type]] = {
    "effort": ("effort", str),
    "seed": ("seed", int),
    "library": ("libraries", str),
    "most": ("most_nand2", float),
}
_RANGE = re.compile(r"(\d{1,9})\.\.(\d{1,9})")


def space_of(texts: Iterable[str]) -> Space:
    """Return the space of texts like `bits=2,4,8` or `seed=0..3`; `ConfigError` for any other text.

    Several layers are joined by a plus: `luts=30,60+20`.

    >>> dict(space_of(["bits=2,auto", "seed=0..2"]))
    {'bits': ('2', 'auto'), 'seed': ('0', '1', '2')}
    """
    found: dict[str, tuple[str, ...]] = {}
    for text in texts:
        name, sign, given = text.partition("=")
        name = _named(name.strip())
        values = tuple(value for part in given.split(",") for value in _values(part.strip(), text))
        if not sign or not name or not all(values):
            raise ConfigError(f"--vary is {text!r}", hint="give NAME=VALUE,VALUE..., such as bits=2,4,8 or seed=0..3")
        if name in found or len(set(values)) != len(values):
            raise ConfigError(f"--vary names '{name}' or one of its values twice", hint="name each once")
        if len(values) > MOST_VALUES:
            raise ConfigError(f"--vary gives '{name}' {len(values)} values", hint=f"give at most {MOST_VALUES}")
        found[name] = values
    return found


def usual_space(options: SynthesisOptions, *, classes: int) -> Space:
    """Return what is varied where nothing is asked for: the encoder, the words, the network, effort, seeds, libraries.

    >>> usual_space(SynthesisOptions(seed=7), classes=2)["seed"]
    ('7', '8', '9', '10')
    """
    efforts = (options.effort, *(one for one in ("fast", "normal") if one != options.effort))
    return {
        "bits": (AUTO, "2", "4", "8", "16"),
        "scheme": (AUTO, "uniform", "gaussian", "adaptive"),
        "input-bits": (AUTO, "3", "4", "5", "6"),
        "luts": (AUTO, *(str(classes * each) for each in (3, 8, 20))),
        "inputs-per-lut": (AUTO, "2", "6"),
        "effort": efforts,
        "seed": tuple(str(options.seed + k) for k in range(4)),
        "library": options.libraries,
    }


def usual_values(space: Space, options: SynthesisOptions) -> dict[str, str]:
    """Return the values of a space that `tinydwn synth` would take by itself, as far as they are in it."""
    own = {
        "effort": options.effort,
        "seed": str(options.seed),
        "library": options.libraries[0],
        "most": f"{options.most_nand2:g}",
    }
    return {name: own.get(name, AUTO) for name, values in space.items() if own.get(name, AUTO) in values}


def options_of(values: Mapping[str, str], options: SynthesisOptions) -> SynthesisOptions:
    """Return options with values of a space in place of their own; the split stays as it is.

    `ConfigError` for a name that there is not, and a value that makes no sense.

    >>> options_of({"bits": "4", "effort": "high", "luts": "auto"}, SynthesisOptions()).training
    {'bits_per_feature': 4}
    """
    from tinydwn.training import TrainingConfig

    training, road = dict(options.training), {}
    for name, value in values.items():
        if name in _ROAD and value != AUTO:
            field, kind = _ROAD[name]
            road[field] = _of_kind(name, value, kind)
        elif name not in _ROAD:
            training.pop(_field(name), None)
            training |= {} if value == AUTO else {_field(name): _parsed(name, value)}
    if "seed" in training:
        raise ConfigError("--vary names a seed of the training", hint="vary seed, which decides the search, too")
    TrainingConfig.from_dict(training)
    if "libraries" in road:
        road["libraries"] = (road["libraries"],)
    return replace(options, training=training, split_seed=options.seed_of_split, **road)


def require_sense(space: Space, options: SynthesisOptions) -> None:
    """Raise `ConfigError` for a name or a value of a space that makes no sense by itself."""
    for name, values in space.items():
        for value in values:
            options_of({name: value}, options)


def words_of_values(values: Mapping[str, str]) -> list[str]:
    """Return values as the words of a command.

    >>> words_of_values({"bits": "4", "luts": "60+20", "tau": "2", "scheme": "auto"})
    ['--bits', '4', '--luts', '60,20', '--set', 'tau=2']
    """
    words: list[str] = []
    for name, value in values.items():
        if value == AUTO:
            continue
        if name in _TRAINING or name in _ROAD:
            words += [f"--{name}", value.replace("+", ",") if name == "luts" else value]
        else:
            words += ["--set", f"{name}={value}"]
    return words


def said(values: Mapping[str, str]) -> str:
    """Return values as a reader sees them, those left out that are decided as usual.

    >>> said({"bits": "4", "scheme": "auto"})
    'bits 4'
    """
    return ", ".join(f"{name} {value}" for name, value in values.items() if value != AUTO) or "as usual"


def _named(name: str) -> str:
    """Return the name of an option; of other fields of the training, that of the field."""
    option = name.replace("_", "-")
    return option if option in _TRAINING or option in _ROAD else name.replace("-", "_")


def _field(name: str) -> str:
    return _TRAINING.get(name, name)


def _values(text: str, whole: str) -> Iterable[str]:
    """Return the values of a part of a text: several for a range."""
    found = _RANGE.fullmatch(text)
    if found is None:
        return (text,)
    low, high = int(found[1]), int(found[2])
    if not 0 <= high - low < MOST_VALUES:
        raise ConfigError(f"--vary is {whole!r}", hint=f"give a range of at most {MOST_VALUES} values, such as 0..3")
    return map(str, range(low, high + 1))


def _of_kind(name: str, value: str, kind: type) -> Any:  # noqa: ANN401 - of that kind
    try:
        return kind(value)
    except ValueError:
        raise ConfigError(f"--vary gives '{name}' the value {value!r}", hint="give a number") from None


def _parsed(name: str, value: str) -> object:
    """Return a value of the training as what a text like it means elsewhere."""
    if name == "luts":
        return tuple(_of_kind(name, one, int) for one in value.split("+"))
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
