"""Times as people write them: local time of the site, kept with its offset from UTC.

What was typed, ``2027-03-14T10:05``, is kept as ``2027-03-14T10:05-04:00``: the digits are
those of the clock on the wall, and the moment is certain whatever happens to the site's
zone later. Values without an offset, from before there were zones, mean UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from equipoise.conduct.forms.definition import Form
from equipoise.conduct.forms.missing_codes import is_code, without_codes

FORMAT = "write date and time as 2027-01-31T09:30"


def moment(kept: str) -> datetime:
    """The moment of a value that was kept, with its offset; ValueError for no time."""
    read = datetime.fromisoformat(kept)
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)


def day_of(kept: str, zone: ZoneInfo) -> date:
    """The day on the calendar of the site."""
    return moment(kept).astimezone(zone).date()


def kept_now(at: datetime, zone: ZoneInfo) -> str:
    """A moment as it is kept, to the second: the clock on the wall with its offset."""
    return at.astimezone(zone).isoformat(timespec="seconds")


def wall(kept: str, zone: ZoneInfo) -> str:
    """What the field of the browser shows of a kept value: the clock on the wall.

    It has no offset and no zone, so that a tablet with a wrong zone shows the same.
    """
    local = moment(kept).astimezone(zone)
    parts = "seconds" if local.second else "minutes"
    return local.replace(tzinfo=None).isoformat(timespec=parts)


def in_words(kept: str, zone: ZoneInfo) -> str:
    """A kept value for reading: ``2027-03-14 10:05 EDT``."""
    local = moment(kept).astimezone(zone)
    return f"{wall(kept, zone).replace('T', ' ')} {name_of(local)}"


def name_of(local: datetime) -> str:
    """What a zone is called at a moment: ``EST``; ``UTC+03:00`` where it has no letters."""
    name = local.tzname() or "UTC"
    return f"UTC{local.isoformat()[-6:]}" if name[:1] in "+-" else name


def readings(typed: str, zone: ZoneInfo) -> list[str]:
    """Values that a typed local time can mean: one; two where the clock was set back.

    None where the clock was set forward and the time was never there; ValueError for
    what is no date with a time.
    """
    read = datetime.fromisoformat(typed)
    if "T" not in typed and " " not in typed:
        raise ValueError(FORMAT)
    plain = read.replace(tzinfo=None)
    found: dict[str, None] = {}
    for fold in (0, 1):
        local = plain.replace(fold=fold, tzinfo=zone)
        back = local.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
        if back == plain:
            found[_written(local, typed)] = None
    return [one for one in found if read.tzinfo is None or moment(one) == read]


def taken(
    form: Form, values: Mapping[str, str], held: Mapping[str, str], zone: ZoneInfo
) -> tuple[dict[str, str], dict[str, str]]:
    """Field -> value as it is kept, and field -> what is wrong with a time.

    ``values`` are as they came, times with an offset or without; a wrong one stays as it
    came. A time that means what is ``held`` now, or that the page showed and nobody
    touched, is no change.
    """
    kept, wrong = dict(values), {}
    held = without_codes(held)
    times = {field.name for field in form.fields if field.kind == "datetime"}
    for name in times & values.keys():
        if not values[name] or is_code(values[name]):
            continue
        try:
            kept[name] = _kept(values[name], held.get(name, ""), zone)
        except ValueError as problem:
            wrong[name] = str(problem)
    return kept, wrong


def _kept(typed: str, held: str, zone: ZoneInfo) -> str:
    try:
        found = readings(typed, zone)
    except (ValueError, OverflowError):
        raise ValueError(FORMAT) from None
    shown = [moment(one) for one in found]
    if held and moment(held) in shown:
        return held
    if len(found) == 1:
        return found[0]
    place = f"local time of the site ({zone.key})"
    if found:
        raise ValueError(
            f"the clock was set back and showed this {place} twice: say which, "
            + " or ".join(in_words(one, zone) for one in found)
        )
    if datetime.fromisoformat(typed).tzinfo is not None:
        raise ValueError(f"this is not {place}: write what its clock showed")
    raise ValueError(
        f"the clock was set forward over this {place}: it was never there; write what "
        "the clock showed"
    )


def _written(local: datetime, typed: str) -> str:
    """With seconds and fractions only where they were typed."""
    if local.microsecond:
        return local.isoformat()
    seconds = typed.rpartition("T")[2][:8].count(":") > 1
    return local.isoformat(timespec="seconds" if seconds else "minutes")
