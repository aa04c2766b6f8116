"""Sensitivity analyses of an endpoint, from its protocol to its estimates."""

import pytest

from equipoise.analyze.continuous import continuous
from equipoise.analyze.result import Estimate
from equipoise.analyze.run import analyze
from equipoise.analyze.sensitivity import sensitivities
from equipoise.errors import ProtocolError
from equipoise.protocol.model import Protocol
from tests.analyze.small import TEXT, data, protocol, random_scores

PARTS = """
[[endpoints.sensitivity]]
id = "mar"
label = "Missing at random"
strategy = "MAR"
assumed = true
[[endpoints.sensitivity]]
id = "jump"
label = "Jump to reference"
strategy = "JR"
milestones = ["treatment-discontinued"]
assumed = true
"""


def with_parts(parts: str = PARTS, endpoint: str = "change") -> Protocol:
    head, mark, rest = TEXT.partition(f'[[endpoints]]\nid = "{endpoint}"\n')
    at = rest.find("[[endpoints]]")
    at = len(rest) if at < 0 else at
    return protocol(head + mark + rest[:at] + parts + rest[at:])


def found(milestones: list[tuple[object, ...]] | None = None) -> dict[str, Estimate]:
    trial = with_parts()
    known = data(random_scores(1), trial=trial, milestones=milestones or [])
    made = sensitivities(trial, known, trial.endpoint("change"))
    return {e.id.removeprefix("change."): e for e in made}


def test_missing_at_random_is_the_estimate_of_the_model() -> None:
    """The imputation model is the model of the endpoint."""
    trial = with_parts()
    known = data(random_scores(1), trial=trial)
    answer = continuous(trial, known, trial.endpoint("change"))[0]
    row = found()["sensitivity.mar"]
    assert row.estimate == pytest.approx(answer.estimate, rel=1e-6)
    assert row.p is not None
    assert row.lower is not None
    assert row.n == 24


def test_an_event_takes_later_ratings_away_and_pulls_to_the_reference() -> None:
    without = found()
    assert without["sensitivity.jump"].estimate == pytest.approx(
        without["sensitivity.mar"].estimate
    )
    people = [f"S{number:02}" for number in range(0, 24, 2)]  # all of the active arm
    events = [(name, "treatment-discontinued", 0, None) for name in people]
    everybody = found(events)["sensitivity.jump"]
    assert everybody.estimate == pytest.approx(0, abs=1.0)  # nothing of the arm is left
    some = found(events[:4])["sensitivity.jump"]
    assert some.estimate is not None
    assert without["sensitivity.jump"].estimate is not None
    assert abs(some.estimate) < abs(without["sensitivity.jump"].estimate)


def test_the_tipping_point_is_told_in_words() -> None:
    row = found()["tipping-point.mar"]
    assert row.note is not None
    assert "Missing at random" in row.note


def test_what_cannot_be_estimated_says_why() -> None:
    trial = with_parts()
    scores = dict(list(random_scores(1).items())[:4])
    made = sensitivities(trial, data(scores, trial=trial), trial.endpoint("change"))
    assert all(e.estimate is None for e in made)
    assert all("cannot be estimated" in str(e.note) for e in made)


def test_an_event_without_a_day_is_named() -> None:
    row = found([("S00", "treatment-discontinued", None, None)])["sensitivity.jump"]
    assert row.note == "cannot be estimated: 1 events have no day"


def test_they_are_part_of_the_analysis() -> None:
    trial = with_parts()
    results = analyze(trial, data(random_scores(1), trial=trial))
    assert results["change.sensitivity.jump"].analysis == "sensitivity"


@pytest.mark.parametrize(
    "parts",
    [
        PARTS.replace('id = "jump"', 'id = "mar"'),
        PARTS.replace('milestones = ["treatment-discontinued"]\n', ""),
    ],
)
def test_contradictions_are_refused(parts: str) -> None:
    with pytest.raises(ProtocolError, match="EQ107"):
        with_parts(parts)


def test_only_continuous_endpoints_have_them() -> None:
    with pytest.raises(ProtocolError, match="EQ107"):
        with_parts(endpoint="response")
