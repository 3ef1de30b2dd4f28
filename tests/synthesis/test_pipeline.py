"""The whole road on real flowers: what it promises, what it repeats, what it survives."""

import re
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tinydwn.data import load_dataset
from tinydwn.errors import ConfigError, LibraryError, ModelError, ProgramMissing, VerificationError
from tinydwn.lowering import lower, lower_core
from tinydwn.model.classifier import Classifier, LutLayer
from tinydwn.model.reference import classify
from tinydwn.model.store import from_bytes, save_classifier
from tinydwn.netlist import from_blif, simulate
from tinydwn.synthesis import Synthesis, SynthesisOptions, building, synthesize
from tinydwn.synthesis.front import Choice
from tinydwn.synthesis.progress import Event
from tinydwn.synthesis.samples import Samples
from tinydwn.synthesis.workspace import Workspace
from tinydwn.verify import Outcome


def test_every_proof_on_both_cuts_says_equivalent(flowers: Synthesis) -> None:
    assert {verdict.outcome for verdict in flowers.verdicts} == {Outcome.EQUIVALENT}
    subjects = {verdict.subject for verdict in flowers.core.verdicts}
    assert {"core minimized = lowered", "core mapped to sky130_fd_sc_hd = lowered"} <= subjects
    assert len({verdict.method for verdict in flowers.verdicts}) >= 2


def test_all_test_samples_agree_with_the_model_and_the_gates(flowers: Synthesis, icarus: Path) -> None:
    for cut in (flowers.core, flowers.chip):
        lowered, gates = cut.agreements
        assert (lowered.compared, lowered.mismatches) == (30, 0)
        assert (gates.compared, gates.mismatches, gates.note) == (30, 0, "")


def test_the_front_holds_the_network_trees_and_found_circuits_by_area(flowers: Synthesis) -> None:
    points = flowers.points
    assert {point.kind for point in points} == {"network", "tree", "refined"}
    assert [point for point in points if point.start == "the trained network" and point.kind == "network"]
    assert [point.chip.area_um2 for point in points] == sorted(point.chip.area_um2 for point in points)
    found = [point for point in points if point.kind == "refined"]
    for one, two in pairwise(found):
        assert two.training > one.training or two.expected > one.expected


def test_every_point_is_as_accurate_as_the_reference_model_says(flowers: Synthesis) -> None:
    split = load_dataset("iris").split()
    for k, point in enumerate(flowers.points):
        kept = from_bytes(flowers.files[f"front/{k:02}.npz"], name="front")
        assert kept == point.classifier
        for features, labels, said in (
            (split.train_features, split.train_labels, point.training),
            (split.test_features, split.test_labels, point.test),
        ):
            assert said == np.mean(classify(kept, features) == labels)
        assert 0 < point.error < 0.2
        assert set(point.features) <= set(split.feature_names)


def test_the_delivered_netlist_reaches_the_reported_accuracy(flowers: Synthesis) -> None:
    split = load_dataset("iris").split()
    chip = from_blif(flowers.files["chip/netlist.blif"].decode())
    words = flowers.point.classifier.encoder.fixed_point.words(split.test_features)
    place = {f"{name}[{bit}]": (k, bit) for k, name in enumerate(split.feature_names) for bit in range(16)}
    bits = np.stack([words[:, place[name][0]] >> place[name][1] & 1 for name in chip.inputs], axis=1).astype(bool)
    answers = simulate(chip, bits) @ (1 << np.arange(len(chip.outputs)))
    assert np.mean(answers == split.test_labels) == flowers.point.test


def test_the_samples_in_the_bundle_are_the_test_part(flowers: Synthesis) -> None:
    split = load_dataset("iris").split()
    kept = Samples.from_bytes(flowers.files["samples.npz"])
    assert kept.labels.tolist() == split.test_labels.tolist()
    assert (
        kept.answers(flowers.point.classifier).tolist()
        == classify(flowers.point.classifier, split.test_features).tolist()
    )


def test_an_interrupted_run_goes_on_to_the_same_bytes(
    flowers: Synthesis, road_options: SynthesisOptions, tmp_path: Path
) -> None:
    for stop_at in ("train", "search", "front", "verify"):

        def interrupt(event: Event, stop_at: str = stop_at) -> None:
            if event.stage == stop_at and (event.done or 0) + ("part 3" in event.text) + (stop_at == "verify"):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            synthesize("iris", road_options, workspace=Workspace(tmp_path), on_event=interrupt)
    told: list[Event] = []
    last = synthesize("iris", road_options, workspace=Workspace(tmp_path), on_event=told.append)
    assert dict(last.files) == dict(flowers.files)
    assert not [event for event in told if event.stage == "search" and event.text.startswith("part ")]
    counted = [event.text for event in told if event.stage == "train" and event.total]
    assert all(re.fullmatch(r"(training|validation) accuracy \d+\.\d %", text) for text in counted)


def test_another_choice_changes_what_is_carried_to_the_end_and_not_the_front(
    walked_road: tuple[Synthesis, Path], road_options: SynthesisOptions, tmp_path: Path
) -> None:
    flowers, folder = walked_road
    shutil.copytree(folder, tmp_path / "work")
    workspace = Workspace(tmp_path / "work")
    last = len(flowers.points) - 1
    other = synthesize("iris", road_options, workspace=workspace, choice=Choice("point", last))
    assert (other.chosen, other.rule) == (last, f"point {last}, as asked for")
    assert other.points == flowers.points
    assert {name: text for name, text in other.files.items() if name.startswith("front/")} == {
        name: text for name, text in flowers.files.items() if name.startswith("front/")
    }
    assert other.files["model.npz"] == other.files[f"front/{last:02}.npz"] != flowers.files["model.npz"]


def test_a_model_file_takes_the_same_road_without_samples(flowers: Synthesis, tmp_path: Path) -> None:
    save_classifier(flowers.point.classifier, tmp_path / "model.npz")
    result = synthesize(tmp_path / "model.npz", SynthesisOptions(libraries=("nand2", "egfet")))
    assert [(point.kind, point.start, point.test) for point in result.points] == [
        ("network", "the network in model.npz", None)
    ]
    assert result.point.classifier == flowers.point.classifier
    assert result.core.lowered == flowers.core.lowered
    assert result.chip.agreements[0].compared == 1000
    assert {verdict.outcome for verdict in result.verdicts} == {Outcome.EQUIVALENT}
    assert "core mapped to egfet = lowered" in {verdict.subject for verdict in result.core.verdicts}
    assert result.notes == ("no samples were given, so the function was kept and nothing was searched or measured",)


def test_the_function_is_kept_where_that_is_asked_for(flowers: Synthesis, tmp_path: Path) -> None:
    save_classifier(flowers.point.classifier, tmp_path / "model.npz")
    options = SynthesisOptions(libraries=("nand2",), exact=True)
    result = synthesize(tmp_path / "model.npz", options, samples="iris")
    assert [point.classifier for point in result.points] == [flowers.point.classifier]
    assert (result.point.training, result.point.test) == (flowers.point.training, flowers.point.test)
    assert result.searching.judged == 0


def test_training_options_for_a_trained_model_are_refused(flowers: Synthesis, tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    save_classifier(flowers.point.classifier, path)
    with pytest.raises(ConfigError) as caught:
        synthesize(path, SynthesisOptions(training={"epochs": 3}))
    assert str(caught.value) == (
        "the network in model.npz is there already, so that the option 'epochs' has no effect\n\n"
        "hint: leave options about training out, or give a table of samples"
    )
    with pytest.raises(ConfigError) as caught:
        synthesize(path, SynthesisOptions(balanced=True))
    assert str(caught.value) == (
        "the network in model.npz came without samples, so that the option 'balanced' has no effect\n\n"
        "hint: give a table of samples with --data, or leave the option out"
    )


def test_samples_of_other_features_or_given_twice_are_refused(flowers: Synthesis, tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    save_classifier(flowers.point.classifier, path)
    with pytest.raises(ConfigError, match="the table does not have the features of the classifier: it has no 'sepal l"):
        synthesize(path, SynthesisOptions(libraries=("nand2",)), samples="wine")
    with pytest.raises(ConfigError, match="samples were given twice\n\nhint: name a table, or a model file and a"):
        synthesize("iris", SynthesisOptions(libraries=("nand2",)), samples="iris")


def test_a_foreign_archive_is_called_foreign_whatever_the_options(tmp_path: Path) -> None:
    path = tmp_path / "weights.npz"
    np.savez(path, weights=np.ones(3))
    with pytest.raises(ModelError, match="is an archive, but not a model file of tinydwn"):
        synthesize(path, SynthesisOptions(training={"epochs": 3}))


def test_an_archive_with_a_broken_directory_is_told_plainly(
    flowers: Synthesis, road_options: SynthesisOptions, tmp_path: Path
) -> None:
    path = tmp_path / "model.npz"
    save_classifier(flowers.point.classifier, path)
    path.write_bytes(path.read_bytes().replace(b"PK\x01\x02", b"PK\x01\x03"))
    with pytest.raises(ModelError, match="is truncated or damaged: Bad magic number for central directory"):
        synthesize(path, road_options)


def test_an_unknown_library_is_refused_before_any_training() -> None:
    stages: list[str] = []
    with pytest.raises(LibraryError):
        synthesize("iris", SynthesisOptions(libraries=("sky310",)), on_event=lambda event: stages.append(event.stage))
    assert set(stages) == {"tools"}


def test_training_options_that_make_no_sense_are_refused_before_the_data_is_read() -> None:
    for training in ({"layers": (0,)}, {"epochs": 0}, {"colour": 1}):
        with pytest.raises(ConfigError):
            synthesize("no such data set", SynthesisOptions(training=training))


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


def test_a_missing_abc_is_told_before_any_training(
    road_options: SynthesisOptions, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TINYDWN_ABC", str(tmp_path / "absent"))
    with pytest.raises(ProgramMissing):
        synthesize("iris", road_options)


def test_without_icarus_the_gates_are_not_simulated_and_it_says_so(
    flowers: Synthesis, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TINYDWN_IVERILOG", str(tmp_path / "absent"))
    result = synthesize(flowers.point.classifier, SynthesisOptions(libraries=("nand2",)))
    gates = result.core.agreements[1]
    assert gates.compared == 0
    assert not gates.agrees
    assert gates.note.startswith("not simulated: ")


def test_a_lowering_that_is_wrong_is_found_on_the_samples(flowers: Synthesis, monkeypatch: pytest.MonkeyPatch) -> None:
    def negated(classifier: Classifier) -> Classifier:
        last = classifier.layers[-1]
        layers = (*classifier.layers[:-1], LutLayer(~last.tables, last.mapping))
        return Classifier(classifier.encoder, layers, classifier.reduction, classifier.class_names)

    monkeypatch.setattr(
        building, "lower_core", lambda classifier, **options: lower_core(negated(classifier), **options)
    )
    monkeypatch.setattr(building, "lower", lambda classifier, **options: lower(negated(classifier), **options))
    with pytest.raises(VerificationError, match=r"core lowered = model: [0-9]+ of 1000 samples differ by simulation"):
        synthesize(flowers.point.classifier, SynthesisOptions(libraries=("nand2",)))
