"""Tables of who took part, against counts by hand."""

from equipoise.report.chapters import population_tables as tables
from tests.analyze.feder import feder
from tests.report.made import data, results, texts


def test_baseline_holds_scores_of_continuous_endpoints_and_no_p() -> None:
    table = tables.baseline_table(feder(), results())
    found = texts(table)
    age = data().participants.set_index("participant")["age"].reindex(data().arm.index)
    mean, sd = age.mean(), age.std()
    assert found["Age, years"][-1] == f"{mean:.1f} ({sd:.1f})"
    assert not any("CADSS" in label for label in found)
    assert "p" not in table.head


def test_sets_deviations_and_follow_up() -> None:
    sets = texts(tables.sets_table(feder(), results()))
    assert sets["All randomized participants"] == ["15/15", "15/15"]
    found = texts(tables.deviations_table(feder(), results()))
    missed = results()["deviations.visit.ketamine"]
    assert found["Visit missed"][0] == f"{missed.estimate:.0f}/15"
    follow = texts(tables.follow_up_table(feder(), results()))
    assert (
        follow["Person-weeks in all"][0]
        == f"{results()['follow-up.total.ketamine'].estimate:.1f}"
    )


def test_exposure_counts_everybody_once() -> None:
    found = texts(tables.exposure_table(feder(), results()))
    assert sum(int(row[0]) for row in found.values()) == 15


def test_exposure_by_infusion() -> None:
    found = texts(tables.infusions_table(feder(), results()))
    assert len(found) == 6
    assert found["Infusion 1"][0] == "15/15"
    assert found["Infusion 1"][1].endswith(")")
