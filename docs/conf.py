"""The documentation site: how Sphinx builds it.

The source folder is the repository itself, so that a link between files leads to the same place here and in a clone:
`sphinx-build -c docs . build/site`. Only what `include_patterns` names becomes a page.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tinydwn import __version__

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER / "extensions"))

project = "tinydwn"
author = "The tinydwn developers"
copyright = "the tinydwn developers, Apache-2.0"  # noqa: A001  (Sphinx's name)
release = version = __version__
language = "en"
smartquotes = False
root_doc = "docs/index"
include_patterns = ["docs/**", "notebooks/*.ipynb", "results/README.md", "CHANGELOG.md"]
exclude_patterns = [
    ".*",
    "build",
    "tests",
    "tinydwn",
    "docs/extensions",
    "docs/site",
    "docs/_static",
    "**/.ipynb_checkpoints",
]

extensions = ["myst_nb", "sphinx.ext.autodoc", "command_line", "docstrings", "equations"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "off"
suppress_warnings = ["config.cache"]

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 88
python_use_unqualified_type_names = True
add_module_names = False
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = f"tinydwn {__version__}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_extra_path = ["site"]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#2563a8", "color-brand-content": "#2563a8"},
    "dark_css_variables": {"color-brand-primary": "#7fb2e8", "color-brand-content": "#7fb2e8"},
}
