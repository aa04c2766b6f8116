from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.analyze.binary.estimates import binary, outcomes
from equipoise.analyze.result import Estimate
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol
from equipoise.stats.proportions import fisher, risk_difference
from tests.analyze.small import (
    SCORES,
    TEXT,
    data,
    protocol,
    random_scores,
    with_strategy,
)

TRIAL = protocol()


def analyzed(known: UnblindedTrialData, trial: Protocol = TRIAL) -> dict[str, Estimate]:
    found = binary(trial, known, trial.endpoint("response"))
    assert found[0].id == "response.risk-difference"
    assert len({e.id for e in found}) == len(found)
    return {e.id.removeprefix("response."): e for e in found}


def held(known: UnblindedTrialData, trial: Protocol = TRIAL) -> dict[str, bool | None]:
    table = outcomes(trial, known, trial.endpoint("response"))
    values = table["outcome"].astype(object).where(table["outcome"].notna(), None)
    return dict(zip(table["participant"], values, strict=True))


def test_who_has_the_outcome() -> None:
    """20 to 10 and 24 to 12 are 50% exactly; A4 was not rated."""
    assert held(data()) == {
        "A1": True, "A2": True, "A3": False, "A4": None,
        "P1": False, "P2": True, "P3": False, "P4": False,
    }  # fmt: skip


def test_counts_proportions_difference_and_test() -> None:
    found = analyzed(data())
    answer = found["risk-difference"]
    wanted = risk_difference(2, 4, 1, 4)
    assert (answer.estimate, answer.lower, answer.upper) == (
        0.25,
        wanted.lower,
        wanted.upper,
    )
    assert answer.p == fisher(2, 4, 1, 4) == found["fisher"].p
    assert (answer.n, answer.visit) == (8, "week-2")
    assert found["count.active"].estimate == 2
    assert found["proportion.active"].estimate == 0.5
    assert found["proportion.placebo"].n == 4


def test_missing_is_failure_or_left_out_and_counted() -> None:
    found = analyzed(data())
    assert found["risk-difference"].note == (
        "participants without a value counted as non-responders: 1 Active, 0 Placebo; "
        "p: Fisher's exact test"
    )
    missing = found["missing.active"]
    assert (missing.estimate, missing.n, missing.contrast) == (1, 4, "active")
    assert found["missing.placebo"].estimate == 0
    text = TEXT.replace('missing = "failure"', 'missing = "excluded"')
    other = analyzed(data(), protocol(text))
    assert other["proportion.active"].estimate == pytest.approx(2 / 3)
    assert other["proportion.active"].n == 3
    note = other["risk-difference"].note
    assert note is not None
    assert note.startswith(
        "participants without a value excluded from the analysis: 1 Active, 0 Placebo"
    )


@pytest.mark.parametrize(("day", "outcome"), [(13, False), (14, False), (15, True)])
def test_a_composite_event_up_to_the_visit_is_a_failure(
    day: int, outcome: bool
) -> None:
    known = data(milestones=[("A1", "new-treatment", day, None)])
    assert held(known)["A1"] is outcome


def test_a_composite_event_settles_what_was_not_rated() -> None:
    known = data(milestones=[("A4", "new-treatment", 9, None)])
    assert held(known)["A4"] is False


@pytest.mark.parametrize(("day", "outcome"), [(13, None), (14, True), (15, True)])
def test_a_hypothetical_event_before_the_visit_makes_it_missing(
    day: int, outcome: bool | None
) -> None:
    trial = with_strategy("response", "hypothetical")
    known = data(milestones=[("A1", "new-treatment", day, None)])
    assert held(known, trial)["A1"] is outcome


def missed(known: UnblindedTrialData, person: str, visit: str) -> UnblindedTrialData:
    """The data with a row that says that a visit was missed."""
    rows = pd.DataFrame(
        [(person, visit, 14, None, "missed")],
        columns=["participant", "visit", "planned_day", "actual_day", "status"],
    )
    tables = dict(known.tables()) | {"visits": rows}
    return UnblindedTrialData.from_tables(TRIAL, tables)


@pytest.mark.parametrize(("day", "reached"), [(13, 1), (14, 1), (15, 0)])
def test_an_event_on_the_planned_day_of_a_missed_visit_comes_before_it(
    day: int, reached: int
) -> None:
    """A4 was not rated at week 2; no row says that the visit was held."""
    for strategy in ("hypothetical", "composite"):
        trial = with_strategy("response", strategy)
        known = data(milestones=[("A4", "new-treatment", day, None)])
        for held_data in (known, missed(known, "A4", "week-2")):
            found = analyzed(held_data, trial)
            row = found[f"reached.{strategy}.active"]
            assert (row.estimate, row.n) == (reached, 4)
            assert found[f"reached.{strategy}.placebo"].estimate == 0
            note = str(found["risk-difference"].note)
            assert ("1 Active, 0 Placebo" in note.partition(strategy)[2]) == bool(
                reached
            )


def test_an_event_on_the_day_of_a_visit_that_was_held_comes_after_it() -> None:
    trial = with_strategy("response", "hypothetical")
    known = data(milestones=[("A1", "new-treatment", 14, None)])
    assert analyzed(known, trial)["reached.hypothetical.active"].estimate == 0


def test_treatment_policy_looks_at_the_rating_alone() -> None:
    trial = with_strategy("response", "treatment policy")
    assert (
        held(data(milestones=[("A1", "new-treatment", 2, None)]), trial)["A1"] is True
    )


def test_an_empty_arm_gives_no_number() -> None:
    found = analyzed(data({p: r for p, r in SCORES.items() if r[0] == "active"}))
    answer = found["risk-difference"]
    assert (answer.estimate, answer.lower, answer.p) == (None, None, None)
    assert answer.note == "not estimable: no participant in Placebo has a value"
    assert found["proportion.placebo"].estimate is None
    assert found["proportion.active"].estimate == 0.5
    assert "fisher" not in found


@pytest.mark.property
@settings(max_examples=10)
@given(seed=st.integers(0, 10_000))
def test_swapping_the_arms_turns_the_sign(seed: int) -> None:
    scores = random_scores(seed)
    other = {"active": "placebo", "placebo": "active"}
    swapped = {p: (other[row[0]], *row[1:]) for p, row in scores.items()}
    here = analyzed(data(scores))["risk-difference"]
    there = analyzed(data(swapped))["risk-difference"]
    assert here.estimate is not None
    assert here.upper is not None
    assert there.estimate == pytest.approx(-here.estimate, abs=1e-12)
    assert there.lower == pytest.approx(-here.upper, abs=1e-9)
    assert there.p == pytest.approx(here.p, rel=1e-12)


def unrated(arms: tuple[str, ...]) -> dict[str, Any]:
    """The ratings of the small trial without those at the last visit in some arms."""
    return {
        person: (*row[:3], None, *row[4:]) if row[0] in arms else row
        for person, row in SCORES.items()
    }


@pytest.mark.parametrize(
    ("arms", "words"),
    [
        (("active",), "Active"),
        (("placebo",), "Placebo"),
        (("active", "placebo"), "Active or Placebo"),
    ],
)
def test_where_nobody_of_an_arm_was_rated_nobody_counts_as_a_failure(
    arms: tuple[str, ...], words: str
) -> None:
    found = analyzed(data(unrated(arms)))
    answer = found["risk-difference"]
    assert (answer.estimate, answer.lower, answer.p) == (None, None, None)
    assert answer.note == f"not estimable: no participant in {words} has a value"
    visit = TRIAL.endpoint("response").variable.at
    for arm in arms:
        assert (found[f"count.{arm}"].estimate, found[f"count.{arm}"].n) == (None, 0)
        for name in ("proportion", f"by-visit.{visit}", f"by-visit-count.{visit}"):
            assert found[f"{name}.{arm}"].estimate is None
        curve = [e for n, e in found.items() if n.startswith(f"responder-curve.{arm}")]
        assert curve
        assert {e.estimate for e in curve} == {None}
        note = str(found[f"missing.{arm}"].note)
        assert note.endswith(f"; not so in {words}, where no participant has a value")
    for arm in {"active", "placebo"} - set(arms):
        assert found[f"proportion.{arm}"].estimate is not None


def test_an_event_that_counts_as_a_failure_is_an_outcome_of_its_arm() -> None:
    trial = with_strategy("response", "composite")
    known = data(unrated(("active",)), milestones=[("A1", "new-treatment", 2, None)])
    found = analyzed(known, trial)
    assert found["proportion.active"].estimate == 0
    assert found["risk-difference"].estimate is not None


@pytest.mark.parametrize("arm", ["active", "placebo"])
def test_an_arm_without_a_value_is_neither_compared_nor_adjusted(arm: str) -> None:
    at = TEXT.index('missing = "failure"')
    text = (
        TEXT[:at] + 'covariates = ["baseline"]\nmissing = "excluded"' + TEXT[at + 19 :]
    )
    scores = {
        person: (*row[:3], None, *row[4:]) if row[0] == arm else row
        for person, row in SCORES.items()
    }
    found = analyzed(data(scores), protocol(text))
    assert found["risk-difference"].estimate is None
    assert "adjusted-risk-difference" not in found
    usual = analyzed(data(), protocol(text))
    assert "adjusted-risk-difference" in usual
