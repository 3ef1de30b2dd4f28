"""The Liberty reader: what it keeps, and what it says of files that are not sound."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.errors import LibraryError
from tinydwn.technology.liberty import Group, load_liberty, read_liberty, split_arguments

SMALL = """/* a comment
   of two lines */
library (tiny) {
  time_unit : "1ns";   // a remark
  capacitive_load_unit (1, pf);
  define(drive, cell, float);
  cell ("INV") {
    area : 1.5 ;
    dont_use : FALSE
    pin(A) { direction : input; capacitance : 2e-3; };
    pin (Y) {
      direction : "output" /* no semicolon */
      function : "!A";
      timing () { cell_rise (t) { values ("1, 2", \\
        "3, 4"); } }
    }
  }
  note : "a \\
longer text";
}
"""
names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)
values = st.one_of(st.integers(-99, 99).map(str), names, st.text("ab c!'*()&\"+^", max_size=12))


def groups(depth: int = 2) -> st.SearchStrategy[Group]:
    inner = st.lists(groups(depth - 1), max_size=3) if depth else st.just([])
    return st.builds(
        lambda kind, name, attributes, lists, below: Group(kind, f'"{name}"', 1, attributes, lists, tuple(below)),
        names,
        names,
        st.dictionaries(names, values, max_size=3),
        st.dictionaries(names, st.lists(st.integers(0, 9), max_size=3).map(lambda row: f'"{row[1:]}"'), max_size=2),
        inner,
    )


def written(group: Group, quoted: bool = True) -> str:
    """Write a group as Liberty text, one statement a line."""
    lines = [f"{group.kind} ({group.arguments}) {{"]
    for name, value in group.attributes.items():
        escaped = value.replace('"', '\\"')
        lines.append(f'{name} : "{escaped}";')
    lines += [f"{name} ({text});" for name, text in group.lists.items()]
    lines += [written(inner) for inner in group.groups]
    return "\n".join([*lines, "}"])


def content(group: Group) -> object:
    """Return a group without its line."""
    return group.kind, group.name, group.attributes, group.lists, [content(inner) for inner in group.groups]


def test_small_file_is_read_with_comments_continued_lines_and_missing_semicolons():
    library = read_liberty(SMALL)
    (cell,) = library.groups
    assert (library.kind, library.name, cell.name, cell.line) == ("library", "tiny", "INV", 7)
    assert library.attributes == {"time_unit": "1ns", "note": "a longer text"}
    assert library.lists["capacitive_load_unit"] == "1, pf"
    assert cell.attributes == {"area": "1.5", "dont_use": "FALSE"}
    assert cell.number("area") == 1.5
    assert not cell.is_true("dont_use")
    first, second = cell.all("pin")
    assert first.attributes == {"direction": "input", "capacitance": "2e-3"}
    assert second.attributes == {"direction": "output", "function": "!A"}
    (timing,) = second.groups
    assert timing.groups[0].numbers("values") == (1, 2, 3, 4)
    assert timing.number("missing") is None
    assert timing.numbers("missing") == ()


@settings(max_examples=50)
@given(groups())
def test_what_is_written_as_liberty_is_read_back(group):
    text = written(Group("library", group.arguments, 1, group.attributes, group.lists, group.groups))
    assert content(read_liberty(text))[1:] == content(group)[1:]


def test_arguments_may_be_quoted_or_bare():
    assert split_arguments('"A B", C ,D') == ("A B", "C", "D")


@given(st.integers(0, len(SMALL) - 3))
def test_every_truncation_is_refused(length):
    with pytest.raises(LibraryError):
        read_liberty(SMALL[:length])


@given(st.integers(0, len(SMALL) - 1), st.sampled_from('{}()":;@/\\\n'))
def test_damaged_text_is_read_or_refused_but_nothing_else_happens(at, character):
    try:
        read_liberty(SMALL[:at] + character + SMALL[at + 1 :])
    except LibraryError as error:
        assert error.hint  # noqa: PT017


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("  \n", "the Liberty file is empty\n\nhint: the file may be truncated or damaged; fetch it again"),
        (
            "module x; endmodule",
            "not a Liberty file: line 1 does not open a 'library' group\n\nhint: give the path of a .lib file",
        ),
        (
            "\ncell (A) { }",
            "not a Liberty file: it begins with 'cell', not with 'library'\n\nhint: give the path of a .lib file",
        ),
        (
            "library (x) {\n cell (A) {\n area : 1;",
            "the Liberty file breaks off inside cell (A), which line 2 opens\n\n"
            "hint: the file may be truncated or damaged; fetch it again",
        ),
        (
            "library (x) {\n cell (A) {\n area = 1;\n}}",
            "line 3: cannot read 'area = 1;' inside cell (A)\n\n"
            "hint: the file may be truncated or damaged; fetch it again",
        ),
        (
            "library (x) {\n}\n}\n",
            "line 3: text after the end of the library\n\nhint: the file may be truncated or damaged; fetch it again",
        ),
    ],
)
def test_unsound_text_is_refused_with_its_line(text, message):
    with pytest.raises(LibraryError) as caught:
        read_liberty(text)
    assert str(caught.value) == message


@pytest.mark.parametrize("text", ["1.0x", "nan", "1e999", ""])
def test_figures_that_are_no_numbers_are_refused_with_their_place(text):
    (cell,) = read_liberty(f'library (x) {{\n cell (A) {{ area : "{text}"; }}\n}}').groups
    with pytest.raises(LibraryError) as caught:
        cell.number("area")
    assert str(caught.value) == (
        f"'area' of cell (A) in line 2 is not a number: '{text}'\n\n"
        "hint: the file may be truncated or damaged; fetch it again"
    )


def test_a_compressed_file_is_read_like_the_plain_one(tmp_path: Path):
    (tmp_path / "a.lib").write_text(SMALL)
    (tmp_path / "a.lib.gz").write_bytes(gzip.compress(SMALL.encode()))
    assert load_liberty(tmp_path / "a.lib") == load_liberty(tmp_path / "a.lib.gz")


def test_files_that_cannot_be_read_are_named(tmp_path: Path):
    whole = gzip.compress(SMALL.encode())
    (tmp_path / "cut.lib.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "bad.lib.gz").write_bytes(whole[:30] + b"\xff\xff\xff" + whole[33:])
    (tmp_path / "empty.lib").write_text("")
    expected = {
        "cut.lib.gz": "cannot be read: it is not a whole gzip file\n\n"
        "hint: the file may be truncated or damaged; fetch it again",
        "bad.lib.gz": "cannot be read: it is not a whole gzip file\n\n"
        "hint: the file may be truncated or damaged; fetch it again",
        "none.lib": "cannot be read: No such file or directory\n\nhint: give the path of a .lib or .lib.gz file",
        "empty.lib": "the Liberty file is empty\n\nhint: the file may be truncated or damaged; fetch it again",
    }
    for name, message in expected.items():
        with pytest.raises(LibraryError) as caught:
            load_liberty(tmp_path / name)
        colon = ": " if name == "empty.lib" else " "
        assert str(caught.value) == f"'{tmp_path / name}'{colon}{message}"
