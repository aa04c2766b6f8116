"""What a reference may point to, also when its own entry had to be left out."""

import pytest

from equipoise.protocol.names import Names
from tests.protocol.faults import found, read

RAW = {
    "arms": [{"id": "ketamine"}, {"id": "midazolam"}],
    "schedule": {"visits": [{"id": "baseline"}, {"id": "week-2"}]},
}


def names(raw: dict[str, object]) -> Names:
    protocol = read()[0]
    assert protocol is not None
    return Names.of(protocol, raw)


def test_what_is_there_is_no_problem() -> None:
    known = names(RAW)
    assert known.refer("arm", "ketamine", "x") == []
    assert known.refer("visit", "week-2", "x") == []
    assert known.refer("score", "caps5.total", "x") == []
    assert known.refer("visit", None, "x") == []  # nothing is named


def test_a_name_that_is_nearly_right_is_guessed_and_all_are_listed() -> None:
    (problem,) = names(RAW).refer("visit", "week2", "trial.toml, x")
    assert problem.code == "EQ104"
    assert problem.what == "there is no visit 'week2'"
    assert problem.where == "trial.toml, x"
    assert problem.fix.startswith("did you mean 'week-2'?")
    assert "baseline" in problem.fix


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"arms": None},
        {"arms": "ketamine"},
        {"arms": {"id": "ketamine"}},
        {"arms": ["ketamine", 1, {"label": "x"}]},
        {"schedule": []},
        {"schedule": {"visits": 3}},
    ],
)
def test_a_file_of_any_shape_is_looked_through(raw: dict[str, object]) -> None:
    known = names(raw)
    assert known.declared["arm"] == ()
    assert known.declared["visit"] == ()
    assert len(known.refer("arm", "ketamine", "x")) == 1


def test_an_entry_with_a_fault_is_still_there_to_be_named() -> None:
    # Its own fault is told once; what refers to it is not wrong too.
    wrong = found(('label = "Week 2"', 'labl = "Week 2"'))
    assert {code for code, _ in wrong} == {"EQ102"}
    assert {place for _, place in wrong} == {
        "schedule.visits[week-2].label",
        "schedule.visits[week-2].labl",
    }


def test_of_an_instrument_that_cannot_be_found_no_score_is_doubted() -> None:
    wrong = found(('id = "madrs"\nby', 'id = "madrs_x"\nby'))
    assert ("EQ111", "instruments[madrs_x]; library, instruments") in wrong
    protocol = read()[0]
    assert protocol is not None
    known = Names.of(protocol, {"instruments": [{"id": "caps5"}, {"id": "new"}]})
    assert known.unknown == {"new"}
    assert known.refer("score", "new.total", "x") == []
    assert len(known.refer("score", "caps5.sum", "x")) == 1
