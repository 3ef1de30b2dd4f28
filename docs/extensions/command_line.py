"""The command line as a page: `{command-line}` lists every command with its arguments and options."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from tinydwn.cli.app import app as command_line

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Make the directive known."""
    app.add_directive("command-line", CommandLine)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class CommandLine(SphinxDirective):
    """One section for each command, in the order in which the command line lists them."""

    def run(self) -> list[nodes.Node]:
        """Return the sections."""
        return list(_commands(typer.main.get_command(command_line), "tinydwn", None))


def _commands(command: Any, name: str, parent: Any) -> Iterator[nodes.section]:  # noqa: ANN401  (typer's own click)
    context = command.context_class(command, info_name=name, parent=parent)
    if not hasattr(command, "commands"):
        yield _section(command, context)
        return
    for word, below in command.commands.items():
        if not below.hidden:
            yield from _commands(below, word, context)


def _section(command: Any, context: Any) -> nodes.section:  # noqa: ANN401
    path = context.command_path
    section = nodes.section(ids=[path.replace(" ", "-")], names=[path])
    section += nodes.title("", path)
    usage = " ".join([path, *(_upper(piece) for piece in command.collect_usage_pieces(context))])
    section += nodes.literal_block(usage, usage, language="text")
    section += [_paragraph(text) for text in _plain(command.help or "").split("\n\n")]
    panels: dict[str, nodes.definition_list] = {}
    for parameter in command.get_params(context):
        if not getattr(parameter, "hidden", False) and "--help" not in parameter.opts:
            panel = getattr(parameter, "rich_help_panel", None) or ""
            panels.setdefault(panel, nodes.definition_list(classes=["options"])).append(_parameter(parameter, context))
    for panel, rows in panels.items():
        section += [*([nodes.rubric("", panel)] if panel else []), rows]
    return section


def _parameter(parameter: Any, context: Any) -> nodes.definition_list_item:  # noqa: ANN401
    term, text = parameter.get_help_record(context)
    return nodes.definition_list_item(
        "", nodes.term("", "", nodes.literal("", _plain(term))), nodes.definition("", _paragraph(_plain(text)))
    )


def _upper(piece: str) -> str:
    """Return what a usage line calls an argument: `{folder}` as FOLDER."""
    return re.sub(r"\{(\w+)\}", lambda found: found[1].upper(), piece)


def _plain(text: str) -> str:
    """Return the text without the marks of rich."""
    return re.sub(r"\[/?(bold|dim|italic|red|cyan|green|yellow)[^]]*\]", "", text).strip()


def _paragraph(text: str) -> nodes.paragraph:
    paragraph = nodes.paragraph()
    for k, part in enumerate(re.split(r"`([^`]+)`|(?<![\w-])(--[a-z][a-z-]*)", " ".join(text.split()))):
        if part:
            paragraph += nodes.Text(part) if k % 3 == 0 else nodes.literal("", part)
    return paragraph
