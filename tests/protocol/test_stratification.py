"""Strata of analyses: those of the randomization unless the endpoint says otherwise."""

import pytest

from equipoise.errors import ProtocolError
from equipoise.protocol.model import Protocol
from equipoise.protocol.stratification import analysis_strata, ignored_strata
from tests.analyze.small import TEXT, protocol

STRATA = 'method = "permuted blocks"\nblock_sizes = [4]\nstrata = ["sex"]'


def trial(*changes: tuple[str, str]) -> Protocol:
    text = TEXT.replace('method = "complete"', STRATA, 1)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return protocol(text)


def test_strata_are_those_of_the_randomization() -> None:
    plan = trial()
    own = {e.id: analysis_strata(plan, e) for e in plan.endpoints}
    assert own == {"change": (), "response": ("sex",), "relapse": ("sex",), "harm": ()}
    plain = protocol()
    assert not any(analysis_strata(plain, e) for e in plain.endpoints)
    assert not any(ignored_strata(plain, e) for e in plain.endpoints)


def test_the_strata_that_a_planned_analysis_ignores() -> None:
    plan = trial()
    ignored = {e.id: ignored_strata(plan, e) for e in plan.endpoints}
    assert ignored == {
        "change": ("sex",), "response": ("sex",), "relapse": ("sex",), "harm": (),
    }  # fmt: skip
    adjusted = trial(('covariates = ["baseline"]', 'covariates = ["baseline", "sex"]'))
    assert ignored_strata(adjusted, adjusted.endpoint("change")) == ()
    method = 'method = "kaplan-meier"'
    planned = trial((method, f'{method}\nplanned = "stratified"'))
    assert ignored_strata(planned, planned.endpoint("relapse")) == ()
    none = trial((method, f"{method}\nstrata = []"))
    assert analysis_strata(none, none.endpoint("relapse")) == ()
    assert ignored_strata(none, none.endpoint("relapse")) == ("sex",)


@pytest.mark.parametrize(
    ("method", "keys", "why"),
    [
        ("mmrm", 'strata = ["sex"]', "a continuous endpoint has no stratified test"),
        ("kaplan-meier", 'strata = ["age"]', "the stratum 'age' is a number"),
        ("kaplan-meier", 'strata = []\nplanned = "stratified"', "there are no strata"),
    ],
)
def test_strata_that_do_not_fit_are_refused(method: str, keys: str, why: str) -> None:
    named = f'method = "{method}"'
    with pytest.raises(ProtocolError, match=f"EQ121.*{why}"):
        trial((named, f"{named}\n{keys}"))


def test_an_unknown_stratum_is_refused() -> None:
    named = 'method = "kaplan-meier"'
    with pytest.raises(ProtocolError, match="EQ104"):
        trial((named, f'{named}\nstrata = ["centre"]'))
