"""A scenario: everything that is assumed about the people of a simulated trial."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from equipoise.instruments.provenance import Identifier, Part, Sourced, Text
from equipoise.simulate.pharmacokinetics.drug import Drug
from equipoise.simulate.scenario_measurements import (
    AcuteCourse,
    Correlation,
    Course,
    Relapse,
    VisitCorrelation,
    Vital,
)
from equipoise.simulate.scenario_participants import (
    DAYS_PER_MONTH,
    AdverseEvent,
    BackgroundEvent,
    CharacteristicDistribution,
    Conduct,
    Guess,
)
from equipoise.simulate.scenario_response import Pharmacokinetics, Response


class Identity(Part):
    """What the scenario is called, and the protocol that it was written for."""

    id: Identifier
    title: Text
    protocol: Identifier


class Scenario(Part):
    """A scenario, as stated in a file such as ``scenarios/feder2021.toml``.

    Attributes:
        schema_: version of the file format.
        between_visits: correlation over time, shared by all courses.
        between_instruments: correlation of courses at one visit.
        between_vitals: correlation of vital signs; without it they are independent.
        pharmacokinetics: the concentration model of each arm's drug.
        drugs: the drug files that they name; those of the library are added on loading.
        response: how the benefit of the courses with ``effects`` comes and goes.
    """

    schema_: Literal[1] = Field(alias="schema")
    scenario: Identity
    characteristics: tuple[CharacteristicDistribution, ...] = ()
    conduct: Conduct
    courses: tuple[Course, ...] = Field(min_length=1)
    between_visits: VisitCorrelation
    between_instruments: Correlation
    relapses: tuple[Relapse, ...] = ()
    acute: tuple[AcuteCourse, ...] = ()
    vitals: tuple[Vital, ...] = ()
    between_vitals: Correlation | None = None
    pharmacokinetics: tuple[Pharmacokinetics, ...] = ()
    drugs: tuple[Drug, ...] = ()
    response: Response | None = None
    events: tuple[AdverseEvent, ...] = ()
    background_events: tuple[BackgroundEvent, ...] = ()
    guesses: tuple[Guess, ...] = ()


def statements(part: object, place: str = "") -> Iterator[tuple[str, Sourced]]:
    """Every statement of a scenario that must say where it comes from, with its place."""
    if isinstance(part, Sourced):
        yield place, part
    if isinstance(part, Part):
        for name in type(part).model_fields:
            inner = f"{place}.{name}" if place else name
            yield from statements(getattr(part, name), inner)
    elif isinstance(part, tuple):
        for number, item in enumerate(part, start=1):
            yield from statements(item, f"{place}[{number}]")


def at_one_site(scenario: Scenario, site: str) -> Scenario:
    """The scenario with all participants at one site, at the rate of all sites."""
    conduct = scenario.conduct
    rates = [one.per_month for one in conduct.recruitment.by_site]
    changes: dict[str, object] = {"site": site, "sites": {}, "by_site": ()}
    if rates:
        changes["days_between"] = DAYS_PER_MONTH / sum(rates)
    place = conduct.recruitment.model_copy(update=changes)
    changed = conduct.model_copy(update={"recruitment": place})
    return scenario.model_copy(update={"conduct": changed})
