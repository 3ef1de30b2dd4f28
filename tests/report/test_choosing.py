"""Another circuit of a finished front: what the whole road would have written for it, byte for byte."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tinydwn.errors import BundleError, ConfigError
from tinydwn.export.bundle import Bundle
from tinydwn.report.choosing import choose_again, report_of
from tinydwn.report.collect import collect
from tinydwn.report.deliver import with_reports
from tinydwn.synthesis import Synthesis, SynthesisOptions, synthesize
from tinydwn.synthesis.front import Choice
from tinydwn.synthesis.workspace import Workspace


@pytest.fixture(scope="module")
def bundle(walked_road: tuple[Synthesis, Path]) -> Bundle:
    synthesis, _ = walked_road
    return with_reports(synthesis.files, collect(synthesis))


@pytest.mark.parametrize("choice", [Choice("knee"), Choice("area", 4.0)], ids=lambda choice: choice.rule)
def test_choosing_again_writes_what_the_whole_road_writes(
    walked_road: tuple[Synthesis, Path],
    road_options: SynthesisOptions,
    bundle: Bundle,
    tmp_path: Path,
    choice: Choice,
) -> None:
    shutil.copytree(walked_road[1], tmp_path / "work")
    whole = synthesize("iris", road_options, choice=choice, workspace=Workspace(tmp_path / "work"))
    report, again = choose_again(bundle, choice)
    assert again.files == with_reports(whole.files, collect(whole)).files
    assert report == collect(whole)


def test_going_away_and_coming_back_changes_nothing(walked_road: tuple[Synthesis, Path], bundle: Bundle) -> None:
    smallest, other = choose_again(bundle, Choice("point", 0))
    assert smallest.point(0).chosen
    assert other.files["model.npz"] == bundle.files["front/00.npz"]
    assert choose_again(other, Choice())[1].files == bundle.files


def test_another_library_joins_those_there_were_and_the_circuit_stays(bundle: Bundle) -> None:
    before = report_of(bundle)
    report, other = choose_again(bundle, None, libraries=("nangate45",))
    assert report.chip.libraries == (*before.chip.libraries, "nangate45")
    assert "chip/nangate45/mapped.v" in other.files
    assert (report.chosen, report.search.rule) == (before.chosen, before.search.rule)
    assert report.all_equivalent


def test_a_damaged_bundle_and_a_point_that_is_not_there_are_told(bundle: Bundle) -> None:
    last = len(report_of(bundle).fronts["chip"])
    with pytest.raises(ConfigError, match=f"there is no point {last}\n\nhint: points are 0 to {last - 1}; --list show"):
        choose_again(bundle, Choice("point", last))
    for name in ("report.json", "samples.npz", "front/00.npz"):
        rest = {other: content for other, content in bundle.files.items() if other != name}
        with pytest.raises(BundleError, match=f"the bundle has no file '{name}'\n\nhint: run 'tinydwn synth' again"):
            choose_again(replace(bundle, files=rest), Choice("point", 0))
