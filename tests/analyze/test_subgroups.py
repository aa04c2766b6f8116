"""Differences in groups and their interaction, against least squares by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from equipoise.analyze.subgroups import grouped, subgroups
from tests.analyze.small import TEXT, VISITS, data, protocol, random_scores

PART = """
[[endpoints.subgroups]]
id = "{id}"
label = "{id}"
by = "{by}"
{cuts}
assumed = true
"""
ONE_VISIT = TEXT.replace(
    'visits = ["week-1", "week-2"]', 'visits = ["week-2"]'
).replace('by_visit = ["baseline"]\n', "")


def trial(by: str, cuts: str = "", text: str = TEXT):  # type: ignore[no-untyped-def]
    own = PART.format(id="part", by=by, cuts=cuts)
    head, mark, rest = text.partition('[[endpoints]]\nid = "response"')
    return protocol(head + own + mark + rest)


def more(scores: dict, seed: int = 0) -> dict:  # type: ignore[type-arg]
    people = list(scores)
    return {
        p: {"sex": "FM"[(i // 2 + seed) % 2], "age": 20 + i}
        for i, p in enumerate(people)
    }


def test_at_one_visit_it_is_least_squares_with_an_interaction() -> None:
    scores = random_scores(5)
    own = trial("sex", text=ONE_VISIT)
    found = {
        e.id: e
        for e in subgroups(
            own, data(scores, trial=own, more=more(scores)), own.endpoint("change")
        )
    }
    at = 1 + VISITS.index("week-2")
    rows = [
        (row[0] == "active", more(scores)[p]["sex"] == "M", row[1], row[at] - row[1])
        for p, row in scores.items()
        if row[at] is not None
    ]
    arm, male, start, y = (np.array(x, dtype=float) for x in zip(*rows, strict=True))
    X = np.column_stack([np.ones(len(y)), arm, male, arm * male, start])
    beta, rss = np.linalg.lstsq(X, y, rcond=None)[:2]
    df = len(y) - 5
    V = rss[0] / df * np.linalg.inv(X.T @ X)
    female = found["change.subgroup.part.F"]
    assert female.estimate == pytest.approx(beta[1])
    assert female.std_error == pytest.approx(V[1, 1] ** 0.5)
    assert found["change.subgroup.part.M"].estimate == pytest.approx(beta[1] + beta[3])
    tested = found["change.interaction.part"]
    F = beta[3] ** 2 / V[3, 3]
    assert tested.statistic == pytest.approx(F)
    assert tested.p == pytest.approx(stats.f.sf(F, 1, df))
    assert tested.df == pytest.approx(df)


def test_numbers_are_cut_where_the_protocol_says() -> None:
    own = trial("age", "cuts = [25, 30]")
    scores = random_scores(5)
    known = data(scores, trial=own, more=more(scores))
    group, labels = grouped(
        own, known, own.endpoint("change"), own.endpoint("change").subgroups[0]
    )
    assert labels == ("below 25", "25 to below 30", "30 or more")
    assert group.value_counts()[list(labels)].tolist() == [5, 5, 14]
    age = known.participants.set_index("participant")["age"]
    assert (group[age == 25] == "25 to below 30").all()


def test_a_group_with_one_arm_says_so_and_is_left_out() -> None:
    own = trial("age", "cuts = [21, 30]")
    scores = random_scores(5)
    found = subgroups(
        own, data(scores, trial=own, more=more(scores)), own.endpoint("change")
    )
    empty = [e for e in found if e.estimate is None and e.analysis == "subgroup"]
    assert [e.note for e in empty] == ["below 21: no participant of one arm was rated"]
    assert found[-1].p is not None


def test_one_group_alone_has_no_interaction_and_says_why() -> None:
    own = trial("age", "cuts = [500]")
    scores = random_scores(5)
    found = subgroups(
        own, data(scores, trial=own, more=more(scores)), own.endpoint("change")
    )
    assert len(found) == 1
    assert "fewer than two groups" in (found[0].note or "")
    assert found[0].p is None


def test_who_has_no_value_is_in_no_group() -> None:
    own = trial("sex")
    scores = random_scores(5)
    people = more(scores)
    people["S00"] = {"sex": None, "age": 30}
    found = subgroups(own, data(scores, trial=own, more=people), own.endpoint("change"))
    assert sum(e.n or 0 for e in found if e.analysis == "subgroup") < len(scores)
    assert all(e.estimate is not None for e in found if e.analysis == "subgroup")
