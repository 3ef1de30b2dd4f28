"""Which value of a circuit's outputs means which class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinydwn.data.pattern_names import outputs_of
from tinydwn.errors import ConfigError, NetlistError
from tinydwn.export.identifiers import quoted
from tinydwn.lowering import OutputForm


@dataclass(frozen=True, slots=True)
class ClassCode:
    """A class, and the outputs that mean it, read as one number, the first output being its lowest bit."""

    name: str
    code: int


def class_codes(class_names: Sequence[str], output_form: OutputForm, *, outputs: int) -> tuple[ClassCode, ...]:
    """Return the code of each class: its number, or the power of two of its own output.

    `ConfigError` for an unknown form, `NetlistError` where so many classes do not have `outputs` outputs in it.

    >>> class_codes(("no", "yes"), "index", outputs=1)
    (ClassCode(name='no', code=0), ClassCode(name='yes', code=1))
    >>> [one.code for one in class_codes(("a", "b", "c"), "onehot", outputs=3)]
    [1, 2, 4]
    """
    count = len(class_names)
    widths: dict[str, int] = {"index": (count - 1).bit_length(), "onehot": count}
    if output_form not in widths:
        raise ConfigError(f"unknown output form '{output_form}'", hint="choose one of index, onehot")
    if outputs != widths[output_form]:
        raise NetlistError(
            f"a circuit of {count} classes in the form {output_form} has {widths[output_form]} outputs, not {outputs}",
            hint="give the form and the classes that the circuit was made for",
        )
    return tuple(ClassCode(str(name), k if output_form == "index" else 1 << k) for k, name in enumerate(class_names))


def class_lines(classes: Sequence[ClassCode], outputs: Sequence[str], output_form: OutputForm) -> list[str]:
    """Return lines for people: which class the `outputs`, expressions in Verilog, the lowest bit first, mean.

    >>> class_lines(class_codes(("no", "yes"), "index", outputs=1), ["class_"], "index")
    ['The class is the number class_:', "  0 is 'no'", "  1 is 'yes'"]
    """
    if output_form == "onehot":
        lines = [f"  port {pin} is {quoted(one.name)}" for pin, one in zip(outputs, classes, strict=True)]
        return ["The class is told by one output, which is 1 while all others are 0:", *lines]
    own = outputs_of([one.name for one in classes])
    if own:
        lines = [f"  port {pin} is {quoted(name)}" for pin, name in zip(outputs, own, strict=True)]
        return ["The class is the pattern of its outputs:", *lines]
    number = ", ".join(reversed(outputs))
    lines = [f"The class is the number {f'{{{number}}}' if len(outputs) > 1 else number or 0}:"]
    lines += [f"  {one.code} is {quoted(one.name)}" for one in classes]
    return [*lines, "Any other number is no class."] if 1 << len(outputs) > len(classes) else lines
