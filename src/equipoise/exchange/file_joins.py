"""Finds the column by which the participants of several files match."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from equipoise.errors.counted import agreeing, counted
from equipoise.exchange.column_profile import normal
from equipoise.exchange.file_proposal import FileProposal
from equipoise.exchange.files import Source
from equipoise.exchange.identifier_prefix import fitting_rule
from equipoise.exchange.identifiers import DIFFERENCES, reduced
from equipoise.exchange.key_columns import PEOPLE


@dataclass(frozen=True)
class Join:
    """The column of the identifiers in one of several files.

    Attributes:
        people: participants of the file.
        matched: of these, participants of the file that states who takes part.
        alike: further participants that match if differences of spelling are ignored.
        owner: whether this is the file that states who takes part.
        rule: keys of ``[participant]`` with which all match; empty without one.
    """

    column: str
    people: int
    matched: int
    alike: int
    owner: bool
    rule: str = ""

    def text(self, owner: str) -> str:
        """The number of matched participants, as text.

        Args:
            owner: name of the file that states who takes part.
        """
        if self.owner:
            return f"{counted(self.people, 'participant')}, taken as those of the trial"
        matched = f"{self.matched:,} of the {counted(self.people, 'participant')}"
        text = f"{matched} {agreeing(self.matched, 'is')} among those of {owner}"
        if self.rule:
            return (
                f"{text}; all are with the keys below, which are proposed because no "
                "other prefix fits: compare some rows with the source, and delete the # "
                "before each key"
            )
        if not self.alike:
            return text
        return (
            f"{text}; {self.alike:,} more {agreeing(self.alike, 'differs')} only in the "
            "spelling: correct the source, or state `ignore` under [participant]"
        )


def join(proposals: Sequence[FileProposal]) -> tuple[int, list[Join]]:
    """Position of the file that states who takes part, and the column of each file.

    It is the file with the arms, else the one with most characteristics and then most
    participants. Of the columns that are named like identifiers, those are taken by
    which most participants of the other files are found in it.
    """
    owner = max(range(len(proposals)), key=lambda n: _ownership(proposals[n]))
    columns = [_identifiers(one) for one in proposals]
    mine = columns[owner]

    def reach(people: set[str]) -> int:
        others = (c for n, c in enumerate(columns) if n != owner)
        return sum(max(len(ids & people) for ids in c.values()) for c in others)

    # The first of the best: the order of the columns is that of their names.
    chosen = max(mine, key=lambda name: reach(mine[name]))
    people = mine[chosen]
    spelled = {reduced(text, DIFFERENCES) for text in people}
    joins = []
    for n, found in enumerate(columns):
        name = (
            chosen if n == owner else max(found, key=lambda c: len(found[c] & people))
        )
        ids = found[name]
        alike = len({t for t in ids - people if reduced(t, DIFFERENCES) in spelled})
        matched = len(ids & people)
        rule = "" if alike or matched == len(ids) else fitting_rule(ids, people)
        joins.append(Join(name, len(ids), matched, alike, n == owner, rule))
    return owner, joins


def _ownership(one: FileProposal) -> tuple[bool, int, int]:
    targets = [str(found.rule["to"]) for found in one.findings]
    about = sum(target.startswith("participants.") for target in targets)
    people = int(one.source.cells[one.participant].nunique())
    return "participants.arm" in targets, about, people


def _identifiers(one: FileProposal) -> Mapping[str, set[str]]:
    """Identifiers in each column that is named like one, the proposed column first."""
    names = [one.participant]
    for known in PEOPLE:
        names += [c for c in map(str, one.source.cells.columns) if normal(c) == known]
    return {name: _texts(one.source, name) for name in dict.fromkeys(names)}


def _texts(source: Source, column: str) -> set[str]:
    return {text for text in source.cells[column].unique() if text}
