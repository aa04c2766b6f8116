"""Wording of an instrument: instructions, questions and anchors of responses.

The wording of most instruments is copyrighted and is therefore not in the instrument
file: a site with a licence adds it in a separate file.
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
        text: the question; the label of the item is shown if it is absent.
        anchors: response -> its label; by default those of the form.
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
        source: the source form, and the licence of the site.
        recall: the recall period, such as ``past month``; by default that of the
            instrument.
        instructions: instructions before the first question.
        stem: the start of each question.
        anchors: response -> its label, for items without anchors, if they have these
            responses.
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
        """The wording of an item; without a question if the file has none."""
        own = self.items.get(item, ItemWording())
        return ItemWording(text=own.text, anchors=own.anchors or self.anchors)


def parse_wording(text: str, instrument: Instrument, *, origin: str) -> Wording:
    """Reads the wording of an instrument from TOML text.

    Args:
        text: content of the file.
        instrument: of this wording.
        origin: name of the file, for messages.

    Raises:
        InstrumentError: EQ200, not TOML; EQ207, all mismatches together: an unknown key,
            another instrument, an item or a response that the instrument does not have.

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
        what = f"the wording is for {made.instrument!r}, not for {instrument.id!r}"
        yield _bad(what, origin)
        return
    known = instrument.items
    for name in made.items.keys() - known.keys():
        yield _bad(f"there is no item {name!r}; items: {listing(known)}", origin)
    for name, item in known.items():
        allowed = {f"{value}" for value in item.allowed}
        anchors = made.of(name).anchors
        for value in anchors.keys() - allowed:
            what = f"item {name}: {value!r} is not one of {listing(sorted(allowed))}"
            yield _bad(what, origin)


def _bad(what: str, origin: str) -> Problem:
    fix = "adapt the file to this version of the instrument, or remove it"
    return Problem(code="EQ207", what=what, where=origin, fix=fix)
