"""Sensitivity analyses of an endpoint, from its protocol to its estimates."""

import pytest

from equipoise.analyze.continuous.estimates import continuous
from equipoise.analyze.result import Estimate
from equipoise.analyze.run import analyze
from equipoise.analyze.sensitivity.estimates import sensitivities
from equipoise.errors import ProtocolError
from equipoise.protocol.analysis_method import supporting_inference
from equipoise.protocol.model import Protocol
from tests.analyze.small import (
    TEXT,
    data,
    protocol,
    random_scores,
    without_response,
)

PARTS = """
[[endpoints.sensitivity]]
id = "mar"
label = "Missing at random"
strategy = "MAR"
assumed = true
[[endpoints.sensitivity]]
id = "jump"
label = "Jump to reference"
strategy = "JR"
milestones = ["treatment-discontinued"]
assumed = true
"""


def with_parts(parts: str = PARTS, endpoint: str = "change") -> Protocol:
    head, mark, rest = TEXT.partition(f'[[endpoints]]\nid = "{endpoint}"\n')
    at = rest.find("[[endpoints]]")
    at = len(rest) if at < 0 else at
    return protocol(head + mark + rest[:at] + parts + rest[at:])


def found(milestones: list[tuple[object, ...]] | None = None) -> dict[str, Estimate]:
    trial = with_parts()
    known = data(random_scores(1), trial=trial, milestones=milestones or [])
    made = sensitivities(trial, known, trial.endpoint("change"))
    return {e.id.removeprefix("change."): e for e in made}


def supported(extra: str) -> dict[str, Estimate]:
    """Estimates where four of the treated arm stopped, with keys added to the jump."""
    trial = with_parts(PARTS.replace('strategy = "JR"', f'strategy = "JR"\n{extra}'))
    events = [(f"S{n:02}", "treatment-discontinued", 8, None) for n in range(0, 8, 2)]
    known = data(random_scores(1), trial=trial, milestones=events)
    made = sensitivities(trial, known, trial.endpoint("change"))
    return {e.id.removeprefix("change."): e for e in made}


def test_a_reference_based_analysis_has_both_inferences() -> None:
    """Rubin's standard error is the larger one: Cro, Carpenter and Kenward 2019."""
    rows = supported("")
    first, second = rows["sensitivity.jump"], rows["supporting-inference.jump"]
    assert first.estimate == pytest.approx(second.estimate, abs=0.5)
    assert second.std_error > first.std_error  # type: ignore[operator]
    assert first.df is None
    assert second.df is not None
    note = str(second.note)
    assert "Rubin's rules, as SAS PROC MIANALYZE" in note
    assert "primary inference of the protocol: conditional mean imputation" in note
    assert "200 draws, seed 1; Monte Carlo standard error" in note
    assert "supporting-tipping-point.jump" in rows
    assert "supporting-inference.mar" not in rows  # here the two agree


def test_the_protocol_names_the_primary_inference() -> None:
    usual, rows = supported(""), supported('inference = "rubin"\ndraws = 200')
    for name in ("estimate", "std_error", "lower", "upper", "p"):
        assert getattr(rows["sensitivity.jump"], name) == getattr(
            usual["supporting-inference.jump"], name
        )
        assert getattr(rows["supporting-inference.jump"], name) == getattr(
            usual["sensitivity.jump"], name
        )
    assert rows["tipping-point.jump"].estimate == (
        usual["supporting-tipping-point.jump"].estimate
    )


def test_a_supporting_inference_can_be_omitted_or_asked_for() -> None:
    assert "supporting-inference.jump" not in supported('supporting = "none"')
    rows = supported('supporting = "bootstrap"\nsupporting_draws = 50')
    note = str(rows["supporting-inference.jump"].note)
    assert "conditional mean imputation with the bootstrap" in note
    assert "50 draws" in note


def test_two_analyses_that_differ_only_in_inference_support_each_other() -> None:
    twin = PARTS.partition('[[endpoints.sensitivity]]\nid = "jump"')[2]
    twin = f'[[endpoints.sensitivity]]\nid = "rubin"{twin}inference = "rubin"\n'
    trial = with_parts(PARTS + twin.replace("assumed = true\n", "assumed = true\n", 1))
    parts = trial.endpoint("change").sensitivity
    assert [supporting_inference(part, parts) for part in parts] == [None, None, None]


def test_missing_at_random_is_the_estimate_of_the_model() -> None:
    """The imputation model is the model of the endpoint."""
    trial = with_parts()
    known = data(random_scores(1), trial=trial)
    answer = continuous(trial, known, trial.endpoint("change"))[0]
    row = found()["sensitivity.mar"]
    assert row.estimate == pytest.approx(answer.estimate, rel=1e-6)
    assert row.p is not None
    assert row.lower is not None
    assert row.n == 24


def test_an_event_takes_later_ratings_away_and_pulls_to_the_reference() -> None:
    without = found()
    assert without["sensitivity.jump"].estimate == pytest.approx(
        without["sensitivity.mar"].estimate
    )
    people = [f"S{number:02}" for number in range(0, 24, 2)]  # all of the active arm
    events = [(name, "treatment-discontinued", 0, None) for name in people]
    everybody = found(events)["sensitivity.jump"]
    assert everybody.estimate == pytest.approx(0, abs=1.0)  # nothing of the arm is left
    some = found(events[:4])["sensitivity.jump"]
    assert some.estimate is not None
    assert without["sensitivity.jump"].estimate is not None
    assert abs(some.estimate) < abs(without["sensitivity.jump"].estimate)


@pytest.mark.parametrize("strategy", ["JR", "CR", "CIR"])
def test_an_event_on_the_planned_day_of_a_missed_visit_comes_before_it(
    strategy: str,
) -> None:
    """Withdrawn on day 13, 14 or 15 of a week 2 that was planned for day 14, not held.

    Public report: openpharma/rbmi#348; the first two must give the same estimate.
    """
    trial = with_parts(PARTS.replace('"JR"', f'"{strategy}"'))
    scores = random_scores(1)
    people = [name for name, row in scores.items() if row[0] == "active"][:4]
    scores |= {name: (*scores[name][:3], None, None, None) for name in people}

    def jump(day: int) -> Estimate:
        events = [(name, "treatment-discontinued", day, None) for name in people]
        known = data(scores, trial=trial, milestones=events)
        rows = sensitivities(trial, known, trial.endpoint("change"))
        return next(e for e in rows if e.id == "change.sensitivity.jump")

    before, same, later = jump(13), jump(14), jump(15)
    assert before.estimate == same.estimate
    assert before.std_error == same.std_error
    assert later.estimate != pytest.approx(same.estimate, abs=0.1)
    assert "participants with a visit after the event: Active 4, Placebo 0" in str(
        same.note
    )
    assert "participants with a visit after the event: Active 0, Placebo 0" in str(
        later.note
    )


def test_the_outcomes_that_were_imputed_are_counted_by_arm() -> None:
    scores = random_scores(1)
    missing = {
        arm: sum(row[0] == arm and row[3] is None for row in scores.values())
        for arm in ("active", "placebo")
    }
    assert missing["active"] > 0
    rows = found()
    for arm, count in missing.items():
        row = rows[f"imputed.mar.{arm}"]
        assert (row.estimate, row.n, row.contrast) == (count, 12, arm)
    active = [name for name, row in scores.items() if row[0] == "active"]
    after = found([(name, "treatment-discontinued", 8, None) for name in active])
    missing_there = missing["active"]  # every rating came after the event
    assert after["imputed.jump.active"].estimate == missing_there
    assert after["set-aside.jump.active"].estimate == 12 - missing_there
    assert after["set-aside.jump.placebo"].estimate == 0
    assert after["set-aside.mar.active"].estimate == 0  # without an event


def test_an_observed_outcome_that_is_set_aside_is_not_missing() -> None:
    """Nothing was missing: no tipping point, whatever an event makes of a rating."""
    trial = with_parts()
    scores = {
        name: tuple(10 if v is None else v for v in row)
        for name, row in random_scores(1).items()
    }
    who = next(name for name, row in scores.items() if row[0] == "active")
    known = data(
        scores, trial=trial, milestones=[(who, "treatment-discontinued", 8, None)]
    )
    made = sensitivities(trial, known, trial.endpoint("change"))
    rows = {e.id.removeprefix("change."): e for e in made}
    assert rows["imputed.jump.active"].estimate == 0
    assert rows["set-aside.jump.active"].estimate == 1
    tipping = rows["tipping-point.jump"]
    assert (tipping.estimate, tipping.n) == (None, 0)
    assert not [e for e in made if e.id.startswith("change.tipping-curve.jump")]


def test_where_nothing_was_imputed_no_finding_is_called_robust() -> None:
    trial = with_parts()
    scores = {
        name: tuple(10 if v is None else v for v in row)
        for name, row in random_scores(1).items()
    }
    made = sensitivities(trial, data(scores, trial=trial), trial.endpoint("change"))
    rows = {e.id.removeprefix("change."): e for e in made}
    tipping = rows["tipping-point.mar"]
    assert (tipping.estimate, tipping.n) == (None, 0)
    assert "no outcome of Active was missing" in str(tipping.note)
    assert "no number of points" not in str(tipping.note)
    assert "no outcome was imputed at Week 2" in str(rows["sensitivity.mar"].note)
    assert not [e for e in made if e.analysis == "tipping-curve"]


def test_a_curve_of_one_imputed_outcome_says_so() -> None:
    trial = with_parts()
    scores = {
        name: (arm, start, 25, 25 - 8 * (arm == "active") - n % 5, *rest)
        for n, (name, (arm, start, _, _, *rest)) in enumerate(random_scores(1).items())
    }
    scores["S00"] = (*scores["S00"][:3], None, *scores["S00"][4:])
    scores |= {
        n: (*row[:2], row[1] - int(n[1:]) % 3, *row[3:]) for n, row in scores.items()
    }
    made = sensitivities(trial, data(scores, trial=trial), trial.endpoint("change"))
    tipping = next(e for e in made if e.id == "change.tipping-point.mar")
    assert tipping.n == 1
    assert "the one imputed outcome of Active" in str(tipping.note)
    curve = [e for e in made if e.id.startswith("change.tipping-curve.mar")]
    assert all(e.n == 1 and "1 imputed outcome" in str(e.note) for e in curve)
    assert curve


def test_without_dispositions_it_is_not_known_whom_a_strategy_reaches() -> None:
    note = str(found()["sensitivity.jump"].note)
    assert (
        "the data hold no record of disposition: who had one of the events is not"
        in note
    )
    assert "participants with a visit after the event" not in note


def test_an_unrated_visit_is_left_out_by_the_rule_of_the_model() -> None:
    trial = with_parts()
    scores = without_response(["week-1"], random_scores(1))
    made = sensitivities(trial, data(scores, trial=trial), trial.endpoint("change"))
    rows = {e.id.removeprefix("change."): e for e in made}
    single = protocol(
        TEXT.replace('visits = ["week-1", "week-2"]', 'visits = ["week-2"]')
    )
    answer = continuous(single, data(scores, trial=single), single.endpoint("change"))[
        0
    ]
    assert rows["sensitivity.mar"].estimate == pytest.approx(answer.estimate)
    assert "no participant was rated at Week 1" in str(rows["sensitivity.mar"].note)


def test_the_tipping_point_is_told_in_words() -> None:
    row = found()["tipping-point.mar"]
    assert row.note is not None
    assert "Missing at random" in row.note


def test_what_cannot_be_estimated_says_why() -> None:
    trial = with_parts()
    scores = dict(list(random_scores(1).items())[:4])
    made = sensitivities(trial, data(scores, trial=trial), trial.endpoint("change"))
    assert all(e.estimate is None for e in made)
    assert all("cannot be estimated" in str(e.note) for e in made)


def test_an_event_without_a_day_is_named() -> None:
    row = found([("S00", "treatment-discontinued", None, None)])["sensitivity.jump"]
    assert row.note == "cannot be estimated: 1 events have no day"


def test_they_are_part_of_the_analysis() -> None:
    trial = with_parts()
    results = analyze(trial, data(random_scores(1), trial=trial))
    assert results["change.sensitivity.jump"].analysis == "sensitivity"


@pytest.mark.parametrize(
    "parts",
    [
        PARTS.replace('id = "jump"', 'id = "mar"'),
        PARTS.replace('milestones = ["treatment-discontinued"]\n', ""),
        PARTS.replace('"JR"', '"JR"\nsupporting = "jackknife"'),
    ],
)
def test_contradictions_are_refused(parts: str) -> None:
    with pytest.raises(ProtocolError, match="EQ107"):
        with_parts(parts)


def test_only_continuous_endpoints_have_them() -> None:
    with pytest.raises(ProtocolError, match="EQ107"):
        with_parts(endpoint="response")
