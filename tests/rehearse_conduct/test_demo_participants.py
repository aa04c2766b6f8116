"""Every stage on any day of the week, and nothing that lies ahead."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from equipoise.exchange.protocols import load_protocol
from equipoise.exchange.scenarios import load_scenario
from equipoise.rehearse_conduct import demo_participants as stages
from equipoise.rehearse_conduct.demo_participants import STAGES, Shown, participants

ZONE = ZoneInfo("America/New_York")
TUESDAY = date(2026, 12, 1)


@pytest.fixture(params=[0, 3, 5], ids=["Tuesday", "Friday", "Sunday"])
def today(request: pytest.FixtureRequest) -> date:
    return TUESDAY + timedelta(days=request.param)


def test_twelve_participants_as_far_as_yesterday(today: date) -> None:
    protocol = load_protocol("feder2021")
    shown = participants(protocol, load_scenario("feder2021"), today, ZONE)
    assert {one.stage for one in shown} == STAGES.keys()
    assert [one.part.identifier for one in shown] == [
        f"P{n:04d}" for n in range(1, len(STAGES) + 1)
    ]
    screened = [one.part.screened_at for one in shown]
    assert screened == sorted(screened)
    for one in shown:
        done = [*one.part.before, *one.part.after]
        assert all(deed.at.date() < today for deed in done), one.stage
        assert all(deed.at.tzinfo is ZONE for deed in done)
        # What the forms say is of the same day as what is done.
        for deed in done:
            for name in ("date", "signed_at"):
                if name in deed.values and deed.form != "exclusion":
                    assert deed.values[name][:10] == f"{deed.at:%Y-%m-%d}", deed
    of = {one.stage: one for one in shown}
    _lie_around_today(of, today)


def _lie_around_today(of: dict[str, Shown], today: date) -> None:
    assert of[stages.FIRST].part.day0.date() == today
    assert of[stages.FIRST].part.randomized_at is not None
    assert of[stages.READY].part.randomized_at is None
    assert of[stages.READY].part.day0.date() > today
    assert of[stages.NEW].part.before == []
    assert of[stages.EXCLUDED].part.randomized_at is None
    assert _given(of[stages.BETWEEN]) == 1
    assert _given(of[stages.COMPLETED]) == 6
    assert _given(of[stages.DISCONTINUED]) <= stages.INFUSIONS
    assert 3 <= _given(of[stages.TODAY]) < 6
    assert of[stages.TODAY].open_visit == f"infusion-{_given(of[stages.TODAY]) + 1}"
    lost = of[stages.LOST].part.after
    last = max(deed.at.date() for deed in lost if deed.form == "instrument:caps5")
    assert today - timedelta(days=14) < last < today
    assert not any(deed.form == "follow up" for deed in lost)  # is a task of today
    named = [deed.values.get("milestone") for deed in of[stages.WITHDRAWN].part.after]
    assert "study-withdrawn" in named
    if "treatment-discontinued" in named:  # first, or the study has ended it
        assert named.index("treatment-discontinued") < named.index("study-withdrawn")


def _given(one: Shown) -> int:
    return sum(deed.form == "stop" for deed in one.part.after)
