from __future__ import annotations

import contextlib
import io
import json
import os
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.errors import DamagedFile, ModelError, OutputError
from tinydwn.model import archive, load_classifier, save_classifier
from tinydwn.model.store import from_bytes, to_bytes
from tinydwn.synthesis.source import is_model_file
from tinydwn.tools.files import write_atomically

RETRAIN = "train again, or take the file from where it was made"
AGAIN = "make it again, or copy it again from where it was made"


def refusal(content: bytes, folder: Path) -> ModelError:
    path = folder / "m.npz"
    path.write_bytes(content)
    with pytest.raises(ModelError) as raised:
        load_classifier(path)
    raised.value.message = raised.value.message.replace(str(path), "m.npz")
    return raised.value


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archived(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def npy(array: np.ndarray, **options) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, **options)
    return buffer.getvalue()


def with_header(content: bytes, **changes) -> bytes:
    files = members(content)
    header = json.loads(files["header.json"]) | changes
    files["header.json"] = json.dumps({key: value for key, value in header.items() if value is not None}).encode()
    return archived(files)


@settings(max_examples=50)
@given(seed=st.integers(0, 10_000))
def test_what_is_written_is_read_back(make_classifier, seed):
    classifier = make_classifier(seed)
    back = from_bytes(to_bytes(classifier))
    assert back == classifier
    assert back.layers == classifier.layers
    assert back.encoder == classifier.encoder
    assert back.class_names == classifier.class_names
    assert to_bytes(back) == to_bytes(classifier)


def test_saving_twice_gives_the_same_bytes_and_leaves_nothing_else(make_classifier, tmp_path):
    save_classifier(make_classifier(1), tmp_path / "a.npz")
    save_classifier(make_classifier(1), str(tmp_path / "b.npz"))
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.npz", "b.npz"]
    assert load_classifier(str(tmp_path / "a.npz")) == make_classifier(1)


def test_numpy_reads_the_file_without_pickle(make_classifier, tmp_path):
    classifier = make_classifier(3)
    save_classifier(classifier, tmp_path / "m.npz")
    with np.load(tmp_path / "m.npz", allow_pickle=False) as archive:
        assert np.array_equal(archive["tables_0"], classifier.layers[0].tables)
        assert json.loads(archive["header.json"])["digest"] == classifier.digest


@settings(max_examples=60)
@given(seed=st.integers(0, 50), share=st.floats(0, 1, exclude_max=True))
def test_every_truncated_file_is_refused(make_classifier, seed, share):
    content = to_bytes(make_classifier(seed))
    with pytest.raises(ModelError):
        from_bytes(content[: int(share * len(content))])


@settings(max_examples=150)
@given(seed=st.integers(0, 50), share=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_a_changed_byte_is_refused_or_changes_nothing(make_classifier, seed, share, flip):
    classifier = make_classifier(seed)
    content = bytearray(to_bytes(classifier))
    content[int(share * len(content))] ^= flip
    with contextlib.suppress(ModelError):
        assert from_bytes(bytes(content)) == classifier


def test_a_truncated_file_says_so(make_classifier, tmp_path):
    error = refusal(to_bytes(make_classifier(0))[:-30], tmp_path)
    assert isinstance(error, DamagedFile)
    assert str(error) == f"the model file 'm.npz' is truncated or damaged: File is not a zip file\n\nhint: {AGAIN}"


def test_an_empty_file_says_so(tmp_path):
    assert refusal(b"", tmp_path).message == "the model file 'm.npz' is empty"


def test_a_foreign_file_says_so(tmp_path):
    error = refusal(b"petal,species\n1,2\n", tmp_path)
    assert error.message == "'m.npz' is not a model file of tinydwn"
    assert error.hint == "tinydwn writes .npz archives; check the path"


def test_a_foreign_archive_says_so(tmp_path):
    buffer = io.BytesIO()
    np.savez(buffer, weights=np.ones(3))
    error = refusal(buffer.getvalue(), tmp_path)
    assert error.message == "'m.npz' is an archive, but not a model file of tinydwn: it has no header.json"
    assert error.hint == "check the path"
    error = refusal(archived({"header.json": b'{"format": "other"}'}), tmp_path)
    assert error.message == "'m.npz' is not a model file of tinydwn: its header names another format"


def test_a_header_that_is_no_json_says_so(tmp_path):
    error = refusal(archived({"header.json": b"{"}), tmp_path)
    assert error.message.startswith("the model file 'm.npz' is truncated or damaged: Expecting property name")


def test_a_newer_version_says_so(make_classifier, tmp_path):
    error = refusal(with_header(to_bytes(make_classifier(0)), version=2), tmp_path)
    assert error.message == "the model file 'm.npz' has version 2, this tinydwn reads up to 1"
    assert error.hint == "upgrade tinydwn"


@pytest.mark.parametrize("version", ["1", True, 0, -1, 1.0])
def test_a_version_that_is_none_says_so(make_classifier, tmp_path, version):
    error = refusal(with_header(to_bytes(make_classifier(0)), version=version), tmp_path)
    assert error.message == f"the model file 'm.npz' is damaged: its version is {version!r}"


def test_pickled_objects_are_refused_and_never_run(make_classifier, tmp_path):
    class Trap:
        def __reduce__(self):
            return Path.touch, (tmp_path / "ran",)

    files = members(to_bytes(make_classifier(0)))
    files["offset.npy"] = npy(np.array([Trap()], dtype=object), allow_pickle=True)
    error = refusal(archived(files), tmp_path)
    assert error.message == (
        "the model file 'm.npz' is truncated or damaged: "
        "member 'offset.npy' holds pickled objects, which are never loaded"
    )
    assert error.hint == AGAIN
    assert not (tmp_path / "ran").exists()


def test_an_array_that_claims_to_be_huge_is_refused_before_memory_is_taken(make_classifier, tmp_path):
    files = members(to_bytes(make_classifier(0)))
    head = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }\n"
    files["offset.npy"] = b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + b"\0" * 8
    error = refusal(archived(files), tmp_path)
    assert error.message == (
        "the model file 'm.npz' is truncated or damaged: member 'offset.npy' is not as long as it says"
    )


@pytest.mark.parametrize(
    "head",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2,",
        "{'descr': '<f8", "{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}}",
        "  {}\n }", "{[]: 1}", "{1: 2, 'a': 3}",
        "{'descr': '<U99999999999', 'fortran_order': False, 'shape': (0,)}",
    ],
)  # fmt: skip
def test_an_array_whose_head_is_no_python_is_refused(make_classifier, tmp_path, head):
    files = members(to_bytes(make_classifier(0)))
    files["offset.npy"] = b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode()
    assert "is truncated or damaged: " in refusal(archived(files), tmp_path).message


@pytest.mark.parametrize("place", [2**63 - 1, 2**63, 2**64 - 1])
def test_an_archive_whose_list_lies_beyond_any_file_is_refused(make_classifier, tmp_path, place):
    content = to_bytes(make_classifier(0))
    end = content.rindex(b"PK\5\6")
    size = int.from_bytes(content[end + 12 : end + 16], "little")
    large = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 2, 2, size, place)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    tail = content[end : end + 8] + b"\xff" * 12 + content[end + 20 :]
    damaged = content[:end] + large + locator + tail
    assert "is truncated or damaged: " in refusal(damaged, tmp_path).message
    assert is_model_file(tmp_path / "m.npz")


def test_a_member_that_is_no_array_is_refused(make_classifier, tmp_path):
    files = members(to_bytes(make_classifier(0)))
    files["offset.npy"] = b"not an array"
    assert "is truncated or damaged: the magic string is not correct" in refusal(archived(files), tmp_path).message
    files["offset.npy"] = npy(np.zeros(2), version=(2, 0))
    assert refusal(archived(files), tmp_path).message == (
        "the model file 'm.npz' is truncated or damaged: member 'offset.npy' has an unknown array version"
    )


@pytest.mark.parametrize(
    ("name", "array", "text"),
    [
        ("offset", np.zeros(2, dtype="<f4"), "array 'offset' has type <f4 and 1 dimensions"),
        ("mapping_0", np.zeros(3, dtype="<i8"), "array 'mapping_0' has type <i8 and 1 dimensions"),
        ("tables_0", np.zeros((3, 4), dtype="|u1"), "array 'tables_0' has type |u1 and 2 dimensions"),
    ],
)
def test_an_array_of_a_wrong_kind_is_refused(make_classifier, tmp_path, name, array, text):
    files = members(to_bytes(make_classifier(0)))
    files[f"{name}.npy"] = npy(array)
    error = refusal(archived(files), tmp_path)
    assert str(error.message) == f"the model file 'm.npz' is damaged: {text}"
    assert error.hint == RETRAIN


def test_parts_that_do_not_fit_are_refused_with_the_reason(make_classifier, tmp_path):
    files = members(to_bytes(make_classifier(0)))
    files["mapping_0.npy"] = npy(np.full_like(np.load(io.BytesIO(files["mapping_0.npy"])), 10**6))
    error = refusal(archived(files), tmp_path)
    assert error.message.startswith(
        "the model file 'm.npz' is not sound: input 0 of lookup table 0 in layer 0 reads bit 1000000"
    )
    assert error.hint.startswith("a mapping holds numbers from 0 to ")


def test_a_missing_array_is_named(make_classifier, tmp_path):
    files = members(to_bytes(make_classifier(0)))
    files["step_.npy"] = files.pop("step.npy")
    assert refusal(archived(files), tmp_path).message == "the model file 'm.npz' is damaged: it lacks 'step'"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"class_names": "ab"}, "is damaged: its header's 'class_names' is not a list of texts"),
        ({"class_names": [1, 2]}, "is damaged: its header's 'class_names' is not a list of texts"),
        ({"feature_names": None}, "is damaged: it lacks 'feature_names'"),
        ({"reduction": "vote"}, "is damaged: 'vote' is not a valid Reduction"),
        ({"layers": 77}, "is damaged: the header names 77 layers, which do not fit its"),
        ({"layers": "x"}, "is damaged: the header names 'x' layers, which do not fit its"),
        ({"digest": "0" * 64}, "was changed: its content does not have the digest in its header"),
        ({"digest": None}, "was changed: its content does not have the digest in its header"),
    ],
)
def test_a_crafted_header_is_refused(make_classifier, tmp_path, changes, text):
    error = refusal(with_header(to_bytes(make_classifier(0)), **changes), tmp_path)
    assert error.message.startswith(f"the model file 'm.npz' {text}")
    assert error.hint == RETRAIN


def test_a_missing_file_and_a_folder_say_so(tmp_path):
    with pytest.raises(ModelError) as raised:
        load_classifier(tmp_path / "none.npz")
    assert str(raised.value) == f"the model file '{tmp_path}/none.npz' does not exist\n\nhint: check the path"
    with pytest.raises(ModelError) as raised:
        load_classifier(tmp_path)
    assert str(raised.value) == f"'{tmp_path}' is a folder, not a model file\n\nhint: name the .npz file in it"


def test_an_unreadable_file_says_so(tmp_path, monkeypatch):
    def fail(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", fail)
    with pytest.raises(ModelError) as raised:
        load_classifier(tmp_path / "m.npz")
    assert str(raised.value) == (
        f"the model file '{tmp_path}/m.npz' cannot be read: Permission denied\n\nhint: check the file"
    )


def test_a_missing_folder_is_an_output_error(make_classifier, tmp_path):
    with pytest.raises(OutputError) as raised:
        save_classifier(make_classifier(0), tmp_path / "none" / "m.npz")
    assert str(raised.value) == (
        f"'{tmp_path}/none/m.npz' cannot be written: No such file or directory\n\n"
        "hint: choose a folder that exists and has space"
    )


def test_a_full_disk_leaves_the_old_file_and_nothing_else(make_classifier, tmp_path, monkeypatch):
    path = tmp_path / "m.npz"
    save_classifier(make_classifier(0), path)

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError) as raised:
        save_classifier(make_classifier(1), path)
    assert str(raised.value) == (
        f"'{path}' cannot be written: No space left on device\n\nhint: choose a folder that exists and has space"
    )
    monkeypatch.undo()
    assert load_classifier(path) == make_classifier(0)
    assert [entry.name for entry in tmp_path.iterdir()] == ["m.npz"]


def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "m.npz"
    path.write_bytes(b"old")

    def interrupt(handle):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["m.npz"]


def test_an_encoder_that_is_not_sound_is_refused_with_a_hint(make_classifier, tmp_path):
    files = members(to_bytes(make_classifier(0)))
    files["constant.npy"] = npy(np.full_like(np.load(io.BytesIO(files["constant.npy"])), -1))
    error = refusal(archived(files), tmp_path)
    assert error.message.startswith("the model file 'm.npz' is not sound: an encoder's bit compares with a constant")
    assert error.hint == RETRAIN


def test_an_archive_that_would_unpack_to_too_much_is_refused_unread(make_classifier, tmp_path, monkeypatch):
    content = to_bytes(make_classifier(0))
    monkeypatch.setattr(archive, "LARGEST", 1000)
    assert "would unpack to" in (error := refusal(content, tmp_path)).message
    assert error.message.endswith("more than the 1000 that are read")


def test_a_member_is_not_unpacked_beyond_the_size_it_states(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("header.json", b" " * 1_000_000)
    content = buffer.getvalue().replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert "is truncated or damaged" in refusal(content, tmp_path).message


def test_a_member_that_is_compressed_in_an_unknown_way_is_refused(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_BZIP2) as packed:
        packed.writestr("header.json", b"{}")
    assert "member 'header.json' is compressed in an unknown way" in refusal(buffer.getvalue(), tmp_path).message
