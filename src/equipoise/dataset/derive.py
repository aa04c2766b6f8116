"""Values derived from the data and the protocol: scores at visits, definitions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.dataset.memoization import derived_once
from equipoise.dataset.trialdata import TrialData
from equipoise.protocol.model import Protocol
from equipoise.protocol.relapse import first_relapse, is_met, relapse_visits


@derived_once
def score_table(data: TrialData, score: str) -> pd.DataFrame:
    """Every value of ``instrument.score``: columns ``participant, visit, value``.

    Only ratings without a minute are used, not those at minutes of an infusion. A score
    that could not be calculated is missing in ``value``.
    """
    table = scored(data, score)
    at_visits = table["timepoint_min"].isna()
    chosen: pd.DataFrame = table.loc[at_visits, ["participant", "visit", "value"]]
    return chosen.reset_index(drop=True)


def scored(data: TrialData, score: str) -> pd.DataFrame:
    """All rows of ``instrument.score``, with and without a minute, in their order.

    Returns:
        ``participant, visit, timepoint_min, value``; no row for a score without ratings.
    """
    instrument, _, name = score.partition(".")
    places = _places(data).get((instrument, name), np.array([], dtype=np.intp))
    columns = ["participant", "visit", "timepoint_min", "value"]
    return data.scores[columns].iloc[places]


@derived_once
def _places(data: TrialData) -> Mapping[tuple[str, str], NDArray[np.intp]]:
    """Rows of ``data.scores`` by instrument and score."""
    found: Any = data.scores.groupby(["instrument", "score"]).indices
    return dict(found)


@derived_once
def score_at(data: TrialData, score: str, visit: str) -> pd.Series[Any]:
    """Value of ``instrument.score`` at a visit, by participant; absent if not rated."""
    table = score_table(data, score).dropna(subset="value")
    return table[table["visit"] == visit].set_index("participant")["value"]


def baseline(data: TrialData, protocol: Protocol, score: str) -> pd.Series[Any]:
    """Value of a score at the baseline visit, by participant."""
    return score_at(data, score, protocol.schedule.baseline)


@derived_once
def visit_days(data: TrialData, protocol: Protocol) -> pd.DataFrame:
    """Day of each visit of each participant: ``participant, visit, day``.

    The actual day; if it is not recorded, the planned day of the visit's row, or else
    that of the protocol. Every participant has a row for every visit of the protocol.
    """
    stated = {visit.id: visit.day for visit in protocol.schedule.visits}
    index = pd.MultiIndex.from_product(
        [data.participants["participant"], list(stated)], names=["participant", "visit"]
    )
    rows = data.visits.set_index(["participant", "visit"]).reindex(index)
    day = rows["actual_day"].fillna(rows["planned_day"])
    days = day.reset_index(name="day")
    return days.assign(day=days["day"].fillna(days["visit"].map(stated)).astype(float))


@derived_once
def holds(
    data: TrialData, protocol: Protocol, definition: str, visit: str
) -> pd.Series[Any]:
    """Whether a definition is met at a visit, by participant.

    Returns:
        Nullable booleans, one for each participant in the data; missing where the
        rating, or the baseline that the rule needs, is missing, and for a percentage of
        a baseline of 0.
    """
    people, met, known = _response(data, protocol, definition, [visit])
    state = pd.arrays.BooleanArray(met[:, 0], ~known[:, 0])
    return pd.Series(state, index=people, name=visit)


@derived_once
def lost(
    data: TrialData, protocol: Protocol, definition: str, visit: str
) -> pd.Series[Any]:
    """Whether a response of time zero is absent at a later visit, by participant.

    Args:
        data: of a trial.
        protocol: of the trial.
        definition: id of a definition of the rule ``loss-of``.
        visit: id of the later visit.

    Returns:
        As ``holds``; False without the response at time zero, whatever was rated later.
    """
    loss = protocol.definition(definition)
    before = holds(data, protocol, str(loss.of), str(loss.at))
    return (before & ~holds(data, protocol, str(loss.of), visit)).rename(visit)


def first_loss(data: TrialData, protocol: Protocol, definition: str) -> pd.DataFrame:
    """Time to the loss of a definition, among participants who met it at time zero.

    Time zero is the day of the visit ``at``. The event is the first later visit at
    which the definition is known not to be met; participants without an event are
    censored at the last visit at which it was known to be met.

    Returns:
        One row for each participant who met it: ``participant, start_day`` (day of time
        zero), ``day`` (of the event or the last known state), ``event`` (boolean),
        ``last_day_known`` (last day before the event at which it was met).
    """
    loss = protocol.definition(definition)
    if loss.of is None or loss.at is None:
        raise ValueError(f"{definition!r} is not a loss-of definition")
    visits = relapse_visits(protocol, loss)
    people, met, known = _response(data, protocol, loss.of, visits)
    people, met, known = people[met[:, 0]], met[met[:, 0]], known[met[:, 0]]
    days = visit_days(data, protocol).pivot(
        index="participant", columns="visit", values="day"
    )
    day = days.reindex(index=people, columns=visits).to_numpy()
    relapse, row = first_relapse(met, known), np.arange(len(people))
    last_day = day[row, relapse.last_met]
    return pd.DataFrame(
        {
            "participant": people,
            "start_day": day[:, 0],
            "day": np.where(relapse.event, day[row, relapse.visit], last_day),
            "event": relapse.event,
            "last_day_known": last_day,
        }
    )


@derived_once
def _wide(data: TrialData, score: str) -> pd.DataFrame:
    """Values of a score: one row per participant rated, one column per visit rated."""
    return score_table(data, score).pivot(
        index="participant", columns="visit", values="value"
    )


def _response(
    data: TrialData, protocol: Protocol, definition: str, visits: list[str]
) -> tuple[pd.Index[Any], NDArray[np.bool_], NDArray[np.bool_]]:
    """Participants; whether a definition is met, and known, participants x visits."""
    rule = protocol.definition(definition)
    if rule.score is None:
        raise ValueError(f"{definition!r} is a loss of {rule.of!r}: it has no score")
    people = pd.Index(data.participants["participant"], name="participant")
    wide = _wide(data, rule.score).reindex(
        index=people, columns=[protocol.schedule.baseline, *visits]
    )
    values, better = wide.to_numpy(float), protocol.better(rule.score)
    return people, *is_met(rule, better, values[:, 1:], values[:, :1])
