import pandas as pd
import pytest

from equipoise.analyze.result import Estimate
from equipoise.analyze.time_to_event.estimates import _median_note, survival
from equipoise.analyze.time_to_event.times import times
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.protocol.model import Protocol
from equipoise.stats.survival import KaplanMeier, log_rank
from tests.analyze.small import SCORES, TEXT, data, protocol, with_strategy

TRIAL = protocol()
Outcome = tuple[float, bool] | None


def table(known: UnblindedTrialData, trial: Protocol = TRIAL) -> pd.DataFrame:
    return times(trial, known, trial.endpoint("relapse"))


def outcome(person: str, known: UnblindedTrialData, trial: Protocol = TRIAL) -> Outcome:
    rows = table(known, trial)
    rows = rows[rows["participant"] == person]
    return (
        None
        if rows.empty
        else (float(rows["time"].iloc[0]), bool(rows["event"].iloc[0]))
    )


def analyzed(known: UnblindedTrialData) -> dict[str, Estimate]:
    found = survival(TRIAL, known, TRIAL.endpoint("relapse"))
    assert found[0].id == "relapse.median.active"
    assert len({e.id for e in found}) == len(found)
    return {e.id.removeprefix("relapse."): e for e in found}


def test_time_since_the_visit_at_which_they_responded() -> None:
    """A1 loses it at week 6, A2 keeps it to week 6, P2 loses it at week 4."""
    rows = table(data()).set_index("participant")
    assert rows["time"].to_dict() == {"A1": 28.0, "A2": 28.0, "P2": 14.0}
    assert rows["event"].to_dict() == {"A1": True, "A2": False, "P2": True}
    assert rows["arm"].to_dict() == {"A1": "active", "A2": "active", "P2": "placebo"}


def test_who_is_not_rated_again_is_censored_at_time_zero() -> None:
    scores = SCORES | {"A2": ("active", 24, 15, 12, None, None)}
    assert outcome("A2", data(scores)) == (0.0, False)


@pytest.mark.parametrize(
    ("day", "wanted"),
    [
        (13, None),  # lost before time zero: a failure of the response too
        (14, None),
        (20, (6.0, True)),
        (42, (28.0, True)),
        (60, (46.0, True)),  # after the last rating at which it held
    ],
)
def test_a_composite_event_is_an_event_on_its_day(day: int, wanted: Outcome) -> None:
    assert (
        outcome("A2", data(milestones=[("A2", "new-treatment", day, None)])) == wanted
    )


def test_a_composite_event_after_the_loss_changes_nothing() -> None:
    known = data(milestones=[("P2", "new-treatment", 40, None)])
    assert outcome("P2", known) == (14.0, True)


@pytest.mark.parametrize(
    ("day", "wanted"),
    [
        (13, None),  # the state at time zero is unknown without the event
        (14, (0.0, False)),
        (20, (6.0, False)),
        (42, (28.0, True)),  # the rating of that day counts
        (60, (28.0, True)),
    ],
)
def test_a_hypothetical_event_ends_the_observation(day: int, wanted: Outcome) -> None:
    trial = with_strategy("relapse", "hypothetical")
    known = data(milestones=[("A1", "new-treatment", day, None)])
    assert outcome("A1", known, trial) == wanted


def test_treatment_policy_looks_at_the_ratings_alone() -> None:
    trial = with_strategy("relapse", "treatment policy")
    known = data(milestones=[("A1", "new-treatment", 20, None)])
    assert outcome("A1", known, trial) == (28.0, True)


def test_curve_events_and_median_by_hand() -> None:
    """Two at risk in the active arm, one event at day 28: S falls to one half there."""
    found = analyzed(data())
    assert found["events.active"].estimate == 1
    assert found["median.active"].estimate == 28
    assert found["median.active"].n == 2
    assert found["survival.active.day-0"].estimate == 1
    last = found["survival.active.day-28"]
    assert (last.estimate, last.statistic, last.n) == (0.5, 28.0, 2)
    assert last.note == "day 28; 1 censored"
    assert found["survival.placebo.day-14"].estimate == 0


def test_curve_and_number_at_risk_at_visits() -> None:
    found = analyzed(data())
    at = found["at-visit.week-4.active"]
    assert (at.estimate, at.n, at.statistic, at.visit) == (1.0, 2, 14.0, "week-4")
    at = found["at-visit.week-6.active"]
    assert (at.estimate, at.n) == (0.5, 2)
    ended = found["at-visit.week-6.placebo"]
    assert (ended.estimate, ended.n) == (0.0, 0)  # zero stays zero


def test_after_the_last_observation_the_curve_is_unknown() -> None:
    scores = SCORES | {"P2": ("placebo", 25, 16, 11, 10, None)}
    at = analyzed(data(scores))["at-visit.week-6.placebo"]
    assert (at.estimate, at.lower, at.n) == (None, None, 0)
    assert at.note == "day 28: no participant is still observed"


def test_log_rank_by_hand() -> None:
    """Event at 14 in placebo with 2 + 1 at risk: expected 1/3, variance 2/9; the event
    at 28 has the active arm alone: no difference. Chi-square (2/3)^2 / (2/9) = 2."""
    rows = table(data())
    by_hand = log_rank(rows["time"], rows["event"], rows["arm"])
    assert by_hand.statistic == pytest.approx(2.0)
    assert by_hand.p == pytest.approx(0.15729920705028513, rel=1e-9)  # chi-square, 1 df
    test = analyzed(data())["log-rank"]  # two against one: not reported
    assert (test.p, test.n, test.contrast) == (None, 3, "active - placebo")
    assert test.note == (
        "not tested: fewer than 5 participants at risk in Active (2) and Placebo (1)"
    )


@pytest.mark.parametrize(
    ("gone", "reason"),
    [
        (("P2",), "no participant at risk in Placebo"),
        (("A1", "A2", "P2"), "no participant at risk in Active or Placebo"),
    ],
)
def test_a_comparison_that_nothing_supports_is_not_made(
    gone: tuple[str, ...], reason: str
) -> None:
    scores = {p: row for p, row in SCORES.items() if p not in gone}
    found = analyzed(data(scores))
    for name in ("log-rank", "rmst-difference", "hazard-ratio", "time-ratio"):
        row = found[name]
        assert (row.estimate, row.p) == (None, None)
        assert str(row.note).endswith(f": {reason}")
    median = found["median.placebo"]
    assert (median.estimate, median.n) == (None, 0)
    assert median.note == "no participant was at risk"


def test_who_is_at_risk_and_who_is_not() -> None:
    """A1, A2 and P2 respond; A4 was not rated at week 2, A3, P1, P3, P4 did not."""
    found = analyzed(data())
    assert [found[f"at-risk.{a}"].estimate for a in ("active", "placebo")] == [2, 1]
    assert found["at-risk.active"].n == 4
    assert [found[f"missing.{a}"].estimate for a in ("active", "placebo")] == [1, 0]
    note = (
        "participants without a rating at time zero, not at risk: 1 Active, 0 Placebo"
    )
    assert found["missing.active"].note == note


def test_participants_reached_by_each_strategy_are_counted() -> None:
    known = data(
        milestones=[
            ("A1", "new-treatment", 14, None),
            ("A2", "new-treatment", 20, None),
        ]
    )
    found = analyzed(known)
    assert found["reached.before.active"].estimate == 1
    assert found["reached.composite.active"].estimate == 1
    assert found["reached.composite.placebo"].estimate == 0
    assert "(composite strategy): 1 Active" in str(
        found["reached.composite.active"].note
    )
    trial = with_strategy("relapse", "hypothetical")
    rows = survival(trial, known, trial.endpoint("relapse"))
    ended = {e.id: e.estimate for e in rows}
    assert ended["relapse.reached.before.active"] == 0  # on the day of a visit held
    assert ended["relapse.reached.hypothetical.active"] == 2


def test_limits_that_are_not_estimable_are_named() -> None:
    assert analyzed(data())["median.active"].note == "days; upper limit not estimable"
    for median, note in (
        ((4.0, 2.0, None), "days; upper limit not estimable"),
        ((4.0, 2.0, 9.0), "days"),
        ((None, None, None), "not reached; interval not estimable"),
    ):
        assert _median_note(KaplanMeier(*median, curve=pd.DataFrame())) == note


def test_time_can_count_from_the_last_infusion() -> None:
    text = TEXT.replace(
        'rule = "loss-of"\nof = "response"',
        'rule = "loss-of"\nzero = "last-infusion"\nof = "response"',
    )
    trial = protocol(text)
    plain = times(protocol(), data(), protocol().endpoint("relapse"))
    moved = times(trial, data(), trial.endpoint("relapse"))
    # The infusion is on day 0, the visit of the response on day 14.
    assert (moved["time"] - plain["time"]).tolist() == [14.0] * len(plain)
    assert (moved["since"] - plain["since"]).tolist() == [14.0] * len(plain)


def test_without_the_infusion_there_is_no_time_zero() -> None:
    text = TEXT.replace('rule = "loss-of"', 'rule = "loss-of"\nzero = "last-infusion"')
    trial = protocol(text)
    with pytest.raises(AnalysisError) as caught:
        times(trial, data(drugs={"P1": "saline"}), trial.endpoint("relapse"))
    assert caught.value.code == "EQ453"
