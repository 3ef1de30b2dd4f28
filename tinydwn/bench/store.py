"""Outcomes that are kept as they come, so that the same measurement goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from tinydwn.errors import ConfigError, OutputError
from tinydwn.tools.files import write_atomically
from tinydwn.tools.json_object import json_object
from tinydwn.tools.lock import lock_of, locked
from tinydwn.tools.versions import versions_here, versions_text

Outcome = TypeVar("Outcome")
_SCHEMA_END = "-outcomes"


@dataclass(frozen=True, slots=True)
class OutcomeStore(Generic[Outcome]):
    """A file of outcomes of one schema, or none; `read` takes an outcome from JSON's values, `write` makes them.

    `protocol` names what decides outcomes beside their keys, as values that JSON can hold.

    >>> OutcomeStore(None, "example/1", int, write=int).load()
    {}
    """

    path: Path | None
    schema: str
    read: Callable[[Any], Outcome]
    write: Callable[[Any], object] = asdict
    protocol: Mapping[str, object] = field(default_factory=dict)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other runs from the file within the block: each of them writes only what it knows.

        `OutputError` where another one is at it, and where nothing can be written beside the file.
        """
        if self.path is None:
            yield
            return
        held = OutputError(
            f"another run writes '{self.path}'", hint="wait until it has ended, or give another file with --store"
        )
        with locked(lock_of(self.path), timeout_s=0.0, held=held):
            yield

    def load(self) -> dict[str, Outcome]:
        """Return the outcomes by their keys; none where there is no file.

        `ConfigError` for a file of anything else, and for outcomes of another schema, another protocol, or other
        versions than those installed. A file that names no protocol has an empty one.
        """
        if self.path is None or not self.path.exists():
            return {}
        with self._understood():
            content = json_object(self.path)
            schema = content.get("schema")
            if not isinstance(schema, str):
                raise ValueError("it names no schema")
            if not schema.endswith(_SCHEMA_END):
                raise ValueError(f"its schema is '{schema}'")
            versions, kept, protocol = (content.get(name, {}) for name in ("versions", "outcomes", "protocol"))
            if not all(isinstance(one, dict) for one in (versions, kept, protocol)):
                raise ValueError("its versions, outcomes or protocol are not objects of JSON")
        self._require("another measurement", schema == self._schema, schema)
        self._require("another protocol", protocol == self._protocol(), _differences(protocol, self._protocol()))
        self._require("other versions", versions == versions_here(), versions_text(versions))
        with self._understood():
            return {key: self._outcome(outcome) for key, outcome in kept.items()}

    def save(self, outcomes: Mapping[str, Outcome]) -> None:
        """Replace the file by one with these outcomes and the versions installed, atomically; nothing without one."""
        if self.path is None:
            return
        content = {
            "schema": self._schema,
            "protocol": self._protocol(),
            "versions": versions_here(),
            "outcomes": {key: self.write(one) for key, one in outcomes.items()},
        }
        write_atomically(self.path, json.dumps(content, indent=1, sort_keys=True).encode())

    @property
    def _schema(self) -> str:
        return f"{self.schema}{_SCHEMA_END}"

    def _outcome(self, stored: object) -> Outcome:
        try:
            return self.read(stored)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise ValueError(f"its outcomes are not those of a '{self._schema}'") from error

    def _protocol(self) -> dict[str, Any]:
        """Return the protocol as a file gives it back."""
        protocol: dict[str, Any] = json.loads(json.dumps(dict(self.protocol)))
        return protocol

    @contextmanager
    def _understood(self) -> Iterator[None]:
        try:
            yield
        except ValueError as error:
            raise ConfigError(
                f"'{self.path}' does not hold outcomes of a measurement: {error}",
                hint="name another file, or remove this one",
            ) from error

    def _require(self, what: str, same: bool, said: str) -> None:
        if not same:
            raise ConfigError(
                f"'{self.path}' holds outcomes of {what}: {said}",
                hint="name another file with --store, or remove this one",
            )


def _differences(stored: Mapping[str, object], here: Mapping[str, object]) -> str:
    names = sorted(name for name in {*stored, *here} if stored.get(name) != here.get(name))
    return ", ".join(f"{name} {_said(stored, name)} instead of {_said(here, name)}" for name in names)


def _said(protocol: Mapping[str, object], name: str) -> str:
    return json.dumps(protocol[name]) if name in protocol else "nothing"
