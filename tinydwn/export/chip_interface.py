"""The interface of a chip: what its ports take, what its outputs mean, and which features nobody needs to measure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tinydwn.encoder.encoder import Encoder
from tinydwn.errors import BundleError, NetlistError
from tinydwn.export.bundle import MADE_ANEW
from tinydwn.export.bundle_files import INTERFACE_FILE
from tinydwn.export.class_code import ClassCode, class_codes, class_lines
from tinydwn.export.comment import as_comment, listed
from tinydwn.export.feature_port import FeaturePort
from tinydwn.export.ports import Ports
from tinydwn.export.wrapper import serial_words
from tinydwn.lowering import OutputForm
from tinydwn.lowering.chip_ports import all_word_bits
from tinydwn.netlist import Netlist
from tinydwn.netlist.analysis import read_inputs
from tinydwn.tools.json_object import parse_json

SCHEMA = "tinydwn.interface/1"
_FORMS: tuple[OutputForm, ...] = ("index", "onehot")
_WORD = "word = clamp(floor((value - OFFSET) / STEP), 0, 2^bits - 1)"


@dataclass(frozen=True, slots=True)
class ChipInterface:
    """What one has to know to use the module of a chip.

    `features` are those that have ports, in the order of the samples' columns; `features_unread` names all features
    that the class does not depend on, with ports or without. `outputs` are expressions in Verilog, the lowest bit of
    the class's code first. The wrapper with one word input loads the words of `loading`, in this order, each whole, in
    the low bits of an input of `loading_bits` bits.
    """

    module: str
    features: tuple[FeaturePort, ...]
    features_unread: tuple[str, ...]
    outputs: tuple[str, ...]
    output_form: OutputForm
    classes: tuple[ClassCode, ...]
    loading: tuple[str, ...]
    loading_bits: int

    @staticmethod
    def of(encoder: Encoder, chip: Netlist, class_names: Sequence[str], output_form: OutputForm) -> ChipInterface:
        """Return the interface of a chip whose inputs are bits of words of `encoder`.

        `NetlistError` for another input and for another number of outputs than the form has for so many classes;
        `ConfigError` for an unknown form.

        >>> import numpy as np
        >>> from tinydwn.encoder import Encoder, FixedPoint
        >>> grid = FixedPoint(np.zeros(2), np.full(2, 0.5), np.array([3, 3]))
        >>> encoder = Encoder(("size (cm)", "age"), grid, np.array([0]), np.array([3]))
        >>> chip = Netlist("chip", ("size (cm)[2]",), (), (("class[0]", 2),))
        >>> interface = ChipInterface.of(encoder, chip, ("small", "large"), "index")
        >>> interface.features[0].pins, interface.features[0].formula, interface.features_unread
        (('size_cm_2',), 'word = clamp(floor((value - 0) / 0.5), 0, 7)', ('age',))
        >>> ChipInterface.from_json(interface.to_json()) == interface
        True
        """
        _require_word_bits(encoder, chip)
        ports, read = Ports.of(chip), set(read_inputs(chip))
        named = {port.word for port in ports.inputs}
        features = tuple(
            FeaturePort.of(encoder, k, ports.inputs, read)
            for k, name in enumerate(encoder.feature_names)
            if name in named
        )
        needed = {one.feature for one in features if one.bits_read}
        words, place = serial_words(ports), ports.expressions
        return ChipInterface(
            module=ports.module,
            features=features,
            features_unread=tuple(name for name in encoder.feature_names if name not in needed),
            outputs=tuple(place[name] for name in chip.output_names),
            output_form=output_form,
            classes=class_codes(class_names, output_form, outputs=len(chip.outputs)),
            loading=tuple(word.title for word in words),
            loading_bits=max((word.width for word in words), default=1),
        )

    @property
    def features_read(self) -> tuple[FeaturePort, ...]:
        """The features that have to be measured: the class depends on at least one bit of each."""
        return tuple(one for one in self.features if one.bits_read)

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain values for JSON."""
        return {"schema": SCHEMA, **asdict(self)}

    @staticmethod
    def from_json(content: Mapping[str, Any]) -> ChipInterface:
        """Return what `to_json` gave; `BundleError` for anything else."""
        try:
            fields = dict(content)
            if fields.pop("schema") != SCHEMA:
                raise ValueError("another schema")
            fields["features"] = tuple(_feature_port(one) for one in fields["features"])
            fields["classes"] = tuple(ClassCode(str(one["name"]), int(one["code"])) for one in fields["classes"])
            for name in ("features_unread", "outputs", "loading"):
                fields[name] = _texts(fields[name])
            _require(fields, str, "module")
            _require(fields, int, "loading_bits")
            if fields["output_form"] not in _FORMS:
                raise ValueError("another output form")
            return ChipInterface(**fields)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BundleError(f"'{INTERFACE_FILE}' is not the interface of a chip: {error}", hint=MADE_ANEW) from error

    def head(self, *, style: str = "") -> str:
        """Return lines of comments for the head of a Verilog file of the chip, or of its wrapper of a `style`.

        Names stand in them so that no tool can take them for anything but text.
        """
        read = [one for one in self.features if one.bits_read]
        lines = ["Generated by tinydwn: words of features in, class out.", f"A feature is an unsigned word, {_WORD}."]
        lines += [f"  {one.line}" for one in self.features]
        if self.features_unread:
            lines += [f"The class depends on {len(read)} of {len(read) + len(self.features_unread)} features, not on:"]
            lines += listed(self.features_unread)
        if style == "serial":
            lines += [
                f"Words are loaded one by one, each whole, in the low bits of {self.loading_bits}; "
                "bits that are no port are not looked at. The order is:",
                *listed(self.loading),
            ]
        return as_comment([*lines, *class_lines(self.classes, self.outputs, self.output_form)])


def interface_text(interface: ChipInterface) -> str:
    """Return the text of `interface.json`, in which each feature and each class has a line."""
    fields = []
    for name, value in interface.to_json().items():
        rows = ",\n  ".join(map(json.dumps, value)) if name in ("features", "classes") else ""
        fields.append(f' "{name}": ' + (f"[\n  {rows}\n ]" if rows else json.dumps(value)))
    return "{\n" + ",\n".join(fields) + "\n}\n"


def read_interface(text: str | bytes) -> ChipInterface:
    """Return the interface in the text of `interface.json`; `BundleError` for another text.

    >>> read_interface("{}")
    Traceback (most recent call last):
    tinydwn.errors.BundleError: 'interface.json' is not the interface of a chip: 'schema'
    <BLANKLINE>
    hint: run 'tinydwn synth' again to write the folder anew
    """
    try:
        content = parse_json(text)
    except ValueError as error:
        raise BundleError(f"'{INTERFACE_FILE}' is not JSON", hint=MADE_ANEW) from error
    if not isinstance(content, dict):
        raise BundleError(f"'{INTERFACE_FILE}' is not an object of JSON", hint=MADE_ANEW)
    return ChipInterface.from_json(content)


def _require_word_bits(encoder: Encoder, chip: Netlist) -> None:
    known = set(all_word_bits(encoder))
    odd = [name for name in chip.inputs if name not in known]
    if odd:
        raise NetlistError(
            f"the netlist's input {odd[0]!r} is no bit of a feature word of the encoder",
            hint="give the encoder that the netlist was made with",
        )


def _feature_port(content: Mapping[str, Any]) -> FeaturePort:
    fields = dict(content)
    _require(fields, str, "feature", "port", "unit", "formula")
    _require(fields, int, "column", "word_bits")
    for name in ("bits", "bits_read"):
        fields[name] = tuple(int(bit) for bit in fields[name])
    fields["pins"] = _texts(fields["pins"])
    for name in ("offset", "step", "lowest", "highest"):
        fields[name] = float(fields[name])
    return FeaturePort(**fields)


def _require(fields: Mapping[str, Any], kind: type, *names: str) -> None:
    for name in names:
        if not isinstance(fields[name], kind):
            raise ValueError(f"{name} is no {'text' if kind is str else 'whole number'}")


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    found = tuple(values)
    if isinstance(values, str) or not all(isinstance(value, str) for value in found):
        raise ValueError("a name is no text")
    return found
