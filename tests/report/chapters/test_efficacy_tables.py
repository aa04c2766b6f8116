"""Tables of efficacy: the numbers of the results, each in its place."""

from equipoise.report.chapters import efficacy_tables as tables
from tests.analyze.feder import feder
from tests.report.made import results, texts


def shown(value: float | None, digits: int = 2) -> str:
    assert value is not None
    return f"{value:.{digits}f}".replace("-", "−")


def test_the_primary_difference_with_its_interval() -> None:
    found = texts(tables.continuous_table(feder(), results()))
    row = found["Change in CAPS-5 total from baseline to week 2 (primary)"]
    own = results()["caps5_change"]
    assert row[2] == f"{shown(own.estimate)} ({shown(own.lower)} to {shown(own.upper)})"


def test_every_visit_has_its_row() -> None:
    endpoint = feder().endpoint("caps5_change")
    found = texts(tables.visits_table(feder(), results(), endpoint))
    assert list(found) == ["24 h after infusion 1", "Week 1", "Week 2"]
    own = results()["caps5_change.difference.week-1"]
    assert found["Week 1"][2].startswith(shown(own.estimate))


def test_the_testing_procedure_says_what_is_rejected() -> None:
    found = texts(tables.decisions_table(feder(), results()))
    for name in ("caps5_change", "response", "madrs_change"):
        row = found[feder().endpoint(name).label]
        p = results()[f"{name}.adjusted-p"].p or 0
        assert row[2] == ("rejected" if p <= 0.05 else "not rejected")


def test_subgroups_and_their_interaction() -> None:
    endpoint = feder().endpoint("caps5_change")
    found = texts(tables.subgroups_table(feder(), results(), endpoint))
    assert found["Sex"][2] != "–"
    assert found["Other"][0] == "–"
    assert found["Female"][0].startswith(
        shown(results()["caps5_change.subgroup.sex.Female"].estimate)
    )


def test_sensitivity() -> None:
    found = texts(tables.sensitivity_table(feder(), results()))
    assert len(found) == 1 + len(feder().endpoint("caps5_change").sensitivity)


def test_standardized() -> None:
    found = texts(tables.standardized_table(feder(), results()))
    assert all(len(row) == 4 for row in found.values())


def test_without_such_endpoints_there_are_no_tables() -> None:
    bare = feder().model_copy(update={"endpoints": (), "multiplicity": None})
    for make in (
        tables.continuous_table,
        tables.standardized_table,
        tables.sensitivity_table,
        tables.decisions_table,
    ):
        assert make(bare, results()) is None
