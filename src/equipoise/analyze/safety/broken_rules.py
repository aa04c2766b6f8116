"""Safety rules that were met although the infusion was given or continued."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from equipoise.dataset.collected import collected
from equipoise.dataset.memoization import derived_once
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.numerics.rounding import fixed
from equipoise.protocol.governance import SafetyRule
from equipoise.protocol.model import Protocol
from equipoise.protocol.vital_sign_names import NAMES, with_unit

HOLD = ("hold",)
STOP = ("stop", "pause")


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule that was met at an infusion, and what is known of what was done.

    Attributes:
        arm: to which the participant was randomized.
        visit: id of the visit of the infusion.
        value: the worst of those that met the rule, in ``unit``.
        minute: of that value, from the start of the infusion.
        action: that the rule asks for: ``hold``, ``pause`` or ``stop``.
        went_on: True if the infusion was given, or continued, against the rule; None if
            the data do not tell. A rule that was followed is not returned.
        text: a sentence for a listing.
    """

    participant: str
    arm: str
    visit: str
    infusion: int
    rule_id: str
    measurement: str
    value: float
    unit: str
    minute: float
    action: str
    went_on: bool | None
    text: str


class _Infusion(NamedTuple):
    """What the data hold of one infusion; ``end`` in minutes, NaN if not known."""

    recorded: bool
    given: bool | None
    interrupted: bool | None
    end: float
    planned: float


@derived_once
def broken_rules(protocol: Protocol, data: UnblindedTrialData) -> list[BrokenRule]:
    """Each rule that was met at an infusion that was nevertheless given or continued.

    A *hold* rule is broken if the last value before the infusion meets it and the
    infusion was given: an earlier value that was repeated and found within its limits
    breaks nothing. A *stop* or *pause* rule is broken if a value during the infusion
    meets it, before its end, and the infusion was neither interrupted nor stopped early.
    Where the infusion was interrupted it is not known whether for this value, unless it
    was stopped by the next measurement. A value at the minute at which the infusion ended
    leaves nothing to stop. *Watch* rules ask for attention, not for another dose.

    Args:
        protocol: of the trial.
        data: of the trial; participants without an arm are excluded.

    Returns:
        One row for each participant, infusion and rule, in that order; see ``went_on``.

    Source: ICH E3 10.2 (protocol deviations).
    """
    rows = data.measurements
    number = {v.id: v.infusion for v in protocol.schedule.visits if v.infusion}
    rows = rows[
        rows["participant"].isin(data.arm.index)
        & rows["visit"].isin(list(number))
        & rows["timepoint_min"].notna()
    ]
    rows = _near_limits(protocol, rows)
    rows = rows.assign(minute=rows["timepoint_min"].astype(float))
    infusions = _infusions(protocol, data)
    rules = [rule for rule in protocol.vital_rules() if rule.action in (*HOLD, *STOP)]
    broken = []
    for (participant, visit), own in rows.groupby(["participant", "visit"], sort=True):
        person, place = str(participant), str(visit)
        arm = str(data.arm[person])
        given = infusions.get((person, place)) or _unrecorded(protocol, data, arm)
        measured = set(own["name"])
        for rule in rules:
            if rule.measurement not in measured:
                continue
            values = own[own["name"] == rule.measurement].sort_values("minute")
            for hit, went_on in _against(rule, values, given):
                broken.append(
                    BrokenRule(
                        participant=person,
                        arm=arm,
                        visit=place,
                        infusion=int(number[place] or 0),
                        rule_id=rule.id,
                        measurement=rule.measurement,
                        value=float(hit["value"]),
                        unit=rule.unit,
                        minute=float(hit["minute"]),
                        action=rule.action,
                        went_on=went_on,
                        text=_text(rule, hit, went_on),
                    )
                )
    return sorted(broken, key=lambda one: (one.participant, one.infusion))


def _near_limits(protocol: Protocol, rows: pd.DataFrame) -> pd.DataFrame:
    """Values of the infusions at which one of the same measurement meets a rule in time.

    All others break nothing; they are most of a large trial.
    """
    before = (rows["timepoint_min"] <= 0).astype(bool)
    key = ["participant", "visit", "name"]
    beyond = pd.Series(False, index=rows.index)
    for rule in protocol.vital_rules():
        if rule.action in (*HOLD, *STOP):
            in_time = before if rule.action in HOLD else ~before
            met = (rows["name"] == rule.measurement).astype(bool) & _meets(rule, rows)
            beyond |= met & in_time
    near = pd.MultiIndex.from_frame(rows.loc[beyond, key])
    return rows[pd.MultiIndex.from_frame(rows[key]).isin(near)]


def _against(
    rule: SafetyRule, values: pd.DataFrame, infusion: _Infusion
) -> Iterator[tuple[dict[Any, Any], bool | None]]:
    """The worst value against which the infusion was given, if there is one."""
    if rule.action in HOLD and rule.when in ("before infusion", "any"):
        last = values[values["minute"] <= 0].tail(1)
        if _meets(rule, last).any() and infusion.given is not False:
            yield last.iloc[0].to_dict(), infusion.given
        return
    if rule.action not in STOP or rule.when not in ("during infusion", "any"):
        return
    if infusion.given is False:
        return
    length = infusion.end if np.isfinite(infusion.end) else infusion.planned
    during = values[(values["minute"] > 0) & ~(values["minute"] >= length)]
    met = during[_meets(rule, during)]
    states = [_went_on(rule, minute, values, infusion) for minute in met["minute"]]
    for state in (True, None):
        chosen = met[[one is state for one in states]]
        if len(chosen):
            over = rule.above is not None and (chosen["value"] >= rule.above).any()
            at = chosen["value"].argmax() if over else chosen["value"].argmin()
            yield chosen.iloc[int(at)].to_dict(), state
            return


def _meets(rule: SafetyRule, values: pd.DataFrame) -> pd.Series[Any]:
    beyond = pd.Series(False, index=values.index)
    if rule.above is not None:
        beyond |= values["value"] >= rule.above
    if rule.below is not None:
        beyond |= values["value"] <= rule.below
    return beyond


def _went_on(
    rule: SafetyRule, minute: float, values: pd.DataFrame, infusion: _Infusion
) -> bool | None:
    """Whether an infusion went on after a value; None if the data do not tell."""
    later = values.loc[values["minute"] > minute, "minute"]
    following = float(later.min()) if len(later) else minute
    early = not infusion.end >= infusion.planned  # also where a length is not known
    stopped = np.isfinite(infusion.end) and infusion.end <= following and early
    if stopped or (rule.action == "pause" and infusion.interrupted):
        return False
    return True if infusion.interrupted is False else None


def _infusions(
    protocol: Protocol, data: UnblindedTrialData
) -> dict[tuple[str, str], _Infusion]:
    """Every infusion that the data record, by participant and visit."""
    found = {}
    rows = data.exposures[data.exposures["participant"].isin(data.arm.index)]
    end = (rows["stopped_at"] - rows["started_at"]).dt.total_seconds() / 60
    for row, minutes in zip(rows.to_dict("records"), end, strict=True):
        person = str(row["participant"])
        flag = row["interrupted"]
        found[person, str(row["visit"])] = _Infusion(
            recorded=True,
            given=True,
            interrupted=None if pd.isna(flag) else bool(flag),
            end=float(minutes) if pd.notna(minutes) else np.nan,
            planned=_planned(protocol, str(data.arm[person])),
        )
    return found


def _unrecorded(protocol: Protocol, data: UnblindedTrialData, arm: str) -> _Infusion:
    """An infusion without a row: not given, if infusions were recorded at all."""
    given = False if collected(data, "exposures") else None
    return _Infusion(False, given, None, np.nan, _planned(protocol, arm))


def _planned(protocol: Protocol, arm: str) -> float:
    """Length of an infusion of an arm in minutes; NaN if the protocol has none."""
    infused = protocol.infused(arm)
    length = infused.infusion if infused else None
    return np.nan if length is None else float(length.value)


def _text(rule: SafetyRule, hit: dict[Any, Any], went_on: bool | None) -> str:
    """The rule, the value and what was done."""
    limit = f"at least {rule.above:g}" if rule.above is not None else ""
    if rule.below is not None:
        limit += f"{' or ' if limit else ''}at most {rule.below:g}"
    minute = hit["minute"]
    when = (
        f"{-minute:g} min before the infusion"
        if minute < 0
        else f"at minute {minute:g} of the infusion"
    )
    value = fixed(float(hit["value"]), 1).removesuffix(".0")
    if went_on is None:
        done = "what was done is not recorded"
    elif rule.action == "hold":
        done = "the infusion was given"
    else:
        done = "the infusion went on"
    name = NAMES.get(rule.measurement, (rule.measurement, ""))[0]
    what = f"{name} {with_unit(value, rule.unit)} {when}"
    return f"{what} ({rule.action} if {limit}): {done}"
