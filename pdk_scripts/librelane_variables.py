"""List the configuration variables of LibreLane's Classic flow, or check a configuration against LibreLane itself.

    python pdk_scripts/librelane_variables.py > flows/librelane/variables.json
    python pdk_scripts/librelane_variables.py config.json PDK CELL_LIBRARY

Run it with a Python that has LibreLane (`pip install librelane`, best in an environment of its own, for it holds
back other packages). The check needs no PDK: what a PDK would set is made up, and only types and names count.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any, get_args, get_origin

from librelane.__version__ import __version__
from librelane.config import Config
from librelane.flows import Flow


def main() -> None:
    """Print the list, or load a configuration and print what LibreLane made of it."""
    flow = Flow.factory.get("Classic")
    variables = flow.__new__(flow).get_all_config_variables()
    if len(sys.argv) == 1:
        _print_list(variables)
    else:
        _check(Path(sys.argv[1]), variables, pdk=sys.argv[2], cells=sys.argv[3])


def _print_list(variables: list[Any]) -> None:
    rows = [
        f"  {json.dumps(one.name)}: {json.dumps({'type': _type_name(one.type), 'pdk': bool(one.pdk)})}"
        for one in sorted(variables, key=lambda one: one.name)
    ]
    head = f'"package": "librelane", "version": "{__version__}", "licence": "Apache-2.0", "flow": "Classic"'
    print(f'{{\n{head},\n"variables": {{\n' + ",\n".join(rows) + "\n}\n}")


def _type_name(kind: object) -> str:
    text = kind.__name__ if isinstance(kind, type) and not get_args(kind) else str(kind)
    return re.sub(r"\b(?:typing|decimal|librelane(?:\.\w+)*)\.", "", text)


def _check(path: Path, variables: list[Any], *, pdk: str, cells: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        some_file = Path(folder) / "file"
        some_file.touch()
        made_up: dict[str, object] = {"PDK": pdk, "STD_CELL_LIBRARY": cells, "meta": {"version": 2}}
        for one in variables:
            if one.pdk and not one.optional and one.default is None:
                made_up[one.name] = _value(one.type, str(some_file))
        config, _ = Config.load(
            [made_up, str(path)], variables, design_dir=str(path.parent), pdk=pdk, scl=cells, pdk_root=folder,
            _load_pdk_configs=False,
        )  # fmt: skip
    asked = json.loads(path.read_text())
    print(json.dumps({name: str(config[name]) for name in asked if name != "meta" and not name.startswith("//")}))


def _value(kind: object, file: str) -> object:
    """Return something that a variable of a type takes."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is list:
        return [_value(inner[0], file)]
    if origin is tuple:
        return [_value(one, file) for one in inner]
    if origin is dict:
        return {"nom*": _value(inner[1], file)}
    if inner:
        return _value(inner[0], file)
    return {"str": "nom", "int": 1, "bool": True, "Decimal": 1, "Path": file}.get(getattr(kind, "__name__", ""), "nom")


if __name__ == "__main__":
    main()
