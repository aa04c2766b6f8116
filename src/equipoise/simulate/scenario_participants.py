"""The part of a scenario that says who comes, who is let in, and who leaves."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from equipoise.instruments.provenance import Identifier, Part, Sourced, Text

DONT_KNOW = "don't know"
DAYS_PER_MONTH = 365.25 / 12
Probability = Annotated[float, Field(ge=0, le=1)]


def _is_a_day(text: str) -> str:
    """A date, or a day of each year; 29 February is a day of leap years."""
    date.fromisoformat(text if len(text) > len("12-25") else f"2000-{text}")
    return text


ClosedDay = Annotated[str, AfterValidator(_is_a_day)]


class Influence(Sourced):
    """How the mean of a number depends on a characteristic of the participant.

    Attributes:
        by: id of the characteristic.
        added: code of a category -> what is added to the mean; 0 for other codes; or
        slope: what is added for each unit of a number above ``at``.
    """

    by: Identifier
    added: dict[str, float] = Field(default_factory=dict)
    slope: float | None = None
    at: float | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.added) == (self.slope is not None):
            raise ValueError("state either added or slope")
        if (self.slope is None) != (self.at is None):
            raise ValueError("state slope and at, or neither")
        return self


class BoundedNumber(Sourced):
    """A number between two bounds with a given mean and SD: a scaled beta distribution.

    The moments are those of the bounded number itself, which a truncated normal would
    not keep.

    Attributes:
        influences: characteristics earlier in the file on which the mean depends; then
            ``mean`` is that of participants to whom nothing is added, and ``sd`` that of
            participants who are alike in these characteristics.
    """

    distribution: Literal["bounded"]
    id: Identifier
    mean: float
    sd: float = Field(gt=0)
    min: float
    max: float
    influences: tuple[Influence, ...] = ()


class SkewedNumber(Sourced):
    """A log-normal number, cut off at ``min`` and ``max`` by drawing inside them.

    Attributes:
        log_sd: standard deviation of the natural logarithm.
        below: id of a characteristic that stands earlier in the file; the number stays
            at least ``below_by`` under it.
    """

    distribution: Literal["lognormal"]
    id: Identifier
    median: float = Field(gt=0)
    log_sd: float = Field(gt=0)
    min: float = Field(default=0, ge=0)
    max: float = Field(gt=0)
    below: Identifier | None = None
    below_by: float = 0


class Category(Sourced):
    """A category: code -> probability, which sum to 1."""

    distribution: Literal["shares"]
    id: Identifier
    shares: dict[str, Probability] = Field(min_length=1)


CharacteristicDistribution = Annotated[
    BoundedNumber | SkewedNumber | Category, Field(discriminator="distribution")
]


class SiteRecruitment(Sourced):
    """A site with its own opening and rate.

    Attributes:
        per_month: people screened in a month of 30.4375 days: a Poisson process.
        opens: days after the study start.
    """

    site: Text
    per_month: float = Field(gt=0, le=10_000)
    opens: float = Field(default=0, ge=0, le=36_525)


class Recruitment(Sourced):
    """When and where people come. A site has no effect on scores.

    Attributes:
        study_start: the first possible day of a screening visit.
        days_between: mean of the exponential time between two people who are screened,
            if ``by_site`` is not given.
        site: where all of them are treated; or
        sites: name of each site -> proportion of the participants, which sum to 1; or
        by_site: sites with their own rates and openings.
        randomization_day: day of the schedule; later if the baseline visit was later.
    """

    study_start: date
    days_between: float | None = Field(default=None, gt=0)
    site: Text | None = None
    sites: dict[Text, Probability] = Field(default_factory=dict)
    by_site: tuple[SiteRecruitment, ...] = ()
    randomization_day: int

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        places = (self.site is not None, bool(self.sites), bool(self.by_site))
        if sum(places) != 1:
            raise ValueError("state one of site, sites and by_site")
        if bool(self.by_site) == (self.days_between is not None):
            raise ValueError("state either days_between or by_site")
        return self

    @property
    def site_proportions(self) -> dict[str, float]:
        """Proportion of each site, once all are open, in the order of the scenario."""
        rates = {one.site: one.per_month for one in self.by_site}
        total = sum(rates.values())
        own = {site: rate / total for site, rate in rates.items()} or dict(self.sites)
        return own or {str(self.site): 1.0}


class Exclusion(Sourced):
    """A reason for which a screened person is not randomized, and how often it occurs.

    Rules that a machine can check are not listed: they follow from the protocol and the
    simulated person. Exactly one of ``criterion`` and ``reason`` is given.

    Attributes:
        criterion: id of an eligibility criterion of the protocol.
        reason: such as ``declined to take part``.
    """

    probability: Probability
    criterion: Identifier | None = None
    reason: Text | None = None


class Dependence(Sourced):
    """How a departure depends on how the person is.

    Attributes:
        score: such as ``caps5.total``, of a course of the scenario.
        on: ``observed``, the change from baseline at the last visit at which it was
            rated, so that data are missing at random; ``unobserved``, the change at the
            visit that is then missed, so that they are not.
        at: the change at which the departure has its stated probability.
        odds: factor on the odds of leaving at a visit for each point of change above
            ``at``: above 1, people leave who get worse (if lower is better).
    """

    score: Text
    on: Literal["observed", "unobserved"]
    at: float
    odds: float = Field(gt=0, le=10)


class Departure(Sourced):
    """A way of stopping early, in one arm. A person stops in one way only.

    A way that ``depends`` on a score can come before one that was to come later, and who
    has stopped in one way does not stop in another.

    Attributes:
        milestone: ``treatment-discontinued`` ends the infusions only; the other two end
            the participation, and the treatment if it is not yet complete.
        days: first and last possible day; all days between are equally likely. Who has
            had the last visit before that day has not left.
        depends: on a score; then people leave at the visits planned within ``days``, and
            ``probability`` is that of a person whose change is always ``depends.at``.
    """

    arm: Identifier
    milestone: Literal["treatment-discontinued", "study-withdrawn", "lost-to-follow-up"]
    reason: Text
    probability: Probability
    days: tuple[int, int]
    depends: Dependence | None = None


class NewTreatment(Sourced):
    """Start of another treatment; it is recorded, and changes no score."""

    arm: Identifier
    reason: Text
    probability: Probability
    days: tuple[int, int]


class Attendance(Sourced):
    """Visits that are missed now and then, and days on which visits happen.

    Attributes:
        missed_visit: probability, for each visit after randomization without infusion.
        missed_infusion: the same for infusions after the first.
        on_planned_day: probability that a visit is on its planned day; otherwise all
            working days of its window are equally likely.
        reason: given for a missed visit.
        closed: holidays, each year (``12-25``) or once (``2027-11-25``). The start of a
            participant is delayed by whole weeks, so that no visit falls on one.
    """

    missed_visit: Probability
    missed_infusion: Probability
    on_planned_day: Probability
    reason: Text
    closed: tuple[ClosedDay, ...] = ()


class EventKind(Sourced):
    """What an adverse event of one term is like.

    Attributes:
        severity: ``mild``, ``moderate``, ``severe`` -> probability, which sum to 1.
        serious: probability that it is serious.
        related: probability that the investigator sees a relation to the treatment.
        days: longest duration; each from 0 to it is equally likely. It is ongoing if it
            lasts longer than the person takes part.
        outcome: outcome of an event that is over, as recorded.
    """

    term: Text
    severity: dict[Literal["mild", "moderate", "severe"], Probability]
    serious: Probability
    related: Probability
    days: int = Field(ge=0)
    outcome: Text


class AdverseEvent(EventKind):
    """An adverse event that starts on the day of an infusion.

    Attributes:
        probability: arm -> probability that a participant has it, for the first time at
            any of the infusions that were given.
        again: probability at each later infusion, for participants who had it before.
    """

    probability: dict[Identifier, Probability] = Field(min_length=1)
    again: Probability = 0


class BackgroundEvent(EventKind):
    """An adverse event that comes at any time: a Poisson process in each person.

    Attributes:
        per_year: arm -> events per participant-year, from the start of treatment to the
            end of participation.
    """

    per_year: dict[Identifier, Annotated[float, Field(ge=0, le=50)]] = Field(
        min_length=1
    )


class Guess(Sourced):
    """A guess about the allocation of participants of one arm.

    Attributes:
        shares: arm id or ``don't know`` -> probability, which sum to 1; or
        dont_know: probability of that answer; the others say what they have believed
            since the first infusion (``[response.belief]``).
    """

    by: Literal["participant", "rater"]
    visit: Identifier
    arm: Identifier
    shares: dict[str, Probability] = Field(default_factory=dict)
    dont_know: Probability | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.shares) == (self.dont_know is not None):
            raise ValueError("state either shares or dont_know")
        if self.dont_know is not None and self.by != "participant":
            raise ValueError("only participants guess from what they believe")
        return self


class Conduct(Part):
    """Everything about coming, staying and leaving."""

    recruitment: Recruitment
    attendance: Attendance
    exclusions: tuple[Exclusion, ...] = ()
    departures: tuple[Departure, ...] = ()
    new_treatments: tuple[NewTreatment, ...] = ()
