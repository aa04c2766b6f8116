"""Supporting methods in the chapter on statistical methods."""

import pytest

from equipoise.protocol.supporting_methods import SUPPORTING_METHODS
from equipoise.report.chapters.supporting_plan import (
    adjustment,
    supporting_plan,
    supporting_text,
)
from tests.analyze.small import protocol
from tests.analyze.supporting.asking import METHOD, asking

TYPE = {
    "continuous": "change",
    "binary": "response",
    "time-to-event": "timed",
    "incidence": "harm",
}


@pytest.mark.parametrize("name", SUPPORTING_METHODS)
def test_every_method_is_a_sentence_with_a_source(name: str) -> None:
    method = SUPPORTING_METHODS[name]  # type: ignore[index]
    endpoint = TYPE[method.type]
    keys = f'covariates = ["age"]\nsupporting = ["{name}"]'
    plan = asking(endpoint, keys)
    table = supporting_plan(plan)
    assert table is not None
    ((label, text, source),) = table.rows
    assert label
    assert text[0].isupper()
    assert text.endswith(".")
    assert "{" not in text
    assert source[-4:].isdigit()
    assert ("adjusted for age" in text) == (method.covariates != "no")
    strata = "the strata (sex)" if method.strata == "in the model" else "stratified by"
    assert (strata in text) == (method.strata != "no")
    assert endpoint in METHOD


def test_options_are_in_the_sentence() -> None:
    keys = 'supporting = ["cox", "fleming-harrington"]\nties = "exact"\nrho = 0.5'
    plan = asking("timed", keys)
    timed = plan.endpoint("timed")
    assert "exact discrete likelihood" in supporting_text(plan, timed, "cox")
    weights = supporting_text(plan, timed, "fleming-harrington")
    assert "rho = 0.5, gamma = 1" in weights
    assert adjustment(plan, timed, "cox") == "stratified by sex"


def test_no_method_makes_no_table() -> None:
    assert supporting_plan(protocol()) is None
