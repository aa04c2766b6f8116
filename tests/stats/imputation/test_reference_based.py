"""Against R rbmi on the real antidepressant trial, and by laws."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from equipoise.errors import AnalysisError
from equipoise.stats.imputation.imputation_model import IncompleteData
from equipoise.stats.imputation.reference_based import reference_based
from equipoise.stats.imputation.strategies import STRATEGIES
from equipoise.stats.mmrm import mmrm
from tests.shared_data import shared
from tests.stats.mmrm.fev import largest, reference, small

FORMULA = (
    "CHANGE ~ THERAPY + BASVAL * visit + THERAPY * visit + us(visit | participant)"
)
RBMI = "rbmi_condmean_jackknife"


def antidepressant() -> IncompleteData:
    frame = pd.read_csv(
        shared("data/antidepressant_expanded.csv"), dtype={"PATIENT": str, "VISIT": str}
    ).rename(columns={"PATIENT": "participant", "VISIT": "visit"})
    ice = pd.read_csv(shared("data/antidepressant_ice.csv"), dtype=str)
    return IncompleteData(
        formula=FORMULA,
        frame=frame,
        arm="THERAPY",
        treated="DRUG",
        reference="PLACEBO",
        covariates=("BASVAL",),
        first=ice.set_index("PATIENT")["VISIT"],
    )


@pytest.mark.reference
@pytest.mark.parametrize("number", [0, 1])
def test_rbmi_on_the_antidepressant_trial(number: int) -> None:
    """R's fits were polished; differences are 1e-12. R names placebo minus drug."""
    wanted = reference(RBMI)["results"][number]
    strategy = wanted["strategy"]
    answer = reference_based(antidepressant(), strategy)
    table = answer.table()
    for row, visit in zip(table.itertuples(), answer.visits, strict=True):
        theirs = wanted["pooled"][f"trt_{visit}"]
        assert row.estimate == pytest.approx(-theirs["est"], rel=1e-9, abs=1e-10)
        assert row.std_error == pytest.approx(theirs["se"], rel=1e-9)
        assert row.lower == pytest.approx(-theirs["ci_upper"], rel=1e-9)
        assert row.p == pytest.approx(theirs["p"], rel=1e-8)
    ours = np.sort(-answer.replicates[:, -1])
    assert largest(ours, np.sort(wanted["jackknife_trt_7"])) < 1e-9
    theirs = pd.read_csv(shared(f"data/antidepressant_condmean_{strategy}.csv"))
    assert (
        largest(np.sort(answer.completed, axis=None), np.sort(theirs["CHANGE"])) < 1e-9
    )


def question(seed: int = 3, n: int = 40) -> IncompleteData:
    whole = small(seed, n).rename(columns={"id": "participant"})
    people = whole.drop_duplicates("participant").set_index("participant")
    index = pd.MultiIndex.from_product(
        [people.index, ["v0", "v1", "v2"]], names=["participant", "visit"]
    )
    frame = whole.set_index(["participant", "visit"])["y"].reindex(index).reset_index()
    frame["arm"] = frame["participant"].map(people["arm"])
    frame["x"] = frame["participant"].map(people["x"])
    gone = frame[frame["y"].isna()].drop_duplicates("participant")
    return IncompleteData(
        formula="y ~ x * visit + arm * visit + us(visit | participant)",
        frame=frame,
        arm="arm",
        treated="b",
        reference="a",
        covariates=("x",),
        first=gone.set_index("participant")["visit"],
    )


def test_missing_at_random_is_the_mixed_model_where_covariates_are_the_same() -> None:
    """Conditional means and least squares give back the model's own difference."""
    asked = question()
    fit = mmrm(asked.formula, asked.frame.dropna(), reml=True)
    rows = fit.contrasts("arm", by="visit", reference="a")
    answer = reference_based(asked, "MAR")
    assert_allclose(answer.estimate, rows["estimate"], rtol=1e-7)


def test_events_of_nobody_are_missing_at_random() -> None:
    asked = replace(question(), first=pd.Series(dtype=object))
    at_random = reference_based(asked, "MAR").table()
    for name in STRATEGIES:
        pd.testing.assert_frame_equal(reference_based(asked, name).table(), at_random)


def test_the_jackknife_leaves_each_participant_out() -> None:
    asked = question(n=20)
    answer = reference_based(asked, "JR")
    people = sorted(asked.frame["participant"].unique())
    for number in (0, 7, 19):
        rest = asked.frame[asked.frame["participant"] != people[number]]
        alone = reference_based(replace(asked, frame=rest), "JR")
        assert_allclose(answer.replicates[number], alone.estimate, rtol=1e-6, atol=1e-8)


def test_delta_moves_the_estimate_in_a_line() -> None:
    asked = question()
    answer = reference_based(asked, "CIR")
    moved = answer.table(delta=2.5)["estimate"]
    assert_allclose(moved, answer.table()["estimate"] + 2.5 * answer.slope)
    # A rating after the event does not count either: it is imputed too.
    after = asked.frame["visit"] >= asked.frame["participant"].map(asked.first)
    missing = (asked.frame["y"].isna() | after) & (asked.frame["arm"] == "b")
    share = missing.groupby(asked.frame["visit"]).sum() / 20
    assert_allclose(answer.slope, share, atol=0.05)  # near the share that is imputed


def test_what_does_not_fit_is_refused() -> None:
    asked = question()
    with pytest.raises(AnalysisError, match="EQ411"):
        reference_based(replace(asked, frame=asked.frame.iloc[1:]), "MAR")
    same = asked.frame.copy()
    first = same[same["visit"] == "v0"].set_index("participant")["y"]
    last = same["visit"] == "v2"
    same.loc[last, "y"] = same.loc[last, "participant"].map(first).to_numpy()
    with pytest.raises(AnalysisError, match="EQ406"):
        reference_based(replace(asked, frame=same), "MAR")
