"""What is done today: before now, and in turn where all participants share something."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from equipoise.exchange.protocols import load_protocol
from equipoise.exchange.scenarios import load_scenario
from equipoise.rehearse_conduct import demo_participants as stages
from equipoise.rehearse_conduct.demo_participants import Shown, participants
from equipoise.rehearse_conduct.demo_today import SUICIDALITY, today_of, today_of_trial
from tests.rehearse_conduct.seated import seated

ZONE = ZoneInfo("Europe/Berlin")
SHARED = {  # a list, a pharmacy, or two people for one act
    stages.NEW: 1, stages.FIRST: 1, stages.TODAY: 1, stages.COMPLETED: 2,
    stages.DISCONTINUED: 1,
}  # fmt: skip
ALONE = {
    stages.NEW: 3, stages.DISCONTINUED: 3, stages.BETWEEN: 1, stages.FOLLOW_UP: 1,
    stages.TO_SIGN: 1, stages.READY: 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def shown() -> list[Shown]:
    protocol, scenario = load_protocol("feder2021"), load_scenario("feder2021")
    return participants(protocol, scenario, date(2026, 12, 1), ZONE)


@pytest.mark.parametrize("hour", [0, 15])
def test_everything_is_before_now(shown: list[Shown], hour: int) -> None:
    now = datetime(2026, 12, 1, hour, 5, tzinfo=ZONE)
    cast = seated([one.part for one in shown], {})
    for one in shown:
        actions = today_of(cast, one, now)
        assert all(action.at < now for action in actions)
        shared = sum(action.in_turn for action in actions)
        assert shared == SHARED.get(one.stage, 0), one.stage
        assert len(actions) - shared == ALONE.get(one.stage, 0), one.stage
        started = [d.at for d in (*one.part.before, *one.part.after)]
        if one.stage not in (stages.COMPLETED, stages.DISCONTINUED) and hour:
            # Nothing is done before what was done until yesterday.
            assert all(
                a.at > max(started, default=a.at - timedelta(1)) for a in actions
            )
    assert all(a.in_turn and a.at < now for a in today_of_trial(cast, now))


def test_the_answer_of_today_raises_an_alert() -> None:
    rules = [rule for rule in load_protocol("feder2021").safety_rules if rule.item]
    met = {rule.item for rule in rules for value in SUICIDALITY.values()
           if rule.item == "madrs.10" and rule.is_met_by(value)}  # fmt: skip
    assert met == {"madrs.10"}
