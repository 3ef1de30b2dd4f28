"""Where trials are kept: a file of SQLite, or a database of PostgreSQL, each held by one exploration at a time."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinydwn.errors import ConfigError, OutputError, ProgramError, TinydwnError
from tinydwn.tools.lock import lock_of, locked

if TYPE_CHECKING:
    from optuna.storages import RDBStorage
    from sqlalchemy import URL

_SQLITE, _POSTGRESQL = "sqlite", "postgresql+pg8000"
_FORMS = "sqlite:///FILE or postgresql+pg8000://USER@HOST/DATABASE"
_PASSWORD = "PGPASSWORD"  # noqa: S105 - the name of an environment variable


@dataclass(frozen=True, slots=True)
class Storage:
    """A database; `shown` is its URL without a password.

    A URL of PostgreSQL that has no password takes that of the environment variable PGPASSWORD.
    """

    url: URL
    timeout_s: float = 30.0

    @staticmethod
    def of(text: str | None, folder: Path) -> Storage:
        """Return the database of a URL, or by default a file in a folder.

        `ConfigError` for a URL of anything but SQLite and PostgreSQL by pg8000, and where a package is missing.
        """
        _require_packages(postgresql=text is not None and text.startswith("postgresql"))
        from sqlalchemy import URL, make_url
        from sqlalchemy.exc import ArgumentError

        try:
            url = make_url(text) if text else URL.create(_SQLITE, database=str(folder / "trials.db"))
        except (ArgumentError, ValueError) as error:
            raise ConfigError("--storage is no URL of a database", hint=f"give {_FORMS}") from error
        if url.drivername == "postgresql":
            url = url.set(drivername=_POSTGRESQL)
        if url.drivername not in (_SQLITE, _POSTGRESQL) or not url.database or url.database == ":memory:":
            raise ConfigError(f"--storage is '{url.render_as_string()}'", hint=f"give {_FORMS}")
        if url.drivername == _POSTGRESQL and url.password is None and os.environ.get(_PASSWORD):
            url = url.set(password=os.environ[_PASSWORD])
        if make_url(url.render_as_string(hide_password=False)) != url:
            raise ConfigError(f"'{url.database}' cannot stand in a URL", hint="choose a plainer path for the trials")
        return Storage(url)

    @property
    def shown(self) -> str:
        """The URL without its password."""
        return self.url.render_as_string()

    @property
    def _file(self) -> Path | None:
        return Path(self.url.database or "") if self.url.drivername == _SQLITE else None

    @contextmanager
    def held(self, study: str) -> Iterator[None]:
        """Keep other explorations from a study within the block; `OutputError` where one is at it.

        A file is locked beside it. In PostgreSQL a lock is held by a connection, and goes with it, however the process
        ends.
        """
        busy = OutputError(
            f"another exploration writes the study '{study}' in {self.shown}",
            hint="wait until it has ended, or give another --study",
        )
        if self._file is not None:
            if not self._file.parent.is_dir() or not os.access(self._file.parent, os.W_OK):
                raise OutputError(
                    f"--storage is '{self.shown}', and in the folder '{self._file.parent}' nothing can be written",
                    hint="make that folder, or give another file",
                )
            with locked(lock_of(self._file), timeout_s=0.0, held=busy):
                yield
            return
        with self._advisory_lock(study, busy):
            yield

    @contextmanager
    def _advisory_lock(self, study: str, busy: TinydwnError) -> Iterator[None]:
        from sqlalchemy import create_engine, text
        from sqlalchemy.pool import NullPool

        key = int.from_bytes(hashlib.sha256(f"tinydwn.explore {study}".encode()).digest()[:8], "big", signed=True)
        engine = create_engine(
            self.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=self._connection
        )
        with self.reached():
            connection = engine.connect()
        with connection:
            with self.reached():
                # A host that is gone without a word loses the lock after a minute or so, not after hours.
                connection.execute(text("SET tcp_keepalives_idle = 30"))
                taken = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar()
            if not taken:
                raise busy
            yield

    @contextmanager
    def opened(self) -> Iterator[RDBStorage]:
        """Give the database to Optuna, its tables made where there are none."""
        from optuna.storages import RDBStorage

        with self.reached():
            storage = RDBStorage(
                self.url.render_as_string(hide_password=False), engine_kwargs={"connect_args": self._connection}
            )
        try:
            yield storage
        finally:
            storage.remove_session()
            storage.engine.dispose()

    @property
    def _connection(self) -> dict[str, Any]:
        """For SQLite the time to wait for others, for PostgreSQL for an answer."""
        return {"timeout": self.timeout_s}

    @contextmanager
    def reached(self) -> Iterator[None]:
        """Let what keeps the database from being reached be an error that says so."""
        from optuna.exceptions import StorageInternalError
        from sqlalchemy.exc import SQLAlchemyError

        try:
            yield
        except (SQLAlchemyError, StorageInternalError, OSError) as error:
            raise ProgramError(
                f"the storage at {self.shown} cannot be used: {_reason(error)}",
                hint="see that it is there and that you may write to it; the same command goes on where it was",
            ) from error


def _reason(error: BaseException) -> str:
    """Return what a driver says, without what was asked of it."""
    cause = getattr(error, "orig", None) or error.__cause__ or error
    cause = getattr(cause, "orig", None) or cause
    told = cause.args[0] if cause.args else cause
    if isinstance(told, dict):  # a message of PostgreSQL itself, by the letters of its fields
        told = told.get("M", told)
    # pg8000 adds how it was called.
    return " ".join(re.sub(r"\(timeout is [^)]*\)", "", str(told)).split()) or type(cause).__name__


def _require_packages(*, postgresql: bool) -> None:
    from importlib.util import find_spec

    for name in ("optuna", "sqlalchemy", *(["pg8000"] if postgresql else [])):
        if find_spec(name) is None:
            raise ConfigError(f"an exploration needs {name}", hint="pip install 'tinydwn[explore]'")
