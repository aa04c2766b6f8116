"""Makes the pictures of the tutorial of the next trial, by the code on its page.

Run from the project: ``python docs/tutorial_pictures.py``.
"""

from __future__ import annotations

import doctest
import os
import re
import shutil
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE / "tutorials" / "next-trial.md"


def main() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    test = doctest.DocTestParser().get_doctest(
        "\n".join(blocks), {}, PAGE.name, str(PAGE), 0
    )
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        failed = doctest.DocTestRunner().run(test).failed
        if failed:
            raise SystemExit(f"{failed} examples of the page do not hold")
        target = HERE / "images" / "next-trial"
        target.mkdir(exist_ok=True)
        for picture in Path("next-trial").glob("*.svg"):
            shutil.copy(picture, target / picture.name)


if __name__ == "__main__":
    main()
