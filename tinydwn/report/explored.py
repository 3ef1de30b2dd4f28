"""What an exploration tells: a document, tables, the commands that make each circuit again, and its files."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tinydwn.explore.circuit import Circuit, model_file
from tinydwn.explore.exploration import Explored, Joined
from tinydwn.explore.record import Tried
from tinydwn.explore.space import AUTO, said, words_of_values
from tinydwn.report.sections import Table
from tinydwn.report.wording import area_text, count_text, equivalents_text, expected_text, percent_text, plural
from tinydwn.tools.codec import to_json

SCHEMA = "tinydwn.explore/1"
DOCUMENT, PAGE, MODELS = "explore.json", "explore.html", "circuits"


@dataclass(frozen=True, slots=True)
class Commands:
    """How circuits are made again: the words that an exploration of a table, written to `out`, was called with.

    `shared` are those that go with its trials, `alone` those that go with a circuit that is there. Paths among them are
    as they were given: the commands are to be run in `folder`.

    >>> words = ("--seed", "3", "--target", "kind")
    >>> commands = Commands("fruit.csv", "out", words, words, 3, folder="/home/me")
    >>> " ".join(commands.bundle(0))
    'tinydwn synth out/circuits/00.npz --data fruit.csv --exact --seed 3 --target kind --out out/00'
    >>> " ".join(commands.trial(5, {"seed": "4", "bits": "2"}))
    'tinydwn synth fruit.csv --target kind --seed 4 --bits 2 --split-seed 3 --out out/trial-5'
    """

    table: str
    out: str
    shared: tuple[str, ...]
    alone: tuple[str, ...]
    split_seed: int
    folder: str

    def bundle(self, k: int) -> list[str]:
        """Return the command that makes a proven bundle of a circuit of the joined front."""
        model = f"{self.out}/{model_name(k)}"
        return ["tinydwn", "synth", model, "--data", self.table, "--exact", *self.alone, "--out", f"{self.out}/{k:02}"]

    def trial(self, number: int, values: dict[str, str]) -> list[str]:
        """Return the command that walks the road of a trial, from the table to all circuits of its front."""
        given = words_of_values(values)
        shared = _without(self.shared, {"--split-seed", *given[::2]})
        place = ["--out", f"{self.out}/trial-{number}"]
        return ["tinydwn", "synth", self.table, *shared, *given, "--split-seed", str(self.split_seed), *place]

    def point(self, number: int, point: int) -> list[str]:
        """Return the command that takes a circuit of the front of a trial, once that stands."""
        return ["tinydwn", "choose", f"{self.out}/trial-{number}", "--point", str(point)]


def model_name(k: int) -> str:
    """Return where the model of a circuit of the joined front lies in the folder."""
    return f"{MODELS}/{k:02}.npz"


def explored_files(found: Explored, commands: Commands) -> dict[str, bytes]:
    """Return the files of a folder by their names: the document, the page, and the models of the joined front."""
    from tinydwn.report.explored_page import explored_page

    text = json.dumps(to_document(found, commands), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    files = {model_name(k): model_file(one.circuit.found) for k, one in enumerate(found.front)}
    return {**files, DOCUMENT: text.encode(), PAGE: explored_page(found, commands).encode()}


def to_document(found: Explored, commands: Commands) -> dict[str, Any]:
    """Return everything as values that JSON can hold."""
    options = found.options
    return {
        "schema": SCHEMA,
        "source": found.source,
        "study": found.study,
        "cut": found.cut,
        "library": options.libraries[0],
        "effort": options.effort,
        "seed": options.seed,
        "split_seed": options.seed_of_split,
        "balanced": options.balanced,
        "samples": {"training": found.parts[0], "test": found.parts[1]},
        "commands_run_in": commands.folder,
        "space": to_json(dict(found.space)),
        "front": [_joined(k, one, commands) for k, one in enumerate(found.front)],
        "chosen": found.chosen,
        "trials": [_trial(one) for one in found.tried],
        "versions": dict(found.versions),
    }


def headline(found: Explored) -> str:
    """Return what came of it in a sentence."""
    failed = sum(bool(one.error) for one in found.tried)
    circuits = sum(len(one.circuits) for one in found.tried)
    return (
        f"{found.source}: a joined front of {plural(len(found.front), 'circuit')}, out of {count_text(circuits)} that "
        f"{plural(len(found.tried), 'trial')} found{f'; {failed} of them failed' if failed else ''}."
    )


def front_table(found: Explored, *, full: bool = False) -> Table:
    """Return the joined front; `full` names the options of each circuit, too."""
    rows = []
    for k, one in enumerate(found.front):
        size, expected = one.circuit.found.size(found.cut), one.circuit.expected
        rows.append(
            (
                f"{k} (chosen)" if k == found.chosen else str(k),
                str(one.trial),
                *([varied_text(found, one.values)] if full else []),
                expected_text(expected.accuracy, expected.error),
                percent_text(one.test),
                count_text(size.gates2),
                area_text(size.area_um2),
                equivalents_text(size.nand2_equivalent),
            )
        )
    kind = "balanced accuracy" if found.options.balanced else "accuracy"
    note = (
        f"Area of the {found.cut} in {found.options.libraries[0]}. Expected is the {kind} on unseen samples, judged "
        "for all circuits by the same teacher, without the test part. Among many circuits the highest estimate "
        "flatters itself: differences within the standard error say little."
    )
    head = ("circuit", "trial", *(["options"] if full else []), "expected", "test part", "gates2", "area", "NAND2")
    return Table("Joined front", head, tuple(rows), 3 if full else 2, note)


def trials_table(found: Explored, *, joined_only: bool = False) -> Table:
    """Return trials: their options, what they found, and how many circuits of that stand in the joined front.

    All of them, or those that any of the joined front came from.
    """
    joined = [one.trial for one in found.front]
    rows = tuple(
        (
            str(one.number),
            varied_text(found, one.values),
            f"failed: {one.error}" if one.error else _best_of(one),
            count_text(len(one.circuits)),
            count_text(joined.count(one.number)),
            f"{one.seconds:,.0f} s",
        )
        for one in found.tried
        if not joined_only or one.number in joined
    )
    note = "Time is from when the trial was handed out until it was back, on however many processes there were."
    title = "Where they come from" if joined_only else "Trials"
    return Table(title, ("trial", "options", "best expected", "circuits", "joined", "took"), rows, 2, note)


def values_table(found: Explored) -> Table:
    """Return what each value of each option gave."""
    rows = []
    for name, values in found.space.items():
        for value in values if len(values) > 1 else ():
            own = [one for one in found.tried if one.values.get(name) == value]
            joined = sum(one.values.get(name) == value for one in found.front)
            best = max((one.expected.accuracy for each in own for one in each.circuits), default=None)
            shown = "as usual" if value == AUTO else value
            rows.append(
                (name, shown, count_text(len(own)), "-" if best is None else percent_text(best), count_text(joined))
            )
    note = (
        "The sampler goes where it found much, so that values were not tried equally often: these are no averages, "
        "and no proof that a value helps."
    )
    return Table("Values", ("option", "value", "trials", "best expected", "joined"), tuple(rows), 2, note)


def varied_text(found: Explored, values: Mapping[str, str]) -> str:
    """Return the values of a trial as a reader sees them, without those that all trials have."""
    return said({name: value for name, value in values.items() if len(found.space[name]) > 1})


def command_text(words: Iterable[str]) -> str:
    """Return a command as it is typed."""
    return shlex.join(words)


def _best_of(one: Tried) -> str:
    best = max(one.circuits, key=lambda circuit: circuit.expected.accuracy)
    return expected_text(best.expected.accuracy, best.expected.error)


def _joined(k: int, one: Joined, commands: Commands) -> dict[str, Any]:
    number = one.circuit.found.number
    return {
        "circuit": k,
        "trial": one.trial,
        "point": number,
        "options": dict(one.values),
        **_facts(one.circuit),
        "test": one.test,
        "model": model_name(k),
        "commands": {
            "bundle": command_text(commands.bundle(k)),
            "trial": command_text(commands.trial(one.trial, dict(one.values))),
            "choose": command_text(commands.point(one.trial, number)),
        },
    }


def _trial(one: Tried) -> dict[str, Any]:
    return {
        "trial": one.number,
        "options": dict(one.values),
        "seconds": one.seconds,
        "error": one.error,
        "circuits": [{"point": circuit.found.number, **_facts(circuit)} for circuit in one.circuits],
    }


def _facts(circuit: Circuit) -> dict[str, Any]:
    found, expected = circuit.found, circuit.expected
    return {
        "kind": found.kind,
        "start": found.start,
        "core": to_json(found.core),
        "chip": to_json(found.chip),
        "training": found.training,
        "expected": expected.accuracy,
        "expected_error": expected.error,
        "own_error": expected.own_error,
        "features": list(found.features),
    }


def _without(words: tuple[str, ...], names: set[str]) -> list[str]:
    """Return words without options of some names, each of which has one value."""
    kept, skip = [], False
    for word in words:
        if not skip and word not in names:
            kept.append(word)
        skip = not skip and word in names
    return kept
