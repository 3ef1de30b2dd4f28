"""What a fitted classifier is as a circuit, in text: Verilog, BLIF, equations, C."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from tinydwn.estimators.refusals import ParameterError, refusing
from tinydwn.export.equations import to_equations
from tinydwn.export.verilog import to_verilog
from tinydwn.netlist import to_blif
from tinydwn.targets.c_classifier import classifier_to_c
from tinydwn.targets.comparisons import Comparisons

if TYPE_CHECKING:
    from tinydwn.encoder import Encoder
    from tinydwn.lowering import Core
    from tinydwn.metrics import Cut
    from tinydwn.netlist import Netlist


class CircuitTexts(ABC):
    """The texts of a classifier that has an encoder, a core behind it, and a chip of both.

    Two cuts: "chip" reads the words of features, "name[bit]" LSB first; "core" reads thermometer bits, "name > value".
    The outputs of both are the number of the class, an index into `classes_`, in binary, LSB first.
    """

    def to_verilog(self, *, cut: Cut = "chip") -> str:
        """Return a cut as one module of Verilog-2001; `ConfigError` for an unknown cut."""
        return to_verilog(self._netlist(cut))

    def to_blif(self, *, cut: Cut = "chip") -> str:
        """Return a cut as BLIF, which `tinydwn.netlist.from_blif` reads back; `ConfigError` for an unknown cut."""
        return to_blif(self._netlist(cut))

    def to_equations(self) -> str:
        """Return the core as equations of comparisons, which run as Python on numpy arrays of feature values.

        They hold wherever thermometer bits come in order, as they do for every value. `ConfigError` for a circuit that
        is too large to be read.
        """
        core = self._small_core()
        with refusing():
            return to_equations(core.netlist, assuming=core.assumption)

    def to_c(self, *, name: str = "classify") -> str:
        """Return a C99 file with `int name(const double *features, int64_t *codes, size_t samples)`.

        It reads (samples, features) in C order and writes the number of each sample's class. It returns 0, 1 where
        there is no memory, and 2 where a value is no finite number. `ConfigError` for a name that is no identifier.
        """
        if not isinstance(name, str):
            raise ParameterError(f"{name!r} cannot be the name of a function in C", hint="give a text")
        core = self._small_core().netlist
        with refusing():
            return classifier_to_c(core, Comparisons.of(self._encoder(), core), name=name)

    @abstractmethod
    def _encoder(self) -> Encoder:
        """Return what gives the core its bits; `NotFittedError` before `fit`."""

    @abstractmethod
    def _small_core(self) -> Core:
        """Return the core to write, and what is known of its inputs; `NotFittedError` before `fit`."""

    @abstractmethod
    def _small_chip(self) -> Netlist:
        """Return the chip to write; `NotFittedError` before `fit`."""

    def _netlist(self, cut: Cut) -> Netlist:
        if cut == "core":
            return self._small_core().netlist
        if cut == "chip":
            return self._small_chip()
        raise ParameterError(f"unknown cut {cut!r}", hint="choose one of core, chip")
