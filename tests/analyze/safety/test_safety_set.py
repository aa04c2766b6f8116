"""A set that cannot be determined leaves a reason, not an empty arm."""

from equipoise.analyze.safety.safety_set import not_estimated, safety_set
from tests.analyze.safety.safety_trial import trial, trial_data


def test_the_members_or_the_reason() -> None:
    arm, reason = safety_set(trial(), trial_data(), "safety")
    assert arm is not None
    assert (len(arm), reason) == (5, None)
    arm, reason = safety_set(trial(), trial_data(infusions=[]), "safety")
    assert arm is None
    assert "neither infusions nor the milestone" in str(reason)


def test_the_reason_stands_where_a_number_would() -> None:
    row = not_estimated(trial().endpoint("harm"), "risk-difference", "risk", "because")
    assert (row.id, row.estimate, row.note) == ("harm.risk-difference", None, "because")
    assert row.contrast == "active - placebo"
