"""Recognizes items and scores of the instruments of a protocol by name and range."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from equipoise.exchange import recognize_numbers
from equipoise.exchange.column_profile import Look, normal
from equipoise.exchange.recognition import Finding, Scene
from equipoise.exchange.recognize_items import Form, form, frame_of, item_of
from equipoise.exchange.recognize_scores import SCORE, TOTAL, candidates, compared
from equipoise.exchange.recognize_texts import NOTE, forms_by_texts
from equipoise.exchange.visit_names import moment
from equipoise.protocol.calendar import Visit

IDLE = {"sev", "severity", "item", "q", "rating", "response", "form", "scale", "raw"}
# Words of a label that say nothing about which score it is.
ARTICLES = {"at", "the", "of", "a", "for", "on", "in", "and"}
NEVER = {  # words of columns about a rating that hold no rating
    *("done", "complete", "completed", "date", "dt", "dtc", "time", "timestamp", "by"),
    *("status", "performed", "administered", "band", "category", "cat", "class"),
    *("comment", "comments", "note", "notes", "reason", "change", "chg", "cfb", "diff"),
    *("percent", "pct", "responder", "remission", "remitter", "percentile", "rater"),
    *("flag", "yn", "missing", "nd", "language", "version", "mode", "source", "visit"),
}
SPAN = 3  # most words that name a visit, as in `week 2 post`
OCCASION = re.compile(
    r"(?:v|t|visit|time|occasion|occ|wave|tp|timepoint|session)0*(\d+)"
)
# What may follow the name of an instrument without a sign between them.
FOLLOWS = r"(?=_|\d|tot|sum|score|tl|[vtwdm]\d|wk|week|day|visit|bl\b|base|$)"


@dataclass(frozen=True, slots=True)
class Rating:
    """A column that is named like an item or a score.

    Attributes:
        visit: visit id, None if the name contains none.
        occasion: number of a visit that is not named, such as 2 of ``madrs_t2``.
        part: item or score id, None if the name contains only the instrument.
        kind: ``item`` or ``score``.
        frame: name of the column without its item: columns of one form share it.
        said: the words of the name without the instrument and the visit.
    """

    look: Look
    instrument: str
    visit: str | None
    occasion: int | None
    kind: str
    part: str | None
    frame: str
    said: tuple[str, ...]


def ratings(scene: Scene, free: Sequence[str]) -> list[Finding]:
    """Candidates for items and scores among some columns.

    Of the items, the most complete form of each instrument and visit is returned; of
    the scores, every column that could be one.
    """
    named = [r for column in free for r in _named(scene.looks[column], scene)]
    named = list(_with_visits(named, scene))
    families: dict[tuple[str, str | None, str], list[Rating]] = {}
    for one in named:
        if one.kind == "item":
            key = (one.instrument, one.visit, one.frame)
            families.setdefault(key, []).append(one)
    forms: dict[tuple[str, str | None], Form] = {}
    for (instrument, visit, _), family in families.items():
        parts = [(str(r.part), r.look) for r in family]
        unsure = any(r.occasion is not None for r in family)
        made = form(instrument, visit, parts, scene, unsure=unsure)
        known = forms.get((instrument, visit))
        if made is not None and (known is None or made.better_than(known)):
            forms[instrument, visit] = made
    forms |= _unnamed(scene, free, named, set(forms))
    forms = {key: _compared(made, named, scene) for key, made in forms.items()}
    findings = [f for made in forms.values() for f in made.findings]
    for one in named:
        if one.kind == "score":
            known = forms.get((one.instrument, one.visit))
            findings += candidates(
                one.look,
                scene,
                (one.instrument, one.part, one.visit),
                said=one.said,
                items=known,
                unsure=one.occasion is not None,
            )
    return findings


def _unnamed(
    scene: Scene,
    free: Sequence[str],
    named: Sequence[Rating],
    known: Collection[tuple[str, str | None]],
) -> dict[tuple[str, str | None], Form]:
    """Forms whose columns do not name the instrument, by their texts or numbers."""
    forms: dict[tuple[str, str | None], Form] = {}
    for instrument, parts in forms_by_texts(scene, free):
        made = form(instrument, None, parts, scene)
        if made is not None and (instrument, None) not in known:
            forms[instrument, None] = made.unnamed(NOTE)
    items = [one for one in named if one.kind == "item"]
    claimed = {one.look.column for one in items}
    claimed |= {c for one in forms.values() for c in one.columns.values()}
    rated = {one.instrument for one in items} | {instrument for instrument, _ in forms}
    left = [name for name in free if name not in claimed]
    for instrument, parts in recognize_numbers.forms_by_numbers(scene, left):
        made = form(instrument, None, parts, scene)
        # Items that do not add up to a recorded total are probably of another form.
        if made and instrument not in rated and _compared(made, named, scene) is made:
            forms[instrument, None] = made.unnamed(recognize_numbers.NOTE)
    return forms


def _compared(items: Form, named: Sequence[Rating], scene: Scene) -> Form:
    """The items of a form, with a mark if their sums are not the recorded totals."""
    scale = scene.protocol.scales[items.instrument]
    for one in named:
        of_form = (one.instrument, one.visit) == (items.instrument, items.visit)
        score = one.part or scale.primary_score
        numbers = one.look.numbers
        total = any(TOTAL.fullmatch(word) for word in one.said)
        if one.kind != "score" or not (of_form and total and numbers):
            continue
        if scene.cells is None:
            continue
        held = scene.cells[one.look.column].map(dict(numbers.values)).astype("float64")
        note, offset = compared(items, held, scale.scores[score], scene.cells)
        if note:
            return items.shifted(note, offset)
    return items


def named_like(look: Look, scene: Scene) -> str | None:
    """The instrument that the name of a column contains, if any."""
    name = "_".join(look.words)
    for alias, instrument in _aliases(scene):
        if re.search(rf"(?:^|_){_spelled(alias)}{FOLLOWS}", name):
            return instrument
    return None


def _named(look: Look, scene: Scene) -> Iterator[Rating]:
    for name, idle in _names(look, scene):
        for alias, instrument in _aliases(scene):
            found = re.search(rf"(?:^|_){_spelled(alias)}{FOLLOWS}", name)
            if found is None:
                continue
            rest = (name[: found.start()] + "_" + name[found.end() :]).split("_")
            named = any(SCORE.fullmatch(word) for word in rest)
            if not named and _is_item(found.group().strip("_"), scene):
                continue
            rating = _rest(look, instrument, [w for w in rest if w], scene, idle)
            if rating is not None:
                yield rating
                return


def _names(look: Look, scene: Scene) -> list[tuple[str, set[str]]]:
    """The name of a column, and others that it could have had, with their idle words."""
    names = ["_".join(look.words)]
    scales = list(scene.protocol.scales)
    if scene.long and look.once and look.words[0].startswith("bas") and not scales[1:]:
        # A column such as BASVAL repeats the baseline of the one instrument there is.
        names.append(f"{scales[0]}_baseline" if not NEVER & set(look.words) else "")
    if look.field is not None and look.field.form:
        names.append(f"{normal(look.field.form).replace(' ', '_')}_{names[0]}")
    if look.label and not NEVER & set(look.label.split()):
        label = "_".join(w for w in look.label.split() if w not in ARTICLES)
        anchor = {*normal(scene.protocol.schedule.anchor).split(), "after"}
        return [*((name, IDLE) for name in names), (label, IDLE | anchor)]
    return [(name, IDLE) for name in names]


def _aliases(scene: Scene) -> list[tuple[str, str]]:
    """Names of instruments, the longest first: ``caps5`` before ``caps``."""
    known: dict[str, set[str]] = {}
    for name, scale in scene.protocol.scales.items():
        plain = name.replace("_", "")
        short = name.split("_")[0].rstrip("0123456789")
        long = normal(scale.name).replace(" ", "_")
        for alias in {name, plain, short, long} - {""}:
            known.setdefault(alias, set()).add(name)
    clear = [(alias, min(found)) for alias, found in known.items() if len(found) == 1]
    return sorted(clear, key=lambda pair: (-len(pair[0]), pair))


def _spelled(alias: str) -> str:
    """A pattern of a name, also with signs inside it: ``CAPS-5``, ``HAM-D 17``."""
    return "_?".join(alias.replace("_", ""))


def _is_item(name: str, scene: Scene) -> bool:
    """Whether ``caps_5`` is the fifth item: other columns have other numbers there."""
    stem, sign, number = name.rpartition("_")
    if not (sign and number.isdigit()):
        return False
    others = re.compile(rf"(?:^|_){stem}_0*(?!{number}(?!\d))\d")
    return any(others.search("_".join(look.words)) for look in scene.looks.values())


def _rest(
    look: Look, instrument: str, rest: list[str], scene: Scene, idle: set[str]
) -> Rating | None:
    """What the words beside the name of the instrument say."""
    scale = scene.protocol.scales[instrument]
    visit, others = _visit(rest, scene)
    start = scene.protocol.schedule.baseline
    occasion = None
    if not scene.long or (look.once and visit == start):
        if visit is None:
            occasion, others = _occasion(rest)
            if occasion is None:
                return None
        rest = others
    else:
        visit = None
    said = [word for word in rest if word not in idle]
    item = item_of(said, scale)
    if item is not None and not any(SCORE.fullmatch(w) or w in NEVER for w in said):
        frame = frame_of(rest, said, item)
        parts = (visit, occasion, "item", item, frame, tuple(rest))
        return Rating(look, instrument, *parts)
    parts_named = [w for w in said if not SCORE.fullmatch(w)]
    score = next((s for s in scale.scores if [normal(s)] == parts_named), None)
    if score is None and parts_named:
        return None
    if score is None and said:
        score = scale.primary_score
    return Rating(look, instrument, visit, occasion, "score", score, "", tuple(rest))


def _visit(rest: list[str], scene: Scene) -> tuple[str | None, list[str]]:
    """The visit that some of the words name, and the other words."""
    for size in range(min(SPAN, len(rest)), 0, -1):
        for start in range(len(rest) - size + 1):
            found = moment(" ".join(rest[start : start + size]), scene.protocol)
            if found is not None:
                return found.visit, rest[:start] + rest[start + size :]
    return None, rest


def _occasion(rest: list[str]) -> tuple[int | None, list[str]]:
    """The number of an occasion, as in ``v2`` or ``visit 2``, and the other words."""
    for size in (1, 2):
        for start in range(len(rest) - size + 1):
            found = OCCASION.fullmatch("".join(rest[start : start + size]))
            if found is not None:
                return int(found[1]), rest[:start] + rest[start + size :]
    return None, rest


def _with_visits(named: list[Rating], scene: Scene) -> Iterator[Rating]:
    """Ratings with their visit; numbered occasions are the visits in their order.

    Occasions that are not as many as the visits are not assigned: which visit is
    missing is not clear.
    """
    numbers: dict[str, set[int]] = {}
    for one in named:
        if one.occasion is not None:
            numbers.setdefault(one.instrument, set()).add(one.occasion)
    for one in named:
        if one.occasion is None:
            yield one
            continue
        assessed = [
            visit.id
            for visit in sorted(scene.protocol.schedule.visits, key=lambda v: v.day)
            if one.instrument in _assessed(visit, scene)
        ]
        known = sorted(numbers[one.instrument])
        if len(known) == len(assessed):
            yield replace(one, visit=assessed[known.index(one.occasion)])


def _assessed(visit: Visit, scene: Scene) -> set[str]:
    return {a.instrument for a in scene.protocol.schedule.assessments(visit)}
