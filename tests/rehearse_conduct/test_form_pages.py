"""Forms on their own pages: found by a link, answered as offered, taken as a whole."""

from dataclasses import replace

import pytest

from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.current_values import current
from equipoise.errors import ConductError
from equipoise.rehearse_conduct.action_plan import Deed
from equipoise.rehearse_conduct.enrolment import screen
from equipoise.rehearse_conduct.form_pages import begin, fill_in, follow_up
from equipoise.rehearse_conduct.users import Cast
from tests.rehearse_conduct.conftest import Begin, enrolled


def stopped(cast: Cast, form: str = "milestone#1", **values: str) -> Deed:
    at = cast.parts[0].after[0].at
    said = {"milestone": "treatment-discontinued", "date": f"{at:%Y-%m-%d}",
            "reason": "lack of efficacy"}  # fmt: skip
    return Deed(at, "investigator", form, values=said | values)


def test_every_form_before_randomization_and_the_end_of_treatment(begun: Begin) -> None:
    cast = begun("coordinator", "investigator", "rater")
    part = enrolled(cast)
    known = current("P0001")
    for deed in part.before:
        assert known.is_complete(deed.form, deed.visit), deed.form
        kept = known.answers(deed.form, deed.visit)
        said = {n: v.removesuffix("+00:00") for n, v in kept.items()}  # a site in UTC
        assert {n: v for n, v in deed.values.items() if v} == said
    assert cast.forms == len(part.before)
    assert ("consent", "investigator") in cast.walked
    fill_in(cast, "P0001", stopped(cast, "milestone#9"))  # the page gives the number
    assert current("P0001").is_complete("milestone#1")
    event = {"term": "Headache", "started_on": "2015-06-08", "severity": "mild",
             "serious": "no", "related": "yes", "ongoing": "yes"}  # fmt: skip
    at = part.after[0].at
    for number in (1, 2):
        deed = Deed(at, "investigator", f"event#{number}", values=event)
        fill_in(cast, "P0001", deed)
    assert current("P0001").is_complete("event#2")
    before = cast.forms
    follow_up(cast, "P0001", Deed(at, "investigator", "follow up", "week-3"))
    assert cast.forms == before  # no response that could be lost


def test_nothing_is_answered_that_the_page_does_not_offer(begun: Begin) -> None:
    cast = begun("coordinator", "investigator", "rater")
    part = cast.parts[0]
    screen(cast, part)
    consent, characteristics = part.before[:2]
    with pytest.raises(ConductError, match="coordinator has no link"):
        fill_in(cast, "P0001", characteristics)
    fill_in(cast, "P0001", consent)
    for wrong, said in (
        ({"height": "170"}, "no field 'height'"),
        ({"sex": "unknown"}, "no choice 'unknown'"),
        ({"age": "180"}, "with 422"),
        ({"age": ""}, "with 422"),
    ):
        values = {n: v for n, v in (characteristics.values | wrong).items() if v}
        with pytest.raises(ConductError, match=said):
            fill_in(cast, "P0001", replace(characteristics, values=values))
    with pytest.raises(ConductError, match="rater has no link"):
        fill_in(cast, "P0001", replace(characteristics, by="rater"))
    assert not Entry.objects.filter(act="complete", form="characteristics").exists()


def test_a_form_to_which_no_link_leads_is_told(begun: Begin) -> None:
    cast = begun("coordinator", "investigator", "rater")
    part = cast.parts[0]
    screen(cast, part)
    fill_in(cast, "P0001", part.before[0])
    guess = Deed(part.before[0].at, "rater", "guess:rater", "baseline",
                 values={"guess": "ketamine"})  # fmt: skip
    with pytest.raises(ConductError, match="rater has no link"):
        fill_in(cast, "P0001", guess)


def test_a_form_is_begun_and_left_open(begun: Begin) -> None:
    cast = begun("coordinator", "investigator", "rater")
    part = enrolled(cast)
    said = {"term": "Appendicitis", "serious": "yes", "hospitalization": "yes"}
    deed = Deed(part.after[0].at, "coordinator", "event#1", values=said)
    begin(cast, "P0001", deed)
    known = current("P0001")
    assert known.status["event#1", "", None] == "started"
    assert known.answers("event#1") == said
    assert Entry.objects.filter(chain="P0001", act="alert").exists()
    with pytest.raises(ConductError, match="no field 'height'"):
        begin(cast, "P0001", replace(deed, values={"height": "170"}))
