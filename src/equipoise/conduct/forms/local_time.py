"""Local time of the site, stored with its offset from UTC.

An entered time, ``2027-03-14T10:05``, is stored as ``2027-03-14T10:05-04:00``: the digits
are those of the clock at the site, and the moment is unambiguous whatever happens to the
time zone of the site later. Older values without an offset mean UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from equipoise.conduct.forms.definition import Form
from equipoise.conduct.forms.missing_codes import is_code, without_codes

FORMAT = "enter date and time as 2027-01-31T09:30"


def moment(kept: str) -> datetime:
    """The moment of a stored value, with its offset; ValueError if it is not a time."""
    read = datetime.fromisoformat(kept)
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)


def day_of(kept: str, zone: ZoneInfo) -> date:
    """The day on the calendar of the site."""
    return moment(kept).astimezone(zone).date()


def kept_now(at: datetime, zone: ZoneInfo) -> str:
    """A moment for storage, to the second: the clock at the site with its offset."""
    return at.astimezone(zone).isoformat(timespec="seconds")


def wall(kept: str, zone: ZoneInfo) -> str:
    """A stored value for the field of a browser: the clock at the site.

    It has no offset and no zone, so that a tablet with a wrong zone shows the same.
    """
    local = moment(kept).astimezone(zone)
    parts = "seconds" if local.second else "minutes"
    return local.replace(tzinfo=None).isoformat(timespec=parts)


def in_words(kept: str, zone: ZoneInfo) -> str:
    """A stored value for display: ``2027-03-14 10:05 EDT``."""
    local = moment(kept).astimezone(zone)
    return f"{wall(kept, zone).replace('T', ' ')} {name_of(local)}"


def name_of(local: datetime) -> str:
    """Name of a zone at a moment: ``EST``; ``UTC+03:00`` where it has no letters."""
    name = local.tzname() or "UTC"
    return f"UTC{local.isoformat()[-6:]}" if name[:1] in "+-" else name


def readings(typed: str, zone: ZoneInfo) -> list[str]:
    """Values that an entered local time can mean: one; two where the clock was set back.

    Empty where the clock was set forward over the time; ValueError if it is not a date
    with a time.
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
    """Field -> value for storage, and field -> problem of a time.

    ``values`` are as received, times with an offset or without; an invalid time remains
    unchanged. A time equal to that in ``held``, or unchanged since the page was shown, is
    not a change.
    """
    kept, problems = dict(values), {}
    held = without_codes(held)
    times = {field.name for field in form.fields if field.kind == "datetime"}
    for name in times & values.keys():
        if not values[name] or is_code(values[name]):
            continue
        try:
            kept[name] = _kept(values[name], held.get(name, ""), zone)
        except ValueError as problem:
            problems[name] = str(problem)
    return kept, problems


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
            f"the clock was set back and showed this {place} twice: choose "
            + " or ".join(in_words(one, zone) for one in found)
        )
    if datetime.fromisoformat(typed).tzinfo is not None:
        raise ValueError(f"this is not {place}: enter the time of its clock")
    raise ValueError(
        f"the clock was set forward over this {place}, so it does not exist: enter the "
        "time that the clock showed"
    )


def _written(local: datetime, typed: str) -> str:
    """With seconds and fractions only where they were entered."""
    if local.microsecond:
        return local.isoformat()
    seconds = typed.rpartition("T")[2][:8].count(":") > 1
    return local.isoformat(timespec="seconds" if seconds else "minutes")
