"""Every text of a classifier, read back by something that knows nothing of the classifier, answers as it does."""

from __future__ import annotations

import ctypes
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from tinydwn import DWNClassifier
from tinydwn.errors import ConfigError
from tinydwn.export.ports import Ports
from tinydwn.model import load_classifier
from tinydwn.netlist import Netlist, from_blif
from tinydwn.netlist.simulate import simulate
from tinydwn.verify.read_back import read_verilog

Fitted = tuple[DWNClassifier, np.ndarray]


def read(netlist: Netlist, model: DWNClassifier, features: np.ndarray) -> np.ndarray:
    """Return the labels that a netlist answers, its inputs taken from their names: "x0[3]" or "x0 > 1.5"."""
    words = model.classifier_.encoder.fixed_point.words(features)
    columns = []
    for name in netlist.inputs:
        bit = re.fullmatch(r"x(\d+)\[(\d+)\]", name)
        comparison = re.fullmatch(r"x(\d+) > (.+)", name)
        if bit:
            columns.append(words[:, int(bit[1])] // 2 ** int(bit[2]) % 2 == 1)
        else:
            assert comparison
            columns.append(features[:, int(comparison[1])] > float(comparison[2]))
    answers = simulate(netlist, np.array(columns, dtype=bool).reshape(len(columns), -1).T)
    return model.classes_[answers @ 2 ** np.arange(answers.shape[1])]


@pytest.mark.parametrize("cut", ["core", "chip"])
def test_blif_that_is_read_back_answers_as_the_classifier_does(fitted: Fitted, cut: Any) -> None:
    model, features = fitted
    netlist = from_blif(model.to_blif(cut=cut))
    assert netlist.name == cut
    assert all(("[" in name) == (cut == "chip") for name in netlist.inputs)
    assert read(netlist, model, features).tolist() == model.predict(features).tolist()


@pytest.mark.parametrize("cut", ["core", "chip"])
def test_verilog_that_yosys_reads_answers_as_the_classifier_does(fitted: Fitted, cut: Any) -> None:
    model, features = fitted
    like = from_blif(model.to_blif(cut=cut))
    netlist = read_verilog(model.to_verilog(cut=cut), ports=Ports.of(like), like=like)
    assert read(netlist, model, features).tolist() == model.predict(features).tolist()


def test_equations_run_on_columns_and_answer_as_the_classifier_does(fitted: Fitted) -> None:
    model, features = fitted
    scope: dict[str, Any] = {f"x{k}": column for k, column in enumerate(features.T)}
    exec(model.to_equations(), {}, scope)
    bits = sorted(name for name in scope if re.fullmatch(r"class_\d+", name))
    assert len(bits) == (len(model.classes_) - 1).bit_length()
    answers = sum(np.broadcast_to(scope[name], len(features)).astype(int) << k for k, name in enumerate(bits))
    assert model.classes_[answers].tolist() == model.predict(features).tolist()


def test_compiled_c_answers_as_the_classifier_does(fitted: Fitted, c_compiler: Path, tmp_path: Path) -> None:
    model, features = fitted
    (tmp_path / "model.c").write_text(model.to_c())
    flags = ["-std=c99", "-Wall", "-Werror", "-O1", "-shared", "-fPIC", "-o", "model.so", "model.c"]
    subprocess.run([c_compiler, *flags], cwd=tmp_path, check=True)
    answers = np.full(len(features), -1, dtype=np.int64)
    given = np.ascontiguousarray(features)
    function = ctypes.CDLL(str(tmp_path / "model.so")).classify
    status = function(
        ctypes.c_void_p(given.ctypes.data), ctypes.c_void_p(answers.ctypes.data), ctypes.c_size_t(len(given))
    )
    assert status == 0
    assert model.classes_[answers].tolist() == model.predict(features).tolist()


def test_a_function_in_c_may_be_named(fitted: Fitted) -> None:
    model, _ = fitted
    assert "\nint iris(const double *features, int64_t *codes, size_t samples) {\n" in model.to_c(name="iris")


def test_verilog_is_of_the_chip_unless_asked_otherwise(fitted: Fitted) -> None:
    model, _ = fitted
    assert model.to_verilog() == model.to_verilog(cut="chip") != model.to_verilog(cut="core")
    assert model.to_blif() == model.to_blif(cut="chip") != model.to_blif(cut="core")
    assert model.to_verilog().startswith("module chip (\n")


def test_a_saved_network_is_the_one_that_was_trained(fitted: Fitted, tmp_path: Path) -> None:
    model, _ = fitted
    model.save(tmp_path / "model.npz")
    assert load_classifier(tmp_path / "model.npz") == model.classifier_
    model.save(str(tmp_path / "again.npz"))
    assert (tmp_path / "again.npz").read_bytes() == (tmp_path / "model.npz").read_bytes()


def test_a_classifier_without_a_fit_has_no_circuit(tmp_path: Path) -> None:
    model = DWNClassifier()
    for write in (model.to_verilog, model.to_blif, model.to_equations, model.to_c):
        with pytest.raises(NotFittedError):
            write()
    with pytest.raises(NotFittedError):
        model.save(tmp_path / "model.npz")


@pytest.mark.parametrize(
    ("method", "options", "message"),
    [
        ("to_verilog", {"cut": "die"}, "unknown cut 'die'\n\nhint: choose one of core, chip"),
        ("to_blif", {"cut": None}, "unknown cut None\n\nhint: choose one of core, chip"),
        ("to_c", {"name": 3}, "3 cannot be the name of a function in C\n\nhint: give a text"),
        ("save", {"path": 3}, "the path is 3\n\nhint: give the name of a file, such as model.npz"),
    ],
)
def test_bad_options_are_refused(fitted: Fitted, method: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        getattr(fitted[0], method)(**options)
    assert str(caught.value) == message
    assert isinstance(caught.value, ValueError)


def test_a_name_that_c_has_already_is_refused(fitted: Fitted) -> None:
    with pytest.raises(ValueError, match="'int' cannot be the name of a function in C"):
        fitted[0].to_c(name="int")


def test_equations_of_a_large_circuit_are_refused() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(300, 12))
    labels = np.arange(300) % 3
    model = DWNClassifier(layers=(90,), inputs_per_lut=6, epochs=1).fit(features, labels)
    with pytest.raises(ValueError, match="too many to read as equations"):
        model.to_equations()
