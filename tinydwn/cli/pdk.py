"""`tinydwn pdk`: the files of technologies on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.console import name_next, narrate, progress, result_json, show_line, show_table
from tinydwn.errors import LibraryError

if TYPE_CHECKING:
    from tinydwn.technology.pdk import Pdk
    from tinydwn.technology.pdk_state import PdkState

SCHEMA = "tinydwn.pdk/1"

pdk = typer.Typer(
    name="pdk",
    help="Install and check the files of technologies: Liberty and LEF, for timing and for layout.",
    no_args_is_help=True,
    add_completion=False,
)

Names = Annotated[
    list[str], typer.Argument(help="Which: sky130, nangate45, ihp-sg13g2, egfet, cnt-tft.", show_default=False)
]
SomeNames = Annotated[
    list[str] | None,
    typer.Argument(help="Which: sky130, nangate45, ihp-sg13g2, egfet, cnt-tft.", show_default="those that are there"),
]
Root = Annotated[
    Path | None,
    typer.Option("--pdk-root", help="The folder of the PDKs.", show_default="PDK_ROOT, else ~/.ciel"),
]


@pdk.command()
def install(
    names: Names,
    pdk_root: Root = None,
    timeout: Annotated[float, typer.Option(min=0.001, max=1e6, help="Seconds for each PDK.")] = 3600.0,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Install PDKs: each file whole and with its known checksum, or not at all.

    What was broken off goes on with the same command; what is complete is left alone. Ends with 4 where a file
    cannot be had or ciel fails.
    """
    from tinydwn.technology.pdk import find_pdk
    from tinydwn.technology.pdk import pdk_root as folder_of_pdks
    from tinydwn.technology.pdk_install import install_pdk
    from tinydwn.tools.download import Patience

    chosen = [find_pdk(name) for name in names]
    root = folder_of_pdks(pdk_root)
    states = []
    for one in chosen:
        if not quiet:
            narrate(f"{one.name}: {one.title}; from {one.source}; licence: {one.licence}")
        with progress(quiet=quiet) as listen:
            patience = Patience(deadline_s=timeout)
            states.append(install_pdk(one, root, patience=patience, timeout_s=timeout, on_event=listen))
    _show(states, root, json=json)
    if not json:
        name_next("tinydwn", "pdk", "check", *(one.name for one in chosen), quiet=quiet)


@pdk.command()
def check(names: SomeNames = None, pdk_root: Root = None, json: given.Json = False, quiet: given.Quiet = False) -> None:
    """Compare installed PDKs with what is known of them: which files are there, and their checksums.

    Ends with 1 where one that was named, or is there in part, is not complete.
    """
    from tinydwn.technology.pdk import PDKS, find_pdk
    from tinydwn.technology.pdk import pdk_root as folder_of_pdks
    from tinydwn.technology.pdk_state import state_of

    root = folder_of_pdks(pdk_root)
    states = [state_of(one, root) for one in ([find_pdk(name) for name in names] if names else PDKS)]
    if not names:
        states = [one for one in states if one.state != "absent"]
    _show(states, root, json=json)
    bad = [one for one in states if one.state != "complete"]
    if bad:
        raise LibraryError(
            f"below '{root}', {'; '.join(_told(one) for one in bad)}",
            hint=f"tinydwn pdk install {' '.join(one.pdk.name for one in bad)}",
        )
    if not json:
        root_words = () if pdk_root is None else ("--pdk-root", str(pdk_root))
        words = ("flow", "build/demo") if states else ("pdk", "install", PDKS[0].name)
        name_next("tinydwn", *words, *root_words, quiet=quiet)


@pdk.command("list")
def list_all(pdk_root: Root = None, json: given.Json = False, quiet: given.Quiet = False) -> None:
    """List the PDKs that can be installed, with source and licence, and which of them are there."""
    from tinydwn.technology.pdk import PDKS
    from tinydwn.technology.pdk import pdk_root as folder_of_pdks
    from tinydwn.technology.pdk_state import state_of

    root = folder_of_pdks(pdk_root)
    states = [state_of(one, root, hashes=False) for one in PDKS]
    _show(states, root, json=json)
    absent = [one.pdk.name for one in states if one.missing]
    if not json:
        name_next("tinydwn", "pdk", *(("install", absent[0]) if absent else ("check",)), quiet=quiet)


def _show(states: list[PdkState], root: Path, *, json: bool) -> None:
    from tinydwn.report.sections import Table

    if json:
        result_json({"schema": SCHEMA, "root": str(root), "pdks": [_document(one) for one in states]})
        return
    if not states:
        show_line(f"There is no known PDK below {root}.")
        return
    rows = tuple((one.pdk.name, one.state, one.remark, one.pdk.source, one.pdk.licence) for one in states)
    show_table(Table(f"PDKs below {root}", ("PDK", "state", "remark", "source", "licence"), rows, 5))


def _told(state: PdkState) -> str:
    remark = f" ({state.remark})" if state.remark else ""
    return f"{state.pdk.name} is {state.state}{remark}"


def _document(state: PdkState) -> dict[str, object]:
    one: Pdk = state.pdk
    return {
        "name": one.name, "library": one.library, "title": one.title, "source": one.source, "licence": one.licence,
        "state": state.state, "remark": state.remark, "found": list(state.found), "missing": list(state.missing),
        "different": list(state.different), "version": state.version,
    }  # fmt: skip
