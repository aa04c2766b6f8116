"""Labels of times to an event: a loss of a state, and a time from randomization."""

from equipoise.analyze.time_to_event.event_labels import event_labels
from tests.analyze.small import protocol
from tests.analyze.time_to_event.timed import timed


def test_a_loss_is_cautioned_and_a_time_from_randomization_is_not() -> None:
    trial = protocol()
    loss = event_labels(trial, trial.endpoint("relapse"))
    assert loss.at_risk_row == "In response at time zero (at risk), n/N"
    assert loss.with_caution("note").startswith(
        "note; only participants in response at"
    )
    trial = timed()
    event = event_labels(trial, trial.endpoint("timed"))
    assert event.with_caution("note") == "note"
    assert event.left == (
        "left before the event (loss to follow-up, withdrawal or death)"
    )


def test_the_competing_events_are_named() -> None:
    trial = timed(
        ('events = ["relapse"]', 'events = ["relapse"]\ncompeting = ["death"]')
    )
    assert event_labels(trial, trial.endpoint("timed")).left == (
        "left before the event (death)"
    )


def test_only_an_event_found_at_a_rating_lies_between_two_visits() -> None:
    trial, state, events = timed(), 'of = "response"\n', 'events = ["relapse"]'
    found = event_labels(trial, trial.endpoint("timed")).found
    assert found == "an event found at a rating lies between two visits"
    rated = timed((events, ""))
    found = event_labels(rated, rated.endpoint("timed")).found
    assert found == "the event lies between two visits"
    dated = timed((state, ""))
    found = event_labels(dated, dated.endpoint("timed")).found
    assert found == "each event has a recorded day"
