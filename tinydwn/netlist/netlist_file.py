"""Files that hold a netlist: BLIF and both forms of AIGER."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tinydwn.errors import NetlistError
from tinydwn.netlist.aiger import from_aiger
from tinydwn.netlist.blif import GateCell, from_blif
from tinydwn.netlist.graph import Netlist

NETLIST_ENDINGS = (".blif", ".aig", ".aag")


def is_netlist_file(source: object) -> bool:
    """Say whether a source is called as a file that holds a netlist.

    >>> is_netlist_file("adder.AIG"), is_netlist_file("adder.csv")
    (True, False)
    """
    return isinstance(source, str | Path) and Path(source).suffix.lower() in NETLIST_ENDINGS


def read_netlist(path: Path, *, cells: Iterable[GateCell] = ()) -> Netlist:
    """Return the netlist in a file; `cells` are those that `.gate` lines of a BLIF may name.

    `NetlistError` for a file that cannot be read, of another ending, and as `from_blif` and `from_aiger` say.
    """
    if not is_netlist_file(path):
        raise NetlistError(f"'{path}' is no netlist file", hint=f"its name ends in {', '.join(NETLIST_ENDINGS)}")
    try:
        content = path.read_bytes()
        if path.suffix.lower() == ".blif":
            return from_blif(content.decode("utf-8"), cells=cells)
    except FileNotFoundError:
        raise NetlistError(f"the netlist file '{path}' does not exist", hint="check the path") from None
    except (OSError, UnicodeDecodeError) as error:
        raise NetlistError(f"the netlist file '{path}' cannot be read: {error}", hint="check the file") from error
    return from_aiger(content, name=path.stem)
