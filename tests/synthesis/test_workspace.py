"""What an interrupted run leaves is used when it is whole and right, and passed over otherwise."""

from pathlib import Path

import pytest

from tinydwn.errors import OutputError
from tinydwn.minimize import Minimized, PassReport
from tinydwn.netlist import Netlist, NetlistBuilder
from tinydwn.synthesis.workspace import Workspace

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


def test_a_finished_stage_is_not_computed_again(tmp_path: Path) -> None:
    compute = Counted()
    first = Workspace(tmp_path / "work").minimized({"of": "x"}, compute)
    again = Workspace(tmp_path / "work").minimized({"of": "x"}, compute)
    assert again == first
    assert compute.calls == 1


def test_another_key_is_another_stage(tmp_path: Path) -> None:
    compute, workspace = Counted(), Workspace(tmp_path)
    workspace.minimized({"of": "x", "effort": "fast"}, compute)
    workspace.minimized({"of": "x", "effort": "high"}, compute)
    assert compute.calls == 2


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b'{"netlist": ".model x", "digest": "0", "reports": []}', b"\xff"]
)
def test_a_damaged_entry_counts_as_absent(tmp_path: Path, damage: bytes) -> None:
    compute, workspace = Counted(), Workspace(tmp_path)
    expected = workspace.minimized({"of": "x"}, compute)
    (entry,) = tmp_path.iterdir()
    entry.write_bytes(damage)
    assert workspace.minimized({"of": "x"}, compute) == expected
    assert compute.calls == 2


def test_an_entry_whose_netlist_was_changed_counts_as_absent(tmp_path: Path) -> None:
    compute, workspace = Counted(), Workspace(tmp_path)
    workspace.minimized({"of": "x"}, compute)
    (entry,) = tmp_path.iterdir()
    entry.write_text(entry.read_text().replace("11 1", "00 1"))
    assert workspace.minimized({"of": "x"}, compute).netlist == and_gate()
    assert compute.calls == 2


def test_a_workspace_without_a_folder_keeps_nothing() -> None:
    compute, workspace = Counted(), Workspace(None)
    workspace.minimized({"of": "x"}, compute)
    workspace.minimized({"of": "x"}, compute)
    workspace.remove()
    assert compute.calls == 2
    assert workspace.checkpoint("key") is None


def test_a_removed_workspace_leaves_nothing(tmp_path: Path) -> None:
    workspace = Workspace.beside(tmp_path / "build" / "demo")
    workspace.minimized({"of": "x"}, Counted())
    workspace.remove()
    assert list((tmp_path / "build").iterdir()) == []


def test_a_workspace_that_cannot_be_made_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    workspace = Workspace(tmp_path / "file" / "work")
    with pytest.raises(OutputError) as caught:
        workspace.minimized({"of": "x"}, Counted())
    assert str(caught.value) == (
        f"'{tmp_path / 'file' / 'work'}' cannot be made: Not a directory\n\nhint: choose another place with --out"
    )
