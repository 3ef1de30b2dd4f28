"""What an interrupted run leaves is used when it is whole and right, and passed over otherwise."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinydwn.errors import OutputError
from tinydwn.mapping import MappedNetlist, map_to_cells
from tinydwn.minimize import Minimized, PassReport
from tinydwn.netlist import Netlist, NetlistBuilder
from tinydwn.synthesis.workspace import Workspace, mapped_from, mapped_to, minimized_from, minimized_to
from tinydwn.technology import load_library

LIBRARY = load_library("nangate45")
REPORT = PassReport("tidy", 3, 1, 3, 1, 6, 2, 2, 1, "kept")


def and_gate() -> Netlist:
    builder = NetlistBuilder("gate")
    a, b = builder.input("a > 1"), builder.input("b")
    builder.output("y", builder.and_(a, b))
    return builder.build()


class Counted:
    """A computation that counts how often it is asked."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> Minimized:
        self.calls += 1
        return Minimized(and_gate(), (REPORT,), (("fast", and_gate()),))


def kept(workspace: Workspace, key: dict[str, object], compute: Counted) -> Minimized:
    return workspace.kept("built", key, compute, read=minimized_from, write=minimized_to)


@pytest.fixture(scope="module")
def mapped() -> MappedNetlist:
    return map_to_cells(and_gate(), LIBRARY, effort="fast")


def test_a_finished_stage_is_not_computed_again(tmp_path: Path) -> None:
    compute = Counted()
    first = kept(Workspace(tmp_path / "work"), {"of": "x"}, compute)
    again = kept(Workspace(tmp_path / "work"), {"of": "x"}, compute)
    assert again == first
    assert compute.calls == 1


def test_another_key_or_kind_is_another_stage(tmp_path: Path) -> None:
    compute, workspace = Counted(), Workspace(tmp_path)
    kept(workspace, {"of": "x", "effort": "fast"}, compute)
    kept(workspace, {"of": "x", "effort": "high"}, compute)
    workspace.kept("other", {"of": "x", "effort": "high"}, compute, read=minimized_from, write=minimized_to)
    assert compute.calls == 3
    assert kept(workspace, {"effort": "high", "of": "x"}, compute)
    assert compute.calls == 3


def test_cells_and_netlists_come_back_as_they_were(mapped: MappedNetlist) -> None:
    again = mapped_from(json.loads(json.dumps(mapped_to(mapped))), LIBRARY)
    assert replace(mapped, attempts=()) == again
    found = Counted()()
    assert minimized_from(json.loads(json.dumps(minimized_to(found)))) == found


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"[]", b"null", b"7", b'{"netlist": ".model x", "digest": "0", "reports": [], "lesser": []}', b"\xff"],
)
def test_a_damaged_entry_counts_as_absent(tmp_path: Path, damage: bytes) -> None:
    compute, workspace = Counted(), Workspace(tmp_path)
    expected = kept(workspace, {"of": "x"}, compute)
    (entry,) = tmp_path.iterdir()
    entry.write_bytes(damage)
    assert kept(workspace, {"of": "x"}, compute) == expected
    assert compute.calls == 2
    assert kept(workspace, {"of": "x"}, compute) == expected
    assert compute.calls == 2


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10_000), value=st.integers(1, 255))
def test_no_changed_byte_gives_another_circuit(tmp_path: Path, mapped: MappedNetlist, place: int, value: int) -> None:
    workspace = Workspace(tmp_path / "bytes")

    def read(entry: Any) -> tuple[Netlist, MappedNetlist]:
        return minimized_from(entry["minimized"]).netlist, mapped_from(entry["mapped"], LIBRARY)

    def write(_: object) -> object:
        return {"minimized": minimized_to(Counted()()), "mapped": mapped_to(mapped)}

    def made() -> tuple[Netlist, MappedNetlist]:
        return workspace.kept("built", {}, lambda: (and_gate(), mapped), read=read, write=write)

    made()
    (entry,) = (tmp_path / "bytes").iterdir()
    content = bytearray(entry.read_bytes())
    content[place % len(content)] ^= value
    entry.write_bytes(content)
    netlist, cells = made()
    assert netlist.digest == and_gate().digest
    assert cells.digest == mapped.digest
    entry.unlink()


def test_a_workspace_without_a_folder_keeps_nothing() -> None:
    compute, workspace = Counted(), Workspace(None)
    kept(workspace, {"of": "x"}, compute)
    kept(workspace, {"of": "x"}, compute)
    workspace.remove()
    assert compute.calls == 2
    assert workspace.checkpoint("key") is workspace.search() is None


def test_a_removed_workspace_leaves_nothing(tmp_path: Path) -> None:
    workspace = Workspace.beside(tmp_path / "build" / "demo")
    kept(workspace, {"of": "x"}, Counted())
    assert [path.name for path in (tmp_path / "build").iterdir()] == [".demo.work"]
    workspace.remove()
    assert list((tmp_path / "build").iterdir()) == []


def test_a_workspace_that_cannot_be_made_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    workspace = Workspace(tmp_path / "file" / "work")
    with pytest.raises(OutputError) as caught:
        kept(workspace, {"of": "x"}, Counted())
    assert str(caught.value) == (
        f"'{tmp_path / 'file' / 'work'}' cannot be made: Not a directory\n\nhint: choose another place with --out"
    )


def test_a_link_in_the_place_of_an_entry_is_removed_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    compute, work = Counted(), Workspace(tmp_path / "work")
    kept(work, {"of": "x"}, compute)
    (entry,) = (tmp_path / "work").iterdir()
    mine = tmp_path / "mine"
    mine.write_text("of value")
    entry.unlink()
    entry.symlink_to(mine)
    for name in ("versions.json", "search.npz", f"training-{'0' * 32}.npz"):
        (tmp_path / "work" / name).symlink_to(mine)
    kept(work, {"of": "x"}, compute)
    work.begin({"tinydwn": "1"})
    for path in (work.search(), work.checkpoint("0" * 64)):
        assert path is not None
        assert not path.is_symlink()
    assert compute.calls == 2
    assert mine.read_text() == "of value"


def test_a_workspace_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / ".demo.work").symlink_to(tmp_path / "mine")
    with pytest.raises(OutputError) as caught:
        Workspace.beside(tmp_path / "demo").begin({})
    assert str(caught.value) == (
        f"'{tmp_path}/.demo.work' is a symbolic link, and what is kept there would be written where it leads\n\n"
        "hint: remove the link, or choose another place with --out"
    )
    assert list((tmp_path / "mine").iterdir()) == []


def test_an_entry_whose_content_was_changed_to_something_sound_counts_as_absent(tmp_path: Path) -> None:
    compute, workspace = Counted(), Workspace(tmp_path)
    kept(workspace, {"of": "x"}, compute)
    (entry,) = tmp_path.iterdir()
    stored = json.loads(entry.read_text())
    stored["entry"] = stored["entry"].replace('"tidy"', '"tody"')
    entry.write_text(json.dumps(stored))
    assert kept(workspace, {"of": "x"}, compute).reports == (REPORT,)
    assert compute.calls == 2


def test_a_run_knows_whether_another_one_left_something(tmp_path: Path) -> None:
    first, second, other = (Workspace(tmp_path / "work") for _ in range(3))
    first.begin({"tinydwn": "1"})
    kept(first, {"of": "x"}, Counted())
    second.begin({"tinydwn": "1"})
    other.begin({"tinydwn": "2"})
    assert (first.resumed, second.resumed, other.resumed) == (False, True, False)
