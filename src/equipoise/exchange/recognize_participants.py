"""Recognizes columns with one value per participant: arm, characteristics, site, dates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from equipoise.exchange.column_profile import Look, matched, normal, not_done
from equipoise.exchange.recognition import Confidence, Finding, Scene
from equipoise.protocol.population import Characteristic

Rule = dict[str, Any]
ARM = {"arm", "group", "treatment", "trt", "treat", "therapy", "rand", "allocation"} | {
    *("alloc", "randomization", "randomisation", "intervention", "trtp", "trt01p"),
}
SITE = {"site", "center", "centre", "siteid", "hospital", "clinic"}
SYNONYMS = {
    "sex": ("gender", "sex"),
    "age": ("age", "age years", "age at consent", "ageyr"),
    "weight_kg": ("weight", "wt", "body weight", "weight kg", "bodyweight"),
    "height_cm": ("height", "ht", "height cm"),
}
FEW = 3  # fewer different values than this tell nothing by themselves
YES_NO = {"yes": {"1", "y", "true", "yes"}, "no": {"0", "2", "n", "false", "no"}}


def arm(look: Look, scene: Scene) -> Iterator[Finding]:
    """A column whose values are the arms of the protocol."""
    named = bool(ARM & set(look.words)) and "guess" not in look.words
    known = {a.id: (a.id, a.label, a.intervention or a.id) for a in scene.protocol.arms}
    values = matched(look.labels, known)
    if values is None or not look.once or "guess" in look.words:
        return
    if not named and set(values.values()) != set(known):
        return
    found: Confidence = "high" if named else "medium"
    rule: Rule = {"to": "participants.arm", **_values(values)}
    yield Finding((look.column,), rule, "its values are the arms", found)


def characteristic(look: Look, scene: Scene) -> Iterator[Finding]:
    """A column named like a characteristic of the protocol, with fitting values."""
    for part in scene.protocol.characteristics:
        names = {normal(part.id), normal(part.label), *SYNONYMS.get(part.id, ())}
        label = normal(look.field.label) if look.field else ""
        if not {" ".join(look.words), label} & names or not look.once:
            continue
        to: Rule = {"to": f"participants.{part.id}"}
        if part.type == "number" and look.numeric(scene.decimal):
            yield Finding((look.column,), to, f"named like {part.label!r}", "high")
        values = _category(look, part) if part.type == "category" else None
        if values is not None:
            rule = to | _values(values)
            missing = not_done(look.labels)
            rule |= {"missing": missing} if missing else {}
            why = f"named like {part.label!r}, and its values match"
            yield Finding((look.column,), rule, why, "high")


def by_values(look: Look, scene: Scene) -> Iterator[Finding]:
    """A category recognized by its values alone, such as numbers of centers."""
    telling = len(look.texts) >= FEW and not all(len(t) == 1 for t in look.texts)
    if not telling or not look.once:
        return
    for part in scene.protocol.characteristics:
        if part.type == "category" and set(look.texts) <= set(part.values):
            rule = {"to": f"participants.{part.id}"}
            why = f"its values are those of {part.label!r}"
            yield Finding((look.column,), rule, why, "medium")


def site(look: Look, scene: Scene) -> Iterator[Finding]:
    """A column with the site of a participant."""
    group = look.column == "redcap_data_access_group"
    if not group and (not SITE & set(look.words) or len(look.words) > 2):
        return
    labels = look.labels
    rule: Rule = {"to": "participants.site"}
    if any(text != label for text, label in labels.items()):
        yield Finding((look.column,), rule | {"values": labels}, "by its name", "high")
    else:
        yield Finding((look.column,), rule, "by its name", "high")


def day(look: Look, scene: Scene) -> Iterator[Finding]:
    """A date, or a day of the schedule."""
    said = set(look.words)
    formats = look.date_formats()
    days = {"reldays", "ady", "dy", "day", "studyday", "vsdy", "qsdy"}
    if not formats:
        if scene.long and said & days and look.numeric("."):
            why = "integers, named like days"
            rule = {"to": "visits.actual_day"}
            yield Finding((look.column,), rule, why, "medium")
        return
    sure: Confidence = "medium" if len(formats) == 1 else "low"
    other = "" if len(formats) == 1 else f"; {formats[1]} would also fit: check"
    if said & {"consent", "consented", "icf"}:
        to = "participants.consented_at"
    elif said & {"rand", "randomized", "randomised", "randomization", "randomisation"}:
        to = "participants.randomized_at"
    elif scene.long and scene.day0 and not look.once and said & VISITED:
        to = "visits.actual_day"
    else:
        return
    rule = {"to": to, "format": formats[0]}
    yield Finding((look.column,), rule, f"dates, by its name{other}", sure)


VISITED = {"visit", "date", "dov", "assessment", "assessed", "dt", "dtc", "interview"}


def _category(look: Look, part: Characteristic) -> dict[str, str] | None:
    known = {v: {v, part.labels.get(v, v)} for v in part.values}
    values = matched(look.labels, known)
    if values is None and set(part.values) == set(YES_NO):
        values = matched(look.labels, YES_NO)
    if values is None and look.field is None and set(look.texts) <= set(part.values):
        values = {text: text for text in look.texts}
    return values


def _values(values: dict[str, str]) -> dict[str, object]:
    """The key ``values`` of a rule, where a value does not stand for itself."""
    own = all(text == value for text, value in values.items())
    return {} if own else {"values": values}
