"""Group sequential design with a time to event: East, SAS SEQDESIGN, rpact, gsDesign."""

from __future__ import annotations

from collections.abc import Mapping
from math import log

from equipoise.design.fixed.enrolment import Enrolment
from equipoise.design.fixed.event_assumptions import EventAssumptions
from equipoise.design.sequential.boundaries import Rule
from equipoise.design.sequential.event_trial import event_trial, event_trial_with
from tests.camis.printed import Method

ASSUMPTIONS = EventAssumptions(
    hazard_ratio=0.6,
    hazard=log(2) / 9.4,
    loss=-log(0.8) / 12,
    enrolment=Enrolment(duration=24),
    follow_up=10,
)
RULES = {
    "rule": Rule(kind="lan-demets-of"),
    "futility": Rule(kind="hwang-shih-decani", parameter=-10),
}


def given() -> dict[str, float | None]:
    """Analyses after 176 and 235 events."""
    trial = event_trial_with(ASSUMPTIONS, events=[176, 235], alpha=0.0125, **RULES)
    first, last = trial.analyses
    values: dict[str, float | None] = {
        "e.z1": first.efficacy_z,
        "e.z2": last.efficacy_z,
        "e.fut1": first.futility_z,
        "e.p1": first.efficacy_p,
        "e.p2": last.efficacy_p,
        "e.futp1": first.futility_p,
        "e.hr1": first.efficacy_hazard_ratio,
        "e.hr2": last.efficacy_hazard_ratio,
        "e.futhr1": first.futility_hazard_ratio,
        "e.h0.eff1": first.stops_without_effect[0],
        "e.h0.fut1": first.stops_without_effect[1],
        "e.h0.eff-all": last.spent,
        "e.h1.eff1": first.stops_with_effect[0],
        "e.h1.fut1": first.stops_with_effect[1],
        "e.h1.eff-all": trial.power,
        "e.events1": first.events,
        "e.events2": last.events,
        "e.n": trial.participants,
        "e.time1": first.time,
        "e.expected-events": trial.expected_events[0],
    }
    sas = {
        "events1": first.events,
        "events2": last.events,
        "n": trial.participants,
        "time1": first.time,
        "events-arm1": last.events_first,
        "events-arm2": last.events_second,
        "hr1": first.efficacy_hazard_ratio,
        "hr2": last.efficacy_hazard_ratio,
        "futhr1": first.futility_hazard_ratio,
    }
    return values | {f"e.sas.{name}": value for name, value in sas.items()}


def planned() -> dict[str, float | None]:
    """Analyses after 75 and 100 percent of the events that give a power of 95 percent."""
    trial = event_trial(
        ASSUMPTIONS, timing=[0.75, 1], alpha=0.0125, power=0.95, **RULES
    )
    first, last = trial.analyses
    return {
        "s.events1": first.events,
        "s.events2": last.events,
        "s.n": trial.participants,
        "s.time1": first.time,
        "s.events-arm1": last.events_first,
        "s.events-arm2": last.events_second,
        "s.z1": first.efficacy_z,
        "s.z2": last.efficacy_z,
        "s.p1": first.efficacy_p,
    }


def ours() -> Mapping[str, float | None]:
    """Both designs."""
    return given() | planned()


METHOD = Method(
    file="group_sequential_pfs",
    title="Group sequential design with a time to event",
    call="equipoise design events --hazard-ratio 0.6 --median 9.4 --accrual 24 \\\n"
    "  --follow-up 10 --dropout 0.2 --dropout-time 12 --events 176,235 \\\n"
    "  --futility hwang-shih-decani --futility-parameter -10 --alpha 0.0125 --sides 1",
    ours=ours,
    tolerance={
        "e.sas.futhr1": (1e-5, "SAS's last digit; rpact prints 0.8947245 as we do")
    },
    why=(
        "East, rpact and SAS use the variance under the null hypothesis, gsDesign that "
        "under both (`--variance lachin-foulkes`).",
    ),
)
