"""Strata of participants, from their characteristics."""

import pandas as pd

from equipoise.analyze.strata import strata_text, stratum_of
from tests.analyze.small import SCORES, data
from tests.protocol.test_stratification import trial


def test_a_stratum_is_the_level_of_its_factors_and_missing_without_one() -> None:
    plan = trial()
    sexes = {name: {"sex": "FM"[n % 2]} for n, name in enumerate(SCORES) if n}
    known = data(SCORES, trial=plan, more=sexes)
    names = pd.Series(list(SCORES))
    found = stratum_of(plan, known, plan.endpoint("relapse"), names)
    assert found.isna().tolist() == [True, *[False] * 7]
    assert found[1:].tolist() == ["M", "F", "M", "F", "M", "F", "M"]
    assert strata_text(plan, plan.endpoint("relapse")) == "stratified by sex"
