"""Safety alerts, counted and listed."""

from dataclasses import replace

import pandas as pd

from equipoise.analyze.safety.alerts import HEAD, alert_counts, alert_listing
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol
from tests.analyze import complete, small


def counted(
    trial: Protocol, data: UnblindedTrialData
) -> dict[str, tuple[float | None, int | None]]:
    return {row.id: (row.estimate, row.n) for row in alert_counts(trial, data)}


def test_alerts_are_counted_by_rule_and_arm() -> None:
    """By hand from the planted rows; X01 was not randomized."""
    found = counted(complete.protocol(), complete.data())
    assert found["alerts.hold-sysbp.active"] == (1, 11)
    assert found["alerts.hold-sysbp.control"] == (1, 7)
    assert found["alerts.hold-sysbp.overruled.active"] == (0, 1)
    assert found["alerts.hold-sysbp.overruled.control"] == (1, 1)
    assert found["alerts.watch-pulse.acknowledged.active"] == (0, 1)
    assert found["alerts.serious-event.control"] == (1, 7)
    assert found["alerts.total.active"] == (3, 11)
    assert found["alerts.total.control"] == (4, 7)
    assert found["alerts.total.participants.control"] == (3, 7)
    assert found["alerts.total.acknowledged.active"] == (2, 3)
    assert found["alerts.total.acknowledged.control"] == (3, 4)


def test_a_rule_that_never_alerted_counts_zero_and_has_no_proportion() -> None:
    rows = {r.id: r for r in alert_counts(complete.protocol(), complete.data())}
    none = rows["alerts.after-pulse.acknowledged.active"]
    assert (none.estimate, none.n, none.statistic) == (0, 0, None)


def provided(alerts: pd.DataFrame | None) -> UnblindedTrialData:
    known = complete.data()
    others = {n: t for n, t in known.provided.items() if n != "alerts"}
    more = {} if alerts is None else {"alerts": alerts}
    return replace(known, provided=others | more)


def test_not_provided_is_not_zero_and_empty_is() -> None:
    (row,) = alert_counts(complete.protocol(), provided(None))
    assert (row.id, row.estimate, row.n, row.contrast) == (
        "alerts.none", None, None, None,
    )  # fmt: skip
    assert "not provided" in str(row.note)
    empty = provided(complete.data().provided["alerts"].iloc[:0])
    assert counted(complete.protocol(), empty)["alerts.total.active"] == (0, 11)
    (listing,) = alert_listing(complete.protocol(), empty)
    assert listing.note == "No alert of a randomized participant was recorded."
    (listing,) = alert_listing(complete.protocol(), provided(None))
    assert "not provided" in listing.note


def test_a_trial_without_rules_and_alerts_says_nothing_of_them() -> None:
    trial, data = small.protocol(), small.data()
    assert not trial.safety_rules
    assert alert_counts(trial, data) == alert_listing(trial, data) == []


def test_the_listing_says_what_fired_and_what_was_done() -> None:
    (listing,) = alert_listing(complete.protocol(), complete.data())
    assert (listing.columns, listing.group, len(listing.rows)) == (HEAD, "16.2.9", 7)
    assert listing.note.endswith("who were not randomized, not listed: 1.")
    rows = [row for row in listing.rows if row[0] == "P12"]
    assert [row[2] for row in rows] == ["2024-02-13 10:00", "2024-02-14 10:00"]
    assert rows[1][3:] == (
        "Infusion 1, minute −15", "HOLD: Systolic 151 mmHg (hold-sysbp)", "nurse",
        "doctor, 2024-02-14 10:07", "seen", "doctor: Dr. Grey: calm",
    )  # fmt: skip
    third = next(row for row in listing.rows if row[0] == "P03")
    assert third[5:] == ("", "", "", "")
