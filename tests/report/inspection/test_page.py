"""The page: headline, tables as texts, and one file without links."""

from dataclasses import replace

from equipoise.report.inspection.page import headline, inspection_page
from tests.report.inspection.shown import WRONG, findings


def test_the_headline_states_the_verdict() -> None:
    assert headline(findings()) == (
        "Nothing prevents an analysis of these data: 24 participants read."
    )
    assert "is refused" in headline(findings(*WRONG))


def test_data_without_arms_are_not_said_to_be_ready_for_the_analysis() -> None:
    text = headline(replace(findings(), unblinded=False))
    assert "Nothing prevents" not in text
    assert "24 participants read" in text
    assert "--dummy" in text


def test_the_page_loads_nothing_and_is_the_same_each_time() -> None:
    page = inspection_page(findings())
    assert page == inspection_page(findings())
    assert b"<script" not in page
    assert b"src=" not in page
