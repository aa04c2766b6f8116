"""What a form of an instrument says: instructions, questions and anchors.

The wording of most instruments belongs to somebody, so it is no part of the instrument: a
site that has a licence writes it into a file of its own, which is read beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field, ValidationError

from equipoise.errors import InstrumentError, Problem, listing, refuse
from equipoise.errors.toml import read_toml
from equipoise.instruments.model import Instrument, InstrumentId
from equipoise.instruments.provenance import Identifier, Part, Text


class ItemWording(Part):
    """The wording of one item.

    Attributes:
        text: the question; the label of the instrument stands there where it is absent.
        anchors: answer -> what it means; those of the form where it is empty.
    """

    text: Text | None = None
    anchors: Mapping[str, str] = Field(default_factory=dict)

    def __hash__(self) -> int:  # two are equal where the anchors are, too
        return hash(self.text)


class Wording(Part):
    """The wording of an instrument.

    Attributes:
        schema_: version of the file format.
        instrument: its id.
        source: the form that it was taken from, and the licence of the site.
        recall: the time that the answers are about, such as ``past month``; that of the
            instrument, if absent.
        instructions: what is read before the first question.
        stem: what each question goes on from.
        anchors: answer -> what it means, for items without anchors of their own, as far
            as they have these answers.
        items: by item id; a text alone is an item with that question.
    """

    schema_: Literal[1] = Field(alias="schema")
    instrument: InstrumentId
    source: Text
    recall: Text | None = None
    instructions: Text | None = None
    stem: Text | None = None
    anchors: Mapping[str, str] = Field(default_factory=dict)
    items: Mapping[Identifier, ItemWording] = Field(default_factory=dict)

    def of(self, item: str) -> ItemWording:
        """The wording of an item; without a question where the file has none."""
        own = self.items.get(item, ItemWording())
        return ItemWording(text=own.text, anchors=own.anchors or self.anchors)


def parse_wording(text: str, instrument: Instrument, *, origin: str) -> Wording:
    """The wording that a TOML text states, if it is one of the instrument.

    Args:
        text: content of the file.
        instrument: whose wording it is.
        origin: name of the file, for messages.

    Raises:
        InstrumentError: EQ200, no TOML; EQ207, everything that does not fit at once: a
            key that is not known, another instrument, an item or an answer that the
            instrument does not have.

    Example:
        >>> from equipoise import library
        >>> from equipoise.instruments.load import parse_instrument
        >>> pcl5 = parse_instrument(library.text("instruments", "pcl5"), origin="pcl5")
        >>> made = parse_wording(library.text("wording", "pcl5"), pcl5, origin="pcl5")
        >>> made.of("18").text, made.of("18").anchors["4"]
        ('Feeling jumpy or easily startled?', 'Extremely')
    """
    raw = read_toml(text, origin=origin, error=InstrumentError, code="EQ200")
    items = raw.get("items")
    if isinstance(items, dict):
        raw["items"] = {
            name: {"text": part} if isinstance(part, str) else part
            for name, part in items.items()
        }
    try:
        made = Wording.model_validate(raw)
    except ValidationError as error:
        problems = [
            _bad(f"{'.'.join(map(str, found['loc']))}: {found['msg']}", origin)
            for found in error.errors()
        ]
        raise InstrumentError(*problems) from error
    refuse(InstrumentError, list(_misfits(made, instrument, origin)))
    return made


def _misfits(made: Wording, instrument: Instrument, origin: str) -> Iterator[Problem]:
    if made.instrument != instrument.id:
        yield _bad(f"the wording of {made.instrument!r}, not {instrument.id!r}", origin)
        return
    known = instrument.items
    for name in made.items.keys() - known.keys():
        yield _bad(f"there is no item {name!r}; known: {listing(known)}", origin)
    for name, item in known.items():
        allowed = {f"{value}" for value in item.allowed}
        anchors = made.of(name).anchors
        for value in anchors.keys() - allowed:
            what = (
                f"item {name}: {value!r} is no answer; {listing(sorted(allowed))} are"
            )
            yield _bad(what, origin)


def _bad(what: str, origin: str) -> Problem:
    mend = "write the file for this version of the instrument, or take it away"
    return Problem(code="EQ207", what=what, where=origin, mend=mend)
