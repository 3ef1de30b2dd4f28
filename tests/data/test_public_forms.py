"""Tables written in the forms in which public collections keep them; the values are made up."""

from __future__ import annotations

import numpy as np
import pytest

from tinydwn.data import load_dataset
from tinydwn.errors import DataError

RNG = np.random.default_rng(11)


def saved(path, lines):
    path.write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    return path


def refused(path, **options):
    with pytest.raises(DataError) as caught:
        load_dataset(path, **options)
    return str(caught.value)


def test_flowers_without_names(tmp_path):
    rows = [(*np.round(RNG.uniform(0, 8, 4), 1).tolist(), f"Iris-{'ab'[k % 2]}") for k in range(40)]
    path = saved(tmp_path / "iris.data", [",".join(map(str, row)) for row in rows])
    assert "pass --no-header" in refused(path)
    data = load_dataset(path, header=False)
    assert data.features.tolist() == [list(row[:4]) for row in rows]
    assert data.class_names == ("Iris-a", "Iris-b")


def test_persons_with_question_marks(tmp_path):
    work, home = ["Private", "State-gov", "?"], ["Ireland", "Cuba", "?"]
    rows = [
        (str(20 + k % 50), work[k % 3], str(100_000 + 7 * (k % 61)), home[k // 3 % 3], "<=50K" if k % 5 else ">50K")
        for k in range(90)
    ]
    path = saved(tmp_path / "adult.data", [", ".join(row) for row in rows])
    data = load_dataset(path, header=False, missing="mean")
    assert data.samples == 90
    values = dict(zip(data.feature_names, data.features.T.tolist(), strict=True))
    assert values["column_1"] == [float(row[0]) for row in rows]
    assert values["column_2=missing"] == [float(row[1] == "?") for row in rows]
    assert values["column_4=Cuba"] == [float(row[3] == "Cuba") for row in rows]
    whole = load_dataset(path, header=False, missing="drop")
    assert whole.samples == sum("?" not in row for row in rows)


def test_cars_with_numbers_and_words_in_one_column(tmp_path):
    doors, persons = ["2", "3", "4", "5more"], ["2", "4", "more"]
    rows = [
        (["vhigh", "low"][k % 2], doors[k // 2 % 4], persons[k // 8 % 3], ["unacc", "acc"][k % 7 == 0])
        for k in range(96)
    ]
    path = saved(tmp_path / "car.data", [",".join(row) for row in rows])
    assert "pass --no-header" in refused(path)
    data = load_dataset(path, header=False)
    assert data.feature_names == (
        "column_1=vhigh",
        *(f"column_2={one}" for one in doors),
        *(f"column_3={one}" for one in persons),
    )
    for index, one in enumerate(doors):
        assert data.features[:, 1 + index].tolist() == [float(row[1] == one) for row in rows]


def test_wines_between_semicolons_with_quoted_names(tmp_path):
    rows = [(*np.round(RNG.uniform(0, 15, 3), 2).tolist(), 3 + k % 6) for k in range(60)]
    names = ["fixed acidity", "pH", "alcohol", "quality"]
    lines = [";".join(f'"{name}"' for name in names), *(";".join(map(str, row)) for row in rows)]
    data = load_dataset(saved(tmp_path / "winequality-red.csv", lines))
    assert data.feature_names == ("fixed acidity", "pH", "alcohol")
    assert data.features.tolist() == [list(row[:3]) for row in rows]
    assert data.class_names == ("3", "4", "5", "6", "7", "8")


def test_patients_whose_first_column_is_a_number_of_their_own(tmp_path):
    numbers = RNG.permutation(900_000)[:50] + 84_000
    rows = [
        (int(number), "MB"[k % 2], *np.round(RNG.uniform(0, 30, 2), 3).tolist()) for k, number in enumerate(numbers)
    ]
    path = saved(tmp_path / "wdbc.data", [",".join(map(str, row)) for row in rows])
    data = load_dataset(path, header=False, target="column_2")
    assert data.feature_names == ("column_3", "column_4")
    assert (
        "column 'column_1' left out: its 50 numbers all differ, which tells nothing (it stays where --only names it)"
        in data.notes
    )
    assert data.class_names == ("B", "M")


def test_glasses_that_are_counted(tmp_path):
    rows = [(k + 1, *np.round(RNG.uniform(1, 2, 3), 5).tolist(), k % 3) for k in range(30)]
    path = saved(tmp_path / "glass.data", [",".join(map(str, row)) for row in rows])
    data = load_dataset(path, header=False)
    assert data.feature_names == ("column_2", "column_3", "column_4")


def test_credits_between_blanks_with_codes(tmp_path):
    rows = [(f"A1{k % 4 + 1}", 6 + k % 40, f"A3{k % 5}", 1000 + 13 * k, 1 + k % 2) for k in range(80)]
    path = saved(tmp_path / "german.data", [" ".join(map(str, row)) + " " for row in rows])
    data = load_dataset(path, header=False)
    assert data.samples == 80
    assert data.features[:, data.feature_names.index("column_4")].tolist() == [float(row[3]) for row in rows]
    assert "column_1=A13" in data.feature_names


def test_approvals_whose_class_is_plus_or_minus(tmp_path):
    rows = [
        ("ab"[k % 2], "?" if k % 9 == 0 else f"{20 + k % 30}.5", "t" if k % 3 else "f", "+-"[k % 4 > 1])
        for k in range(72)
    ]
    data = load_dataset(saved(tmp_path / "crx.data", [",".join(row) for row in rows]), header=False, missing="median")
    assert data.class_names == ("+", "-")
    assert [data.class_names[label] for label in data.labels] == [row[3] for row in rows]
    known = [float(row[1]) for row in rows if row[1] != "?"]
    assert data.features[:, 1].tolist() == [float(row[1]) if row[1] != "?" else np.median(known) for row in rows]


def test_automobiles_aligned_by_blanks_with_names_in_quotes(tmp_path):
    rows = [
        (f"{10 + k % 30}.0", 4 + k % 3, f"{90 + k % 70}.5", 1 + k % 3, f"maker {k % 13} of car {k}") for k in range(60)
    ]
    lines = [f'{a}   {b}   {c}      {d}\t"{e}"' for a, b, c, d, e in rows]
    data = load_dataset(saved(tmp_path / "auto-mpg.data", lines), header=False, target="column_4")
    assert data.feature_names == ("column_1", "column_2", "column_3")
    assert data.features.tolist() == [[float(a), float(b), float(c)] for a, b, c, _, _ in rows]


def test_a_keel_file_is_arff_in_another_name(tmp_path):
    rows = [(*np.round(RNG.uniform(0, 1, 2), 3).tolist(), ["negative", "positive"][k % 2]) for k in range(30)]
    lines = [
        "@relation glass1",
        "@attribute RI real [0.0, 1.0]",
        "@attribute Na real[0.0,1.0]",
        "@attribute Class {positive, negative}",
        "@inputs RI, Na",
        "@outputs Class",
        "@data",
        *(", ".join(map(str, row)) for row in rows),
    ]
    data = load_dataset(saved(tmp_path / "glass1.dat", lines))
    assert data.features.tolist() == [list(row[:2]) for row in rows]
    assert data.class_names == ("negative", "positive")


def test_a_table_of_r_with_names_of_rows(tmp_path):
    rows = [(f"car {k}", round(10 + k / 7, 2), 4 + k % 5, "xy"[k % 2]) for k in range(30)]
    lines = ['"mpg" "cyl" "kind"', *(f'"{a}" {b} {c} "{d}"' for a, b, c, d in rows)]
    data = load_dataset(saved(tmp_path / "mtcars.txt", lines))
    assert data.feature_names == ("mpg", "cyl")
    assert data.features.tolist() == [[b, float(c)] for _, b, c, _ in rows]


def test_a_table_of_pandas_with_its_index(tmp_path):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {"x": RNG.uniform(size=30), "when": pandas.date_range("2024-01-01", periods=30), "y": ["a", "b"] * 15}
    )
    frame.to_csv(tmp_path / "t.csv")
    data = load_dataset(tmp_path / "t.csv")
    assert data.feature_names == ("x", "when")
    assert data.features[:, 0].tolist() == frame["x"].tolist()
    assert data.features[:, 1].tolist() == [19723.0 + k for k in range(30)]


def test_a_spreadsheet_of_a_country_with_decimal_commas(tmp_path):
    rows = [(f"{1000 + 37 * k}", 1.5 * k, f"{k % 28 + 1:02d}.03.2024", "ja" if k % 2 else "nein") for k in range(40)]
    lines = ["Umsatz;Anteil;Tag;Zusage"]
    lines += [
        f"{int(a):,} €;{b:.2f} %;{c};{d}".replace(",", "_").replace(".", ",", 1).replace("_", ".")
        for a, b, c, d in rows
    ]
    data = load_dataset(saved(tmp_path / "t.csv", lines))
    assert data.features[:, 0].tolist() == [float(row[0]) for row in rows]
    assert data.features[:, 1].tolist() == [row[1] for row in rows]
    assert data.features[:, 2].tolist() == [19783.0 + k % 28 for k in range(40)]
    assert data.notes[1:4] == (
        "column 'Umsatz' read as numbers: decimal commas, thousands separated by '.', the sign '€' left out",
        "column 'Anteil' read as numbers: decimal commas, the sign '%' left out",
        "column 'Tag' dates read as days since 1970-01-01",
    )
