"""The page of an interim analysis: whom it is for, and the numbers of its JSON."""

import json
import re
from datetime import date

import pytest

from equipoise.interim.analysis import InterimResult, interim_analysis
from equipoise.interim.record import from_text
from equipoise.report.interim.page import document, files, recommendation, to_json
from tests.interim.trials import planned, virtual

WHO = {
    "unblinded_to": ("data monitoring committee",),
    "recommendation_to": ("sponsor",),
}
PROTOCOL = planned(futility="hwang-shih-decani", futility_parameter=-4, **WHO)
FIRST = date(2018, 1, 1)
RESULT = interim_analysis(PROTOCOL, virtual(), 1, FIRST)


def text(result: InterimResult = RESULT) -> str:
    page = files(PROTOCOL, result)["interim-1.html"].decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_page_says_whom_it_is_for_before_any_number() -> None:
    made = document(PROTOCOL, RESULT)
    assert made.banners[0] == (
        "Unblinded comparative results. Only for: data monitoring committee. Everyone "
        "else remains blinded."
    )
    assert made.running.startswith("Unblinded comparative results: restricted")
    assert "Simulated participants" in made.running
    assert "sponsor" in text()
    bare = planned()
    plain = document(bare, interim_analysis(bare, virtual(), 1, FIRST))
    assert "not stated in the protocol ([interim], unblinded_to)" in plain.banners[0]


def test_a_dry_run_is_marked_as_every_report_is() -> None:
    dry = interim_analysis(
        PROTOCOL, virtual().blinded(), 1, FIRST, blind="dummy", seed=1
    )
    made = document(PROTOCOL, dry)
    assert made.watermark == "DRAFT · DUMMY ALLOCATION"
    assert "Dummy allocation" in made.running
    assert b"DUMMY ALLOCATION" in files(PROTOCOL, dry)["interim-1.html"]


def test_the_numbers_are_those_of_the_result() -> None:
    numbers = json.loads(files(PROTOCOL, RESULT)["interim-1.json"])
    assert numbers == json.loads(json.dumps(to_json(RESULT)))
    assert numbers["z"] == RESULT.found.z
    assert numbers["boundaries"][0]["efficacy_z"] == RESULT.efficacy
    assert numbers["record_sha256"] == RESULT.entries[-1].sha256
    assert numbers["unblinded_to"] == ["data monitoring committee"]
    for shown in (
        f"{RESULT.found.z:.4f}",
        f"{RESULT.efficacy:.4f}",
        f"{100 * RESULT.fraction:.1f}%",
        RESULT.entries[-1].sha256,
    ):
        assert shown in text()


def test_the_record_is_written_beside_the_page() -> None:
    made = files(PROTOCOL, RESULT)
    assert set(made) == {"interim-1.html", "interim-1.json", "looks.json"}
    assert from_text(made["looks.json"].decode(), origin="looks.json") == RESULT.entries
    assert made == files(PROTOCOL, RESULT)


@pytest.mark.parametrize(
    ("binding", "words"), [(False, "may continue"), (True, "larger than planned")]
)
def test_what_a_futility_boundary_allows_is_said(binding: bool, words: str) -> None:
    protocol = planned(futility="lan-demets-pocock", binding=binding)
    blinded = virtual().blinded()
    seen = set()
    for seed in range(12):
        result = interim_analysis(protocol, blinded, 1, FIRST, blind="dummy", seed=seed)
        seen.add(result.decision)
        if result.decision == "futility":
            assert words in recommendation(result)
    assert "futility" in seen


def test_at_the_maximum_there_is_no_later_analysis() -> None:
    protocol = planned(power=0.3)
    result = interim_analysis(protocol, virtual(), 1, date(2100, 1, 1))
    assert to_json(result)["conditional_power"] is None
    assert "no later analysis is planned" in text(result)
