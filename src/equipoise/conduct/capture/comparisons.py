"""What the checks of a form are compared with, and who has confirmed a soft one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from django.conf import settings

from equipoise.conduct.audit.chain import Fact
from equipoise.conduct.capture.current import Current, Where
from equipoise.conduct.capture.place import Place
from equipoise.conduct.capture.plan import plan_in_force
from equipoise.conduct.forms.comparing import Known
from equipoise.conduct.forms.definition import Form
from equipoise.conduct.forms.local_time import moment
from equipoise.protocol.forms import FormCheck

CONFIRM = "confirm value"


def needed(form: Form) -> list[str]:
    """Other forms that the checks of a form look at."""
    others = [check.other or "" for check in form.checks]
    found = [other.partition(".")[0] for other in others if "." in other]
    if "infusion start" in others:
        found.append("infusion")
    return found


def compared(place: Place, known: Current, at: datetime) -> Known:
    """What the answers of a form are compared with.

    ``known`` has the forms of ``needed``.
    """
    start = known.answers("infusion", place.visit).get("started_at")
    return Known(
        now=at + settings.CLOCK_TOLERANCE,  # a device may be ahead by seconds
        zone=place.participant.site.zone,
        day0=place.participant.day0,
        infusion_start=None if start is None else moment(start),
        window=_window(place),
        answer=lambda form, field: known.answers(form).get(field, ""),
    )


def _window(place: Place) -> tuple[date, date] | None:
    """First and last day of a planned visit, once day 0 is planned."""
    day0 = place.participant.day0
    if day0 is None or not any("window" in (c.other or "") for c in place.form.checks):
        return None
    found = (v for v in plan_in_force().calendar(day0) if v.visit.id == place.visit)
    return next(((v.earliest, v.latest) for v in found), None)


def unconfirmed(
    failed: Iterable[FormCheck],
    known: Current,
    where: Where,
    changing: Collection[str],
    confirmed: Mapping[str, str],
) -> tuple[FormCheck, ...]:
    """Soft checks that fail and that nobody has confirmed for the values that hold.

    What was confirmed before is void for fields that are written now (``changing``);
    ``confirmed`` is soft check -> reason, given now.
    """
    before = known.confirmed.get(where, {})
    return tuple(
        check
        for check in failed
        if not check.hard
        and not confirmed.get(check.id, "").strip()
        and (check.id not in before or check.field in changing)
    )


def confirmations(
    failed: Iterable[FormCheck], where: Where, confirmed: Mapping[str, str]
) -> list[Fact]:
    """Facts about values: each soft check that was confirmed, with its reason."""
    return [
        Fact(CONFIRM, *where, item=check.field, value=check.id, reason=reason)
        for check in failed
        if not check.hard and (reason := confirmed.get(check.id, "").strip())
    ]
