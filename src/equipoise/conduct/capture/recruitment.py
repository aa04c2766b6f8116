"""Recruitment against plan and participant flow (CONSORT): totals, never by arm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.current_values import current_of_many
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participant_status import (
    LABELS,
    MILESTONES,
    discontinued,
)
from equipoise.conduct.forms.from_library import ENDS, standard
from equipoise.protocol.model import Protocol


@dataclass(frozen=True, slots=True)
class Counted:
    """A count with its label."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Flow:
    """CONSORT flow of participants while the trial is blinded."""

    screened: int
    excluded: tuple[Counted, ...]  # by reason, the most frequent first
    waiting: int  # screened, and neither excluded nor randomized nor withdrawn
    before: int  # left before randomization
    randomized: int
    stopped: int  # treatment discontinued, among the randomized
    left: tuple[Counted, ...]  # by reason, among the randomized
    staying: int  # randomized and still in the study

    @property
    def excluded_total(self) -> int:
        """Number of participants not included."""
        return sum(part.count for part in self.excluded)

    @property
    def left_total(self) -> int:
        """Number of randomized participants who have left the study."""
        return sum(part.count for part in self.left)


@dataclass(frozen=True, slots=True)
class AtSite:
    """Recruitment of one site."""

    site: str
    screened: int
    randomized: int
    excluded: int


def randomized_on(people: Iterable[Participant]) -> dict[str, date]:
    """Identifier -> the day of randomization, on the calendar of the site."""
    sites = {p.identifier: p.site for p in people}
    rows = Entry.objects.filter(
        act="randomize", form__in=("", "randomization", "randomize", "allocation")
    ).order_by("at")
    found: dict[str, date] = {}
    for chain, at in rows.values_list("chain", "at"):
        if chain in sites:
            found.setdefault(chain, sites[chain].day(at))
    return found


def flow(
    people: list[Participant], protocol: Protocol, randomized: Collection[str]
) -> Flow:
    """Disposition of all participants who were screened."""
    said = current_of_many(
        Entry.objects.filter(form="exclusion", item__in=("", "reason"))
    )
    reasons = {n: own.answers("exclusion").get("reason") for n, own in said.items()}
    # Without visit status: of thousands, a hundred times as many entries.
    ended = current_of_many(Entry.objects.filter(MILESTONES))
    discontinuing = {name for name, own in ended.items() if discontinued(own)}
    excluded = [p for p in people if p.status == "excluded"]
    in_study = [p for p in people if p.identifier in randomized]
    gone = Counter(p.status for p in in_study if p.status in ENDS)
    before = [p for p in people if p.status in ENDS and p.identifier not in randomized]
    stopped = sum(p.identifier in discontinuing for p in in_study)
    choices = standard("exclusion", protocol).fields[0].choices
    words = {c.value: c.label for c in choices}
    why = Counter(
        words.get(reasons.get(p.identifier) or "", "Not stated") for p in excluded
    )
    return Flow(
        screened=len(people),
        excluded=tuple(Counted(text, n) for text, n in why.most_common()),
        waiting=len(people) - len(excluded) - len(in_study) - len(before),
        before=len(before),
        randomized=len(in_study),
        stopped=stopped,
        left=tuple(Counted(LABELS[end], n) for end, n in gone.most_common()),
        staying=len(in_study) - sum(gone.values()),
    )


def by_site(people: list[Participant], randomized: Collection[str]) -> list[AtSite]:
    """Screened, randomized and excluded of each site."""
    names = {p.site.code: p.site.name for p in people}
    screened = Counter(p.site.code for p in people)
    included = Counter(p.site.code for p in people if p.identifier in randomized)
    excluded = Counter(p.site.code for p in people if p.status == "excluded")
    return [
        AtSite(name, screened[code], included[code], excluded[code])
        for code, name in sorted(names.items())
    ]


def pace(days: list[date], goal: int, today: date) -> str:
    """Time to the planned number at the rate of the last eight weeks, as text."""
    recent = [day for day in days if 0 <= (today - day).days < 56]
    if len(days) >= goal:
        return "The planned number is reached."
    if not recent:
        return "No participant was randomized in the last eight weeks."
    span = max(1, (today - min(recent)).days)
    weeks = round((goal - len(days)) / (len(recent) / span) / 7)
    more = goal - len(days)
    return f"At the rate of the last eight weeks, {more} more take about {weeks} weeks."
