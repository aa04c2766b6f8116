"""The page: headline, tables as texts, and one file without links."""

from equipoise.report.inspection.page import headline, inspection_page
from tests.report.inspection.shown import WRONG, findings


def test_the_headline_states_the_verdict() -> None:
    assert headline(findings()) == (
        "Nothing prevents an analysis of these data: 24 participants read."
    )
    assert "is refused" in headline(findings(*WRONG))


def test_the_page_loads_nothing_and_is_the_same_each_time() -> None:
    page = inspection_page(findings())
    assert page == inspection_page(findings())
    assert b"<script" not in page
    assert b"src=" not in page
