"""Everybody of a rehearsal: who has which session, and what was counted."""

from concurrent.futures import ThreadPoolExecutor

from equipoise.rehearse_conduct.setup import STAFF
from tests.rehearse_conduct.seated import seated


def test_a_participant_has_an_own_session() -> None:
    cast = seated([], dict.fromkeys([*STAFF, "p0001"], "x"))
    assert cast.browser("participant", "P0001").name == "p0001"
    assert cast.browser("infusion team", "P0001").name == "infusion-team"


def test_nothing_is_lost_when_several_count() -> None:
    cast = seated([], {})
    with ThreadPoolExecutor(4) as hands:
        list(hands.map(lambda _: cast.note("forms"), range(400)))
    assert cast.forms == 400
