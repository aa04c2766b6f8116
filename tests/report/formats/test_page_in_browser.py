"""The page in a real browser: it never scrolls sideways, its tables do in their box.

Skipped where playwright or a chromium is not installed, as the pages of the site are.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from equipoise.report.blocks import Document
from equipoise.report.document import document as report_of
from equipoise.report.formats.html_page import page
from tests.analyze.feder import feder
from tests.report.formats.hostile import LONG, NASTY, STRANGE, document
from tests.report.made import data, results

WIDTHS = (1280, 390)
OVERFLOW = "document.documentElement.scrollWidth"
CUT = """() => [...document.querySelectorAll('.scroll, .drawing')]
  .filter(box => box.scrollWidth > box.clientWidth + 1)
  .filter(box => getComputedStyle(box).overflowX !== 'auto' || box.tabIndex !== 0)
  .map(box => box.getAttribute('aria-labelledby'))"""

WIDER = """() => [...document.querySelectorAll('.scroll, .drawing')]
  .filter(box => box.scrollWidth > box.clientWidth + 1)
  .map(box => box.getAttribute('aria-labelledby'))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed"
    )
    known = shutil.which("chromium") or shutil.which("chromium-browser")
    if known is None:
        pytest.skip("no chromium on this machine")
    with playwright.sync_playwright() as started:
        made = started.chromium.launch(executable_path=known, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def look(browser: Any, tmp_path: Path) -> Any:
    def opened(content: Document, width: int, scheme: str = "light") -> Any:
        file = tmp_path / "report.html"
        file.write_bytes(page(content))
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme
        )
        made = context.new_page()
        made.goto(file.as_uri())
        return made

    return opened


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("text", [NASTY, LONG, STRANGE])
def test_hostile_texts_do_not_widen_the_page(look: Any, width: int, text: str) -> None:
    made = look(document(text), width)
    assert made.evaluate(OVERFLOW) <= width
    assert made.evaluate(CUT) == []


def test_the_report_fits_a_screen_and_a_phone(look: Any) -> None:
    whole = report_of(feder(), data(), results())
    for width in WIDTHS:
        made = look(whole, width)
        assert made.evaluate(OVERFLOW) <= width
        assert made.evaluate(CUT) == []
        captions = made.evaluate(
            "() => Math.max(...[...document.querySelectorAll('figcaption')]"
            ".map(c => c.getBoundingClientRect().right))"
        )
        assert captions <= width
        if width == WIDTHS[0]:
            assert made.evaluate(WIDER) == []


def test_figures_lie_on_a_light_card_in_the_dark(look: Any) -> None:
    made = look(document(), 1280, "dark")
    color = "e => getComputedStyle(document.querySelector(e)).backgroundColor"
    assert made.evaluate(color, ".drawing") == "rgb(255, 255, 255)"
    assert made.evaluate(color, "body") == "rgb(20, 25, 31)"
