"""The stratified log-rank test of a trial that was randomized in strata."""

import numpy as np
import pytest

from equipoise.analyze.planned_test import planned_in
from equipoise.analyze.result import Estimate
from equipoise.analyze.run import analyze
from equipoise.analyze.time_to_event.estimates import survival
from equipoise.analyze.time_to_event.times import times
from equipoise.protocol.model import Protocol
from equipoise.stats.survival import log_rank
from tests.analyze.small import TEXT, random_scores
from tests.analyze.time_to_event import timed as small
from tests.analyze.time_to_event.timed import randomized

STRATA = ('method = "complete"', 'method = "permuted blocks"\nblock_sizes = [4]\nstrata = ["sex"]')  # fmt: skip  # noqa: E501
SCORES = random_scores(4, 60)
SEXES = {name: {"sex": "FM"[n % 3 == 0]} for n, name in enumerate(SCORES)}

# Relapses of ten participants in placebo, so that each arm has events.
EVENTS = [(f"S{n:02}", "relapse", 5 + n, None) for n in range(1, 30, 3) if n % 2]


def stratified(monkeypatch: pytest.MonkeyPatch, *changes: tuple[str, str]) -> Protocol:
    monkeypatch.setattr(small, "TEXT", TEXT.replace(*STRATA))
    return small.timed(*changes)


def found(trial: Protocol, **more: object) -> dict[str, Estimate]:
    known = randomized(trial, *EVENTS, scores=SCORES, more=more.get("sexes", SEXES))
    made = survival(trial, known, trial.endpoint("timed"))
    return {row.id.removeprefix("timed."): row for row in made}


def test_strata_of_the_randomization_are_those_of_the_analysis(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trial = stratified(monkeypatch)
    known = randomized(trial, *EVENTS, scores=SCORES, more=SEXES)
    table = times(trial, known, trial.endpoint("timed"))
    sex = [SEXES[name]["sex"] for name in table["participant"]]
    wanted = log_rank(table["time"], table["event"], table["arm"], sex)
    rows = found(trial)
    test = rows["log-rank-stratified"]
    assert (test.statistic, test.p) == (wanted.statistic, wanted.p)
    assert test.note == "supporting: log-rank, stratified by sex (2 strata), two-sided"
    assert str(rows["log-rank"].note).startswith("planned test: log-rank")
    assert test.p != rows["log-rank"].p


def test_the_protocol_may_plan_the_stratified_test(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    method = (
        'method = "kaplan-meier"',
        'method = "kaplan-meier"\nplanned = "stratified"',
    )
    trial = stratified(monkeypatch, method)
    rows = found(trial)
    assert str(rows["log-rank-stratified"].note).startswith(
        "planned test: log-rank, strat"
    )
    assert str(rows["log-rank"].note).startswith("supporting: log-rank")
    results = analyze(trial, randomized(trial, *EVENTS, scores=SCORES, more=SEXES))
    assert (
        planned_in(results, trial.endpoint("timed")).id == "timed.log-rank-stratified"
    )


def test_no_strata_no_stratified_test(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "log-rank-stratified" not in found(small.timed())
    method = ('method = "kaplan-meier"', 'method = "kaplan-meier"\nstrata = []')
    assert "log-rank-stratified" not in found(stratified(monkeypatch, method))


def test_a_participant_without_a_stratum_is_excluded_and_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    some = {name: row for n, (name, row) in enumerate(SEXES.items()) if n > 2}
    row = found(stratified(monkeypatch), sexes=some)["log-rank-stratified"]
    assert row.n == 57
    assert "excluded because a stratum is missing: 3" in str(row.note)


def test_too_few_are_not_compared_in_strata_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trial = stratified(monkeypatch)
    few = dict(list(SCORES.items())[:6])
    known = randomized(trial, scores=few, more=SEXES)
    made = survival(trial, known, trial.endpoint("timed"))
    row = next(e for e in made if e.id == "timed.log-rank-stratified")
    assert row.p is None
    assert "not tested: fewer than 5" in str(row.note)
    assert np.isfinite(row.n or 0)
