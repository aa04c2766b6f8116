"""Recognizes items and scores of the instruments of a protocol by name and range."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from equipoise.exchange.cells import is_number
from equipoise.exchange.column_profile import CODES, Look, normal, not_done
from equipoise.exchange.recognition import Finding, Scene
from equipoise.exchange.visit_names import moment
from equipoise.instruments.model import Instrument

SCORE = re.compile(r"(total|tot|sum|score|tl|ttl|ts)\d*")
NOISE = re.compile(r"(sev|severity|item|q|i|rating|response|score|raw)?0*(\d+)")
IDLE = {"sev", "severity", "item", "q", "rating", "response", "form", "scale"}
SPAN = 3  # most words that name a visit, as in `week 2 post`
NUMBERED = re.compile(r"\s*(-?\d+)\b")


@dataclass(frozen=True, slots=True)
class Rating:
    """A column that is named like an item or a score.

    Attributes:
        visit: visit id, None if the name contains none.
        part: item or score id, None if the name contains only the instrument.
        kind: ``item`` or ``score``.
        frame: name of the column without its item: columns of one form share it.
    """

    look: Look
    instrument: str
    visit: str | None
    kind: str
    part: str | None
    frame: str


def ratings(scene: Scene, free: Sequence[str]) -> list[Finding]:
    """Items and scores among the columns that are not yet recognized."""
    named = [r for column in free for r in _named(scene.looks[column], scene)]
    findings: list[Finding] = []
    families: dict[tuple[str, str | None, str], list[Rating]] = {}
    for one in named:
        if one.kind == "item":
            key = (one.instrument, one.visit, one.frame)
            families.setdefault(key, []).append(one)
    taken: set[tuple[str, str | None]] = set()
    for (instrument, visit, _), family in families.items():
        if (instrument, visit) not in taken:
            made = list(_family(family, scene))
            findings += made
            taken |= {(instrument, visit)} if made else set()
    filled: set[tuple[str, str | None, str]] = set()
    for one in named:
        if one.kind == "score":
            for found in _score(one, scene, has_items=bool(taken)):
                place = (one.instrument, one.visit, str(found.rule["to"]))
                if place not in filled:
                    findings.append(found)
                filled.add(place)
    return findings


def _named(look: Look, scene: Scene) -> Iterator[Rating]:
    names = ["_".join(look.words)]
    scales = list(scene.protocol.scales)
    if scene.long and look.once and look.words[0].startswith("bas") and not scales[1:]:
        # A column such as BASVAL repeats the baseline of the one instrument there is.
        names.append(f"{scales[0]}_baseline")
    if look.field is not None and look.field.form:
        names.append(f"{normal(look.field.form).replace(' ', '_')}_{names[0]}")
    for name in names:
        for alias, instrument in _aliases(scene):
            found = re.search(rf"(?:^|_){alias}(?=_|\d|tot|sum|score|tl|$)", name)
            if found is None:
                continue
            rest = (name[: found.start()] + "_" + name[found.end() :]).split("_")
            rating = _rest(look, instrument, [w for w in rest if w], scene)
            if rating is not None:
                yield rating
                return


def _aliases(scene: Scene) -> list[tuple[str, str]]:
    """Names of instruments, the longest first: ``caps5`` before ``caps``."""
    known: dict[str, set[str]] = {}
    for name in scene.protocol.scales:
        plain = name.replace("_", "")
        short = name.split("_")[0].rstrip("0123456789")
        for alias in {name, plain, short}:
            known.setdefault(alias, set()).add(name)
    clear = [(alias, min(found)) for alias, found in known.items() if len(found) == 1]
    return sorted(clear, key=lambda pair: (-len(pair[0]), pair))


def _rest(look: Look, instrument: str, rest: list[str], scene: Scene) -> Rating | None:
    """What the words beside the name of the instrument say."""
    scale = scene.protocol.scales[instrument]
    visit, others = _visit(rest, scene)
    start = scene.protocol.schedule.baseline
    if not scene.long or (look.once and visit == start):
        if visit is None:
            return None
        rest = others
    else:
        visit = None
    frame = "_".join(re.sub(r"\d+$", "#", word) for word in rest)
    said = [word for word in rest if word not in IDLE]
    if len(said) == 1:
        numbered = NOISE.fullmatch(said[0])
        item = next((i for i in scale.items if numbered and i == numbered[2]), None)
        if item is not None:
            return Rating(look, instrument, visit, "item", item, frame)
        score = next((s for s in scale.scores if normal(s) == said[0]), None)
        if score is None and SCORE.fullmatch(said[0]):
            score = scale.primary_score
        if score is not None:
            return Rating(look, instrument, visit, "score", score, frame)
    if not said:
        return Rating(look, instrument, visit, "score", None, frame)
    return None


def _visit(rest: list[str], scene: Scene) -> tuple[str | None, list[str]]:
    """The visit that some of the words name, and the other words."""
    for size in range(min(SPAN, len(rest)), 0, -1):
        for start in range(len(rest) - size + 1):
            found = moment(" ".join(rest[start : start + size]), scene.protocol)
            if found is not None:
                return found.visit, rest[:start] + rest[start + size :]
    return None, rest


def _family(family: list[Rating], scene: Scene) -> Iterator[Finding]:
    """All items of a form; or each of some of them."""
    instrument = family[0].instrument
    scale = scene.protocol.scales[instrument]
    columns = {r.part: r.look.column for r in family if r.part is not None}
    if len(columns) != len(family):
        return  # two columns for one item: which one counts is not clear
    coded = _coding(family, scale)
    if coded is None:
        return
    extra, note = coded
    if family[0].visit is not None:
        extra = {"visit": family[0].visit, **extra}
    template = _template(columns) if set(columns) == set(scale.items) else None
    why = f"named like the items of {scale.name}{note}"
    if template is not None:
        rule = {"column": template, "to": f"items.{instrument}", **extra}
        yield Finding(tuple(columns.values()), rule, why, "low" if note else "high")
        return
    for item, column in columns.items():
        rule = {"to": f"item.{instrument}.{item}", **extra}
        yield Finding((column,), rule, why, "low" if note else "medium")


def _template(columns: Mapping[str, str]) -> str | None:
    """One name for all columns, with ``{item}`` in the place of the item."""
    item, column = next(iter(columns.items()))
    for mark, width in (("{item}", 1), ("{item:02}", 2)):
        text = item.zfill(width)
        for place in re.finditer(re.escape(text), column):
            made = column[: place.start()] + mark + column[place.end() :]
            if all(made.replace(mark, i.zfill(width)) == c for i, c in columns.items()):
                return made
    return None


def _coding(
    family: Sequence[Rating], scale: Instrument
) -> tuple[dict[str, Any], str] | None:
    """Keys ``values`` and ``missing`` of the rule, and a caution; None if unclear."""
    labels = {t: label for r in family for t, label in r.look.labels.items()}
    absent = not_done(labels)
    allowed = {str(v) for r in family for v in scale.items[str(r.part)].allowed}
    values: dict[str, int] = {}
    strange: list[str] = []
    codes = {r.look.field.name: r.look.field.choices for r in family if r.look.field}
    by_label = {
        label: code for choices in codes.values() for code, label in choices.items()
    }
    for text in labels:
        if text in absent or _whole(text) in allowed:
            continue
        number = NUMBERED.match(text)
        if text in by_label and _whole(by_label[text]) in allowed:
            values[text] = int(by_label[text])
        elif text in CODES:
            absent.append(text)
        elif number and not is_number(text) and number[1] in allowed:
            values[text] = int(number[1])
        else:
            strange.append(text)
    if strange:
        return _shifted(labels, absent, allowed) or _slips(labels, absent, strange)
    made: dict[str, Any] = {"values": values} if values else {}
    guessed = [text for text in absent if text in CODES and labels[text] == text]
    note = f"; {', '.join(guessed)} read as missing" if guessed else ""
    return made | ({"missing": absent} if absent else {}), note


def _shifted(
    labels: Mapping[str, str], absent: list[str], allowed: set[str]
) -> tuple[dict[str, Any], str] | None:
    """Codes that start at 1 where the form starts at 0."""
    codes = [t for t in labels if t not in absent and t not in CODES]
    moved = {t: int(float(t)) - 1 for t in codes if is_number(t) and _whole(t)}
    if len(moved) != len(codes) or not {str(v) for v in moved.values()} <= allowed:
        return None
    absent = absent + [t for t in labels if t in CODES and t not in absent]
    made: dict[str, Any] = {"values": dict(sorted(moved.items(), key=lambda x: x[1]))}
    note = "; its codes seem to start at 1 instead of 0: check"
    return made | ({"missing": absent} if absent else {}), note


def _slips(
    labels: Mapping[str, str], absent: list[str], strange: list[str]
) -> tuple[dict[str, Any], str] | None:
    """A few impossible numbers among possible answers: left for the data check."""
    usual = len(labels) - len(absent) - len(strange)
    if not all(map(is_number, strange)) or usual < 3 * len(strange):
        return None
    note = f"; {', '.join(strange)} is not an allowed response and will be an error"
    return ({"missing": absent} if absent else {}), note


def _score(one: Rating, scene: Scene, *, has_items: bool) -> Iterator[Finding]:
    """A recorded score, if its values are possible."""
    scale = scene.protocol.scales[one.instrument]
    if one.part is None and has_items:
        return  # the name tells only the instrument, which has items already
    score = one.part or scale.primary_score
    low, high = scale.scores[score].range
    texts = [t.replace(scene.decimal, ".") for t in one.look.texts]
    numbers = [float(t) for t in texts if is_number(t)]
    codes = [t for t in texts if t in CODES and not _inside(t, low, high)]
    words = [t for t in one.look.texts if normal(t) in ("na", "nan", "nd", "not done")]
    inside = [n for n in numbers if low <= n <= high]
    if not inside or len(inside) + len(codes) + len(words) != len(texts):
        return
    rule: dict[str, Any] = {"to": f"score.{one.instrument}.{score}"}
    rule |= {"visit": one.visit} if one.visit else {}
    rule |= {"missing": [*codes, *words]} if codes or words else {}
    why = f"named like {scale.name}, values within {low:g} to {high:g}"
    yield Finding((one.look.column,), rule, why, "high" if one.part else "medium")


def _whole(text: str) -> str:
    """A whole number without zeros around it; empty for anything else."""
    return str(int(float(text))) if is_number(text) and float(text).is_integer() else ""


def _inside(text: str, low: float, high: float) -> bool:
    return is_number(text) and low <= float(text) <= high
