"""Visits that a loss of response triggers: due at the site, and in the export."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from equipoise.conduct.capture.current_values import Value
from equipoise.conduct.capture.due_visits import Facts, applies
from equipoise.conduct.capture.form_plan import Plan
from equipoise.conduct.capture.participant_status import Visits
from equipoise.conduct.capture.scores import judged
from equipoise.conduct.export.history import visits
from equipoise.protocol.model import Protocol
from equipoise.protocol.schedule import calendar
from tests.conduct.export.test_course import AT, DAY0, caps, followed
from tests.protocol.faults import Change, read
from tests.protocol.test_retreatment import TWO, limited

LOST, HELD = 2, 1  # level of each item: 40 points as at baseline, or 20


def trial(changes: tuple[Change, ...]) -> Protocol:
    found = read(*changes)[0]
    assert found is not None
    return found


def rated(**levels: int) -> Callable[[str], dict[str, float]]:
    values = {name.replace("_", "-"): 20.0 * level for name, level in levels.items()}
    return lambda score: values if score == "caps5.total" else {}


@pytest.mark.parametrize(
    ("levels", "due"),
    [
        ({"week_2": HELD, "week_5": LOST}, True),
        ({"week_2": HELD, "week_5": HELD}, False),
        ({"week_2": HELD, "week_4": LOST, "week_5": HELD}, False),  # regained
        ({"week_2": HELD, "week_4": LOST}, None),  # week 5 decides, and is missing
        ({"week_2": LOST, "week_5": LOST}, False),  # nothing to lose
        ({"week_5": LOST}, None),
    ],
)
def test_the_rating_before_decides(levels: dict[str, int], due: bool | None) -> None:
    verdict, _ = judged(trial(TWO), rated(baseline=LOST, **levels))
    assert verdict["booster-1"] is due
    assert verdict["response"] is (levels.get("week_2") == HELD if "week_2" in levels
                                   else None)  # fmt: skip


@pytest.mark.parametrize(
    ("most", "days", "second"), [(2, 1, True), (1, 1, False), (2, 20, True)]
)
def test_limits_apply_at_the_site(most: int, days: int, second: bool) -> None:
    protocol = trial(limited(most, days))
    day0 = date(2027, 1, 18)
    plan = Plan("", protocol, {}, (), {}, {}, {}, {})
    first, again = (p for p in calendar(protocol, day0) if p.visit.id[:4] == "boos")
    facts = Facts(verdicts={"booster-1": True, "booster-2": True})
    assert applies(plan, facts, first)
    assert applies(plan, facts, again)  # the first one was not held
    held = Visits(held={"booster-1": day0 + timedelta(days=36)})
    facts = Facts(verdicts=facts.verdicts, visits=held)
    assert applies(plan, facts, first)
    assert applies(plan, facts, again) is second
    assert not applies(plan, Facts(visits=held), again)


def test_the_export_states_who_had_a_triggered_visit() -> None:
    protocol = trial(TWO)

    def status(week5: int | None) -> str:
        who = followed(protocol, HELD)
        if week5 is not None:
            who.values["visit", "week-5", None] = {
                "status": Value("done", "x", AT, 1, 1),
                "date": Value((DAY0 + timedelta(days=35)).isoformat(), "x", AT, 1, 1),
            }
            who.values["instrument:caps5", "week-5", None] = {
                n: Value(v, "x", AT, 1, 1) for n, v in caps(week5).items()
            }
            who.status["instrument:caps5", "week-5", None] = "complete"
        return {b.visit.id: b.status for b in visits(protocol, who)}["booster-1"]

    assert status(None) == "planned"  # not known yet
    assert status(LOST) == "planned"
    assert status(HELD) == "not applicable"
