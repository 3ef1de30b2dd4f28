"""Which studies there are and what they ask, as their files say it: to be told, none of them has to be loaded."""

from __future__ import annotations

import ast
from dataclasses import dataclass, fields
from importlib import import_module
from pathlib import Path
from pkgutil import ModuleInfo, iter_modules
from typing import TYPE_CHECKING, Any

from tinydwn.bench import studies as folder

if TYPE_CHECKING:
    from tinydwn.bench.study import Study


@dataclass(frozen=True, slots=True)
class Entry:
    """What is told of a study, see `Study`, and the module that it is in."""

    name: str
    question: str
    told: str
    minutes: float
    module: str

    def load(self) -> Study[Any, Any, Any, Any]:
        """Return the study itself."""
        study: Study[Any, Any, Any, Any] = import_module(self.module).STUDY
        return study


def entries() -> dict[str, Entry]:
    """Return what is told of all studies by their names, in the order of these.

    >>> entries()["chip"].question
    'How much smaller are refined chips than networks by plain tools?'
    """
    found = [_entry(one) for one in iter_modules(folder.__path__)]
    return {one.name: one for one in sorted(found, key=lambda one: one.name)}


def _entry(one: ModuleInfo) -> Entry:
    """Return what the file of a study says in constants; one that says it otherwise is loaded."""
    names = [each.name for each in fields(Entry) if each.name != "module"]
    module = f"{folder.__name__}.{one.name}"
    source = Path(one.module_finder.path, f"{one.name}.py")  # type: ignore[union-attr]  # files of a folder
    said = _constants(source.read_text(encoding="utf-8")) if source.is_file() else {}
    if not said.keys() >= set(names):
        study = import_module(module).STUDY
        said = {name: getattr(study, name) for name in names}
    return Entry(**{name: said[name] for name in names}, module=module)


def _constants(source: str) -> dict[str, Any]:
    """Return the keywords with constant values of the call that `STUDY` is assigned, by name.

    >>> _constants('STUDY = Study(name="chip", minutes=12, tasks=_tasks)')
    {'name': 'chip', 'minutes': 12}
    """
    for statement in ast.parse(source).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="STUDY")], value=ast.Call(func=ast.Name(id="Study"), keywords=given)):
                return {one.arg: one.value.value for one in given if one.arg and isinstance(one.value, ast.Constant)}
    return {}
