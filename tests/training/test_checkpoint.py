from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tinydwn.data import load_dataset
from tinydwn.errors import ConfigError, OutputError
from tinydwn.model.archive import pack, unpack
from tinydwn.training import TrainingConfig, train, training_key

CONFIG = TrainingConfig(layers=(12, 6), epochs=6, validation_fraction=0.2)


class Stopped(Exception):
    pass


def stop_after(number: int):
    def on_epoch(epoch):
        if epoch.number == number:
            raise Stopped

    return on_epoch


def interrupted(split, config, path, number) -> None:
    with pytest.raises(Stopped):
        train(split, config, checkpoint=path, checkpoint_every_s=0.0, on_epoch=stop_after(number))


@pytest.mark.parametrize("reduction", ["popcount", "learnable"])
@pytest.mark.parametrize("mapping", ["learnable", "all-learnable", "random"])
def test_a_resumed_run_gives_what_an_uninterrupted_run_gives(iris, tmp_path, reduction, mapping):
    config = replace(CONFIG, reduction=reduction, mapping=mapping, spectral=0.01, noise=0.02)
    whole = train(iris, config, checkpoint=tmp_path / "whole")
    for number in (1, 4):
        interrupted(iris, config, tmp_path / "parts", number)
    resumed = train(iris, config, checkpoint=tmp_path / "parts")
    assert resumed.resumed_after == 4
    assert resumed.restarted == ""
    assert resumed.classifier.digest == whole.classifier.digest
    assert resumed.history == whole.history
    assert (tmp_path / "parts").read_bytes() == (tmp_path / "whole").read_bytes()


def test_a_finished_run_is_not_trained_again(iris, tmp_path):
    whole = train(iris, CONFIG, checkpoint=tmp_path / "run")
    again = train(iris, CONFIG, checkpoint=tmp_path / "run", on_epoch=stop_after(6))
    assert again.resumed_after == 6
    assert again.classifier == whole.classifier


def test_a_run_killed_at_any_moment_goes_on(iris, tmp_path):
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from tinydwn.data import load_dataset\n"
        "from tinydwn.training import TrainingConfig, train\n"
        "config = TrainingConfig(layers=(12, 6), epochs=6, validation_fraction=0.2)\n"
        "kill = lambda epoch: os.kill(os.getpid(), signal.SIGKILL) if epoch.number == 3 else None\n"
        "split, path = load_dataset('iris').split(), Path(sys.argv[1])\n"
        "train(split, config, checkpoint=path, checkpoint_every_s=0, on_epoch=kill)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "run"], check=False, timeout=120)
    assert done.returncode == -9
    resumed = train(iris, CONFIG, checkpoint=tmp_path / "run")
    assert resumed.resumed_after == 3
    assert resumed.classifier == train(iris, CONFIG).classifier


def test_a_truncated_checkpoint_is_passed_over_and_the_run_restarts(iris, tmp_path):
    path = tmp_path / "run"
    whole = train(iris, CONFIG, checkpoint=path)
    content = path.read_bytes()
    for size in (0, 2, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:size])
        again = train(iris, CONFIG, checkpoint=path)
        assert again.resumed_after == 0
        assert f"checkpoint '{path}' is" in again.restarted
        assert again.classifier == whole.classifier
        assert path.read_bytes() == content


def test_a_checkpoint_that_lacks_a_part_is_passed_over(iris, tmp_path):
    path = tmp_path / "run"
    header = {"format": "tinydwn.checkpoint", "version": 2, "key": training_key(iris, CONFIG)}
    path.write_bytes(pack(header, {}))
    again = train(iris, CONFIG, checkpoint=path)
    assert again.restarted == f"the checkpoint '{path}' is damaged: it lacks 'layers.0.entries'"
    assert again.classifier == train(iris, CONFIG).classifier


def test_a_checkpoint_with_parts_of_another_shape_is_passed_over(iris, tmp_path):
    path = tmp_path / "run"
    train(iris, CONFIG, checkpoint=path)
    header, arrays = unpack(
        path.read_bytes(), name="run", what="checkpoint", format_name="tinydwn.checkpoint", version=2
    )
    path.write_bytes(pack(header, arrays | {"layers.0.entries": np.zeros((2, 2))}))
    again = train(iris, CONFIG, checkpoint=path)
    assert again.restarted == f"the checkpoint '{path}' is damaged: array 'layers.0.entries' has another shape or type"
    path.write_bytes(pack(header | {"steps": "many"}, arrays))
    again = train(iris, CONFIG, checkpoint=path)
    assert again.restarted == f"the checkpoint '{path}' is damaged: its header lacks the history"


def test_a_checkpoint_with_pickled_objects_is_passed_over_and_never_run(iris, tmp_path):
    class Trap:
        def __reduce__(self):
            return Path.touch, (tmp_path / "ran",)

    path = tmp_path / "run"
    header = {"format": "tinydwn.checkpoint", "version": 2, "key": training_key(iris, CONFIG)}
    member = io.BytesIO()
    np.lib.format.write_array(member, np.array([Trap()], dtype=object), allow_pickle=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("header.json", json.dumps(header))
        archive.writestr("layers.0.entries.npy", member.getvalue())
    again = train(iris, CONFIG, checkpoint=path)
    assert again.restarted == (
        f"the checkpoint '{path}' is truncated or damaged: "
        "member 'layers.0.entries.npy' holds pickled objects, which are never loaded"
    )
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "change",
    [{"seed": 1}, {"epochs": 7}, {"layers": (12, 9)}, {"learning_rate": 0.02}, {"reduction": "learnable"}],
)
def test_a_checkpoint_of_another_configuration_is_refused_and_kept(iris, tmp_path, change):
    path = tmp_path / "run"
    interrupted(iris, CONFIG, path, 2)
    content = path.read_bytes()
    with pytest.raises(ConfigError) as raised:
        train(iris, replace(CONFIG, **change), checkpoint=path)
    assert str(raised.value) == (
        f"the checkpoint '{path}' belongs to other data or to another configuration\n\n"
        "hint: name another file for the checkpoint, or remove this one to train from the start"
    )
    assert path.read_bytes() == content


def test_a_checkpoint_of_other_data_is_refused(iris, tmp_path):
    interrupted(iris, CONFIG, tmp_path / "run", 2)
    with pytest.raises(ConfigError, match="belongs to other data or to another configuration"):
        train(load_dataset("iris").split(seed=1), CONFIG, checkpoint=tmp_path / "run")


def test_a_file_that_is_no_checkpoint_is_refused_and_kept(iris, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("do not lose me")
    with pytest.raises(ConfigError) as raised:
        train(iris, CONFIG, checkpoint=path)
    assert str(raised.value) == (
        f"'{path}' is not a checkpoint of tinydwn\n\nhint: name another file for the checkpoint, or remove this one"
    )
    assert path.read_text() == "do not lose me"
    with pytest.raises(ConfigError) as raised:
        train(iris, CONFIG, checkpoint=tmp_path)
    assert str(raised.value) == f"the checkpoint '{tmp_path}' cannot be read: Is a directory\n\nhint: name another file"


def test_a_checkpoint_of_a_newer_version_is_refused(iris, tmp_path):
    path = tmp_path / "run"
    path.write_bytes(pack({"format": "tinydwn.checkpoint", "version": 3}, {}))
    with pytest.raises(ConfigError) as raised:
        train(iris, CONFIG, checkpoint=path)
    assert raised.value.message == f"the checkpoint '{path}' has version 3, this tinydwn reads up to 2"


def test_a_folder_that_does_not_exist_shows_after_the_first_epoch(iris, tmp_path):
    seen = []
    with pytest.raises(OutputError, match="cannot be written: No such file or directory"):
        train(iris, CONFIG, checkpoint=tmp_path / "none" / "run", on_epoch=seen.append)
    assert len(seen) == 0


def test_the_key_names_what_decides_the_result(iris):
    key = training_key(iris, CONFIG)
    assert key == training_key(iris, CONFIG.for_split(iris))
    assert key == training_key(load_dataset("iris").split(), CONFIG)
    assert key != training_key(load_dataset("iris").split(seed=1), CONFIG)
    assert key != training_key(iris, replace(CONFIG, tau=3.0))
