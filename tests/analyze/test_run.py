import json
from functools import cache
from typing import Any

import pandas as pd
import pytest

from equipoise.analyze.result import Results
from equipoise.analyze.run import analyze, unblinded
from equipoise.dataset.origin import Origin
from equipoise.dataset.trialdata import TrialData, UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.protocol.amend import content_hash
from equipoise.version import __version__
from tests.analyze.feder import feder
from tests.analyze.small import data, protocol, random_scores, without_response
from tests.report import made

TRIAL = protocol()
EVENTS = [("S00", "headache", 1, False)]


def known(seed: int = 1, **more: Any) -> UnblindedTrialData:
    return data(random_scores(seed), events=EVENTS, **more)


@cache
def analyzed() -> Results:
    """Results of ``known()``; not to be changed."""
    return analyze(TRIAL, known())


def test_every_endpoint_is_answered_and_every_id_is_unique() -> None:
    results = analyzed()
    assert list(results.answers) == ["change", "response", "relapse", "harm"]
    ids = [estimate.id for estimate in results]
    assert len(set(ids)) == len(ids)
    assert results["change"].id == "change.difference.week-2"
    assert results["harm"].estimate == pytest.approx(1 / 12)
    assert results["events.term-1.active"].note == "headache"
    assert json.dumps(results.to_dict(), allow_nan=False)  # no NaN anywhere


def test_provenance_says_what_was_analyzed() -> None:
    trial = known()
    told = analyze(TRIAL, trial, seed=5).provenance
    assert told.protocol_hash == content_hash(TRIAL)
    assert told.data_hash == trial.content_hash
    assert told.software == f"equipoise {__version__}"
    assert (told.allocation, told.seed, told.virtual) == ("actual", None, False)


def test_the_same_results_again() -> None:
    assert analyze(TRIAL, known()) == analyzed()


def test_progress_is_told_for_each_endpoint() -> None:
    heard: list[str] = []
    analyze(TRIAL, known(), progress=heard.append)
    assert heard == [
        "participant flow and baseline",
        *(e.label for e in TRIAL.endpoints),
        "adverse events",
    ]


def test_blinded_data_are_refused_with_the_way_out() -> None:
    with pytest.raises(AnalysisError, match="--dummy") as refusal:
        analyze(TRIAL, known().blinded())
    assert refusal.value.code == "EQ451"


def test_a_dummy_allocation_is_not_made_of_unblinded_data() -> None:
    with pytest.raises(AnalysisError) as refusal:
        unblinded(TRIAL, known(), blind="dummy", seed=1)
    assert refusal.value.code == "EQ454"


def test_a_rehearsal_on_dummy_arms_has_every_number_and_says_what_it_is() -> None:
    real = analyzed()
    blinded = known().blinded()
    dummy = analyze(TRIAL, blinded, blind="dummy", seed=7)
    told = dummy.provenance
    assert (told.allocation, told.seed) == ("dummy", 7)
    assert told.data_hash == blinded.content_hash
    descriptive = ("relapse.survival", "flow.", "dose.", "relapse.at-visit")
    ours = {e.id for e in dummy if not e.id.startswith(descriptive)}
    assert ours == {e.id for e in real if not e.id.startswith(descriptive)}
    other = analyze(TRIAL, blinded, blind="dummy", seed=8)
    assert other["change"].estimate != dummy["change"].estimate


def test_results_on_dummy_arms_do_not_depend_on_the_real_ones() -> None:
    other = {"active": "placebo", "placebo": "active"}
    swapped = {p: (other[row[0]], *row[1:]) for p, row in random_scores(1).items()}
    here = analyze(TRIAL, known().blinded(), blind="dummy", seed=3)
    there = analyze(
        TRIAL, data(swapped, events=EVENTS).blinded(), blind="dummy", seed=3
    )
    assert here == there


def test_everything_that_the_data_lack_is_said_at_once() -> None:
    trial = known(drugs={}, milestones=[("S00", "new-treatment", None, None)])
    with pytest.raises(AnalysisError) as refusal:
        analyze(TRIAL, trial)
    codes = [problem.code for problem in refusal.value.problems]
    # An endpoint of safety whose set is not known has no number, and stops nothing.
    assert codes == ["EQ453", "EQ453", "EQ453"]


def test_an_endpoint_that_cannot_be_fitted_stops_nothing() -> None:
    results = analyze(TRIAL, data(without_response(["week-2"], random_scores(1))))
    assert results["change"].estimate is None
    assert results["change"].converged is False
    assert results["response"].estimate is None  # nobody was rated: no failures
    assert results["relapse"].note == "no participant was at risk"


def test_the_order_of_rows_means_nothing() -> None:
    tables = {
        name: frame.sample(frac=1, random_state=1) for name, frame in known().tables()
    }
    shuffled = TrialData.from_tables(TRIAL, tables, origin=Origin())
    assert analyze(TRIAL, shuffled) == analyzed()


def test_the_reference_trial_on_virtual_participants() -> None:
    results = made.results()
    assert set(results.answers) == {endpoint.id for endpoint in feder().endpoints}
    answer = results["caps5_change"]
    assert answer.converged is True
    assert answer.n is not None
    assert answer.n <= 30
    assert results.provenance.virtual is True
    assert results.provenance.seed == 2021
    assert results["flow.randomized"].estimate == 30
    frame = results.to_frame()
    assert frame["id"].is_unique
    limits = frame.dropna(subset=["estimate", "lower", "upper"])
    assert (limits["lower"] <= limits["estimate"]).all()
    assert (limits["estimate"] <= limits["upper"]).all()
    assert isinstance(frame, pd.DataFrame)


def test_blinded_data_are_not_analyzed_by_an_unknown_word() -> None:
    with pytest.raises(AnalysisError, match=r"EQ460 blind = 'dumy'.*'dummy'\?"):
        analyze(TRIAL, known().blinded(), blind="dumy")  # type: ignore[arg-type]
