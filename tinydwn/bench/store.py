"""Outcomes that are kept as they come, so that the same measurement goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from tinydwn.errors import ConfigError
from tinydwn.tools.files import write_atomically

Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class OutcomeStore(Generic[Outcome]):
    """A file of outcomes of one schema, or none; `read` takes an outcome from JSON's values, `write` makes them.

    >>> OutcomeStore(None, "example/1", int, write=int).load()
    {}
    """

    path: Path | None
    schema: str
    read: Callable[[Any], Outcome]
    write: Callable[[Any], object] = asdict

    def load(self) -> dict[str, Outcome]:
        """Return the outcomes by their keys; raises as `load_outcomes`."""
        return load_outcomes(self.path, self.read)

    def save(self, outcomes: Mapping[str, Outcome]) -> None:
        """Replace the file by one with these outcomes, atomically."""
        save_outcomes(self.path, {key: self.write(one) for key, one in outcomes.items()}, schema=self.schema)


def load_outcomes(store: Path | None, read: Callable[[Any], Outcome]) -> dict[str, Outcome]:
    """Return the outcomes of a file by their keys, each as `read` takes it from JSON; none where there is no file.

    `ConfigError` for a file of anything else, and for outcomes of other versions than those installed.
    """
    if store is None or not store.exists():
        return {}
    try:
        content = json.loads(store.read_text(encoding="utf-8"))
        outcomes = {key: read(outcome) for key, outcome in content["outcomes"].items()}
        versions = content["versions"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(
            f"'{store}' does not hold outcomes of a measurement: {error}", hint="name another file, or remove this one"
        ) from error
    if versions != versions_here():
        raise ConfigError(
            f"'{store}' holds outcomes of other versions: {versions_text(versions)}",
            hint="name another file with --store, or remove this one",
        )
    return outcomes


def save_outcomes(store: Path | None, outcomes: Mapping[str, object], *, schema: str) -> None:
    """Write all outcomes, values that JSON can hold, with the versions installed; nothing without a file."""
    if store is not None:
        content = {"schema": f"{schema}-outcomes", "versions": versions_here(), "outcomes": outcomes}
        write_atomically(store, json.dumps(content, indent=1, sort_keys=True).encode())


def versions_here() -> dict[str, str]:
    """Return the versions of what accuracies depend on, by package."""
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for name in ("tinydwn", "torch", "numba", "scikit-learn", "xgboost-cpu", "xgboost"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def versions_text(versions: Mapping[str, str]) -> str:
    """Return versions as one line."""
    return ", ".join(f"{name} {version}" for name, version in versions.items())
