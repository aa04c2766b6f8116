"""Values derived from the data and the protocol: scores at visits, definitions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.dataset.memo import derived_once
from equipoise.dataset.trialdata import TrialData
from equipoise.protocol.estimand import Definition
from equipoise.protocol.model import Protocol


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
    return _states(data, protocol, definition, [visit])[visit]


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
    order = [visit.id for visit in protocol.schedule.visits]
    later = order[order.index(loss.at) :]
    state = _states(data, protocol, loss.of, later)
    state = state[state[loss.at].fillna(False).astype(bool)]
    days = visit_days(data, protocol).pivot(
        index="participant", columns="visit", values="day"
    )
    day = days.reindex(index=state.index, columns=later).to_numpy()
    lost = (~state).fillna(False).to_numpy(dtype=bool)
    event = lost.any(axis=1)
    first = np.where(event, lost.argmax(axis=1), len(later))
    before = np.arange(len(later)) < first[:, None]
    kept = state.notna().to_numpy() & before
    last = len(later) - 1 - kept[:, ::-1].argmax(axis=1)  # the last one known to hold
    person = np.arange(len(state))
    last_day = day[person, last]
    return pd.DataFrame(
        {
            "participant": state.index,
            "start_day": day[:, 0],
            "day": np.where(event, day[person, first * event], last_day),
            "event": event,
            "last_day_known": last_day,
        }
    )


@derived_once
def _wide(data: TrialData, score: str) -> pd.DataFrame:
    """Values of a score: one row per participant rated, one column per visit rated."""
    return score_table(data, score).pivot(
        index="participant", columns="visit", values="value"
    )


def _states(
    data: TrialData, protocol: Protocol, definition: str, visits: list[str]
) -> pd.DataFrame:
    """Whether a definition is met: one row per participant, one column per visit."""
    rule = protocol.definition(definition)
    if rule.score is None:
        raise ValueError(f"{definition!r} is a loss of {rule.of!r}: it has no score")
    people = pd.Index(data.participants["participant"], name="participant")
    wide = _wide(data, rule.score).reindex(
        index=people, columns=[protocol.schedule.baseline, *visits]
    )
    values, better = wide.to_numpy(float), protocol.better(rule.score)
    met, known = _met(rule, values[:, 1:], values[:, :1], better)
    return pd.DataFrame(
        {
            visit: pd.arrays.BooleanArray(met[:, place], ~known[:, place])
            for place, visit in enumerate(visits)
        },
        index=people,
    )


def _met(
    rule: Definition,
    value: NDArray[np.float64],
    start: NDArray[np.float64],
    better: str,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether a definition is met, and whether that is known; both n x visits.

    Args:
        rule: with a score.
        value: of its score, n x visits; NaN where not rated.
        start: the baseline, n x 1.
        better: ``"lower"`` or ``"higher"``.
    """
    if rule.threshold is None:
        raise ValueError(f"definition {rule.id!r} has no threshold")
    improved = (start - value) * (1 if better == "lower" else -1)
    if rule.rule == "percent-reduction":
        # Multiplied out: 100 * 12 / 40 >= 30 must hold exactly, whatever is rounded.
        met = improved * 100 >= rule.threshold * start
        known = ~np.isnan(improved) & (start > 0)
    elif rule.rule == "points-reduction":
        met, known = improved >= rule.threshold, ~np.isnan(improved)
    elif rule.rule == "at-most":
        met, known = value <= rule.threshold, ~np.isnan(value)
    else:
        met, known = value >= rule.threshold, ~np.isnan(value)
    return met, known
