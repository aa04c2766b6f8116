"""The page of a comparison: everything is there, and texts are texts."""

import re

from equipoise.report.maintenance.page import Part, assumptions, files
from tests.report.maintenance.compared import ASSUMED, comparison

NASTY = "<script>alert('x')</script> & \"quoted\""


def page(**more: object) -> str:
    made = files(NASTY, comparison(), ASSUMED, **more)  # type: ignore[arg-type]
    return made["maintenance.html"].decode()


def test_texts_are_never_markup_and_nothing_is_loaded() -> None:
    part = Part("more", [{"head <i>": NASTY, "b": "<b>"}], "note <u>")
    text = page(more=[part], facts=[("fact <a>", "<em>")])
    for tag in ("<script", "<i>", "<b>", "<u>", "<a>", "<em>"):
        assert tag not in text
    assert "&lt;script&gt;" in text
    outside = re.sub(r"xmlns[:\w]*=\"[^\"]*\"|\"http://[^\"]*\"", "", text)
    assert not re.search(r"(?:src|href)=\"(?!#)", outside)


def test_the_page_says_what_it_is_and_what_is_assumed() -> None:
    text = page()
    assert "it is not evidence" in text
    assert f"{comparison().responders} responders of 120 simulated participants" in text
    for term, told in assumptions(ASSUMED):
        assert term in text
        assert told in text
    assert 'role="img" aria-label="Above' in text


def test_three_files_are_made_and_are_the_same_each_time() -> None:
    one = files("x", comparison(), ASSUMED)
    assert set(one) == {"maintenance.html", "maintenance.svg", "maintenance.csv"}
    assert one == files("x", comparison(), ASSUMED)
    assert one["maintenance.svg"].startswith(b"<?xml")
