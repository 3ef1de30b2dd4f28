"""No other run is let into the folder of a run until its outcome is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tinydwn.errors import FlowError
from tinydwn.flow import launch
from tinydwn.flow.kit import Kit
from tinydwn.flow.options import FlowOptions
from tinydwn.flow.run_dir import alone_in


def is_taken(folder: Path) -> bool:
    """Say whether another run is kept out of a folder."""
    try:
        with alone_in(folder):
            return False
    except FlowError:
        return True


def test_a_run_keeps_its_folder_until_its_outcome_is_written(
    bundle_folder: Path, kit: Kit, tmp_path: Path, fake_orfs: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_orfs()
    folder, taken = tmp_path / "run", {}
    write = launch.write_outcome

    def written(outcome: launch.FlowOutcome, place: Path) -> None:
        taken["outcome"] = is_taken(place)
        write(outcome, place)

    monkeypatch.setattr(launch, "write_outcome", written)
    prepared = launch.prepare(
        bundle_folder, folder, plan="orfs", circuit="chip", library=kit.library,
        options=FlowOptions(pdk_root=kit.root), dry=False,
    )  # fmt: skip
    launch.run_flow(prepared, timeout_s=60, on_event=lambda step: taken.update({step.text: is_taken(folder)}))
    assert {"layout against netlist", "what another design needs of this one", "outcome"} <= set(taken)
    assert [text for text, held in taken.items() if not held] == []
    assert not is_taken(folder)
    with alone_in(folder), pytest.raises(FlowError, match="another run is at work"):
        launch.run_flow(prepared, timeout_s=60)
