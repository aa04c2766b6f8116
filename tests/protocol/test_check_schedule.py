"""Whether the schedule can be kept: each impossibility at its place."""

import pytest

from tests.protocol.faults import Change, found, read

MINUTES = "minutes = [-30, 10, 20, 30, 40, 60, 120, 240]"
IMPOSSIBLE: list[tuple[Change, str]] = [
    (("window = [-4, 2]", "window = [1, 2]"), "schedule.visits[baseline].window"),
    (("window = [-4, 2]", "window = [-4, -1]"), "schedule.visits[baseline].window"),
    (('baseline = "baseline"', 'baseline = "week-1"'), "schedule.baseline"),
    (("day = 21", "day = 13"), "schedule.visits[week-3].day"),
    (("infusion = 2", "infusion = 3"), "schedule.visits"),
    (("infusion = 1\n", "infusion = 7\n"), "schedule.visits"),
    (("infusion = 6", "infusion = 5"), "schedule.visits"),
    ((MINUTES, "minutes = [40, 10]"), "schedule"),
    ((MINUTES, "minutes = [-30, 10, 10]"), "schedule"),
    (
        ('[[schedule.visits]]\nid = "screening"',
         '[[schedule.procedures]]\nid = "blood"\nassess = [{ instrument = "madrs" }]\n\n'
         '[[schedule.visits]]\nid = "screening"'),
        "schedule.procedures[blood]",
    ),
    (  # once in the procedure of the visit, and once more
        ('assess = [{ instrument = "cgi_i" }]', 'assess = [{ instrument = "caps5" }]'),
        "schedule.visits[post-24h]",
    ),
    (
        ('infusion = 1\n', 'infusion = 1\nmeasure = [{ names = ["PULSE"], minutes = '
                           '[-30] }]\n'),
        "schedule.visits[infusion-1]",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("change", "place"), IMPOSSIBLE, ids=range(len(IMPOSSIBLE)))
def test_each_impossibility_has_its_place(change: Change, place: str) -> None:
    assert ("EQ106", place) in found(change)


UNKNOWN: list[tuple[Change, str]] = [
    (('baseline = "baseline"', 'baseline = "basline"'), "schedule.baseline"),
    (
        ('only_if = "response"', 'only_if = "respons"'),
        "schedule.visits[week-3].only_if",
    ),
    (
        ('procedures = ["rating"]', 'procedures = ["ratings"]'),
        "schedule.visits[baseline].procedures",
    ),
    (
        ('assess = [{ instrument = "caps5" }', 'assess = [{ instrument = "caps" }'),
        "schedule.visits[screening].assess",
    ),
    (
        ('{ instrument = "cadss", ', '{ instrument = "cads", '),
        "schedule.procedures[infusion-day].assess",
    ),
]


@pytest.mark.parametrize(("change", "place"), UNKNOWN, ids=range(len(UNKNOWN)))
def test_what_is_named_must_be_there(change: Change, place: str) -> None:
    assert ("EQ104", place) in found(change)


def test_two_visits_may_share_a_day_and_a_measure_another_minute() -> None:
    # Week 1 and infusion 4 are both on day 7; a repeated pulse is another minute.
    extra = 'measure = [{ names = ["PULSE"], minutes = [-25] }]\n'
    assert found(("infusion = 1\n", f"infusion = 1\n{extra}")) == []
    assert found(("window = [-4, 2]", "window = [0, 0]")) == []


def test_one_instrument_at_two_times_of_a_visit_is_asked_twice_rightly() -> None:
    # With minutes and without are two times; twice without are one.
    later = (
        'assess = [{ instrument = "cgi_i" }, { instrument = "caps5", minutes = [60] }]'
    )
    assert found(('assess = [{ instrument = "cgi_i" }]', later)) == []


def test_infusions_need_somebody_who_receives_something() -> None:
    changes = [
        ('intervention = "ketamine"\n', ""),
        ('intervention = "midazolam"\n', ""),
    ]
    assert ("EQ106", "arms") in found(*changes)


def test_the_remedy_names_the_two_visits() -> None:
    _, problems = read(("day = 21", "day = 13"))
    (wrong,) = [p for p in problems if p.code == "EQ106"]
    assert "'week-3' (day 13) is listed after 'week-2' (day 14)" in wrong.what
