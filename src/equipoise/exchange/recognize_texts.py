"""Recognizes the items of a form by their texts, where no column names the instrument.

A survey export names its columns ``Q2_1`` and has the questions in another row; a labelled
export may have ``1. Apparent sadness``. Such columns are a form only if all items of one
instrument of the protocol stand next to each other in their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

from equipoise.exchange.column_profile import Look, normal
from equipoise.exchange.recognition import Scene
from equipoise.exchange.wordings import wordings
from equipoise.instruments.model import Instrument
from equipoise.instruments.wording import parse_wording
from equipoise.protocol.model import Protocol

FEWEST = 4  # items of a form that is recognized by its texts
STEM = 6  # letters by which words are compared: `pessimism`, `pessimistic thoughts`
IDLE = {"of", "the", "to", "a", "an", "and", "or", "at", "in", "for"}
NOTE = (
    "only by the texts of its columns, which are those of all items in their order; no "
    "column names the instrument"
)


def forms_by_texts(
    scene: Scene, free: Sequence[str]
) -> Iterator[tuple[str, list[tuple[str, Look]]]]:
    """Instrument, and item and column of each form, if it is clear.

    Args:
        scene: the file; a column of it states the visit of each row.
        free: columns that may be items.

    Yields:
        Nothing for columns that fit several instruments, or an instrument that fits
        several places.
    """
    if not scene.long:
        return
    texts = [normal(_text(scene.looks[name])).split() for name in free]
    questions = _questions(scene.protocol)
    places = {
        name: [
            n for n in range(len(free)) if _is_form(texts[n:], scale, questions[name])
        ]
        for name, scale in scene.protocol.scales.items()
        if len(scale.items) >= FEWEST
    }
    starts = [n for found in places.values() for n in found]
    for name, found in places.items():
        if len(found) == 1 and starts.count(found[0]) == 1:
            items = list(scene.protocol.scales[name].items)
            columns = free[found[0] : found[0] + len(items)]
            parts = [scene.looks[column] for column in columns]
            yield name, list(zip(items, parts, strict=True))


def _text(look: Look) -> str:
    """The question of a column, else its name."""
    return look.field.label if look.field and look.field.label else look.column


def _questions(protocol: Protocol) -> dict[str, Mapping[str, str]]:
    """Words of each question, of the instruments whose wording anybody may use."""
    found: dict[str, Mapping[str, str]] = {name: {} for name in protocol.scales}
    for name, text in wordings(protocol, ()).items():
        wording = parse_wording(text, protocol.scales[name], origin=name)
        found[name] = {i: normal(one.text or "") for i, one in wording.items.items()}
    return found


def _is_form(
    texts: Sequence[Sequence[str]], scale: Instrument, questions: Mapping[str, str]
) -> bool:
    """Whether the first texts are the items, each with no other number than its own."""
    if len(texts) < len(scale.items):
        return False
    return all(
        _is_item(said, number, item.label, questions.get(name, ""))
        for number, (said, (name, item)) in enumerate(
            zip(texts, scale.items.items(), strict=False), 1
        )
    )


def _is_item(said: Sequence[str], number: int, label: str, question: str) -> bool:
    stated = [*takewhile(str.isdecimal, said)]
    if stated and int(stated[0]) != number:
        return False
    if question and " ".join(said).endswith(question):
        return True
    stems = {word[:STEM] for word in said}
    wanted = {word[:STEM] for word in normal(label).split() if word not in IDLE}
    return bool(wanted) and wanted <= stems
