"""The table of later visits prints each arm's ratings under its heading."""

from equipoise.analyze.continuous.later_means import later_visits
from equipoise.report.chapters.later_tables import later_table
from tests.analyze.feder import feder
from tests.report.made import data, results


def test_rows_are_the_follow_up_and_n_that_of_the_ratings() -> None:
    endpoint = feder().endpoint("caps5_change")
    table = later_table(feder(), results(), endpoint)
    assert table is not None
    assert len(table.rows) == len(later_visits(feder(), endpoint))
    scores, arm = data().scores, data().arm
    own = scores[(scores["instrument"] == "caps5") & (scores["score"] == "total")]
    for label, cells in table.rows:
        visit = next(v.id for v in feder().schedule.visits if v.label == label)
        rated = (
            own[own["visit"] == visit].dropna(subset="value")["participant"].map(arm)
        )
        printed = ["".join(c.text for c in parts) for parts in cells]
        assert printed[0] == str(int((rated == "ketamine").sum()))
        assert printed[3] == str(int((rated == "midazolam").sum()))
    assert "not compared" in table.note


def test_an_endpoint_without_later_visits_has_no_table() -> None:
    endpoint = feder().endpoint("adverse_events")
    assert later_table(feder(), results(), endpoint) is None
