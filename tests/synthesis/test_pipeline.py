"""The whole road on real flowers: what it promises, what it repeats, what it survives."""

import re
from pathlib import Path

import numpy as np
import pytest

from tinydwn.data import load_dataset
from tinydwn.errors import ConfigError, LibraryError, ModelError, ProgramMissing, VerificationError
from tinydwn.model.classifier import Classifier, LutLayer
from tinydwn.model.reference import classify
from tinydwn.model.store import save_classifier
from tinydwn.netlist import from_blif, simulate
from tinydwn.synthesis import SynthesisOptions, pipeline, synthesize
from tinydwn.synthesis.progress import Event
from tinydwn.synthesis.result import Synthesis
from tinydwn.synthesis.workspace import Workspace
from tinydwn.verify import Outcome

OPTIONS = SynthesisOptions(
    libraries=("sky130_fd_sc_hd", "egfet"),
    training={"layers": (6,), "epochs": 8, "bits_per_feature": 4},
    effort="fast",
    timeout_s=60,
)


@pytest.fixture(scope="module")
def flowers() -> Synthesis:
    return synthesize("iris", OPTIONS)


def test_every_proof_on_both_cuts_says_equivalent(flowers: Synthesis) -> None:
    assert {verdict.outcome for verdict in flowers.verdicts} == {Outcome.EQUIVALENT}
    subjects = {verdict.subject for verdict in flowers.core.verdicts}
    assert {"core minimized = lowered", "core mapped to egfet = lowered"} <= subjects
    assert len({verdict.method for verdict in flowers.verdicts}) >= 2


def test_all_samples_agree_with_the_model(flowers: Synthesis) -> None:
    for cut in flowers.cuts:
        lowered = cut.agreements[0]
        assert (lowered.compared, lowered.mismatches) == (150, 0)


def test_the_gates_are_simulated_on_every_test_sample(flowers: Synthesis, icarus: Path) -> None:
    for cut in flowers.cuts:
        gates = cut.agreements[1]
        assert (gates.compared, gates.mismatches, gates.note) == (30, 0, "")


def test_the_delivered_netlist_reaches_the_reported_accuracy(flowers: Synthesis) -> None:
    split = load_dataset("iris").split()
    chip = from_blif(flowers.files["chip/netlist.blif"].decode())
    words = flowers.classifier.encoder.fixed_point.words(split.test_features)
    place = {f"{name}[{bit}]": (k, bit) for k, name in enumerate(split.feature_names) for bit in range(16)}
    bits = np.stack([words[:, place[name][0]] >> place[name][1] & 1 for name in chip.inputs], axis=1).astype(bool)
    answers = simulate(chip, bits) @ (1 << np.arange(len(chip.outputs)))
    assert np.mean(answers == split.test_labels) == flowers.accuracy.test


def test_the_same_seed_gives_the_same_bytes(flowers: Synthesis) -> None:
    assert dict(synthesize("iris", OPTIONS).files) == dict(flowers.files)


def test_narration_is_in_percent_and_of_the_passes_that_were_kept(flowers: Synthesis) -> None:
    told: list[Event] = []
    synthesize("iris", OPTIONS, on_event=told.append)
    counted = [event.text for event in told if event.stage == "train" and event.total]
    assert counted
    assert all(re.fullmatch(r"(training|validation) accuracy \d+\.\d %", text) for text in counted)
    assert [event.text for event in told if event.stage == "minimize" and " gates" in event.text] == [
        f"{cut.cut}: {report.name}: {report.gates_before} to {report.gates_after} gates"
        for cut in flowers.cuts
        for report in cut.minimized.reports
        if report.kept
    ]


@pytest.mark.parametrize("stop_at", ["train", "minimize", "map", "verify", "parts"])
def test_an_interrupted_run_goes_on_to_the_same_bytes(flowers: Synthesis, tmp_path: Path, stop_at: str) -> None:
    workspace = Workspace(tmp_path)

    def interrupt(event: Event) -> None:
        if event.stage == stop_at and event.text != "training":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synthesize("iris", OPTIONS, workspace=workspace, on_event=interrupt)
    assert dict(synthesize("iris", OPTIONS, workspace=workspace).files) == dict(flowers.files)


def test_a_model_file_takes_the_same_road_without_samples(flowers: Synthesis, tmp_path: Path) -> None:
    save_classifier(flowers.classifier, tmp_path / "model.npz")
    options = SynthesisOptions(libraries=("nand2",), effort="fast")
    result = synthesize(tmp_path / "model.npz", options)
    assert result.accuracy.test is None
    assert result.classifier == flowers.classifier
    assert result.core.lowered == flowers.core.lowered
    assert result.chip.agreements[0].compared == 1000
    assert {verdict.outcome for verdict in result.verdicts} == {Outcome.EQUIVALENT}


def test_training_options_for_a_trained_model_are_refused(flowers: Synthesis, tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    save_classifier(flowers.classifier, path)
    with pytest.raises(ConfigError) as caught:
        synthesize(path, SynthesisOptions(training={"epochs": 3}))
    assert str(caught.value) == (
        f"'{path}' is trained already, so that the option 'epochs' has no effect\n\n"
        "hint: leave options about samples and training out, or give a table of samples"
    )


def test_a_foreign_archive_is_called_foreign_whatever_the_options(tmp_path: Path) -> None:
    path = tmp_path / "weights.npz"
    np.savez(path, weights=np.ones(3))
    with pytest.raises(ModelError, match="is an archive, but not a model file of tinydwn"):
        synthesize(path, SynthesisOptions(training={"epochs": 3}))


def test_an_archive_with_a_broken_directory_is_told_plainly(flowers: Synthesis, tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    save_classifier(flowers.classifier, path)
    path.write_bytes(path.read_bytes().replace(b"PK\x01\x02", b"PK\x01\x03"))
    with pytest.raises(ModelError, match="is truncated or damaged: Bad magic number for central directory"):
        synthesize(path, OPTIONS)


def test_an_unknown_library_is_refused_before_any_training() -> None:
    stages: list[str] = []
    with pytest.raises(LibraryError):
        synthesize("iris", SynthesisOptions(libraries=("sky310",)), on_event=lambda event: stages.append(event.stage))
    assert set(stages) == {"tools"}


def test_two_libraries_of_one_name_are_refused_before_any_training(shared: Path) -> None:
    path = shared / "pdk/nangate45/lib/NangateOpenCellLibrary_typical.lib"
    with pytest.raises(ConfigError) as caught:
        synthesize("iris", SynthesisOptions(libraries=(str(path), f"{path.parent}/../lib/{path.name}")))
    assert str(caught.value) == (
        f"'{path}' and '{path.parent}/../lib/{path.name}' are both called 'NangateOpenCellLibrary'\n\n"
        "hint: choose one of them, or rename the library in its Liberty file"
    )


def test_a_library_whose_name_cannot_be_a_folder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "odd.lib"
    cells = "".join(
        f"cell ({name}) {{ area : 1; pin (A) {{ direction : input; }} pin (B) {{ direction : input; }}"
        f' pin (Y) {{ direction : output; function : "{function}"; }} }}'
        for name, function in (("NAND2", "!(A B)"), ("NOR2", "!(A + B)"))
    )
    inverter = (
        'cell (INV) { area : 1; pin (A) { direction : input; } pin (Y) { direction : output; function : "!A"; } }'
    )
    path.write_text(f'library ("../typ x") {{ {cells} {inverter} }}')
    with pytest.raises(LibraryError) as caught:
        synthesize("iris", SynthesisOptions(libraries=(str(path),)))
    assert str(caught.value) == (
        f"'{path}' calls itself '../typ x', which cannot name a folder of results\n\n"
        "hint: rename the library in its Liberty file to letters, digits and _ . + -"
    )


def test_a_missing_abc_is_told_before_any_training(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TINYDWN_ABC", str(tmp_path / "absent"))
    with pytest.raises(ProgramMissing):
        synthesize("iris", OPTIONS)


def test_without_icarus_the_gates_are_not_simulated_and_it_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TINYDWN_IVERILOG", str(tmp_path / "absent"))
    result = synthesize("iris", OPTIONS)
    gates = result.core.agreements[1]
    assert gates.compared == 0
    assert not gates.agrees
    assert gates.note.startswith("not simulated: ")


def test_a_lowering_that_is_wrong_is_found_on_the_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    from tinydwn.lowering import Core, lower_core

    def wrong(classifier: Classifier, *, output: str) -> Core:
        first = classifier.layers[0]
        flipped = Classifier(
            classifier.encoder, (LutLayer(~first.tables, first.mapping),), classifier.reduction, classifier.class_names
        )
        assert output == "index"
        return lower_core(flipped)

    monkeypatch.setattr(pipeline, "lower_core", wrong)
    with pytest.raises(VerificationError, match=r"core lowered = model: [0-9]+ of 150 samples differ by simulation"):
        synthesize("iris", OPTIONS)


def test_the_accuracy_is_that_of_the_reference_model(flowers: Synthesis) -> None:
    split = load_dataset("iris").split()
    answers = classify(flowers.classifier, split.test_features)
    assert flowers.accuracy.test == np.mean(answers == split.test_labels)
