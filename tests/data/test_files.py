"""CSV, Parquet and image files: read, and refused when damaged."""

from __future__ import annotations

import csv
import gzip
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.data import load_dataset, text_file
from tinydwn.data.text_table import parse_text
from tinydwn.errors import ConfigError, DataError

CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), max_size=8)
FRUIT = b"grams,class\n120,apple\n95,pear\n130,apple\n90,pear\n"


@given(st.integers(2, 4).flatmap(lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=5)))
def test_what_a_csv_writer_wrote_is_read_back(rows):
    header = [f"c{i}" for i in range(len(rows[0]) if rows else 2)]
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    table = parse_text(out.getvalue(), name="t", where="t.csv", header=True)
    assert table.column_names == tuple(header)
    assert [list(row) for row in zip(*table.columns, strict=True)] == rows


@pytest.mark.parametrize(
    "content",
    [
        FRUIT,
        b"\xef\xbb\xbf" + FRUIT,
        FRUIT.replace(b"\n", b"\r\n"),
        FRUIT.replace(b"\n", b"\n\n"),
        FRUIT.replace(b",", b", "),
        FRUIT.replace(b",", b";"),
        FRUIT.replace(b",", b"\t"),
        FRUIT.rstrip(),
        gzip.compress(FRUIT, mtime=0),
    ],
    ids=["plain", "bom", "crlf", "empty lines", "blanks", "semicolons", "tabs", "no last newline", "gzip inside"],
)
def test_usual_forms_of_csv_mean_the_same(tmp_path, content):
    path = tmp_path / "fruit.csv"
    path.write_bytes(content)
    data = load_dataset(path)
    assert data.name == "fruit"
    assert data.feature_names == ("grams",)
    assert data.class_names == ("apple", "pear")
    assert data.features[:, 0].tolist() == [120, 95, 130, 90]


def test_the_ending_is_read_in_any_case(tmp_path):
    path = tmp_path / "Fruit.CSV.GZ"
    path.write_bytes(gzip.compress(FRUIT, mtime=0))
    assert load_dataset(str(path)).name == "Fruit"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.csv", b"", "t.csv is empty\n\nhint: give a header row and one row per sample"),
        ("t.csv", b" \n\n", "t.csv is empty\n\nhint: give a header row and one row per sample"),
        ("t.csv", b"x,y\n", "'t' has a header and no samples\n\nhint: add one row per sample"),
        (
            "t.csv",
            b"x,y\n1,a\n2\n",
            "t.csv has 1 cells in line 3, the first row has 2\n\n"
            "hint: quote cells that hold the separator, and fill up short rows with empty cells",
        ),
        (
            "t.csv",
            b"x,y\n1,a,\n2,b\n",
            "t.csv has 3 cells in line 2, the first row has 2\n\n"
            "hint: quote cells that hold the separator, and fill up short rows with empty cells",
        ),
        (
            "t.csv",
            b'x,y\n1,"a\n2,b\n',
            "t.csv cannot be read as CSV in line 3: unexpected end of data\n\nhint: check the quotation marks there",
        ),
        (
            "t.csv",
            "x,y\n1,a\n2,größe\n".encode("latin-1"),
            "t.csv is not UTF-8: byte 0xf6 in line 3\n\n"
            "hint: pass --encoding latin-1 (or cp1252, utf-16), or save it as UTF-8",
        ),
        ("t.csv", b"x,y\n\0,a\n", "t.csv holds zero bytes: it is no text file\n\nhint: export the table as CSV"),
        ("t.csv.gz", FRUIT, "t.csv.gz is not a gzip file\n\nhint: remove .gz from its name if it is plain text"),
        (
            "t.csv.gz",
            gzip.compress(FRUIT * 100, mtime=0)[:-20],
            "t.csv.gz cannot be unpacked: Compressed file ended before the end-of-stream marker was reached\n\n"
            "hint: the file is damaged or cut short; fetch it again",
        ),
    ],
)
def test_damaged_csv_files_are_refused(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as caught:
        load_dataset(tmp_path / name)
    assert str(caught.value) == message


@pytest.mark.parametrize("position", [12, 25, -5])
def test_a_flipped_byte_in_a_gzip_file_is_noticed(tmp_path, position):
    content = bytearray(gzip.compress(FRUIT, mtime=0))
    content[position] ^= 0x5A
    (tmp_path / "t.csv.gz").write_bytes(content)
    with pytest.raises(DataError) as caught:
        load_dataset(tmp_path / "t.csv.gz")
    assert caught.value.message.startswith("t.csv.gz cannot be unpacked: ")
    assert caught.value.hint == "the file is damaged or cut short; fetch it again"


def test_a_cell_of_a_million_characters_is_no_crash(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"x,y\n" + b"7" * 1_000_001 + b",a\n")
    with pytest.raises(DataError) as caught:
        load_dataset(tmp_path / "t.csv")
    assert str(caught.value) == (
        "t.csv cannot be read as CSV in line 2: field larger than field limit (1000000)\n\n"
        "hint: check the quotation marks there"
    )


def test_a_file_that_is_not_there_is_answered_with_the_nearest(tmp_path):
    (tmp_path / "fruit.csv").write_bytes(FRUIT)
    with pytest.raises(DataError) as caught:
        load_dataset(tmp_path / "friut.csv")
    assert str(caught.value) == f"there is no file {tmp_path / 'friut.csv'}\n\nhint: did you mean fruit.csv?"
    with pytest.raises(DataError) as caught:
        load_dataset(tmp_path / "nowhere" / "x.csv")
    assert str(caught.value) == f"there is no file {tmp_path / 'nowhere' / 'x.csv'}\n\nhint: check the path"


def test_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "fruit.xlsx"
    path.write_bytes(b"PK")
    for source in (path, str(path)):
        with pytest.raises(DataError) as caught:
            load_dataset(source)
        assert str(caught.value) == (
            f"{path} is not a kind of file that is read\n\n"
            "hint: the name ends in .csv, .tsv, .txt, .data, .dat, .arff, .pla (plain or with .gz), .parquet or .npz"
        )


def parquet(path, columns):
    from pyarrow import parquet, table

    parquet.write_table(table(columns), path)


def test_parquet_and_csv_give_the_same_data_set(tmp_path):
    import pyarrow as pa

    parquet(
        tmp_path / "t.parquet",
        {
            "n": pa.array([1, 2, None, 4]),
            "x": [0.1, 2.0, 1e300, -3.5],
            "b": [True, False, True, False],
            "k": pa.array(["u", "v", "w", "u"]).dictionary_encode(),
            "target": ["p", "q", "p", "q"],
        },
    )
    (tmp_path / "t.csv").write_text(
        "n,x,b,k,target\n1,0.1,True,u,p\n2,2.0,False,v,q\n,1e300,True,w,p\n4,-3.5,False,u,q\n"
    )
    left, right = (load_dataset(tmp_path / name, missing="mean") for name in ("t.parquet", "t.csv"))
    assert left.digest == right.digest
    assert left.notes == right.notes


def test_a_parquet_column_of_categories_that_look_like_numbers_is_categorical(tmp_path):
    import pyarrow as pa

    parquet(tmp_path / "t.parquet", {"k": pa.array(["1", "2", "1", "2"]).dictionary_encode(), "y": [0, 1, 0, 1]})
    assert load_dataset(tmp_path / "t.parquet").feature_names == ("k=2",)


def test_a_parquet_column_of_lists_is_refused(tmp_path):
    parquet(tmp_path / "t.parquet", {"x": [[1], [2]], "y": [0, 1]})
    with pytest.raises(DataError) as caught:
        load_dataset(tmp_path / "t.parquet")
    assert str(caught.value) == ("column 'x' holds list<element: int64> values\n\nhint: give one column per number")


@pytest.mark.parametrize("content", [b"", b"PAR1", b"not parquet at all", b"PAR1" + b"\0" * 40 + b"PAR1"])
def test_damaged_parquet_files_are_refused(tmp_path, content):
    (tmp_path / "t.parquet").write_bytes(content)
    with pytest.raises(DataError) as caught:
        load_dataset(tmp_path / "t.parquet")
    assert caught.value.message.startswith("t.parquet cannot be read as Parquet: ")
    assert caught.value.hint == "check the file"


def test_without_pyarrow_a_parquet_file_is_refused_with_the_way_to_get_it(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "t.parquet").write_bytes(b"PAR1")
    with pytest.raises(DataError) as caught:
        load_dataset(tmp_path / "t.parquet")
    assert str(caught.value) == (
        "t.parquet cannot be read without pyarrow\n\nhint: pip install 'tinydwn[parquet]', or export CSV"
    )


def images(path, **changes):
    rng = np.random.default_rng(0)
    arrays = {
        "x_train": rng.integers(0, 256, (6, 2, 3)).astype(np.uint8),
        "y_train": np.array([3, 5, 3, 5, 3, 5], dtype=np.uint8),
        "x_test": rng.integers(0, 256, (4, 2, 3)).astype(np.uint8),
        "y_test": np.array([5, 3, 5, 3], dtype=np.uint8),
    } | changes
    np.savez(path, **arrays)
    return arrays


def test_images_keep_their_published_test_part(tmp_path):
    arrays = images(tmp_path / "tiny.npz")
    data = load_dataset(tmp_path / "tiny.npz")
    assert data.feature_names == ("pixel_0_0", "pixel_0_1", "pixel_0_2", "pixel_1_0", "pixel_1_1", "pixel_1_2")
    assert data.class_names == ("3", "5")
    split = data.split(seed=3)
    assert np.array_equal(split.test_features, arrays["x_test"].reshape(4, 6))
    assert split.train_labels.tolist() == [0, 1, 0, 1, 0, 1]


IMAGE_HINT = "\n\nhint: a .npz file of images holds x_train, y_train, x_test, y_test"


def test_npz_files_that_hold_no_images_are_refused(tmp_path):
    path = tmp_path / "t.npz"
    np.savez(path, x_train=np.zeros(3))
    with pytest.raises(DataError) as caught:
        load_dataset(path)
    assert str(caught.value) == "t.npz holds no array 'y_train'" + IMAGE_HINT
    images(path, x_test=np.zeros((4, 3, 3)))
    with pytest.raises(DataError) as caught:
        load_dataset(path)
    assert str(caught.value) == "t.npz: training images are (2, 3), test images (3, 3)"
    images(path, y_test=np.zeros(3, dtype=int))
    with pytest.raises(DataError) as caught:
        load_dataset(path)
    assert str(caught.value) == "t.npz: images of shape (4, 2, 3) with labels of shape (3,)"
    images(path, y_train=np.array(["a"] * 6))
    with pytest.raises(DataError) as caught:
        load_dataset(path)
    assert str(caught.value) == "t.npz: images of uint8 with labels of <U1"


def test_nothing_pickled_is_loaded_from_an_npz_file(tmp_path):
    images(tmp_path / "t.npz", y_train=np.array([print] * 6, dtype=object))
    with pytest.raises(DataError) as caught:
        load_dataset(tmp_path / "t.npz")
    assert str(caught.value) == (
        "t.npz cannot be read as images: Object arrays cannot be loaded when allow_pickle=False" + IMAGE_HINT
    )


@pytest.mark.parametrize("content", [b"", b"PK\3\4 cut", b"plain text", b"\x93NUMPY\1\0"])
def test_damaged_npz_files_are_refused(tmp_path, content):
    (tmp_path / "t.npz").write_bytes(content)
    with pytest.raises(DataError) as caught:
        load_dataset(tmp_path / "t.npz")
    assert caught.value.message.startswith("t.npz cannot be read as images: ")


def test_the_columns_of_images_cannot_be_chosen(tmp_path):
    images(tmp_path / "t.npz")
    with pytest.raises(ConfigError) as caught:
        load_dataset(tmp_path / "t.npz", target="x")
    assert str(caught.value) == (
        "the columns of data set 't' cannot be chosen\n\nhint: leave out --target and other options about columns"
    )


def test_a_gzip_file_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "big.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" * 1000, mtime=0))
    monkeypatch.setattr(text_file, "LARGEST_UNPACKED", 100)
    with pytest.raises(DataError, match="unpacks to more than 100 bytes"):
        load_dataset(path)


@pytest.mark.parametrize("name", ["d.csv", "d.npz", "d"])
def test_a_folder_is_called_a_folder(tmp_path, name):
    (tmp_path / name).mkdir()
    for source in (str(tmp_path / name), tmp_path / name):
        with pytest.raises(DataError, match=f"{name}' is a folder, not a table of samples"):
            load_dataset(source)


def test_images_in_a_broken_archive_are_refused(tmp_path):
    images(tmp_path / "i.npz")
    content = (tmp_path / "i.npz").read_bytes()
    for old, new in ((b"PK\x01\x02", b"PK\x01\x03"), (b"PK\x03\x04", b"PK\x03\x05")):
        (tmp_path / "i.npz").write_bytes(content.replace(old, new))
        with pytest.raises(DataError, match="cannot be read as images"):
            load_dataset(tmp_path / "i.npz")


@pytest.mark.parametrize("pack", [lambda content: content, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("line", [100, 101, 5000])
def test_a_line_without_end_is_refused_before_it_is_a_table(tmp_path, monkeypatch, pack, line):
    monkeypatch.setattr(text_file, "LONGEST_LINE", 100)
    monkeypatch.setattr(text_file, "_CHUNK", 64)
    path = tmp_path / "t.csv"
    content = b"a,b\n" * 200 + b"x" * line + b"\n" + b"c,d\r" * 100
    path.write_bytes(pack(content))
    if line == 100:
        assert text_file.read_text(path).encode() == content
        return
    with pytest.raises(DataError) as caught:
        text_file.read_text(path)
    assert str(caught.value) == (
        "t.csv has a line of more than 100 bytes\n\nhint: give a table with one row per sample"
    )


def test_a_file_whose_name_is_no_utf8_has_a_name_that_can_be_written(tmp_path):
    path = tmp_path / b"d\xe4t.csv".decode("utf-8", "surrogateescape")
    path.write_bytes(FRUIT)
    data = load_dataset(str(path))
    assert data.name == "d\N{REPLACEMENT CHARACTER}t"
    assert data.split().name.encode().decode() == data.name
