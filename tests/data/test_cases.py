"""Small files in the forms that people have: each is read with the right numbers, or refused with the fix."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tinydwn.data import load_dataset
from tinydwn.errors import DataError


@pytest.fixture
def cases(shared: Path) -> Path:
    if not (shared / "cases").is_dir():
        pytest.skip("shared/cases does not exist")
    return shared / "cases"


def cells(path, separator, *, encoding="utf-8-sig", header=True):
    """The rows of a file without quotation marks, cut by hand."""
    lines = path.read_text(encoding=encoding).splitlines()[1 if header else 0 :]
    return [[cell.strip() for cell in line.split(separator)] for line in lines if line.strip()]


def column(data, name):
    return data.features[:, data.feature_names.index(name)].tolist()


def refused(path, **options):
    with pytest.raises(DataError) as caught:
        load_dataset(path, **options)
    return str(caught.value)


def test_a_file_without_names_loses_no_sample(cases):
    path = cases / "adultraw.csv"
    assert refused(path) == (
        "the first row of adultraw.csv holds no names, but '66', 'Self-emp-not-inc', '145746', '6', '<=50K'\n\n"
        "hint: pass --no-header if it is a sample, or --header if these are names"
    )
    assert refused(path, header=False) == (
        "column 'column_2' holds no value in row 3 (and in 83 more); '?' stands for a missing value\n\n"
        "hint: pass --missing drop, mean, median, most_frequent or category, "
        "or --missing-marks '' where the cells are values"
    )
    rows = cells(path, ",", header=False)
    data = load_dataset(path, header=False, missing="category")
    assert data.samples == len(rows) == 300
    assert column(data, "column_1") == [float(row[0]) for row in rows]
    assert column(data, "column_2=missing") == [float(row[1] == "?") for row in rows]
    assert [data.class_names[label] for label in data.labels] == [row[4] for row in rows]
    assert "column 'column_2': '?' taken as missing" in data.notes


def test_a_mark_is_a_category_where_that_is_said(cases):
    data = load_dataset(cases / "adultraw.csv", header=False, missing_marks=[])
    assert "column_2=?" in data.feature_names


@pytest.mark.parametrize(
    ("name", "separator", "options"),
    [("wine.csv", ";", {}), ("tab.tsv", "\t", {}), ("australian.dat", " ", {"header": False})],
)
def test_semicolons_tabs_and_blanks_separate_cells(cases, name, separator, options):
    rows = cells(cases / name, separator, header=not options)
    data = load_dataset(cases / name, **options)
    assert data.features.tolist() == [[float(cell) for cell in row[:-1]] for row in rows]
    assert [data.class_names[label] for label in data.labels] == [row[-1] for row in rows]


def test_a_table_between_blanks_without_names_is_refused_until_that_is_said(cases):
    assert "pass --no-header" in refused(cases / "australian.dat")


def test_decimal_commas_are_numbers(cases):
    rows = cells(cases / "deccomma.csv", ";")
    data = load_dataset(cases / "deccomma.csv")
    assert data.feature_names == ("mass", "len")
    assert data.features.tolist() == [[float(cell.replace(",", ".")) for cell in row[:2]] for row in rows]
    assert data.notes[1:] == (
        "column 'mass' read as numbers: decimal commas",
        "column 'len' read as numbers: decimal commas",
    )
    assert refused(cases / "deccomma.csv", decimal=".") == (
        "2 faults:\n"
        "  column 'mass' holds '4,39', which is no number where the decimal mark is '.'\n"
        "  column 'len' holds '2,36', which is no number where the decimal mark is '.'\n\n"
        "hint: write all numbers in one way, or pass --decimal ,"
    )


def test_an_empty_last_column_is_left_out_and_so_is_the_one_that_counts(cases):
    rows = cells(cases / "bom.csv", ",")
    data = load_dataset(cases / "bom.csv")
    assert data.feature_names == ("x", "y")
    assert data.features.tolist() == [[float(row[1]), float(row[2])] for row in rows]
    assert data.notes == (
        "column 5 is empty and was left out",
        "column 'id' left out: it counts the samples, which tells nothing (it stays where --only names it)",
    )
    assert load_dataset(cases / "bom.csv", only=["id"]).feature_names == ("id",)


def test_latin_1_is_read_where_that_is_said(cases):
    assert refused(cases / "latin.csv") == (
        "latin.csv is not UTF-8: byte 0xf6 in line 1\n\n"
        "hint: pass --encoding latin-1 (or cp1252, utf-16), or save it as UTF-8"
    )
    data = load_dataset(cases / "latin.csv", encoding="latin-1")
    assert data.feature_names == ("größe", "gewicht")
    assert data.class_names == ("männlich", "weiblich")
    rows = cells(cases / "latin.csv", ",", encoding="latin-1")
    assert data.features.tolist() == [[float(cell) for cell in row[:2]] for row in rows]


def test_dates_with_a_time_are_seconds(cases):
    rows = cells(cases / "dates.csv", ",")
    data = load_dataset(cases / "dates.csv")
    epoch = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - both are without a zone
    seconds = [(dt.datetime.strptime(row[0], "%Y-%m-%d %H:%M") - epoch).total_seconds() for row in rows]  # noqa: DTZ007
    assert column(data, "when") == seconds
    assert column(data, "ok") == [float(row[2] == "TRUE") for row in rows]


def test_percent_signs_and_currencies_are_left_out(cases):
    rows = cells(cases / "pct.csv", ",")
    data = load_dataset(cases / "pct.csv")
    assert column(data, "p") == [float(row[0].rstrip("%")) for row in rows]
    assert column(data, "c") == [float(row[1].lstrip("$")) for row in rows]
    assert data.notes[1:] == (
        "column 'p' read as numbers: the sign '%' left out",
        "column 'c' read as numbers: the sign '$' left out",
    )


def test_quoted_commas_between_three_digits_separate_thousands(cases):
    lines = (cases / "thousand.csv").read_text().splitlines()[1:]
    data = load_dataset(cases / "thousand.csv")
    assert column(data, "a") == [float(line.split('"')[1].replace(",", "")) for line in lines]
    assert data.notes[1:] == ("column 'a' read as numbers: thousands separated by ','",)


def test_a_measured_class_is_refused_and_cut_into_bins(cases):
    path = cases / "regress.csv"
    assert refused(path) == (
        "column 't' holds 200 different numbers: it seems to be measured, and no class\n\n"
        "hint: pass --bins 3 to make three classes of about equal size, or choose the class with --target"
    )
    measured = sorted(float(row[2]) for row in cells(path, ","))
    data = load_dataset(path, bins=2, only=["a", "b"])
    assert data.class_counts == (100, 100)
    assert data.class_names == (f"up to {measured[99]:.4g}", f"above {measured[99]:.4g}")
    labels = [int(float(row[2]) > measured[99]) for row in cells(path, ",")]
    assert data.labels.tolist() == labels


def test_a_class_of_one_sample_is_refused_and_left_out(cases):
    assert refused(cases / "rare.csv") == (
        "data set 'rare': 1 of 3 classes have fewer than 2 samples: 'rare'\n\n"
        "hint: check which column holds the class, or leave the rare classes out with --drop-rare"
    )
    data = load_dataset(cases / "rare.csv", drop_rare=True)
    assert data.class_names == ("x", "y")
    assert data.samples == 60
    assert data.notes[-1] == "1 class of one sample dropped: 'rare'"
