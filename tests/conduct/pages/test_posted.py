"""What a page sends is read as the form has it, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from equipoise.conduct.capture.form_instance import Place
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.forms.definition import Field, Form
from equipoise.conduct.forms.missing_codes import MISSING, kept
from equipoise.conduct.pages.field_view import (
    CONFIRM,
    NO_ANSWER,
    confirmed,
    seen,
    values_of,
)
from equipoise.conduct.study.models import Site

FIELDS = (
    Field(name="a", label="A", kind="number", decimals=1),
    Field(name="t", label="T", kind="datetime"),
    Field(name="s", label="S", kind="number", sum=("a",)),
)
SITE = Site(code="north", name="North", timezone="America/New_York")
PLACE = Place(
    Participant(identifier="P0001", site=SITE),
    Form(id="f", title="F", by="rater", fields=FIELDS),
)
CODE = st.sampled_from([kept(one) for one in MISSING])
ANSWER = st.integers(0, 99).map(str)


def test_only_fields_of_the_form_come_in_and_no_sum() -> None:
    posted = {"a": " 1,5 ", "s": "7", "arm": "ketamine", "seen": "3"}
    assert values_of(PLACE, posted, {}) == ({"a": "1.5"}, {})
    assert values_of(PLACE, {}, {"a": "1"}) == ({}, {})


@given(ANSWER, CODE, st.one_of(st.just(""), ANSWER, CODE))
def test_of_an_answer_and_a_code_the_one_that_is_not_held_counts(
    text: str, chosen: str, before: str
) -> None:
    posted = {"a": text, NO_ANSWER + "a": chosen}
    values, unclear = values_of(PLACE, posted, {"a": before})
    if before == text:
        assert (values, unclear) == ({"a": chosen}, {})
    elif before == chosen:
        assert (values, unclear) == ({"a": text}, {})
    else:
        assert not values
        assert set(unclear) == {"a"}


def test_a_time_that_stands_on_the_page_is_the_old_one() -> None:
    posted = {"t": "2027-01-04T09:30", NO_ANSWER + "t": kept("unknown")}
    held = {"t": "2027-01-04T09:30-05:00"}
    assert values_of(PLACE, posted, held) == ({"t": kept("unknown")}, {})


def test_a_code_is_taken_away_by_the_empty_choice_alone() -> None:
    held = {"a": kept("refused")}
    assert values_of(PLACE, {NO_ANSWER + "a": ""}, held) == ({"a": ""}, {})
    assert values_of(PLACE, {NO_ANSWER + "a": ""}, {"a": "3"}) == ({}, {})
    assert values_of(PLACE, {"a": ""}, {"a": "3"}) == ({"a": ""}, {})


def test_how_much_was_seen_is_a_number_or_nothing() -> None:
    assert seen({"seen": "12"}) == 12
    for text in ("", "-1", "1e3", "\u00b2", "9" * 10):
        assert seen({"seen": text}) == 0


def test_reasons_of_checks_come_in_by_their_name() -> None:
    posted = {f"{CONFIRM}late": " snow \x00", "reason": "x"}
    assert confirmed(posted) == {"late": "snow"}
