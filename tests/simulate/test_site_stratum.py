"""A trial that is stratified by site: its check, list, simulation, analysis, datasets."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from equipoise import library
from equipoise.analyze.continuous.estimates import model_frame
from equipoise.analyze.run import analyze
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import ProtocolError, SimulationError
from equipoise.exchange.protocols import library_form, load_protocol
from equipoise.exchange.scenarios import load_scenario
from equipoise.protocol.load import parse_protocol
from equipoise.protocol.model import Protocol
from equipoise.randomize.allocation_list import allocation_list
from equipoise.report.datasets.files import datasets
from equipoise.report.datasets.trial import Trial
from equipoise.simulate.consistency import inconsistencies
from equipoise.simulate.context import Context
from equipoise.simulate.operating_characteristics.efficacy_only import (
    simulate_efficacy,
)
from equipoise.simulate.operating_characteristics.trial_estimates import (
    FIELDS,
    estimate_trials,
    select_endpoints,
)
from equipoise.simulate.scenario import Scenario, at_one_site
from equipoise.simulate.trial import simulate
from equipoise.stats.mmrm import mmrm

SITES = {"Bonn": 0.5, "Lyon": 0.3, "Oslo": 0.2}
N = 60


def parsed(*changes: tuple[str, str]) -> Protocol:
    text = library.text("protocols", "feder2021")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    scales = load_protocol("feder2021").scales
    return parse_protocol(
        text, origin="x", find_instrument=scales.__getitem__, find_form=library_form
    )


STRATUM = ("block_sizes = [4, 6]", 'block_sizes = [4]\nstrata = ["site"]')
COVARIATE = ('covariates = ["baseline"]', 'covariates = ["baseline", "site"]')


@cache
def protocol() -> Protocol:
    return parsed(STRATUM, COVARIATE)


@cache
def scenario() -> Scenario:
    made = load_scenario("feder2021")
    place = made.conduct.recruitment.model_dump() | {"site": None, "sites": SITES}
    conduct = made.conduct.model_dump() | {"recruitment": place}
    return Scenario.model_validate(made.model_dump() | {"conduct": conduct})


@cache
def data() -> UnblindedTrialData:
    return simulate(protocol(), scenario(), seed=5, n=N)


@pytest.fixture
def randomized() -> pd.DataFrame:
    people = data().participants
    return people[people["randomized_at"].notna()]


def test_a_factor_that_is_neither_a_characteristic_nor_the_site_is_rejected() -> None:
    with pytest.raises(ProtocolError, match="EQ104"):
        parsed(("block_sizes = [4, 6]", 'block_sizes = [4]\nstrata = ["country"]'))


def test_each_site_has_the_list_that_randomize_prints(randomized: pd.DataFrame) -> None:
    listed = allocation_list(protocol(), N, seed=5, sites=tuple(SITES))
    for site in SITES:
        arms = randomized.loc[randomized["site"] == site, "arm"].tolist()
        assert len(arms) > 4
        assert arms == [arm for arm, _ in listed.arms[site][: len(arms)]]


def test_arms_are_balanced_within_each_site(randomized: pd.DataFrame) -> None:
    counts = pd.crosstab(randomized["site"], randomized["arm"])
    assert (counts.iloc[:, 0] - counts.iloc[:, 1]).abs().max() <= 2  # half a block


def test_participants_come_from_the_sites_in_their_proportions() -> None:
    people = simulate(protocol(), scenario(), seed=8, n=600).participants
    shares = people["site"].value_counts(normalize=True)
    for site, proportion in SITES.items():  # four standard errors
        error = (proportion * (1 - proportion) / len(people)) ** 0.5
        assert abs(shares[site] - proportion) < 4 * error


def test_the_site_changes_nothing_else_of_a_participant() -> None:
    one = simulate(load_protocol("feder2021"), load_scenario("feder2021"), seed=5, n=N)
    columns = ["age", "sex", "consented_at"]
    pd.testing.assert_frame_equal(
        data().participants[columns], one.participants[columns]
    )


def test_the_planned_model_has_the_site_as_a_fixed_effect() -> None:
    """The same model, written out by hand."""
    endpoint = protocol().endpoint("caps5_change")
    frame = model_frame(protocol(), data(), endpoint).assign(
        place=lambda rows: rows["participant"].map(
            data().participants.set_index("participant")["site"]
        )
    )
    fit = mmrm(
        "outcome ~ arm * visit + baseline + baseline:visit + place "
        "+ us(visit | participant)",
        frame,
    )
    rows = fit.contrasts("arm", by="visit", reference="midazolam")
    expected = rows[rows["visit"] == endpoint.variable.at].iloc[0]
    found = analyze(protocol(), data())["caps5_change"]
    assert found.estimate == pytest.approx(expected["estimate"], rel=1e-6)
    assert found.std_error == pytest.approx(expected["std_error"], rel=1e-6)


def test_many_trials_have_the_numbers_of_the_full_analysis() -> None:
    context = Context.of(protocol(), scenario())
    chosen = select_endpoints(protocol(), scenario(), ("caps5_change",))
    (row,) = estimate_trials(chosen, simulate_efficacy(context, (5,), N))[0]
    found = analyze(protocol(), data())["caps5_change"]
    assert found.estimate is not None
    # Both search the same likelihood; the searches end within 1e-6 of its maximum.
    np.testing.assert_allclose(
        row[[FIELDS.index(name) for name in ("estimate", "std_error", "p")]],
        [found.estimate, found.std_error, found.p],
        rtol=1e-5,
    )


def test_a_single_site_is_not_in_the_model() -> None:
    alone = simulate(protocol(), at_one_site(scenario(), "Bonn"), seed=5, n=N)
    assert set(alone.participants["site"]) == {"Bonn"}
    found = analyze(protocol(), alone)["caps5_change"]
    assert "the site is the same in all participants" in str(found.note)


def test_datasets_and_programmes_have_the_site() -> None:
    made = datasets(Trial(protocol(), data()))["ADQS"]
    assert set(made.frame["SITEID"].dropna()) == set(SITES)


def test_site_or_sites_are_given() -> None:
    stated = load_scenario("feder2021").conduct.recruitment.model_dump()
    with pytest.raises(ValueError, match="one of site, sites and by_site"):
        type(scenario().conduct.recruitment).model_validate(
            stated | {"sites": {"Bonn": 1.0}}
        )


def test_a_covariate_that_no_scenario_has_is_still_rejected() -> None:
    adjusted = parsed(('covariates = ["baseline"]', 'covariates = ["baseline", "sex"]'))
    lacking = scenario().model_copy(update={"characteristics": ()})
    with pytest.raises(SimulationError, match="EQ641"):
        select_endpoints(adjusted, lacking, ("caps5_change",))


def test_the_proportions_of_the_sites_sum_to_one() -> None:
    place = scenario().conduct.recruitment.model_copy(update={"sites": {"Bonn": 0.9}})
    conduct = scenario().conduct.model_copy(update={"recruitment": place})
    wrong = scenario().model_copy(update={"conduct": conduct})
    (problem,) = inconsistencies(wrong, origin="scenario.toml")
    assert (problem.code, problem.what) == ("EQ605", "the shares sum to 0.9")
