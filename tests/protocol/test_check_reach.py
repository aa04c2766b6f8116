"""What nobody could meet, or everybody, is refused before the first participant."""

import pytest

from tests.protocol.faults import found

AGE = 'require = { characteristic = "age", min = 18, max = 70 }'


@pytest.mark.parametrize(
    "rule",
    [
        '{ characteristic = "age", min = 70, max = 18 }',
        '{ characteristic = "age", min = 121 }',  # ages go to 120
        '{ characteristic = "age", one_of = ["18"] }',  # 18.0 is not the text 18
        '{ characteristic = "sex", min = 1 }',
        '{ characteristic = "sex", one_of = ["female"] }',
        '{ score = "caps5.total", visit = "screening", min = 81 }',  # of 80
        '{ score = "caps5.total", visit = "screening", max = -1 }',
        '{ score = "caps5.total", visit = "infusion-1", min = 30 }',  # not rated there
        '{ score = "cadss.total", visit = "infusion-1", min = 1 }',  # only by minutes
        '{ score = "iesr.total", visit = "screening", min = 1 }',  # from baseline on
    ],
)
def test_a_criterion_that_nobody_meets(rule: str) -> None:
    assert found((AGE, f"require = {rule}")) == [("EQ115", "eligibility[I1].require")]


@pytest.mark.parametrize(
    "rule",
    [
        '{ characteristic = "age", min = 120 }',
        '{ characteristic = "age", max = 0 }',
        '{ characteristic = "sex", one_of = ["other"] }',
        '{ score = "caps5.total", visit = "screening", min = 80 }',
        '{ score = "iesr.total", visit = "baseline", max = 10 }',
    ],
)
def test_a_criterion_that_somebody_meets(rule: str) -> None:
    assert found((AGE, f"require = {rule}")) == []


@pytest.mark.parametrize(
    ("definition", "old", "new"),
    [
        ("response", "threshold = 30\n", "threshold = 100.1\n"),
        ("response", "threshold = 30\n", "threshold = 0\n"),
        ("response", "threshold = 30\n", "threshold = -30\n"),
        ("reliable-change", "threshold = 13\n", "threshold = 81\n"),
        ("reliable-change", "threshold = 13\n", "threshold = 0\n"),
        ("remission", "threshold = 8\n", "threshold = 80\n"),  # everybody
        ("remission", "threshold = 8\n", "threshold = -1\n"),
    ],
)
def test_a_threshold_out_of_reach(definition: str, old: str, new: str) -> None:
    where = f"definitions[{definition}].threshold"
    assert found((old, new)) == [("EQ115", where)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("threshold = 30\n", "threshold = 100\n"),
        ("threshold = 13\n", "threshold = 80\n"),
        ("threshold = 8\n", "threshold = 0\n"),
        ("threshold = 8\n", "threshold = 79\n"),
    ],
)
def test_a_threshold_at_the_end_of_its_reach(old: str, new: str) -> None:
    assert found((old, new)) == []


def test_at_least_is_the_other_way_round() -> None:
    rule = 'rule = "at-most"\nscore = "caps5.total"\nthreshold = 8\n'
    for threshold, refused in ((0, True), (1, False), (80, False), (81, True)):
        text = f'rule = "at-least"\nscore = "caps5.total"\nthreshold = {threshold}\n'
        assert bool(found((rule, text))) == refused


def test_a_loss_is_of_what_holds_at_a_visit() -> None:
    assert found(('of = "response"', 'of = "relapse"')) == [
        ("EQ115", "definitions[relapse].of")
    ]
    assert found(('only_if = "response"', 'only_if = "relapse"')) == [
        ("EQ115", "schedule.visits[week-3].only_if")
    ]


def test_what_is_compared_with_baseline_is_rated_there() -> None:
    # At screening CAPS-5 and MADRS are rated, IES-R and QIDS are not.
    places = {place for _, place in found(('baseline = "baseline"',
                                           'baseline = "screening"'))}  # fmt: skip
    assert places == {
        "endpoints[iesr_change].variable",
        "endpoints[qids_change].variable",
    }


def test_a_range_without_a_number_in_it() -> None:
    assert ("EQ115", "characteristics[age]") in found(
        ("min = 0\nmax = 120", "min = 120\nmax = 0")
    )
    assert ("EQ115", "characteristics[psychotropics].values") in found(
        ('values = ["yes", "no"]', 'values = ["yes", "no", "no"]')
    )


def test_what_is_unknown_already_is_said_once() -> None:
    assert found(('caps5.total", visit', 'caps5.sum", visit')) == [
        ("EQ104", "eligibility[I3].require")
    ]
    assert [code for code, _ in found(('visit = "screening"', 'visit = "screen"'))] == [
        "EQ104"
    ]
