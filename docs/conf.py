"""How Sphinx builds the documentation: plain Markdown, docstrings, no warnings."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from sphinx.application import Sphinx

from equipoise import __version__

sys.path.insert(0, str(Path(__file__).parent))
import errors_page

HERE = Path(__file__).parent

errors_page.renew()

project = "Equipoise"
author = "The Equipoise developers"
copyright = "The Equipoise developers, Apache-2.0"
version = release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "mathml",  # equations without the internet
]
html_math_renderer = "mathml"
html_static_path = ["_static"]
html_css_files = ["docs.css"]
exclude_patterns = ["_build", "design-notes"]
html_theme = "furo"
html_title = f"Equipoise {__version__}"

myst_enable_extensions = ["amsmath", "attrs_inline", "deflist", "dollarmath"]
myst_heading_anchors = 3

napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_custom_sections = ["Source"]
autodoc_typehints = "description"
autodoc_member_order = "bysource"
add_module_names = False


def name_files_outside(app: Sphinx, page: str, source: list[str]) -> None:
    """Shows a link to a file of the checkout that is no page as the file's path."""
    folder = (HERE / page).parent

    def shown(link: re.Match[str]) -> str:
        target = (folder / link["path"]).resolve()
        if not target.exists() or target.is_relative_to(HERE):
            return link[0]
        return f"{link['text']} (`{target.relative_to(HERE.parent)}`)"

    source[0] = re.sub(r"\[(?P<text>[^]]*)\]\((?P<path>[^)#\s:]+)\)", shown, source[0])


def setup(app: Sphinx) -> None:
    app.connect("source-read", name_files_outside)
