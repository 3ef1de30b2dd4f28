"""What columns of text become, and what is refused with its place named."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.data.one_against_rest import one_against_rest
from tinydwn.data.reading import Reading
from tinydwn.data.table import Table
from tinydwn.data.table_dataset import to_dataset
from tinydwn.data.text_table import parse_text
from tinydwn.errors import ConfigError, DataError


def read(text, **options):
    """The data set in a CSV text whose lines are separated by blanks."""
    lines = text.strip().replace(" ", "\n")
    return to_dataset(parse_text(lines, name="t", where="t.csv", header=True), Reading(**options))


def refused(text, **options):
    with pytest.raises(DataError) as caught:
        read(text, **options)
    return str(caught.value)


@given(
    st.lists(st.floats(-1e300, 1e300), min_size=4, max_size=20, unique=True),
    st.sampled_from([repr, str, "{:.17g}".format, "{:.17e}".format]),
)
def test_numbers_are_read_back_exactly(numbers, spell):
    labels = tuple("ab"[index % 2] for index in range(len(numbers)))
    table = Table("t", ("x", "y"), (tuple(map(spell, numbers)), labels))
    assert to_dataset(table).features[:, 0].tolist() == numbers


@given(st.lists(st.sampled_from(["red", "green", "blue", "ä ß", "7"]), min_size=4, max_size=30))
def test_one_hot_features_say_which_category_a_sample_has(colors):
    table = Table("t", ("color", "n", "y"), (tuple(colors), tuple(map(str, range(len(colors)))), ("a", "b") * 20))
    table = Table("t", table.column_names, (*table.columns[:2], table.columns[2][: len(colors)]))
    if "7" in colors and colors.count("7") * 2 > len(colors):
        return
    data = to_dataset(table)
    values = dict(zip(data.feature_names, data.features.T, strict=True))
    known = sorted(set(colors))
    for category in known[1:] if len(known) == 2 else known if len(known) > 2 else []:
        expected = [float(color == category) for color in colors]
        assert values[f"color={category}"].tolist() == expected


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        ("True False true FALSE", [1, 0, 1, 0]),
        ("yes no no Yes", [1, 0, 0, 1]),
        ("t f f t", [1, 0, 0, 1]),
        ("Y N Y N", [1, 0, 1, 0]),
        ("1 0 1 0", [1, 0, 1, 0]),
        ("1e3 -2.5 .5 +4", [1000, -2.5, 0.5, 4]),
    ],
)
def test_numbers_and_booleans_keep_the_name_of_their_column(cells, values):
    lines = [f"{cell},{label}" for cell, label in zip(cells.split(), "abab", strict=True)]
    data = read(" ".join(["x,y", *lines]))
    assert data.feature_names == ("x",)
    assert data.features[:, 0].tolist() == values


def test_two_categories_become_one_feature():
    data = read("sex,n,y Male,1,a Female,2,b Male,3,a Female,4,b")
    assert data.feature_names == ("sex=Male", "n")
    assert data.features[:, 0].tolist() == [1, 0, 1, 0]
    assert data.notes == (
        "the class is the last column, 'y'",
        "column 'sex' coded as one 0/1 feature: 'Female' is 0, 'Male' is 1",
    )


def test_numbers_declared_categorical_are_categories_in_numeric_order():
    data = read("k,y 10,a 9,b 2,a 10,b", categorical=("k",), target="y")
    assert data.feature_names == ("k=2", "k=9", "k=10")
    assert data.notes == ("column 'k' coded one-hot: 3 categories",)


def test_python_digit_grouping_is_text():
    assert read("x,y 1_0,a 2_0,b 1_0,b 2_0,a").feature_names == ("x=2_0",)


def test_constant_columns_are_dropped_and_named():
    data = read("a,b,c,class 1,5,z,p 2,5,z,q 3,5,z,p 4,5,z,q")
    assert data.feature_names == ("a",)
    assert data.notes[-1] == "2 constant columns dropped: 'b', 'c'"


@pytest.mark.parametrize(
    ("header", "target", "note"),
    [
        ("target,x", 0, ()),
        ("Label,x", 0, ()),
        ("CLASS,x", 0, ()),
        ("x,anything", 1, ("the class is the last column, 'anything'",)),
        ("target,class", 1, ("the class is the last column, 'class'",)),
    ],
)
def test_the_class_is_found_by_name_or_is_last(header, target, note):
    data = read(f"{header} 0,1 1,0 0,1 1,1 0,0")
    assert data.feature_names == (header.split(",")[1 - target],)
    assert data.notes == note


def test_a_named_target_wins_over_the_usual_names():
    data = read("class,x 0,p 1,q 1,p 0,q", target="x")
    assert data.class_names == ("p", "q")
    assert data.feature_names == ("class",)


def test_class_names_that_are_numbers_come_in_numeric_order_and_plain():
    data = read("x,y 1,10 2,9 3,10.0 4,9 5,-1.0 6,-1")
    assert data.class_names == ("-1", "9", "10")
    assert data.labels.tolist() == [2, 1, 2, 1, 0, 0]


def test_ignored_columns_are_left_out():
    assert read("id,x,y k1,1,a k2,2,b k3,3,a k4,4,b", ignore=("id",)).feature_names == ("x",)


@pytest.mark.parametrize("name", ["x" * 300, "größe", "a b", "module", "$x", "1", "x\ty", "重さ"])
def test_weird_column_names_are_kept(name):
    table = Table("t", (name, "y"), (("1", "2", "3", "4"), ("a", "b", "a", "b")))
    assert to_dataset(table).feature_names == (name,)


HOLES = "x,k,b,y 1,u,yes,a ,v,no,b 5,,no,a 9,v,,b 9,u,no,a"


@pytest.mark.parametrize(
    ("missing", "names", "features"),
    [
        ("drop", ("x", "k=v"), None),
        ("mean", ("x", "k=u", "k=v", "k=missing", "b"), [[1, 6, 5, 9, 9], [0, 0, 1, 0, 0], [1, 0, 0, 0, 0]]),
        ("median", ("x", "k=u", "k=v", "k=missing", "b"), [[1, 7, 5, 9, 9], [0, 0, 1, 0, 0], [1, 0, 0, 0, 0]]),
        ("most_frequent", ("x", "k=v", "b"), [[1, 9, 5, 9, 9], [0, 1, 0, 1, 0], [1, 0, 0, 0, 0]]),
    ],
)
def test_each_policy_fills_in_its_own_way(missing, names, features):
    if features is None:
        data = read("x,k,y 1,u,a 2,v,b 3,u,a 4,v,b ,u,a 5,,b 6,v,", missing=missing)
        assert data.samples == 4
        assert "3 samples with missing values dropped" in data.notes
    else:
        data = read(HOLES, missing=missing)
        assert data.features[:, [0, -2, -1]].T.tolist() == features
    assert data.feature_names == names


def test_fills_are_told_with_what_they_were_computed_on():
    assert read(HOLES, missing="mean").notes == (
        "the class is the last column, 'y'",
        "column 'x': 1 missing value filled with the mean 6, computed over all samples, "
        "those of the test part included",
        "column 'k': 1 missing value made a category of their own, 'missing'",
        "column 'k' coded one-hot: 3 categories",
        "column 'b': 1 missing value filled with the most frequent value 0, computed over all samples, "
        "those of the test part included",
    )


def test_missing_made_a_category_gets_a_name_that_is_free():
    data = read("k,n,y missing,1,a ,2,b other,3,a other,4,b", missing="category")
    assert data.feature_names[:3] == ("k=missing", "k=other", "k=missing_")


@pytest.mark.parametrize("marker", ["?", "NA", "n/a", "NaN", "null", "None"])
def test_usual_marks_among_numbers_are_missing_once_a_policy_is_chosen(marker):
    data = read(f"x,y 1,a {marker},b 3,a 4,b", missing="median")
    assert data.features[:, 0].tolist() == [1, 3, 3, 4]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "petal,y 1,a 2,b n/a,a 4,b",
            "column 'petal' holds no value in row 3; 'n/a' stands for a missing value\n\n"
            "hint: pass --missing drop, mean, median, most_frequent or category, "
            "or --missing-marks '' where the cells are values",
        ),
        (
            "petal,y 1,a 2,b big,a 4,b",
            "column 'petal' holds text in row 3: 'big'\n\n"
            "hint: write a number, pass --missing-marks 'big' if it stands for a missing value, "
            "or --categorical petal if numbers and words are categories",
        ),
        (
            "petal,y 1,a 2,b inf,a 4,b",
            "column 'petal' holds an infinite number in row 3: 'inf'\n\nhint: write a finite number, or drop the row",
        ),
        (
            "petal,y 1,a 1e999,b 2,a 4,b",
            "column 'petal' holds an infinite number in row 2: '1e999'\n\nhint: write a finite number, or drop the row",
        ),
        (
            "petal,y 1,a nan,b ,a 4,b",
            "column 'petal' holds no value in row 2 (and in 1 more); 'nan' stands for a missing value\n\n"
            "hint: pass --missing drop, mean, median, most_frequent or category, "
            "or --missing-marks '' where the cells are values",
        ),
        (
            "k,n,y u,1,a ,2,b v,3,a v,4,b",
            "column 'k' holds no value in row 2\n\nhint: pass --missing drop, mean, median, most_frequent or category",
        ),
        (
            "z,y ,a ?,b ,a ,b",
            "data set 't' has no column that varies, besides the class\n\nhint: check the file's content",
        ),
        ("x,y 1,a 2, 3,a", "column 'y' holds no class in row 2\n\nhint: drop the row, or pass --missing drop"),
        (
            "x,x,y 1,1,a 2,2,b",
            "columns 1 and 2 are both named 'x'\n\n"
            "hint: rename or remove one of them; if the first row holds no names, pass --no-header",
        ),
        (
            "x 1 2",
            "'t' has 1 column, at least 2 are needed\n\n"
            "hint: give one column per feature and one with the class, separated by commas",
        ),
        ("x,y", "'t' has a header and no samples\n\nhint: add one row per sample"),
        (
            "x,y 1,a 2,a 3,a",
            "data set 't' has 1 class, at least 2 are needed: 'a'\n\nhint: check which column holds the class",
        ),
        (
            "x,y 1,a 2,b 3,a 4,a",
            "data set 't': 1 of 2 classes have fewer than 2 samples: 'b'\n\n"
            "hint: check which column holds the class, or leave the rare classes out with --drop-rare",
        ),
        (
            "x,y 7,a 7,b 7,a 7,b",
            "data set 't' has no column that varies, besides the class\n\nhint: check the file's content",
        ),
        (
            "k,k=b,y a,1,p b,2,q a,3,p b,4,q",
            "two features would be named 'k=b'\n\nhint: rename one of the columns",
        ),
    ],
)
def test_unusable_tables_are_refused_with_the_place(text, message):
    assert refused(text) == message


def test_numbers_cannot_become_a_category_of_their_own():
    assert refused("x,y 1,a ,b 3,a 4,b", missing="category") == (
        "column 'x' holds no value in row 2\n\nhint: pass --missing mean or median"
    )


def test_a_table_with_a_hole_in_every_row_cannot_be_dropped_to_nothing():
    assert refused("x,z,y 1,,a ,1,b 2,,a", missing="drop") == (
        "every sample has a missing value\n\nhint: pass --missing mean, or leave a column out"
    )


def test_too_many_categories_are_refused():
    rows = " ".join(f"k{i % 101},{i % 7},{'ab'[i % 2]}" for i in range(303))
    assert refused(f"name,n,y {rows}") == (
        "column 'name' holds 101 different texts in 303 rows, at most 100 make categories: 'k0', 'k1', ...\n\n"
        "hint: leave the column out with --ignore name, or join rare values"
    )


def test_a_target_that_is_not_there_is_answered_with_the_nearest():
    assert refused("age,label 1,a 2,b", target="lable") == (
        "'t' has no column 'lable'\n\nhint: did you mean 'label'? columns: 'age', 'label'"
    )


def test_a_long_list_of_columns_is_cut_in_the_hint():
    header = ",".join(f"c{i}" for i in range(60))
    message = refused(f"{header} {header}", target="zzz")
    assert message.endswith("'c38', 'c39', ... (60 in all)")


def test_an_unknown_policy_is_refused():
    with pytest.raises(ConfigError) as caught:
        read("x,y 1,a 2,b", missing="zero")
    assert str(caught.value) == (
        "there is no policy 'zero' for missing values\n\n"
        "hint: choose one of refuse, drop, mean, median, most_frequent, category"
    )


def test_one_class_is_set_against_the_rest():
    data = read("x,y 1,sky 2,grass 3,path 4,sky 5,grass 6,path")
    task = one_against_rest(data, "grass")
    assert task.class_names == ("rest", "grass")
    assert task.labels.tolist() == [0, 1, 0, 0, 1, 0]
    assert task.notes[-1] == "class 'grass' against the 2 others"
    assert np.array_equal(task.features, data.features)


def test_a_class_called_rest_stands_against_the_others():
    data = read("x,y 1,rest 2,grass 3,rest 4,grass")
    assert one_against_rest(data, "rest").class_names == ("others", "rest")


def test_an_unknown_positive_class_is_answered_with_the_nearest():
    with pytest.raises(DataError) as caught:
        one_against_rest(read("x,y 1,sky 2,grass 3,sky 4,grass"), "gras")
    assert str(caught.value) == (
        "data set 't' has no class 'gras'\n\nhint: did you mean 'grass'? classes: 'grass', 'sky'"
    )


def test_marks_that_are_said_replace_the_usual_ones():
    data = read("x,k,y 1,?,a -999,u,b 3,?,a 5,u,b", missing="mean", missing_marks=["-999"])
    assert data.feature_names == ("x", "k=u")
    assert data.features.tolist() == [[1, 0], [3, 1], [3, 0], [5, 1]]
    assert "column 'x': '-999' taken as missing" in data.notes


def test_numbers_and_words_in_one_column_are_categories_where_there_are_few():
    data = read("doors,y 2,a 3,b 5more,a 2,b 3,a 5more,b 2,a 3,b")
    assert data.feature_names == ("doors=2", "doors=3", "doors=5more")


def test_numbers_with_different_units_are_refused_with_both_places():
    assert refused("p,y 5%,a 6%,b 0.05,a 7%,b") == (
        "column 'p' holds '5%' in row 1 and '0.05' in row 3: numbers with different units\n\n"
        "hint: write all of them with one unit or none"
    )


def test_dates_whose_day_and_month_are_not_told_apart_are_refused():
    assert refused("when,y 01/02/2024,a 03/04/2024,b 05/06/2024,a 07/08/2024,b") == (
        "column 'when' holds dates such as '01/02/2024', whose parts can be read in several ways\n\n"
        "hint: write them as 2024-01-31, or leave the column out with --ignore when"
    )


def test_a_comma_of_two_meanings_is_settled_by_another_column():
    rows = [("1,234", "2,5", "a"), ("5,678", "3", "b")] * 2
    text = "x;z;y " + " ".join(";".join(row) for row in rows)
    assert read(text).features[:, 0].tolist() == [1.234, 5.678] * 2
    assert read(text.replace("2,5", "2.5")).features[:, 0].tolist() == [1234, 5678] * 2
    assert refused(text.replace("2,5", "2")) == (
        "column 'x' holds '1,234': the comma may be a decimal mark or separate thousands\n\n"
        "hint: say which with --decimal , or --decimal ."
    )
    assert read(text.replace("2,5", "2"), decimal=",").features[:, 0].tolist() == [1.234, 5.678] * 2


def test_chosen_columns_are_the_only_features():
    assert read("a,b,c,y 1,2,3,p 4,5,6,q 7,8,9,p 0,1,2,q", only=["c", "a"]).feature_names == ("a", "c")
    assert refused("a,b,y 1,2,p 3,4,q", only=["d"]).startswith("'t' has no column 'd'")


def test_fills_and_categories_of_a_split_are_told_with_the_training_part():
    rows = " ".join(f"{'' if k == 3 else k % 5},{'uvw'[k % 3]},{'ab'[k % 2]}" for k in range(30))
    data = read(f"x,k,y {rows}", missing="mean")
    split = next(one for one in (data.split(seed=seed) for seed in range(9)) if "missing" in " ".join(one.notes))
    told = [note for note in split.notes if "missing" in note]
    assert len(told) == 1
    assert told[0].endswith(", computed over the training part")
    assert "column 'k' coded one-hot: 3 categories" in split.notes
