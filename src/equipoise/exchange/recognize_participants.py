"""Recognizes columns with one value per participant: arm, characteristics, site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from equipoise.errors.counted import counted
from equipoise.exchange.column_profile import CODES, Look, matched, normal, not_done
from equipoise.exchange.recognition import Confidence, Finding, Scene
from equipoise.exchange.redcap_events import DATA_ACCESS_GROUP, redcap_name
from equipoise.protocol.population import Characteristic

Rule = dict[str, Any]
ARM = {"arm", "group", "treatment", "trt", "treat", "therapy", "rand", "allocation"} | {
    *("alloc", "randomization", "randomisation", "intervention", "trtp", "trt01p"),
    *("armcd", "actarm", "trt01a", "trta", "randomized", "randomised", "assigned"),
    *("assignment", "allocated", "cohort", "condition", "drug"),
}
# What was planned is the arm of a participant; what was received is not.
CODED = {"armcd", "trtcd", "trt01pn", "trtpn", "actarmcd"}  # codes next to a label
RECEIVED = {"actual", "actarm", "actarmcd", "trt01a", "trta", "received", "guess"}
SITE = {"site", "center", "centre", "siteid", "hospital", "clinic", "sitenr"}
SYNONYMS = {
    "sex": ("gender", "sex", "sex at birth", "biological sex", "gender identity"),
    "age": (
        *("age", "age years", "age at consent", "ageyr", "age yrs", "age in years"),
        *("age at enrollment", "age at enrolment", "age at screening"),
        "age at baseline",
    ),
    "weight_kg": ("weight", "wt", "body weight", "weight kg", "bodyweight"),
    "height_cm": ("height", "ht", "height cm", "body height", "stature"),
    "bmi": ("bmi", "body mass index"),
    "race": ("race", "race ethnicity"),
    "ethnicity": ("ethnicity", "ethnic", "ethnic group", "hispanic"),
}
# Forms and visits that are put before the name of a field: ``scr_dem_age``.
PREFIXES = {
    *("scr", "screen", "screening", "dem", "demo", "demog", "demographic"),
    *("demographics", "bl", "base", "baseline", "enrol", "enroll", "enrolment"),
    *("enrollment", "intake", "pt", "pat", "patient", "participant", "subject"),
    *("subj", "crf", "form", "q", "vs", "vital", "vitals", "dm", "sd", "v0"),
    *("sociodem", "sociodemographics", "t0"),
}
FEW = 3  # fewer different values than this tell nothing by themselves
YES_NO = {"yes": {"1", "y", "true", "yes"}, "no": {"0", "2", "n", "false", "no"}}


def arm(look: Look, scene: Scene) -> Iterator[Finding]:
    """A column whose values are the arms of the protocol."""
    said = set(look.words)
    named = bool(ARM & said)
    values = _arms(look, scene)
    if values is None or not look.once or "guess" in said:
        return
    complete = set(values.values()) == {a.id for a in scene.protocol.arms}
    if not named and not complete:
        return
    found: Confidence = "high" if named else "medium"
    missing = not_done(look.labels)
    rule: Rule = {"to": "participants.arm", **_values(values)}
    rule |= {"missing": missing} if missing else {}
    points = 2.0 * named + 2.0 * complete + look.filled - 2.0 * bool(said & RECEIVED)
    points -= 1.0 * bool(said & CODED)
    yield Finding((look.column,), rule, "its values are the arms", found, points)


def crossover(look: Look, scene: Scene) -> str | None:
    """Why a column with arms is not the arm: it changes during the trial."""
    if look.once or "guess" in look.words or _arms(look, scene) is None:
        return None
    if not ARM & set(look.words) and len(set(look.texts)) < len(scene.protocol.arms):
        return None
    return (
        "its values are arms that change between the rows of a participant, as in a "
        "cross-over trial, which Equipoise does not analyze"
    )


def _arms(look: Look, scene: Scene) -> dict[str, str] | None:
    arms = scene.protocol.arms
    shared = Counter(name for arm in arms for name in arm.treatments)
    known = {
        arm.id: (arm.id, arm.label, *(n for n in arm.treatments if shared[n] == 1))
        for arm in arms
    }
    return matched(look.labels, known)


def characteristic(look: Look, scene: Scene) -> Iterator[Finding]:
    """A column named like a characteristic of the protocol, with fitting values."""
    if not look.once:
        return
    for part in scene.protocol.characteristics:
        named = _named(look, part)
        if not named:
            continue
        points = named + look.filled
        made = _number if part.type == "number" else _coded
        yield from made(look, part, scene, points)


def _number(
    look: Look, part: Characteristic, scene: Scene, points: float
) -> Iterator[Finding]:
    found = look.numbers
    if found is None:
        return
    low = float("-inf") if part.min is None else part.min
    high = float("inf") if part.max is None else part.max
    codes = [
        text
        for text, value in found.values.items()
        if text in CODES and (value < 0 or not low <= value <= high)
    ]
    numbers = [value for text, value in found.values.items() if text not in codes]
    inside = [value for value in numbers if low <= value <= high]
    if not numbers or 2 * len(inside) < len(numbers):
        return  # such as the year of birth in a column named like the age
    rule: Rule = {"to": f"participants.{part.id}", **number_keys(look, scene)}
    missing = [*found.missing, *codes]
    rule |= {"missing": missing} if missing else {}
    why = f"named like {part.label!r}"
    why += f"; {', '.join(codes)} read as missing" if codes else ""
    why += look.none
    beyond = len(numbers) - len(inside)
    if beyond:
        values = counted(beyond, "value", "is")
        why += f"; {values} not within {low:g} to {high:g} and will be an error"
    doubt = codes or look.none or beyond
    sure: Confidence = "low" if doubt else "high" if points >= EXACT else "medium"
    yield Finding((look.column,), rule, why, sure, points + len(inside) / len(numbers))


def _coded(
    look: Look, part: Characteristic, scene: Scene, points: float
) -> Iterator[Finding]:
    values = _category(look, part)
    if values is None:
        return
    rule: Rule = {"to": f"participants.{part.id}", **_values(values)}
    missing = not_done(look.labels)
    rule |= {"missing": missing} if missing else {}
    why = f"named like {part.label!r}, and its values match"
    sure: Confidence = "high" if points >= EXACT else "medium"
    yield Finding((look.column,), rule, why, sure, points + 1)


EXACT = 3.0  # points of a column with exactly the name of the characteristic


def _named(look: Look, part: Characteristic) -> float:
    """Points for the name of a column, 0 if it is another one."""
    names = {normal(part.id), normal(part.label), *SYNONYMS.get(part.id, ())}
    own = " ".join(look.words)
    if own in names:
        return EXACT
    if look.label in names:
        return EXACT - 0.5
    form = set(normal(look.field.form).split()) if look.field else set()
    rest = list(look.words)
    while rest and (rest[0] in PREFIXES or rest[0] in form):
        rest.pop(0)
        if " ".join(rest) in names:
            return EXACT - 1.0
    return 0.0


def unfit(look: Look, scene: Scene) -> str:
    """Which field of a participant a column is named like, though its values do not fit.

    Empty if there is none.
    """
    if ARM & set(look.words) and len(look.texts) == len(scene.protocol.arms):
        return "perhaps the arm: state under `values` which of its values is which arm"
    parts = scene.protocol.characteristics
    named = next((part for part in parts if _named(look, part)), None)
    return f"named like {named.label!r}, but its values do not fit" if named else ""


def by_values(look: Look, scene: Scene) -> Iterator[Finding]:
    """A category recognized by its values alone, such as numbers of centers."""
    telling = len(look.texts) >= FEW and not all(len(t) == 1 for t in look.texts)
    if not telling or not look.once:
        return
    for part in scene.protocol.characteristics:
        if part.type == "category" and set(look.texts) <= set(part.values):
            rule = {"to": f"participants.{part.id}"}
            why = f"its values are those of {part.label!r}"
            yield Finding((look.column,), rule, why, "medium", look.filled)


def site(look: Look, scene: Scene) -> Iterator[Finding]:
    """A column with the site of a participant."""
    group = redcap_name(look.column) == DATA_ACCESS_GROUP
    if not group and (not SITE & set(look.words) or len(look.words) > 2):
        return
    labels = look.labels
    rule: Rule = {"to": "participants.site"}
    if any(text != label for text, label in labels.items()):
        rule |= {"values": labels}
    points = look.filled + look.once + group
    yield Finding((look.column,), rule, "by its name", "high", points)


def number_keys(look: Look, scene: Scene) -> Rule:
    """The key ``decimal`` of a column whose decimal mark is not that of the file."""
    mark = look.numbers.decimal if look.numbers else None
    return {"decimal": mark} if mark and mark != scene.decimal else {}


def _category(look: Look, part: Characteristic) -> dict[str, str] | None:
    known = {v: {v, part.labels.get(v, v)} for v in part.values}
    if part.id == "sex" and {normal(text) for text in look.labels.values()} == {
        "w",
        "m",
    }:
        known = {
            v: {*names, *(("w",) if v == "F" else ())} for v, names in known.items()
        }
    values = matched(look.labels, known)
    if values is None and set(part.values) == set(YES_NO):
        values = matched(look.labels, YES_NO)
    if values is None and not look.choices and set(look.texts) <= set(part.values):
        values = {text: text for text in look.texts}
    return values


def _values(values: dict[str, str]) -> dict[str, object]:
    """The key ``values`` of a rule, where a value does not stand for itself."""
    own = all(text == value for text, value in values.items())
    return {} if own else {"values": values}
