"""Values that follow from the data and the protocol: scores at visits, definitions."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.dataset.trialdata import TrialData
from equipoise.protocol.estimand import Definition
from equipoise.protocol.model import Protocol


def score_table(data: TrialData, score: str) -> pd.DataFrame:
    """Every value of ``instrument.score``: columns ``participant, visit, value``.

    Only ratings without a minute count: those at minutes of an infusion are another
    question. A score that could not be worked out is missing in ``value``.
    """
    instrument, _, name = score.partition(".")
    table = data.scores
    rows = (table["instrument"] == instrument) & (table["score"] == name)
    rows &= table["timepoint_min"].isna()
    columns = ["participant", "visit", "value"]
    chosen: pd.DataFrame = table.loc[rows.astype(bool), columns]
    return chosen.reset_index(drop=True)


def score_at(data: TrialData, score: str, visit: str) -> pd.Series[Any]:
    """Value of ``instrument.score`` at a visit, by participant; absent if not rated."""
    table = score_table(data, score).dropna(subset="value")
    return table[table["visit"] == visit].set_index("participant")["value"]


def baseline(data: TrialData, protocol: Protocol, score: str) -> pd.Series[Any]:
    """Value of a score at the baseline visit, by participant."""
    return score_at(data, score, protocol.schedule.baseline)


def visit_days(data: TrialData, protocol: Protocol) -> pd.DataFrame:
    """Day of each visit of each participant: ``participant, visit, day``.

    The actual day; where it is not recorded, the planned day of the visit's row, else
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


def holds(
    data: TrialData, protocol: Protocol, definition: str, visit: str
) -> pd.Series[Any]:
    """Whether a definition holds at a visit, by participant.

    Returns:
        Nullable booleans, one for each participant in the data; missing where the
        rating, or the baseline that the rule needs, is missing, and for a percentage of
        a baseline of 0.
    """
    rule = protocol.definition(definition)
    people = pd.Index(data.participants["participant"], name="participant")
    if rule.score is None:
        raise ValueError(f"{definition!r} is a loss of {rule.of!r}: it has no score")
    value = score_at(data, rule.score, visit).reindex(people)
    start = baseline(data, protocol, rule.score).reindex(people)
    return _met(rule, value, start, protocol.better(rule.score))


def first_loss(data: TrialData, protocol: Protocol, definition: str) -> pd.DataFrame:
    """Time to the loss of a definition, among those for whom it held at time zero.

    Time zero is the day of the visit ``at``. The event is the first later visit at
    which the definition is known not to hold; who has none is censored at the last
    visit at which it was known to hold.

    Returns:
        One row for each participant for whom it held: ``participant, start_day`` (day of
        time zero), ``day`` (of the event or the last known state), ``event`` (boolean),
        ``last_day_known`` (last day before the event at which it held).
    """
    loss = protocol.definition(definition)
    if loss.of is None or loss.at is None:
        raise ValueError(f"{definition!r} is not a loss of something")
    order = [visit.id for visit in protocol.schedule.visits]
    later = order[order.index(loss.at) :]
    state = pd.DataFrame({v: holds(data, protocol, loss.of, v) for v in later})
    days = visit_days(data, protocol).pivot(
        index="participant", columns="visit", values="day"
    )
    rows = []
    for person in state.index[state[loss.at].fillna(False).astype(bool)]:
        seen = state.loc[person].dropna().astype(bool)
        kept = days.loc[person, seen.index]
        lost = seen.index[~seen]
        event = len(lost) > 0
        end = seen.index.get_loc(lost[0]) if event else len(seen)
        rows.append(
            {
                "participant": person,
                "start_day": kept[loss.at],
                "day": kept[lost[0]] if event else kept.iloc[end - 1],
                "event": event,
                "last_day_known": kept.iloc[end - 1],
            }
        )
    names = ["participant", "start_day", "day", "event", "last_day_known"]
    return pd.DataFrame(rows, columns=names)


def _met(
    rule: Definition, value: pd.Series[Any], start: pd.Series[Any], better: str
) -> pd.Series[Any]:
    if rule.threshold is None:
        raise ValueError(f"definition {rule.id!r} has no threshold")
    sign = 1 if better == "lower" else -1
    improved = (start - value) * sign
    if rule.rule == "percent-reduction":
        # Multiplied out: 100 * 12 / 40 >= 30 must hold exactly, whatever is rounded.
        met = improved * 100 >= rule.threshold * start
        known = improved.notna() & (start > 0)
    elif rule.rule == "points-reduction":
        met, known = improved >= rule.threshold, improved.notna()
    elif rule.rule == "at-most":
        met, known = value <= rule.threshold, value.notna()
    else:
        met, known = value >= rule.threshold, value.notna()
    return met.astype("boolean").where(known)
