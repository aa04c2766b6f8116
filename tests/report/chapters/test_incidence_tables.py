"""Cumulative incidence: of a loss among responders, and from randomization."""

from equipoise.analyze.time_to_event.estimates import survival
from equipoise.report.chapters.incidence_tables import incidence_table
from tests.analyze.time_to_event.timed import randomized, timed
from tests.report.chapters.test_binary_tables import made


def test_from_randomization_the_columns_compare_the_arms() -> None:
    trial = timed()
    known = randomized(trial, ("A4", "study-withdrawn", 20, None))
    endpoint = trial.endpoint("timed")
    rows = survival(trial, known, endpoint)
    table = incidence_table(trial, made(rows, {"timed": rows[0].id}), endpoint)
    assert table is not None
    assert "do not compare the treatments" not in table.note
    assert table.note.startswith(
        "Aalen-Johansen estimates; left: loss to follow-up, withdrawal or death"
    )
    assert [head for head in table.head if "event, %" in head]
    assert "risk from randomization, N = 8" in str(table.subtitle)
