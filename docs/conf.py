"""How Sphinx builds the documentation: plain Markdown, docstrings, no warnings."""

from __future__ import annotations

import sys
from pathlib import Path

from equipoise import __version__

sys.path.insert(0, str(Path(__file__).parent))
import errors_page

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
]
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
