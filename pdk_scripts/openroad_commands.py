"""List the Tcl commands of OpenROAD and OpenSTA with their options, from the sources of both.

    git clone https://github.com/The-OpenROAD-Project/OpenROAD; git clone https://github.com/The-OpenROAD-Project/OpenSTA
    python pdk_scripts/openroad_commands.py OpenROAD OpenSTA > flows/openroad/commands.json

Both declare a command's usage with `define_cmd_args` and what its parser takes with `parse_key_args`; an option is a
key where a value follows it, and a flag where none does. Only names are kept.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

_USAGE = re.compile(r'define_(?:hidden_)?cmd_args\s+"(\w+)"\s*(?:\\\s*)?(\{)')
_PARSED = re.compile(r'parse_key_args\s+"(\w+)"\s+\w+\s*(?:\\\s*)?keys\s*(\{)')
_FLAGS = re.compile(r"\s*(?:\\\s*)?flags\s*(\{)")
_OPTION = re.compile(r"(?<![\w-])(-[a-z_][a-z0-9_]*)(\s+[^\s\]\[|{}\\-])?")
_PROCEDURE = re.compile(r"^proc\s+([a-z]\w*)\s", re.MULTILINE)
_SOURCES = ("src/*.tcl", "src/*/src/**/*.tcl", "src/*/src/**/*.i", "*/*.tcl", "*/*.i")


def main() -> None:
    """Print the list of both checkouts as JSON."""
    sources, commands = [], defaultdict(lambda: (set(), set()))
    for folder in map(Path, sys.argv[1:]):
        commit = subprocess.run(  # noqa: S603 - git, on a folder that the caller names
            ["git", "-C", str(folder), "rev-parse", "HEAD"],  # noqa: S607
            capture_output=True, text=True, check=True,
        ).stdout.strip()  # fmt: skip
        sources.append({"repository": f"The-OpenROAD-Project/{folder.name}", "commit": commit})
        for path in sorted({path for pattern in _SOURCES for path in folder.glob(pattern)}):
            if "/test/" not in path.as_posix():
                _read(path.read_text(encoding="utf-8", errors="replace"), commands)
    listed = {name: {"keys": sorted(keys), "flags": sorted(flags - keys)} for name, (keys, flags) in commands.items()}
    rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(listed[name])}" for name in sorted(listed))
    print(f'{{\n"sources": {json.dumps(sources)},\n"commands": {{\n{rows}\n}}\n}}')


def _read(text: str, commands: dict[str, tuple[set[str], set[str]]]) -> None:
    """Add the commands that one file defines."""
    for match in _PROCEDURE.finditer(text):
        commands[match[1]]  # one without declared usage takes no options
    for match in _USAGE.finditer(text):
        keys, flags = commands[match[1]]
        usage = _braced(text, match.start(2))
        if "-" not in usage:
            continue
        for option, value in _OPTION.findall(usage):
            (keys if value else flags).add(option)
    for match in _PARSED.finditer(text):
        keys, flags = commands[match[1]]
        inside = _braced(text, match.start(2))
        keys.update(re.findall(r"-\w+", inside))
        more = _FLAGS.match(text, match.start(2) + len(inside) + 2)
        if more:
            flags.update(re.findall(r"-\w+", _braced(text, more.start(1))))


def _braced(text: str, start: int) -> str:
    """Return what stands between the brace at `start` and the one that closes it."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return text[start + 1 : place]
    return text[start + 1 :]


if __name__ == "__main__":
    main()
