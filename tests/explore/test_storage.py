"""Where trials are kept: files, a real PostgreSQL, and places that cannot be used."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import skip_or_fail
from tests.explore.conftest import await_true
from tests.explore.test_exploration import ASKED, run, told
from tinydwn.errors import ConfigError, OutputError, ProgramError
from tinydwn.explore.exploration import Asked
from tinydwn.explore.space import space_of
from tinydwn.explore.storage import Storage

PASSWORD = "p@ss word"


def _as_another() -> list[str]:
    """Return the words that run a program as another user than root, whom the server refuses."""
    if os.geteuid():
        return []
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        skip_or_fail("postgresql", "there is no user 'postgres'")
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Return host, port and database of a PostgreSQL of our own."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    programs = found[-1].parent if found else Path(shutil.which("initdb") or "").parent
    if not (programs / "initdb").is_file():
        skip_or_fail("postgresql", "PostgreSQL is not installed")
    user, folder = _as_another(), Path(tempfile.mkdtemp(prefix="pg"))
    if user:
        shutil.chown(folder, "postgres", "postgres")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    secret = folder / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    make = [programs / "initdb", "-D", folder / "data", "-N", "-U", "us", "--no-locale", "-E", "UTF8"]
    make += ["--auth=scram-sha-256", f"--pwfile={secret}"]
    start = [programs / "postgres", "-D", folder / "data", "-F", "-k", folder, "-p", port, "-h", "127.0.0.1"]
    subprocess.run([*user, *map(str, make)], check=True, capture_output=True, timeout=60, cwd="/")
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([*user, *map(str, start)], stdout=log, stderr=log, cwd="/")
    try:
        await_true(lambda: "ready to accept" in (folder / "log").read_text())
        yield f"127.0.0.1:{port}/postgres"
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def test_in_postgresql_an_exploration_goes_on_as_in_a_file(made_up, server, tmp_path, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    storage, few = Storage.of(f"postgresql://us@{server}", tmp_path), replace(ASKED, trials=3)
    assert storage.shown == f"postgresql+pg8000://us:***@{server}"

    def interrupted(task):
        if task.number == 1:
            raise KeyboardInterrupt
        return made_up.trial(task)

    with pytest.raises(KeyboardInterrupt):
        run(interrupted, tmp_path, few, storage=storage)
    found = run(made_up.trial, tmp_path, few, storage=storage)
    assert told(found) == told(run(made_up.trial, tmp_path, few))
    other = run(made_up.trial, tmp_path, Asked(space=space_of(["bits=5"])), storage=storage, study="beside it")
    assert [one.number for one in other.tried] == [0]
    with storage.held("made up"), pytest.raises(OutputError, match="another exploration writes the study 'made up'"):
        run(made_up.trial, tmp_path, few, storage=storage)
    assert told(run(made_up.trial_with_a_defect, tmp_path, few, storage=storage)) == told(found)


def test_a_postgresql_that_refuses_or_is_not_there_is_told_without_the_password(made_up, server, tmp_path):
    with pytest.raises(ProgramError) as error:
        run(made_up.trial, tmp_path, storage=Storage.of(f"postgresql+pg8000://us:wrong@{server}", tmp_path))
    assert str(error.value) == (
        f"the storage at postgresql+pg8000://us:***@{server} cannot be used: password authentication failed for user "
        '"us"\n\nhint: see that it is there and that you may write to it; the same command goes on where it was'
    )
    with pytest.raises(ProgramError) as error:
        run(made_up.trial, tmp_path, storage=Storage.of("postgresql://us:secret@127.0.0.1:1/trials", tmp_path))
    assert error.value.message.startswith(
        "the storage at postgresql+pg8000://us:***@127.0.0.1:1/trials cannot be used: Can't create a connection to "
    )
    assert "source_address" not in error.value.message


def test_a_file_that_holds_something_else_is_told(made_up, tmp_path):
    (tmp_path / "trials.db").write_text("no database, whatever it is called" * 9)
    with pytest.raises(ProgramError, match="cannot be used: file is not a database"):
        run(made_up.trial, tmp_path)
    assert (tmp_path / "trials.db").read_text().startswith("no database")


def test_a_file_in_no_folder_is_told_as_the_option_it_is(made_up, tmp_path):
    with pytest.raises(OutputError) as error:
        run(made_up.trial, tmp_path, storage=Storage.of(f"sqlite:///{tmp_path}/nowhere/t.db", tmp_path))
    assert str(error.value) == (
        f"--storage is 'sqlite:///{tmp_path}/nowhere/t.db', and in the folder '{tmp_path}/nowhere' nothing can be "
        "written\n\nhint: make that folder, or give another file"
    )


def test_a_study_of_others_is_left_alone(made_up, tmp_path):
    import optuna

    storage = Storage.of(None, tmp_path)
    with storage.opened() as database:
        study = optuna.create_study(storage=database, study_name="made up", directions=["minimize", "maximize"])
        study.add_trial(optuna.create_trial(values=[1.0, 1.0]))
    with pytest.raises(ConfigError, match="is not one of tinydwn"):
        run(made_up.trial, tmp_path, ASKED)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("trials.db", "--storage is no URL of a database"),
        ("mysql://us:secret@host/trials", "--storage is 'mysql://us:***@host/trials'"),
        ("postgresql+psycopg2://us@host/trials", "--storage is 'postgresql+psycopg2://us@host/trials'"),
        ("sqlite://", "--storage is 'sqlite://'"),
    ],
)
def test_other_databases_are_refused(text, message, tmp_path):
    with pytest.raises(ConfigError) as error:
        Storage.of(text, tmp_path)
    assert str(error.value) == (f"{message}\n\nhint: give sqlite:///FILE or postgresql+pg8000://USER@HOST/DATABASE")
