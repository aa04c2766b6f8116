"""z, information and boundaries in the unit of the endpoint."""

from datetime import date

import pytest
from scipy import stats

from equipoise.analyze.continuous.estimates import continuous
from equipoise.analyze.run import METHODS
from equipoise.errors import DesignError
from equipoise.interim.cutoff import at_cutoff
from equipoise.interim.observed import observed
from tests.interim.trials import FEDER, changed, virtual

END = date(2100, 1, 1)
CAPS5 = FEDER.endpoint("caps5_change")
ENDPOINTS = {
    kind: next(e for e in FEDER.endpoints if e.type == kind)
    for kind in ("continuous", "binary", "time-to-event")
}


def test_z_is_the_normal_quantile_of_the_p_value_in_the_direction_of_benefit() -> None:
    data = at_cutoff(FEDER, virtual(), CAPS5, END)
    found = observed(FEDER, data, CAPS5)
    row = continuous(FEDER, data, CAPS5)[0]
    assert row.p is not None
    assert row.std_error is not None
    assert stats.norm.sf(abs(found.z)) * 2 == pytest.approx(row.p, rel=1e-12)
    assert (row.estimate or 0) < 0 < found.z  # a lower CAPS-5 is a benefit
    assert found.information == pytest.approx(1 / row.std_error**2, rel=1e-12)
    # The boundary in points is where the P value of the t test is that of the boundary.
    points = found.at_boundary(2.5)
    assert points is not None
    p = 2 * stats.t.sf(abs(points) / row.std_error, row.df)
    assert p == pytest.approx(2 * stats.norm.sf(2.5), rel=1e-9)
    assert points < 0


@pytest.mark.parametrize("kind", ENDPOINTS)
def test_each_type_has_its_own_information(kind: str) -> None:
    endpoint, n = ENDPOINTS[kind], 100
    data = at_cutoff(FEDER, virtual(n), endpoint, END)
    found = observed(FEDER, data, endpoint)
    rows = {row.id: row for row in METHODS[kind](FEDER, data, endpoint)}
    if kind == "binary":
        assert found.information == rows[f"{endpoint.id}.risk-difference"].n
        assert found.at_boundary(2.0) is None
    if kind == "time-to-event":
        events = [rows[f"{endpoint.id}.events.{arm.id}"].estimate for arm in FEDER.arms]
        assert found.information == sum(n or 0.0 for n in events)
        assert (found.at_boundary(2.0) or 0.0) > 0
    assert sum(found.included.values()) == n
    assert all((n or 0) <= found.included[arm] for arm, n in found.analyzed.items())


@pytest.mark.parametrize("arm", ["ketamine", "midazolam"])
def test_the_absence_of_an_arm_is_refused(arm: str) -> None:
    people = virtual().participants
    kept = people.loc[people["arm"].isna() | (people["arm"] == arm), "participant"]
    data = changed(
        **{name: t[t["participant"].isin(kept)] for name, t in virtual().tables()}
    )
    for endpoint in ENDPOINTS.values():
        known = at_cutoff(FEDER, data, endpoint, END)  # type: ignore[arg-type]
        with pytest.raises(DesignError, match="has reached the endpoint") as refused:
            observed(FEDER, known, endpoint)
        assert refused.value.code == "EQ836"


def test_too_few_for_the_model_is_refused() -> None:
    data = at_cutoff(FEDER, virtual(), CAPS5, date(2016, 2, 1))
    with pytest.raises(DesignError, match="EQ836"):
        observed(FEDER, data, CAPS5)


def test_four_participants_have_no_more_information_than_a_trial() -> None:
    """Two in each arm seemed to have 315% of the information, and stopped for efficacy."""
    known = virtual()
    protocol = planned()
    endpoint = protocol.endpoint("caps5_change")
    first = [
        person
        for arm in ("ketamine", "midazolam")
        for person in known.arm[known.arm == arm].index[:3]
    ]
    kept = {
        name: table[table["participant"].isin(first)]
        if "participant" in table
        else table
        for name, table in known.tables()
    }
    with pytest.raises(DesignError, match=r"EQ836.*degrees of freedom"):
        observed(protocol, changed(**kept), endpoint)
