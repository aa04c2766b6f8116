"""States in few bytes say the same as a table of them."""

from hypothesis import given
from hypothesis import strategies as st

from equipoise.conduct.capture.current import Where
from equipoise.conduct.capture.overview import NAMES, States

FORMS = [("vitals", "infusion-1", minute) for minute in (-30, 10, 40)]
PLACES: dict[Where, int] = {where: n for n, where in enumerate(FORMS)}
OTHERS: list[Where] = [("event#1", "", None), ("vitals", "infusion-1", 55)]
known = st.dictionaries(st.sampled_from([*FORMS, *OTHERS]), st.sampled_from(NAMES[1:]))


@given(known)
def test_it_is_the_mapping_that_it_was_made_from(states: dict[Where, str]) -> None:
    packed = States(PLACES, states.items())
    assert dict(packed) == states
    assert len(packed) == len(states)
    for where in (*FORMS, *OTHERS):
        assert packed.get(where) == states.get(where)


@given(known)
def test_a_visit_is_closed_when_every_planned_form_is(states: dict[Where, str]) -> None:
    open_ = any(states.get(where) in (None, "started") for where in FORMS)
    assert States(PLACES, states.items()).some_unclosed(0, len(FORMS)) == open_


def test_a_visit_without_forms_is_closed() -> None:
    assert not States(PLACES, ()).some_unclosed(1, 1)


@given(known)
def test_a_visit_is_begun_when_a_planned_form_is(states: dict[Where, str]) -> None:
    begun = any(states.get(where) == "started" for where in FORMS)
    assert States(PLACES, states.items()).some_begun(0, len(FORMS)) == begun
