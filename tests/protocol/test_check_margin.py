"""A margin that cannot be applied is rejected, at its key."""

import pytest

from tests.protocol.faults import found
from tests.protocol.test_interim_refusal import PLAN, SIZE
from tests.protocol.test_margin import MMRM, RISK

TIME = 'method = "kaplan-meier"'
PLACE = "endpoints[{}].analysis.margin"


@pytest.mark.parametrize("margin", ["3", "0.5"])
def test_a_margin_that_can_be_applied(margin: str) -> None:
    assert found((MMRM, f"{MMRM}\nmargin = {margin}")) == []


@pytest.mark.parametrize(
    ("changes", "endpoint"),
    [
        ([(TIME, f"{TIME}\nmargin = 1.3")], "relapse"),
        ([(RISK, f"{RISK}\nmargin = 10")], "response"),
        ([(MMRM, f"{MMRM}\nmargin = 3\nlevel = 0.9")], "caps5_change"),
        ([(MMRM, f"{MMRM}\nmargin = 3"), (SIZE, PLAN + SIZE)], "caps5_change"),
        (
            [(RISK, f"{RISK}\nmargin = 0.1"), ('kind = "response"', 'kind = "event"')],
            "response",
        ),
    ],
)
def test_a_margin_that_cannot_be_applied(
    changes: list[tuple[str, str]], endpoint: str
) -> None:
    assert found(*changes) == [("EQ124", PLACE.format(endpoint))]


def test_a_margin_of_zero_or_less_is_no_margin() -> None:
    for value in ("0", "-3"):
        codes = {code for code, _ in found((MMRM, f"{MMRM}\nmargin = {value}"))}
        assert "EQ102" in codes


def test_an_unknown_score_is_reported_once() -> None:
    wrong = ('score = "caps5.total"\nmeasure', 'score = "caps6.total"\nmeasure')
    codes = [code for code, _ in found((MMRM, f"{MMRM}\nmargin = 3"), wrong)]
    assert "EQ124" not in codes
