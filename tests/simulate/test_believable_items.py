"""The items of the reference trial against what is published and what it excludes."""

from functools import cache

import numpy as np
import pandas as pd

from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.simulate.trial import simulate
from tests.simulate.trials import feder, feder_scenario

CLUSTERS = {"b": range(1, 6), "c": range(6, 8), "d": range(8, 15), "e": range(15, 21)}
NEEDED = {"b": 1, "c": 1, "d": 2, "e": 2}  # DSM-5: symptoms of each cluster


@cache
def trial() -> UnblindedTrialData:
    return simulate(feder(), feder_scenario(), seed=21, n=600)


def forms(instrument: str, visit: str, *, randomized: bool = True) -> pd.DataFrame:
    data = trial()
    answers = data.answers.query("instrument == @instrument and visit == @visit")
    if randomized:
        inside = data.participants.dropna(subset="arm")["participant"]
        answers = answers[answers["participant"].isin(inside)]
    return answers.pivot(index="participant", columns="item", values="value")


def alpha(items: pd.DataFrame) -> float:
    """Cronbach's alpha."""
    k = items.shape[1]
    return k / (k - 1) * (1 - items.var().sum() / items.sum(axis=1).var())


def test_everybody_randomized_meets_the_diagnosis_by_the_items() -> None:
    found = forms("caps5", "screening")
    assert len(found) == 600
    for cluster, numbers in CLUSTERS.items():
        present = (found[[str(i) for i in numbers]] >= 2).sum(axis=1)
        assert (present >= NEEDED[cluster]).all(), cluster


def test_caps5_is_as_consistent_as_published() -> None:
    """Weathers et al. 2018: alpha 0.88; a trial's people are more alike than theirs."""
    everybody = forms("caps5", "screening", randomized=False)
    assert abs(alpha(everybody) - 0.88) < 0.03
    assert alpha(forms("caps5", "baseline")) > 0.8


def test_items_of_a_cluster_are_more_alike_than_others() -> None:
    found = forms("caps5", "baseline")[[str(i) for i in range(1, 21)]]
    r = found.corr().to_numpy()
    cluster = np.repeat([0, 1, 2, 3], [5, 2, 7, 6])
    same = cluster[:, None] == cluster
    pairs = np.tril(np.ones_like(r, dtype=bool), -1)
    assert r[pairs & same].mean() > r[pairs & ~same].mean() + 0.1


def test_some_symptoms_are_rarer_than_others() -> None:
    means = forms("caps5", "baseline").mean()
    rare = means[["3", "8", "16"]].max()
    assert rare < 1.2
    assert rare < means.drop(["3", "8", "16"]).min() - 0.5


def test_few_of_those_randomized_think_of_suicide_and_none_much() -> None:
    """High risk of suicide is excluded (E7)."""
    for visit in ("screening", "baseline"):
        assert (forms("madrs", visit)["10"] <= 3).all()
    qids = forms("qids_sr16", "baseline")
    total_leaves_no_choice = qids.fillna(0).sum(axis=1) >= 25
    assert ((qids["12"] <= 1) | total_leaves_no_choice).all()
