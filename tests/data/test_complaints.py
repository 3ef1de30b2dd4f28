"""Tables with several faults: all columns are named at once, and several cells of each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.data import load_dataset
from tinydwn.data.arrays import dataset_of
from tinydwn.data.coded_column import CodedColumn
from tinydwn.data.coding import Coding
from tinydwn.data.complaints import MOST_TOLD, for_each
from tinydwn.data.memory_samples import coded_samples
from tinydwn.data.table import Table
from tinydwn.errors import DataError


def said(work) -> str:
    with pytest.raises(DataError) as caught:
        work()
    return str(caught.value)


def saved(tmp_path, header: str, rows) -> str:
    path = tmp_path / "t.csv"
    path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n")
    return str(path)


@given(st.lists(st.booleans(), max_size=9))
def test_every_item_is_looked_at_and_the_first_faults_are_told(sound):
    looked = []

    def work(k):
        looked.append(k)
        if not sound[k]:
            raise DataError(f"fault {k}", hint=f"mend {k}")
        return 10 * k

    faults = [k for k, one in enumerate(sound) if not one]
    if not faults:
        assert for_each(range(len(sound)), work) == [10 * k for k in range(len(sound))]
    else:
        text = said(lambda: for_each(range(len(sound)), work))
        told = [k for k in range(len(sound)) if f"fault {k}" in text and f"mend {k}" in text]
        assert told == faults[:MOST_TOLD]
        assert (f"and {len(faults) - MOST_TOLD} more" in text) == (len(faults) > MOST_TOLD)
    assert looked == list(range(len(sound)))


def test_columns_with_texts_among_numbers_are_named_together(tmp_path):
    odd = {(2, 0): "n.a", (5, 0): "much", (3, 2): "low"}
    rows = [[odd.get((k, c), 10 * k + c + 0.5) for c in range(3)] + ["ab"[k % 2]] for k in range(30)]
    path = saved(tmp_path, "a,b,c,class", rows)
    assert said(lambda: load_dataset(path)) == (
        "2 faults:\n"
        "  column 'a' holds text in row 3: 'n.a', row 6: 'much'\n"
        "  column 'c' holds text in row 4: 'low'\n\n"
        "hint: write a number, pass --missing-marks 'n.a' if it stands for a missing value, or --categorical a if "
        "numbers and words are categories\n"
        "      write a number, pass --missing-marks 'low' if it stands for a missing value, or --categorical c if "
        "numbers and words are categories"
    )


def test_columns_with_missing_values_are_named_together_up_to_five(tmp_path):
    rows = [["" if k in (1, 4) else k + 0.5 for _ in range(7)] + ["ab"[k % 2]] for k in range(9)]
    path = saved(tmp_path, "a,b,c,d,e,f,g,class", rows)
    text = said(lambda: load_dataset(path))
    assert text == (
        "7 faults:\n"
        + "".join(f"  column '{name}' holds no value in row 2 (and in 1 more)\n" for name in "abcde")
        + "  and 2 more\n\nhint: pass --missing drop, mean, median, most_frequent or category"
    )


def test_lines_of_another_width_are_named_together(tmp_path):
    rows = [[1, 2, "a"], [1, "b"], [1, 2, "a"], *[[1, 2, 3, "b"]] * 6]
    assert said(lambda: load_dataset(saved(tmp_path, "x,y,class", rows))).startswith(
        "t.csv has 2 cells in line 3, 4 cells in line 5, 4 cells in line 6, 4 cells in line 7, 4 cells in line 8 "
        "(and in 2 more), the first row has 3\n"
    )


def test_samples_that_do_not_fit_a_coding_are_named_together():
    coding = Coding.identity(("a", "b", "c"))
    table = Table("t", ("a", "b", "c"), (("x", "1", "y", "x"), ("1", "2", "3", "4"), ("1", "2", "3", "z")))
    assert said(lambda: coding.understood(table)).partition("\n\n")[0] == (
        "2 faults:\n"
        "  column 'a' holds 'x' in row 1, 'y' in row 3 (and in 1 more), where numbers were learned from\n"
        "  column 'c' holds 'z' in row 4, where numbers were learned from"
    )
    assert said(lambda: coded_samples([[np.inf, 1.0, 2.0], [1.0, 2.0, np.inf]], coding)).startswith(
        "2 faults:\n  column 'a' holds an infinite number in row 1\n  column 'c' holds an infinite number in row 2\n"
    )
    assert said(lambda: coded_samples([[None, 1.0, None], [None, 2.0, 3.0]], coding)).startswith(
        "2 faults:\n  column 'a' holds no value in row 1 (and in 1 more)\n  column 'c' holds no value in row 1\n"
    )


def test_what_is_missing_in_memory_is_named_together():
    text = said(lambda: dataset_of([[np.nan, 1.0, np.inf], [1.0, 2.0, 3.0]], [0, 1]))
    assert text == (
        "2 faults:\n  column 'x0' holds no value in row 1\n  column 'x2' holds an infinite number in row 1\n\n"
        "hint: fill it in, or leave the row out"
    )


def test_classes_that_are_missing_are_counted(tmp_path):
    path = saved(tmp_path, "x,y,class", [[k, k % 3, "ab"[k % 2] if k % 4 else ""] for k in range(12)])
    assert "column 'class' holds no class in row 1 (and in 2 more)" in said(lambda: load_dataset(path))


def test_coded_columns_of_several_kinds_stay_as_they_were():
    coding = Coding((CodedColumn("a"), CodedColumn("b")))
    assert coding.features(Table("t", ("b", "a"), (("1", "2"), ("3", "4")))).tolist() == [[3.0, 1.0], [4.0, 2.0]]
