"""What the page of a form sends: values, missing codes, reasons, and what it had shown."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from equipoise.conduct.capture.place import Place
from equipoise.conduct.forms.definition import Field
from equipoise.conduct.forms.missing import is_code
from equipoise.conduct.pages.question import NO_ANSWER, Question

CONFIRM = "confirm:"  # before the id of a soft check, in the name of its reason


def values_of(
    place: Place, posted: Mapping[str, str], held: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Values of the fields of a form, and of nothing else that came in.

    An answer and a missing code can come in together, from a page without JavaScript:
    the one that is new counts.

    Args:
        held: field -> value or missing code now.

    Returns:
        Field -> value or code, and field -> why it cannot be said what is meant.
    """
    values, unclear = {}, {}
    for one in place.form.fields:
        text = _clean(one, posted[one.name]) if one.name in posted else None
        chosen, before = posted.get(NO_ANSWER + one.name), held.get(one.name, "")
        if one.is_calculated or (text is chosen is None):
            continue
        if not chosen:
            if text is not None or is_code(before):
                values[one.name] = text or ""
        elif not text or _is(one, text, before, place.participant.site.zone):
            values[one.name] = chosen
        elif chosen == before:
            values[one.name] = text
        else:
            unclear[one.name] = "an answer and “no answer” at once: choose one"
    return values, unclear


def _is(field: Field, text: str, held: str, zone: ZoneInfo) -> bool:
    """Whether what came in is what is kept, as the page shows it."""
    return text == Question(field, held, "", asked=True, zone=zone).typed


def _clean(field: Field, text: str) -> str:
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    return text.replace(",", ".") if field.kind == "number" else text


def seen(posted: Mapping[str, str]) -> int:
    """How much of the chain the person had seen; nothing, if the page does not say."""
    text = posted.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def confirmed(posted: Mapping[str, str]) -> dict[str, str]:
    """Soft check -> why the answer is right although it fails."""
    return {
        name.removeprefix(CONFIRM): posted[name].replace("\x00", "").strip()
        for name in posted
        if name.startswith(CONFIRM)
    }
