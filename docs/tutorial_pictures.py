"""Draws the figures of the tutorial of the next trial and of the gallery, by their code.

Run from the project: ``python docs/tutorial_pictures.py``; the gallery reads the data that
``make demo`` writes into ``out/``.
"""

from __future__ import annotations

import doctest
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
PAGES = {
    "next-trial": HERE / "tutorials" / "next-trial.md",
    "gallery": HERE / "gallery.md",
}


def draw(name: str, page: Path) -> None:
    """Runs the examples of a page, and copies the figures that they write."""
    blocks = re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.S)
    test = doctest.DocTestParser().get_doctest(
        "\n".join(blocks), {}, page.name, str(page), 0
    )
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "out").symlink_to(HERE.parent / "out")
        os.chdir(folder)
        failed = doctest.DocTestRunner().run(test).failed
        if failed:
            raise SystemExit(f"{failed} examples of {page.name} do not hold")
        target = HERE / "images" / name
        target.mkdir(exist_ok=True)
        for picture in Path(name).glob("*.svg"):
            shutil.copy(picture, target / picture.name)
        os.chdir(HERE)


if __name__ == "__main__":
    for name in sys.argv[1:] or PAGES:
        draw(name, PAGES[name])
