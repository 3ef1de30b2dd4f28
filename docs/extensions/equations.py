"""Equations as MathML, which browsers draw by themselves: no script, and nothing loaded from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator


_LOG = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, Any]:
    """Give Sphinx the renderer; a formula that docutils cannot read is a warning."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.connect("config-inited", _choose)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _choose(_app: Sphinx, config: Any) -> None:  # noqa: ANN401  (Sphinx gives it no narrower type)
    config.html_math_renderer = "mathml"


def _inline(writer: HTML5Translator, node: nodes.math) -> None:
    _write(writer, node, as_block=False)


def _block(writer: HTML5Translator, node: nodes.math_block) -> None:
    _write(writer, node, as_block=True)


def _write(writer: HTML5Translator, node: nodes.math | nodes.math_block, *, as_block: bool) -> None:
    try:
        writer.body.append(tex2mathml(node.astext(), as_block=as_block))
    except MathError as error:
        _LOG.warning("a formula that cannot be drawn: %s", error, location=node)
    raise nodes.SkipNode
