"""Tables of safety, against the data."""

from equipoise.report.chapters import safety_tables as tables
from tests.analyze.feder import feder
from tests.report.made import data, results, texts


def test_terms_participants_and_events() -> None:
    found = texts(tables.events_table(feder(), results()))
    events = data().events
    arm = events["participant"].map(data().arm)
    for term, row in found.items():
        mine = events[(events["term"] == term) & (arm == "ketamine")]
        assert row[0] == f"{mine['participant'].nunique()}/15 [{len(mine)}]"


def test_overview_and_rates() -> None:
    found = texts(tables.overview_table(feder(), results()))
    assert found["Serious"][:2] == ["0/15", "0/15"]
    assert found["Events in 100 person-weeks (CI)"][2].startswith("ratio ")


def test_the_trend_has_a_row_for_each_infusion() -> None:
    endpoint = feder().endpoint("side_effects")
    found = texts(tables.trend_table(feder(), results(), endpoint))
    assert [f"Infusion {k}" for k in range(1, 7)] == list(found)[:6]
    assert found["p"][0] != "–"


def test_vital_signs_marks_and_shifts() -> None:
    endpoint = feder().endpoint("vital_signs")
    changes = tables.vital_table(feder(), results(), endpoint)
    assert changes is not None
    assert len(changes.rows) == 4 * 8
    marks = texts(tables.marked_table(feder(), results(), endpoint))
    assert len(marks) == len(feder().safety_rules)
    shifts = texts(tables.shift_table(feder(), results(), endpoint))
    assert all(row != ["0/15", "0/15"] for row in shifts.values())


def test_dissociation_by_infusion() -> None:
    endpoint = feder().endpoint("dissociation")
    table = tables.acute_table(feder(), results(), endpoint)
    assert len(table.rows) == 2 * (1 + 6 + 2)
    found = texts(table)
    peak = results()["dissociation.peak.infusion-6.midazolam"].estimate or 0
    assert found["infusion 6"][0].startswith(f"{peak:.1f} (")
