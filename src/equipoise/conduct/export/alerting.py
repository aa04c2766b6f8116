"""Rows of the table ``alerts``: what fired, and what is known of what was done."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.conduct.export.cells import Cells
from equipoise.conduct.export.history import History, plain
from equipoise.conduct.export.sight import Sight
from equipoise.conduct.export.snapshot import Snapshot
from equipoise.conduct.safety.alerts import Alarm, alarms


def alarms_of(snapshot: Snapshot) -> dict[str, list[Alarm]]:
    """Participant -> alerts, as they stood in a snapshot."""
    return alarms(snapshot.heads, upto=snapshot.heads)


def alert_rows(person: History, own: list[Alarm], sight: Sight) -> Iterator[Cells]:
    """The alerts of a participant on forms of which somebody may know."""
    for alarm in own:
        form, visit, minute = alarm.where
        if not sight.sees(form, person.site):
            continue
        when = alarm.acknowledged_at
        yield {
            "participant": person.identifier,
            "visit": visit or None,
            "timepoint_min": minute,
            "number": alarm.seq,
            "form": form,
            "item": alarm.item,
            "rule": alarm.rule,
            "value": alarm.value,
            "text": alarm.text,
            "fired_at": plain(alarm.at),
            "entered_by": alarm.by,
            "shown_to": ", ".join(alarm.shown_to) or None,
            "acknowledged_by": alarm.acknowledged_by or None,
            "acknowledged_at": None if when is None else plain(when),
            "done": alarm.done or None,
            "released_by": alarm.released_by or None,
            "reason": alarm.reason or None,
        }
