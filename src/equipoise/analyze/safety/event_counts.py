"""Participants with an event of a kind, by arm, and the difference of two arms."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from equipoise.analyze.result import Estimate
from equipoise.errors.counted import counted
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.stats.proportions import risk_difference


class EventCounts:
    """Counts of participants and events for the arms of an analysis set.

    Attributes:
        arm: arm of each participant who counts, by participant.
        not_compared: why no difference is given; None if it is.
        estimates: made so far. The ``statistic`` of a ``count`` is its proportion.
    """

    def __init__(
        self,
        protocol: Protocol,
        endpoint: Endpoint,
        arm: pd.Series[Any],
        not_compared: str | None = None,
    ) -> None:
        self.arms = [group.id for group in protocol.arms]
        self.pair = endpoint.estimand.treatment
        self.level = endpoint.analysis.level
        self.population = endpoint.estimand.population
        self.arm = arm
        self.members = {name: set(arm.index[arm == name]) for name in self.arms}
        self.size = {name: len(own) for name, own in self.members.items()}
        self.not_compared = not_compared
        self.estimates: list[Estimate] = []

    def kind(
        self,
        name: str,
        label: str,
        events: pd.DataFrame,
        flags: pd.Series[Any],
        unrecorded: str = "",
    ) -> None:
        """Participants with an event of a kind, the events, and the risk difference.

        Args:
            name: of the kind, in the ids.
            label: for the reader.
            events: that count.
            flags: whether each is of the kind; missing where it is not recorded.
            unrecorded: what is not recorded where a flag is missing, such as
                ``seriousness``.
        """
        yes, missing = flags.fillna(False).astype(bool), flags.isna()
        note = label
        if missing.any():
            note += f"; {unrecorded} not recorded for "
            note += f"{missing.sum()} of {len(events)} events"
        who = set(events.loc[yes, "participant"])
        unknown = set(events.loc[missing, "participant"]) - who
        self.participants(name, note, who, unknown)
        arms = events["participant"].map(self.arm).to_numpy(object, na_value="")
        is_so, open_ = yes.to_numpy(bool), missing.to_numpy(bool)
        for group in self.arms:
            own = arms == group
            count = int((own & is_so).sum())
            known = count > 0 or not (own & open_).any()
            self.add(
                f"{name}.events.{group}",
                "event-count",
                group,
                estimate=float(count) if known else None,
                n=self.size[group],
                note=note,
            )

    def participants(
        self,
        name: str,
        note: str,
        who: Collection[str],
        unknown: Collection[str] = (),
        *,
        compared: bool = True,
    ) -> None:
        """Participants by arm, and the difference.

        A count is given if nothing is unknown in the arm, or as a lower bound if a
        participant is known to have it; none where no participant is known to have it and
        for some it is not recorded: that is not zero. The proportion is given only if
        nothing is unknown.

        Args:
            name: in the ids.
            note: for the reader.
            who: participants known to have it.
            unknown: participants of whom it is not recorded.
            compared: whether to give a difference at all.
        """
        counts: dict[str, int] = {}
        open_counts: dict[str, int] = {}
        for group in self.arms:
            n = self.size[group]
            counts[group] = len(self.members[group].intersection(who))
            open_counts[group] = len(self.members[group].intersection(unknown))
            some = open_counts[group]
            text = note
            if some:
                more = counted(some, "further participant")
                text += f"; not known for {more} of this arm"
            known = n > 0 and (not some or counts[group] > 0)
            self.add(
                f"{name}.{group}",
                "count",
                group,
                estimate=float(counts[group]) if known else None,
                statistic=counts[group] / n if n and not some else None,
                n=n,
                note=text,
            )
        if compared:
            self._difference(name, note, counts, open_counts)

    def unknown(self, name: str, note: str) -> None:
        """No number for any arm, and why."""
        for group in self.arms:
            self.add(f"{name}.{group}", "count", group, n=self.size[group], note=note)

    def _difference(
        self, name: str, note: str, counts: dict[str, int], unknown: dict[str, int]
    ) -> None:
        a, b = self.pair.arm, self.pair.versus
        reason = self.not_compared
        if unknown[a] or unknown[b]:
            reason = "not compared: it is not recorded for every participant"
        if not self.size[a] or not self.size[b]:
            reason = "not compared: an arm has no participant"
        shared: dict[str, Any] = {"n": self.size[a] + self.size[b]}
        label = f"{a} - {b}"
        if reason is not None:
            text = f"{note}; {reason}"
            self.add(
                f"{name}.difference", "risk-difference", label, note=text, **shared
            )
            return
        size = self.size
        result = risk_difference(counts[a], size[a], counts[b], size[b], self.level)
        self.add(
            f"{name}.difference",
            "risk-difference",
            label,
            estimate=result.estimate,
            lower=result.lower,
            upper=result.upper,
            level=self.level,
            note=note,
            **shared,
        )

    def add(self, name: str, analysis: str, contrast: str, **numbers: Any) -> None:
        """One estimate of the topic ``events``."""
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
