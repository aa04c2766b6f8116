"""Adverse events by term, severity, relation and seriousness: risks and rates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.proportions import risk_difference
from equipoise.analyze.result import Estimate
from equipoise.analyze.safety.rates import rate, rate_ratio
from equipoise.analyze.safety.treatment_emergent import emergent
from equipoise.analyze.sets import members
from equipoise.dataset.derive import visit_days
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol

SEVERITIES = ("mild", "moderate", "severe")
WEEK = 7.0


def adverse_events(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """Participants with each kind of event by arm, differences, and rates.

    Args:
        protocol: of the trial.
        data: of the trial.
        endpoint: an incidence; its population and its pair of arms are used.

    Returns:
        ``count``, participants, for each term (the most frequent first), each worst
        severity, related or not, serious or not; ``event-count``, events; ``rate``,
        events in 100 person-weeks from day 0 to the last day observed. For each term
        the ``risk-difference`` (Miettinen and Nurminen), for the rates their ratio.
        What a row is stands in its note.

    Source: ICH E3 12.2; CIOMS Working Group VI 2005; FDA 2022, Standard Safety Tables
    and Figures.
    """
    arm = members(protocol, data, endpoint.estimand.population)
    events, _ = emergent(data)
    events = events[events["participant"].isin(arm.index)]
    made = _Made(protocol, endpoint, arm)
    ranked = (
        events[["participant", "term"]]
        .drop_duplicates()["term"]
        .value_counts()
        .sort_index()
        .sort_values(ascending=False, kind="stable")
    )
    for number, term in enumerate(ranked.index, start=1):
        made.kind(f"term-{number}", str(term), events[events["term"] == term])
    worst = events["severity"].map(dict(zip(SEVERITIES, range(3), strict=True)))
    top = worst.groupby(events["participant"]).max()
    for place, name in enumerate(SEVERITIES):
        people = set(top.index[top == place])
        made.people(f"severity-{name}", f"worst event {name}", people)
    unknown = set(events.loc[events["severity"].isna(), "participant"]) - set(
        top.dropna().index
    )
    made.people("severity-unknown", "severity not recorded", unknown)
    for column, word in (("related", "related"), ("serious", "serious")):
        flag = events[column]
        made.kind(word, f"{word} event", events[flag.fillna(False).astype(bool)])
        made.people(
            f"{word}-unknown",
            f"{word}: not recorded of some event",
            set(events.loc[flag.isna(), "participant"]),
        )
    made.rates(events, time_at_risk(protocol, data).reindex(arm.index))
    return made.estimates


def time_at_risk(protocol: Protocol, data: UnblindedTrialData) -> pd.Series[Any]:
    """Days from day 0 to the last day on which the participant was observed.

    The last visit that was done, or the last milestone, whichever is later; a day
    counts as one. Missing for who was never seen since day 0.
    """
    days = visit_days(data, protocol)
    status = data.visits.set_index(["participant", "visit"])["status"]
    keys = pd.MultiIndex.from_frame(days[["participant", "visit"]])
    done = (status.reindex(keys) == "done").fillna(False).to_numpy(dtype=bool)
    rated = data.scores.dropna(subset="value")[["participant", "visit"]]
    seen = keys.isin(pd.MultiIndex.from_frame(rated.drop_duplicates()))
    given = keys.isin(
        pd.MultiIndex.from_frame(data.exposures[["participant", "visit"]])
    )
    last = days[done | seen | given].groupby("participant")["day"].max()
    other = data.dispositions.dropna(subset="day").groupby("participant")["day"].max()
    both = pd.concat([last, other.astype(float)], axis=1).max(axis=1)
    return (both[both >= 0] + 1).rename("days")


class _Made:
    """Estimates under way, for the arms of a set."""

    def __init__(
        self, protocol: Protocol, endpoint: Endpoint, arm: pd.Series[Any]
    ) -> None:
        self.arms = [group.id for group in protocol.arms]
        self.pair = endpoint.estimand.treatment
        self.level = endpoint.analysis.level
        self.population = endpoint.estimand.population
        self.arm = arm
        self.size = {name: int((arm == name).sum()) for name in self.arms}
        self.estimates: list[Estimate] = []

    def kind(self, name: str, label: str, events: pd.DataFrame) -> None:
        """Participants with an event of a kind, the number of events, the difference."""
        counts = self.people(name, label, set(events["participant"]))
        of = events["participant"].map(self.arm)
        for group in self.arms:
            self._add(
                f"{name}.events.{group}",
                "event-count",
                group,
                estimate=float((of == group).sum()),
                n=self.size[group],
                note=label,
            )
        a, b = self.pair.arm, self.pair.versus
        if not self.size[a] or not self.size[b]:
            return
        found = risk_difference(
            counts[a], self.size[a], counts[b], self.size[b], self.level
        )
        self._add(
            f"{name}.difference",
            "risk-difference",
            f"{a} - {b}",
            estimate=found.estimate,
            lower=found.lower,
            upper=found.upper,
            level=self.level,
            n=self.size[a] + self.size[b],
            note=label,
        )

    def people(self, name: str, label: str, who: set[str]) -> dict[str, int]:
        """Participants in each arm."""
        counts = {}
        for group in self.arms:
            mine = self.arm.index[self.arm == group]
            counts[group] = int(mine.isin(list(who)).sum())
            self._add(
                f"{name}.{group}",
                "count",
                group,
                estimate=float(counts[group]),
                n=self.size[group],
                note=label,
            )
        return counts

    def rates(self, events: pd.DataFrame, days: pd.Series[Any]) -> None:
        """Events in 100 person-weeks, and the ratio of two arms."""
        of = events["participant"].map(self.arm)
        number = {group: int((of == group).sum()) for group in self.arms}
        weeks = {
            group: float(np.nansum(days[self.arm == group])) / WEEK
            for group in self.arms
        }
        for group in self.arms:
            found = rate(number[group], weeks[group], self.level)
            self._add(
                f"rate.{group}",
                "rate",
                group,
                estimate=None if found is None else 100 * found.estimate,
                lower=None if found is None else 100 * found.lower,
                upper=None if found is None else 100 * found.upper,
                level=self.level,
                n=self.size[group],
                note=f"events in 100 person-weeks: {number[group]} in {weeks[group]:.1f}"
                if found
                else "cannot be estimated: nobody was observed",
            )
        a, b = self.pair.arm, self.pair.versus
        ratio = rate_ratio(number[a], weeks[a], number[b], weeks[b], self.level)
        self._add(
            "rate-ratio",
            "rate-ratio",
            f"{a} - {b}",
            estimate=None if ratio is None else ratio.estimate,
            lower=None if ratio is None else ratio.lower,
            upper=None if ratio is None else ratio.upper,
            level=self.level,
            n=self.size[a] + self.size[b],
            note="ratio of rates, exact interval; events of one participant are taken "
            "as independent"
            if ratio
            else "cannot be estimated: an arm without events or without time",
        )

    def _add(self, name: str, analysis: str, contrast: str, **numbers: Any) -> None:
        self.estimates.append(
            Estimate(
                id=f"events.{name}",
                endpoint="events",
                analysis=analysis,
                population=self.population,
                contrast=contrast,
                **numbers,
            )
        )
