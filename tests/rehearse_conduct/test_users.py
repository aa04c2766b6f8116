"""Everybody of a rehearsal: who has which session, and what was counted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from equipoise.rehearse_conduct.action_plan import Deed, Part
from equipoise.rehearse_conduct.page import Sheet
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


def test_the_same_page_leads_to_a_kind_of_form_whoever_comes_first() -> None:
    at = datetime(2027, 1, 4, 9, tzinfo=UTC)
    deed = Deed(at, "rater", "instrument:madrs", "week-1")
    other = Deed(at, "rater", "instrument:caps5", "week-1")

    def part(name: str, *deeds: Deed) -> Part:
        return Part(name, at, at, [], at, list(deeds))

    cast = seated([part("P1", other), part("P2", deed), part("P3", deed, other)], {})
    names = ("P3", "P2", "P1", "P2")
    assert [cast.takes_the_way(deed, n) for n in names] == [False, True, False, False]
    assert [cast.takes_the_way(other, n) for n in names] == [False, False, True, False]
    assert seated([], {}).takes_the_way(deed, "P1")  # of nobody's part


def test_who_is_practised_opens_a_form_of_a_kind_once() -> None:
    cast, at = seated([], {}), datetime(2027, 1, 4, 9, tzinfo=UTC)
    deed = Deed(at, "rater", "instrument:madrs", "week-1")
    sheet = Sheet("/a/", {"1": ["0", "6"]}, {"seen": "12", "from": "infusion"})
    cast.learn(deed, sheet)
    assert cast.known(deed, "/b/") is None  # a rehearsal opens every page
    cast.practised = True
    cast.learn(deed, sheet)
    known = cast.known(deed, "/b/")
    assert known == Sheet("/b/", sheet.offered, {"from": "infusion"})
    assert cast.known(Deed(at, "coordinator", deed.form), "/b/") is None
    event = Deed(at, "investigator", "event#1")
    cast.learn(event, sheet)
    assert cast.known(event, "/b/") is None  # is opened as a new one each time
