"""Action plan of each simulated participant: forms and actions by user and time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pandas as pd

from equipoise.conduct.forms.definition import Form
from equipoise.conduct.forms.from_definition import planned
from equipoise.conduct.forms.value_checks import asked
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.instruments.model import Instrument
from equipoise.protocol.model import Protocol
from equipoise.rehearse_conduct.visit_times import (
    Begins,
    minute_of,
    records,
    rows_of,
    utc,
    visit_dates,
    visit_times,
)

MORNING, EVENING = timedelta(hours=9), timedelta(hours=17)
TO_GUESS = timedelta(hours=2)  # after the first rating of a visit
FILLING = timedelta(minutes=75)  # before the infusion
LEAVING = timedelta(minutes=5)  # after the last measurement
DECLINED = "declined to take part"
GONE = ("study-withdrawn", "lost-to-follow-up", "death")
STATED = ("treatment-discontinued", "new-treatment", *GONE)


@dataclass(frozen=True, slots=True)
class Deed:
    """A form that a user fills in at some time, or another action.

    Attributes:
        by: role as in the protocol.
        form: id of the form; or ``prepare`` (the pharmacy), ``start``, ``interrupt``,
            ``resume``, ``stop`` and ``discharge`` (the bedside), ``follow up`` (whether a
            response was lost).
    """

    at: datetime
    by: str
    form: str
    visit: str = ""
    minute: int | None = None
    values: dict[str, str] = field(default_factory=dict)

    def address(self, identifier: str) -> str:
        """Address of the page of the form."""
        where = {"visit": self.visit, "minute": self.minute}
        given = {n: v for n, v in where.items() if v not in ("", None)}
        query = f"?{urlencode(given)}" if given else ""
        form = quote(self.form, safe=":")
        return f"/participants/{identifier}/forms/{form}/{query}"


@dataclass(frozen=True, slots=True)
class Part:
    """Actions for one participant of the rehearsal.

    Attributes:
        screened_at: UTC.
        day0: date of day 0.
        before: forms before randomization, in the order of time.
        randomized_at: None for an excluded participant.
        after: forms after it.
    """

    identifier: str
    screened_at: datetime
    day0: datetime
    before: list[Deed]
    randomized_at: datetime | None
    after: list[Deed]


def parts(protocol: Protocol, data: UnblindedTrialData) -> Iterator[Part]:
    """The actions for every participant, in order of screening."""
    tables = {
        name: dict(iter(frame.groupby("participant"))) for name, frame in data.tables()
    }
    for row in records(data.participants):
        name = str(row["participant"])
        own = {t: frames[name] for t, frames in tables.items() if name in frames}
        yield _part(protocol, row, own)


def _part(
    protocol: Protocol, row: dict[str, Any], own: dict[str, pd.DataFrame]
) -> Part:
    consented = utc(row["consented_at"])
    reached = own["dispositions"].set_index("milestone")
    day0 = consented.replace(hour=0, minute=0) - timedelta(
        days=int(reached["day"].astype(int)["consented"])
    )
    randomized = None if pd.isna(row["randomized_at"]) else utc(row["randomized_at"])
    times = visit_times(own, day0, consented)
    deeds = sorted(
        [
            *_visits(own, times, day0),
            *_infusions(own, randomized),
            *_ratings(protocol, own, times),
            *_vitals(own, times),
            *_events(own, day0),
            *_milestones(own, day0),
            *_guesses(own, times),
            *_responders(protocol, own, day0),
            *_further(protocol, times),
        ],
        key=lambda deed: deed.at,
    )
    first = [consent(consented), _characteristics(protocol, row, consented)]
    until = randomized or datetime.max.replace(tzinfo=UTC)
    before = first + [deed for deed in deeds if deed.at <= until]
    judged = randomized or max(deed.at for deed in before)
    before += _eligibility(protocol, reached, judged)
    after = [deed for deed in deeds if deed.at > until]
    return Part(str(row["participant"]), consented, day0, before, randomized, after)


def consent(at: datetime) -> Deed:
    """The consent form, signed at a local time of the site."""
    signed = {"version": "1.0", "signed_at": f"{at:%Y-%m-%dT%H:%M}", "copy": "yes"}
    return Deed(at, "investigator", "consent", values=signed)


def _characteristics(protocol: Protocol, row: dict[str, Any], at: datetime) -> Deed:
    values = {c.id: _text(row[c.id]) for c in protocol.characteristics}
    return Deed(at, "coordinator", "characteristics", values=values)


def _eligibility(
    protocol: Protocol, reached: pd.DataFrame, at: datetime
) -> Iterator[Deed]:
    """Criteria that the investigator attests, and the reason for not including."""
    why = reached["reason"].get("excluded")
    texts = {c.text: c.id for c in protocol.eligibility}
    if why is None or why in texts:
        values = {
            c.id: "yes" if (c.kind == "inclusion") != (c.text == why) else "no"
            for c in protocol.eligibility
            if c.require is None
        }
        yield Deed(at, "investigator", "eligibility", values=values)
    if why is not None:
        reason = texts.get(why) or ("declined" if why == DECLINED else "other")
        values = {"reason": reason, "date": f"{at:%Y-%m-%d}"}
        values |= {"words": str(why)} if reason == "other" else {}
        yield Deed(at, "investigator", "exclusion", values=values)


def _visits(
    own: dict[str, pd.DataFrame], times: dict[str, Begins], day0: datetime
) -> Iterator[Deed]:
    for row in rows_of(own, "visits"):
        if row["status"] == "done":
            at = times[row["visit"]].rated
            values = {"status": "done", "date": f"{at:%Y-%m-%d}"}
        elif row["status"] == "missed":
            at = day0 + timedelta(days=int(row["planned_day"])) + MORNING
            values = {"status": "missed", "reason": str(row["reason"])}
        else:
            continue
        yield Deed(at, "coordinator", "visit", row["visit"], values=values)


def _ratings(
    protocol: Protocol, own: dict[str, pd.DataFrame], times: dict[str, Begins]
) -> Iterator[Deed]:
    by = {use.id: use.by for use in protocol.instruments}
    for table, item in (("answers", "item"), ("recorded_scores", "score")):
        if table not in own:
            continue
        keys = ["visit", "timepoint_min", "instrument"]
        for key, rows in own[table].groupby(keys, dropna=False):
            visit, minute, name = str(key[0]), key[1], str(key[2])
            at = times[visit].at(minute_of(minute))
            if "answered_at" in rows and rows["answered_at"].notna().all():
                at = utc(rows["answered_at"].max())
            values = _unasked(protocol.scales[name], set(rows[item])) | dict(
                zip(rows[item], map(_text, rows["value"]), strict=True)
            )
            yield Deed(
                at, by[name], f"instrument:{name}", visit, minute_of(minute), values
            )


def _unasked(scale: Instrument, answered: set[str]) -> dict[str, str]:
    """The lowest response to items that are not simulated: no endpoint uses them."""
    apart = {item for group in scale.alternatives for item in group.items}
    return {
        name: str(min(item.allowed))
        for name, item in scale.items.items()
        if name not in answered | apart
    }


def _infusions(
    own: dict[str, pd.DataFrame], randomized: datetime | None
) -> Iterator[Deed]:
    """From the pharmacy to the discharge, in the order of an infusion day."""
    last = _last_minutes(own)
    for row in rows_of(own, "exposures"):
        started, stopped = utc(row["started_at"]), utc(row["stopped_at"])
        visit, reason = row["visit"], row["reason"]
        early = max(started - FILLING, (randomized or started) + timedelta(minutes=1))
        yield Deed(early, "pharmacist", "prepare", visit)
        weight = {} if pd.isna(row["weight_kg"]) else _weight(row["weight_kg"])
        yield Deed(started, "infusion team", "start", visit, values=weight)
        if row["interrupted"]:
            why = "not stated" if pd.isna(reason) else str(reason)
            third = (stopped - started) / 3
            yield Deed(started + third, "infusion team", "interrupt", visit,
                       values={"reason": why})  # fmt: skip
            yield Deed(stopped - third, "infusion team", "resume", visit)
        yield Deed(stopped, "infusion team", "stop", visit)
        home = max(stopped, started + timedelta(minutes=last.get(visit, 0)))
        yield Deed(home + LEAVING, "infusion team", "discharge", visit)


def _weight(kg: float) -> dict[str, str]:
    return {"weight_kg": _text(kg)}


def _last_minutes(own: dict[str, pd.DataFrame]) -> dict[str, int]:
    """Visit -> last minute at which something is measured or rated."""
    found: dict[str, int] = {}
    for table in ("measurements", "answers"):
        for row in rows_of(own, table):
            minute = minute_of(row["timepoint_min"])
            if minute is not None:
                found[row["visit"]] = max(minute, found.get(row["visit"], minute))
    return found


def _responders(
    protocol: Protocol, own: dict[str, pd.DataFrame], day0: datetime
) -> Iterator[Deed]:
    """The relapse plan of responders, and the check at each follow-up."""
    lost = next((d for d in protocol.definitions if d.rule == "loss-of"), None)
    dates = visit_dates(own, day0)
    follow = [
        v.id
        for v in protocol.schedule.visits
        if lost is not None and v.only_if == lost.of and v.id in dates
    ]
    if lost is None or not follow or lost.at not in dates:
        return
    on = dates[lost.at] + EVENING
    agreed = {
        "plan": "Discuss the symptoms within three days; booster as agreed.",
        "contact": "The study physician, by telephone",
        "agreed_on": f"{on:%Y-%m-%d}",
    }
    yield Deed(on, "investigator", "relapse-plan", values=agreed)
    for visit in follow:
        yield Deed(dates[visit] + EVENING, "investigator", "follow up", visit)


def _vitals(own: dict[str, pd.DataFrame], times: dict[str, Begins]) -> Iterator[Deed]:
    if "measurements" not in own:
        return
    keys = ["visit", "timepoint_min"]
    for key, rows in own["measurements"].groupby(keys, dropna=False):
        visit, minute = str(key[0]), minute_of(key[1])
        at = times[visit].at(minute)
        values = dict(zip(rows["name"], map(_text, rows["value"]), strict=True))
        yield Deed(at, "infusion team", "vitals", visit, minute, values)


def _further(protocol: Protocol, times: dict[str, Begins]) -> Iterator[Deed]:
    """Forms of the protocol at their visits; their values are not simulated."""
    for visit, begins in times.items():
        for form, minute in planned(protocol, protocol.schedule.visit(visit)):
            if form.id == "discharge":  # at the bedside, after the infusion
                continue
            at = begins.at(minute)
            values = not_simulated(form, at)
            yield Deed(at, form.by, form.id, visit, minute, values)


def not_simulated(form: Form, at: datetime) -> dict[str, str]:
    """The shortest complete form: tests are not done, there is nothing to report.

    Args:
        form: of the protocol.
        at: when it is filled in, UTC.
    """
    values: dict[str, str] = {}
    for one in form.fields:
        if one.required and asked(one, values):
            values[one.name] = {
                "flag": "no",
                "choice": one.choices[-1].value if one.choices else "",
                "number": f"{one.min or 0:g}",
                "date": f"{at:%Y-%m-%d}",
                "datetime": f"{at:%Y-%m-%dT%H:%M}",
                "time": f"{at:%H:%M}",
            }.get(one.kind, "not simulated")
    return values


def _events(own: dict[str, pd.DataFrame], day0: datetime) -> Iterator[Deed]:
    for number, row in enumerate(rows_of(own, "events"), start=1):
        started = day0 + timedelta(days=int(row["started_day"]))
        over = None if pd.isna(row["stopped_day"]) else int(row["stopped_day"])
        known = started if over is None else day0 + timedelta(days=over)
        end = {"ongoing": "yes"}
        if over is not None:
            end = {"ongoing": "no", "stopped_on": f"{known:%Y-%m-%d}"}
        values = {
            "term": row["term"],
            "started_on": f"{started:%Y-%m-%d}",
            **end,
            "severity": row["severity"],
            "serious": "yes" if row["serious"] else "no",
            "related": "yes" if row["related"] else "no",
            "action": row["action"],
            "outcome": row["outcome"],
        }
        at = known + EVENING
        yield Deed(at, "investigator", f"event#{number}", values=values)


def _milestones(own: dict[str, pd.DataFrame], day0: datetime) -> Iterator[Deed]:
    rows = [r for r in rows_of(own, "dispositions") if r["milestone"] in STATED]
    # A withdrawal on the day of treatment discontinuation comes after it.
    rows.sort(key=lambda r: (int(r["day"]), STATED.index(r["milestone"])))
    for number, row in enumerate(rows, start=1):
        on = day0 + timedelta(days=int(row["day"]))
        why = "not stated" if pd.isna(row["reason"]) else row["reason"]
        values = {"milestone": row["milestone"], "date": f"{on:%Y-%m-%d}"}
        values["reason"] = why
        form = f"milestone#{number}"
        yield Deed(on + EVENING, "investigator", form, values=values)


def _guesses(own: dict[str, pd.DataFrame], times: dict[str, Begins]) -> Iterator[Deed]:
    for row in rows_of(own, "guesses"):
        at = times[row["visit"]].rated + TO_GUESS
        form = f"guess:{row['by']}"
        yield Deed(at, row["by"], form, row["visit"], values={"guess": row["guess"]})


def _text(value: Any) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)
