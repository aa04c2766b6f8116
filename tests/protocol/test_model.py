"""The protocol as one value: found by id, never changed, nothing read beside it."""

import tomllib

import pytest
from pydantic import ValidationError

from equipoise.exchange.protocols import load_protocol
from equipoise.protocol.model import Protocol
from tests.protocol.faults import FEDER

TRIAL = load_protocol("feder2021")


def test_parts_are_found_by_their_id() -> None:
    assert TRIAL.arm("midazolam").role == "active placebo"
    assert TRIAL.definition("response").threshold == 30
    assert TRIAL.analysis_set("safety").exposed
    assert TRIAL.endpoint("caps5_change").level == "primary"


@pytest.mark.parametrize("find", ["arm", "definition", "analysis_set", "endpoint"])
def test_what_is_not_there_is_not_found(find: str) -> None:
    with pytest.raises(KeyError):
        getattr(TRIAL, find)("placebo")


@pytest.mark.parametrize(
    ("score", "better"),
    [
        ("caps5.total", "lower"),
        ("caps5.b", "lower"),
        ("madrs.total", "lower"),
        ("moaas.total", "higher"),  # 5 is awake
    ],
)
def test_the_direction_of_benefit_is_stated_and_never_guessed(
    score: str, better: str
) -> None:
    assert TRIAL.better(score) == better


def test_a_protocol_is_never_changed_in_place() -> None:
    with pytest.raises(ValidationError):
        TRIAL.arms = ()
    with pytest.raises(ValidationError):
        TRIAL.arms[0].ratio = 2
    with pytest.raises(ValidationError):
        TRIAL.endpoints[0].variable.at = "week-1"


def test_what_is_read_is_what_is_written_again() -> None:
    raw = tomllib.loads(FEDER)
    again = Protocol.model_validate(TRIAL.model_dump(by_alias=True))
    assert again == TRIAL.model_copy(update={"scales": {}, "standard_forms": {}})
    written = TRIAL.model_dump(by_alias=True)
    assert "scales" not in written  # instruments have files of their own
    assert written.keys() >= raw.keys()


@pytest.mark.parametrize(
    "part", ["trial", "arms", "randomization", "blinding", "instruments", "schedule",
             "analysis_sets", "endpoints", "size", "schema"],
)  # fmt: skip
def test_no_trial_without_its_parts(part: str) -> None:
    raw = tomllib.loads(FEDER)
    del raw[part]
    with pytest.raises(ValidationError, match=part):
        Protocol.model_validate(raw)


@pytest.mark.parametrize("part", ["arms", "instruments", "analysis_sets", "endpoints"])
def test_no_trial_with_an_empty_part(part: str) -> None:
    raw = tomllib.loads(FEDER) | {part: []}
    with pytest.raises(ValidationError, match=part):
        Protocol.model_validate(raw)
