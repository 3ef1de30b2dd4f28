"""C for microcontrollers, compiled here: answers are the golden ones, and compilers have nothing to complain about."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.targets.microcontroller.conftest import SCALES, Case, case
from tinydwn.bench.random_classifier import synthetic_classifier
from tinydwn.encoder import Encoder, FixedPoint
from tinydwn.errors import ConfigError, DataError
from tinydwn.lowering import lower_core
from tinydwn.model import Classifier, LutLayer, Reduction
from tinydwn.targets.microcontroller import c_library
from tinydwn.targets.microcontroller.project import MOST_SAMPLE_BYTES, project_files

STRICT = ("-std=c99", "-Wall", "-Wextra", "-pedantic", "-Wconversion", "-Werror", "-O1")


def written(files: dict[str, str], folder: Path) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def played(folder: Path, compiler: Path, name: str = "classifier") -> str:
    sources = [folder / "main/host.c", *sorted((folder / name / "src").glob("*.c"))]
    command = [str(compiler), *STRICT, f"-I{folder / name / 'src'}", "-o", str(folder / "host"), *map(str, sources)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return subprocess.run([folder / "host"], capture_output=True, text=True, timeout=60, check=False).stdout


@pytest.mark.parametrize("form", ["gates", "branches", "tables"])
@pytest.mark.parametrize("seed", range(6))
def test_answers_are_the_golden_ones(form, seed, tmp_path, c_compiler):
    drawn = case(seed)
    library = c_library(drawn.model, drawn.core, form=form, scales=SCALES[seed % len(SCALES)])
    integers, answers = drawn.played(library.inputs)
    folder = written(project_files(library, integers, answers), tmp_path)
    assert played(folder, c_compiler) == "150 of 150 as the classifier answers, 150 of them many at a time\n"


def many_classes(classes: int, reduction: Reduction, nodes: int) -> Case:
    """Return a network of so many classes, with an output per class, and samples."""
    rng = np.random.default_rng(classes)
    grid = FixedPoint(offset=np.zeros(8), step=np.ones(8), input_bits=np.full(8, 4))
    encoder = Encoder(
        tuple(f"f{k}" for k in range(8)), grid, feature=np.repeat(np.arange(8), 4), constant=np.tile([2, 5, 8, 11], 8)
    )
    layer = LutLayer(rng.random((nodes, 16)) < 0.3, rng.integers(0, 32, (nodes, 4)))
    model = Classifier(encoder, (layer,), reduction, tuple(f"c{k}" for k in range(classes)))
    return Case(model, lower_core(model).netlist, rng.integers(0, 16, (150, 8)))


def in_small_words(files: dict[str, str]) -> dict[str, str]:
    """Return the files with words of eight samples, as on an AVR."""
    source = "classifier/src/classifier.c"
    assert "typedef uint32_t slice;" in files[source]
    return {**files, source: files[source].replace("uint32_t slice", "uint8_t slice")}


@pytest.mark.parametrize(
    ("classes", "reduction", "nodes", "form"),
    [
        (256, Reduction.POPCOUNT, 512, "tables"),
        (256, Reduction.POPCOUNT, 512, "branches"),
        (256, Reduction.LEARNABLE, 256, "tables"),
        (300, Reduction.CODED, 9, "gates"),
    ],
)
def test_as_many_classes_as_a_byte_has_and_more(classes, reduction, nodes, form, tmp_path, c_compiler):
    drawn = many_classes(classes, reduction, nodes)
    library = c_library(drawn.model, drawn.core, form=form)
    files = project_files(library, *drawn.played(library.inputs))
    folder = written(in_small_words(files) if form == "gates" else files, tmp_path)
    assert played(folder, c_compiler) == "150 of 150 as the classifier answers, 150 of them many at a time\n"


@pytest.mark.parametrize("classes", [10, 40])
def test_an_output_per_class_of_more_classes_than_a_word_has_bits(classes, tmp_path, c_compiler):
    drawn = many_classes(classes, Reduction.CODED, (classes - 1).bit_length())
    core = lower_core(drawn.model, output="onehot").netlist
    library = c_library(drawn.model, core, form="gates", onehot=True)
    files = project_files(library, *drawn.played(library.inputs))
    folder = written(in_small_words(files) if classes == 10 else files, tmp_path)
    assert played(folder, c_compiler) == "150 of 150 as the classifier answers, 150 of them many at a time\n"


@pytest.mark.parametrize("form", ["gates", "branches", "tables"])
def test_names_may_hold_any_word_of_the_text(form, tmp_path, c_compiler):
    drawn = case(1)
    names = ("h", "inputs", "classes", *(f"f{k}" for k in range(3, 99)))[: len(drawn.model.encoder.feature_names)]
    model = replace(drawn.model, encoder=replace(drawn.model.encoder, feature_names=names))
    library = c_library(model, lower_core(model).netlist, name="myCODE_counter", form=form)
    folder = written(project_files(library, *drawn.played(library.inputs)), tmp_path)
    assert (
        played(folder, c_compiler, "myCODE_counter")
        == "150 of 150 as the classifier answers, 150 of them many at a time\n"
    )


def test_a_wrong_answer_is_told(tmp_path, c_compiler):
    drawn = case(1)
    library = c_library(drawn.model, drawn.core)
    integers, answers = drawn.played(library.inputs)
    answers[7] = (answers[7] + 1) % drawn.model.classes
    folder = written(project_files(library, integers, answers), tmp_path)
    assert played(folder, c_compiler) == "149 of 150 as the classifier answers, 149 of them many at a time\n"


def test_large_networks_are_tables_and_small_circuits_branches():
    small = case(2)
    assert c_library(small.model, small.core).form == "branches"
    large = synthetic_classifier((40, 600), inputs=300, n=6)
    library = c_library(large, lower_core(large).netlist, flash_bytes=14_000)
    assert library.form == "tables"
    assert "double" not in library.source
    assert "float" not in library.source


def test_equal_classifiers_give_equal_text():
    one, other = (c_library(drawn.model, drawn.core) for drawn in (case(3), case(3)))
    assert (one.header, one.source) == (other.header, other.source)


def test_so_many_samples_are_played_as_fit():
    drawn = case(4, samples=3000)
    library = c_library(drawn.model, drawn.core, form="tables")
    integers, answers = drawn.played(library.inputs)
    text = project_files(library, integers, answers)["classifier/src/samples.h"]
    count = min(1000, MOST_SAMPLE_BYTES // integers.shape[1])
    assert f"#define SAMPLES ((size_t){count})\n" in text
    with pytest.raises(DataError, match="there are no samples to play"):
        project_files(library, integers[:0], answers[:0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"form": "lists"}, "unknown form 'lists'\n\nhint: choose one of auto, gates, branches, tables"),
        ({"scales": 0}, "is 0\n\nhint: give a number from 1e-9 to 1e9"),
        ({"scales": Fraction(10) ** 400}, "\n\nhint: give a number from 1e-9 to 1e9"),
        (
            {"scales": {"nobody": 1}},
            "there is no feature 'nobody' to scale\n\nhint: give a feature's name as in the table",
        ),
        ({"name": "uint8"}, "\n\nhint: choose another name with --name"),
        ({"scales": {}}, "has no scale\n\nhint: give one for each feature that is read"),
    ],
)
def test_what_cannot_be_is_refused(options, message):
    drawn = case(0)
    with pytest.raises(ConfigError) as caught:
        c_library(drawn.model, drawn.core, **options)
    assert str(caught.value).endswith(message)


def test_a_sample_beyond_the_type_is_refused():
    drawn = case(0)
    inputs = c_library(drawn.model, drawn.core, form="tables").inputs
    with pytest.raises(DataError, match="a sample has a word that is no uint8_t"):
        inputs.integers(np.full_like(drawn.words, 256), np.empty((0, 0)))
