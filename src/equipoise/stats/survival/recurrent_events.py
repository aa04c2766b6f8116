"""Recurrent events: rates by the models of Andersen and Gill, and of Lin and others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted
from equipoise.stats.input_checks import (
    checked_labels,
    checked_lengths,
    checked_numbers,
    checked_survival,
    checked_times,
    impossible,
)
from equipoise.stats.options import CoxTies
from equipoise.stats.survival.columns import as_frame, column, labels
from equipoise.stats.survival.cox import CoxFit, cox
from equipoise.stats.survival.ties import with_ties

Numbers = NDArray[np.float64]
Codes = NDArray[np.intp]
Flags = NDArray[np.bool_]


def andersen_gill(
    start: ArrayLike | str,
    stop: ArrayLike | str,
    event: ArrayLike | str,
    participant: ArrayLike | str,
    covariates: Any,
    *,
    strata: Any = None,
    ties: CoxTies = "efron",
    reference: Mapping[str, Any] | None = None,
    level: float = 0.95,
    data: Any = None,
) -> CoxFit:
    """Ratio of the rates of recurrent events, with model-based standard errors.

    They hold only if the events of a participant come independently of each other,
    given the covariates. Where some participants have many events they are too small:
    ``lwyy`` has the same ratios with robust errors.

    Args:
        start: N, start of each interval at risk.
        stop: N, its end, after ``start``.
        event: N, True for an event at ``stop``.
        participant: N, whose interval it is. Intervals of one participant may have gaps,
            in which the participant is not at risk, and must not overlap.
        covariates: as in ``cox``.
        strata: as in ``cox``.
        ties: as in ``cox``; the default of SAS is ``breslow``.
        reference: as in ``cox``.
        level: coverage of the intervals.
        data: frame in which the other arguments name columns.

    Raises:
        AnalysisError: as ``cox``; EQ466, intervals of a participant overlap.

    Example:
        >>> start, stop = [0, 5, 0, 0, 4, 9, 0, 0, 3], [5, 12, 12, 4, 9, 12, 12, 3, 12]
        >>> event, person = [1, 0, 0, 1, 1, 0, 0, 1, 0], [1, 1, 2, 3, 3, 3, 4, 5, 5]
        >>> arm = [1, 1, 1, 0, 0, 0, 1, 0, 0]
        >>> fit = andersen_gill(start, stop, event, person, {"treated": arm})
        >>> round(float(fit.coefficients["hazard_ratio"][0]), 4)
        0.2222

    Source: Andersen and Gill 1982, Ann Stat 10:1100-1120; R coxph(Surv(start, stop,
    event) ~ x); SAS PROC PHREG, MODEL (start, stop) * event(0) = x.
    """
    frame = as_frame(data)
    begin, end, events, _ = recurrent_rows(start, stop, event, participant, frame)
    return cox(
        end, events, covariates, entry=begin, strata=strata, ties=ties,
        reference=reference, level=level, data=frame,
    )  # fmt: skip


def lwyy(
    start: ArrayLike | str,
    stop: ArrayLike | str,
    event: ArrayLike | str,
    participant: ArrayLike | str,
    covariates: Any,
    *,
    strata: Any = None,
    ties: CoxTies = "efron",
    reference: Mapping[str, Any] | None = None,
    level: float = 0.95,
    data: Any = None,
) -> CoxFit:
    """Ratio of the mean numbers of recurrent events, with robust standard errors.

    The estimates are those of ``andersen_gill``. The errors allow any dependence among
    the events of a participant.

    Args:
        start: as in ``andersen_gill``.
        stop: as in ``andersen_gill``.
        event: as in ``andersen_gill``.
        participant: as in ``andersen_gill``; the cluster of the robust errors.
        covariates: as in ``cox``.
        strata: as in ``cox``.
        ties: as in ``cox``; the default of SAS is ``breslow``.
        reference: as in ``cox``.
        level: coverage of the intervals.
        data: frame in which the other arguments name columns.

    Raises:
        AnalysisError: as ``cox``; EQ466, intervals of a participant overlap.

    Example:
        >>> start, stop = [0, 5, 0, 0, 4, 9, 0, 0, 3], [5, 12, 12, 4, 9, 12, 12, 3, 12]
        >>> event, person = [1, 0, 0, 1, 1, 0, 0, 1, 0], [1, 1, 2, 3, 3, 3, 4, 5, 5]
        >>> arm = [1, 1, 1, 0, 0, 0, 1, 0, 0]
        >>> fit = lwyy(start, stop, event, person, {"treated": arm})
        >>> round(float(fit.coefficients["std_error"][0]), 4)
        0.8498

    Source: Lin, Wei, Yang and Ying 2000, JRSS B 62:711-730; R coxph(..., cluster = id);
    SAS PROC PHREG COVS(AGGREGATE) with ID.
    """
    frame = as_frame(data)
    begin, end, events, person = recurrent_rows(start, stop, event, participant, frame)
    return cox(
        end, events, covariates, entry=begin, strata=strata, ties=ties, cluster=person,
        reference=reference, level=level, data=frame,
    )  # fmt: skip


def event_intervals(
    participant: ArrayLike, end: ArrayLike, who: ArrayLike, time: ArrayLike
) -> pd.DataFrame:
    """Intervals at risk, from a list of participants and a list of their events.

    Args:
        participant: N, each once.
        end: N, end of observation, after 0, which is its start.
        who: E, the participant of each event.
        time: E, when it was: after 0, not after the end of observation, and not the time
            of another event of the participant.

    Returns:
        ``participant, start, stop, event``: an interval up to each event, and one
        without event from the last of them to the end, unless they coincide.

    Raises:
        AnalysisError: EQ461, a time is impossible, or two events of a participant
            coincide; EQ462, lengths differ, a participant is listed twice, or an event
            has an unknown participant.

    Example:
        >>> event_intervals(["a", "b"], [12, 10], ["a", "a"], [3, 12])
          participant  start  stop  event
        0           a    0.0   3.0   True
        1           a    3.0  12.0   True
        2           b    0.0  10.0  False

    Source: Therneau and Grambsch 2000, Modeling Survival Data, 8.5; R survival::tmerge.
    """
    people, ends = (
        pd.Index(checked_labels("participant", participant)),
        checked_times(end),
    )
    of, times = checked_labels("who", who), checked_times(time)
    checked_lengths(participant=people, end=ends)
    checked_lengths(who=of, time=times)
    if people.has_duplicates:
        raise impossible("a participant is listed twice", "participant")
    place = people.get_indexer(pd.Index(of))
    if (place < 0).any():
        raise impossible(f"{of[place < 0][0]!r} is not a participant", "who")
    late = (times > ends[place]) | (times <= 0)
    rows = pd.DataFrame({"place": place, "stop": times, "event": True})
    if late.any() or rows.duplicated().any() or (ends <= 0).any():
        raise AnalysisError.single(
            "EQ461",
            f"{int(late.sum())} events are not between 0 and the end of observation"
            if late.any()
            else "two events of a participant have the same time"
            if rows.duplicated().any()
            else "an observation ends at 0",
            where="time",
            fix="correct the times; count events of one time as one event",
        )
    last = pd.DataFrame({"place": np.arange(len(people)), "stop": ends, "event": False})
    rows = pd.concat([rows, last]).drop_duplicates(["place", "stop"])
    rows = rows.sort_values(["place", "stop"], ignore_index=True)
    before = rows.groupby("place")["stop"].shift(fill_value=0.0)
    return pd.DataFrame(
        {
            "participant": people.take(rows["place"]),
            "start": before,
            "stop": rows["stop"],
            "event": rows["event"].astype(bool),
        }
    )


def recurrent_rows(
    start: Any, stop: Any, event: Any, participant: Any, frame: Any
) -> tuple[Numbers, Numbers, Flags, Codes]:
    """Checked intervals, ties joined, and the participant of each as 0, 1, ..."""
    begin = checked_numbers("start", column(frame, start, "start"))
    participant = column(frame, participant, "participant")
    end, events = checked_survival(
        column(frame, stop, "stop"),
        column(frame, event, "event"),
        start=begin,
        participant=participant,
    )
    begin, end = with_ties(begin, end)
    if (begin >= end).any():
        raise AnalysisError.single(
            "EQ461",
            f"{int((begin >= end).sum())} intervals end at or before their start, the "
            f"first at position {int(np.flatnonzero(begin >= end)[0])}",
            where="stop",
            fix="give intervals (start, stop] that have a length",
        )
    person, names = labels(participant, "participant")
    order = np.lexsort((begin, person))
    same = person[order][1:] == person[order][:-1]
    overlap = same & (begin[order][1:] < end[order][:-1])
    if overlap.any():
        whose = sorted(
            {str(names[person[order][1:][k]]) for k in np.flatnonzero(overlap)}
        )
        raise AnalysisError.single(
            "EQ466",
            f"intervals overlap for {counted(len(whose), 'participant')}, "
            f"such as {whose[0]}",
            where="start",
            fix="start each interval where the one before ends",
        )
    return begin, end, events, person
