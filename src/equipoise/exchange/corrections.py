"""Applies the corrections of a mapping to the texts of the files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pandas as pd

from equipoise.dataset.trialdata import UNBLINDING
from equipoise.errors import Problem, listing
from equipoise.errors.counted import counted
from equipoise.exchange.cells import canonical
from equipoise.exchange.correction import Correction
from equipoise.exchange.files import ROW
from equipoise.exchange.identifiers import Nearest
from equipoise.exchange.rows import about
from equipoise.exchange.targets import Assignment
from equipoise.exchange.trial_participants import DataFile
from equipoise.protocol.model import Protocol
from equipoise.protocol.toml_structure import near

SHOWN = 8  # values named in a message; the records hold all
CellAddress = tuple[str, int, str]  # file, row, column


@dataclass(frozen=True)
class Corrected:
    """Files after the corrections of the mapping.

    Attributes:
        files: with the new values; the files on disk are unchanged.
        sentences: one for each correction that was applied, identifiers first.
        unblinding: those of the sentences that reveal the treatment received.
        problems: EQ353, corrections that were not applied.
        cells: file, row and column of each value that was corrected.
    """

    files: tuple[DataFile, ...]
    sentences: tuple[str, ...]
    unblinding: tuple[str, ...]
    problems: tuple[Problem, ...]
    cells: frozenset[CellAddress] = frozenset()


@dataclass(frozen=True)
class _Place:
    """One cell of a file."""

    part: DataFile
    row: int
    column: str

    @property
    def key(self) -> CellAddress:
        return self.part.source.name, self.row, self.column

    @property
    def text(self) -> str:
        return str(self.part.source.cells.at[self.row, self.column])

    @property
    def targets(self) -> list[str]:
        return [_target(a) for a in self.part.assignments if a.source == self.column]

    @property
    def is_identifier(self) -> bool:
        return self.column == self.part.how.participant.column


def correct(
    files: Sequence[DataFile], corrections: Sequence[Correction], protocol: Protocol
) -> Corrected:
    """Applies corrections in their order, each to the result of those before it.

    Args:
        files: all files of the data, as they were read.
        corrections: of the mapping.
        protocol: of the trial.
    """
    now = list(files)
    done: list[tuple[bool, bool, str]] = []
    problems: list[Problem] = []
    changed: dict[CellAddress, int] = {}  # cell -> last correction of it
    for number, rule in enumerate(corrections, start=1):
        found = list(_places(now, rule))
        problem = _problem(number, rule, found, now, changed)
        if problem is not None:
            problems.append(problem)
            continue
        place = next(each for each in found if _stands(each.text, rule.from_))
        reveals = any(target in _REVEALING for target in place.targets)
        done.append((place.is_identifier, reveals, _sentence(rule, place)))
        i = next(i for i, part in enumerate(now) if part is place.part)
        now[i] = _changed(place, rule, protocol)
        changed[place.key] = number
    done.sort(key=lambda entry: not entry[0])
    return Corrected(
        tuple(now),
        tuple(text for *_, text in done),
        tuple(text for _, reveals, text in done if reveals),
        tuple(problems),
        frozenset(changed),
    )


_REVEALING = {
    f"{name}.{column}" for name, them in UNBLINDING.items() for column in them
}


def _target(item: Assignment) -> str:
    """The target of a column as the mapping writes it, for one item or score."""
    fixed = dict(item.fixed)
    if item.table == "answers":
        return f"item.{fixed['instrument']}.{fixed['item']}"
    if item.table == "recorded_scores":
        return f"score.{fixed['instrument']}.{fixed['score']}"
    if item.table in ("participants", "visits", "exposures", "events"):
        return f"{item.table}.{item.field}"
    return item.rule.to


def _places(files: Sequence[DataFile], rule: Correction) -> Iterator[_Place]:
    """Every cell that a correction may mean."""
    for part in files:
        if rule.file not in (None, part.source.name):
            continue
        frame = part.rows.frame
        mine = frame["participant"].eq(rule.participant).fillna(False).astype(bool)
        if rule.row is not None:
            mine &= frame.index == rule.row
        if rule.minute is not None:
            mine &= frame["minute"].eq(rule.minute).fillna(False).astype(bool)
        visit = pd.Series(True, index=frame.index)
        if rule.visit is not None:
            visit = frame["visit"].eq(rule.visit) | frame["event"].eq(rule.visit)
        visit = visit.fillna(False).astype(bool)
        for column, fixed in _columns(part, rule).items():
            rows = mine if fixed else mine & visit
            for row in frame.index[rows]:
                yield _Place(part, int(row), column)


def _columns(part: DataFile, rule: Correction) -> dict[str, bool]:
    """Columns of a file that a correction may mean, and whether their visit is fixed."""
    found: dict[str, bool] = {}
    if rule.column is not None and rule.column in _special(part):
        found[rule.column] = False
    for item in part.assignments:
        wanted = item.source == rule.column or _target(item) == rule.field
        stated = item.rule.visit
        if wanted and (stated is None or rule.visit in (None, stated)):
            matches = stated is not None and stated == rule.visit
            found[item.source] = found.get(item.source, False) or matches
    return found


def _special(part: DataFile) -> list[str]:
    """Columns that tell whose a row is, and when it was recorded."""
    how = part.how
    names = [how.participant.column, *(how.visit.columns if how.visit else ())]
    names += [how.minute.column] if how.minute else []
    return [*names, *([how.day0.column] if how.day0 else [])]


def _stands(text: str, value: str) -> bool:
    return text == value.strip() or (
        bool(text) and canonical(text) == canonical(value.strip())
    )


def _problem(
    number: int,
    rule: Correction,
    found: Sequence[_Place],
    files: Sequence[DataFile],
    changed: Mapping[CellAddress, int],
) -> Problem | None:
    """Why a correction cannot be applied; None if it can."""
    filled = [place for place in found if place.text or not rule.from_]
    columns = {place.column for place in filled}
    if (rule.column is None) == (rule.field is None):
        what = "must state either `column` or `field`"
        fix = "name the column of the source, or the target of the mapping"
    elif not _known(rule, files):
        names = [c for p in files for c in (*_special(p), *_mapped(p))]
        targets = [_target(item) for p in files for item in p.assignments]
        known = names if rule.column is not None else targets
        named = rule.column or rule.field or ""
        what = f"names {named!r}, which the mapping does not read from any file"
        fix = f"{near(named, known)}known: {listing(dict.fromkeys(known))}"
    elif rule.when > _latest_date():
        what = f"is dated {rule.when.isoformat()}, which is in the future"
        fix = "state in `when` the date of the decision"
    elif any("participants.arm" in place.targets for place in found):
        what = "would change the arm"
        fix = (
            "correct the allocation at its source; a participant who received another "
            "treatment keeps the arm of the randomization"
        )
    elif _stands(rule.to, rule.from_):
        what, fix = "does not change the value", "state another value in `to`"
    elif not filled:
        what = "matches no value" + ("" if found else _nobody(rule, files))
        fix = "correct participant, visit, minute, row and file of the correction"
    elif len(filled) > 1:
        what = f"matches {counted(len(filled), 'value')}" + (
            f" in columns {listing(columns)}" if len(columns) > 1 else ""
        )
        fix = "state visit, minute, row or file, so that it matches one value"
    elif not _stands(filled[0].text, rule.from_):
        now = repr(filled[0].text) if filled[0].text else "no value"
        before = changed.get(filled[0].key)
        what = f"replaces {rule.from_!r}, but the source has {now}"
        fix = (
            "delete the correction if the source was corrected; otherwise check `from`"
        )
        if before is not None:
            what = f"replaces {rule.from_!r}, but correction {before} made it {now}"
            fix = "keep only one of the two, or continue from the new value in `from`"
    else:
        return None
    records = pd.DataFrame(
        [(p.part.source.name, p.row, p.column, p.text) for p in filled],
        columns=["file", ROW, "column", "value"],
    )
    visit = f", {rule.visit}" if rule.visit else ""
    return Problem(
        code="EQ353",
        what=f"correction {number} ({rule.participant}{visit}, "
        f"{rule.column or rule.field}) {what}",
        where=f"mapping, corrections, {number}",
        fix=fix,
        records=records if len(records) else None,
    )


def _latest_date() -> date:
    """Today's date where it is latest, 14 hours ahead of UTC."""
    now = datetime.now(UTC)  # noqa: TID251  the I/O layer reads the clock
    return (now + timedelta(hours=14)).date()


def _mapped(part: DataFile) -> list[str]:
    return [item.source for item in part.assignments]


def _known(rule: Correction, files: Sequence[DataFile]) -> bool:
    return any(
        rule.column in _special(part)
        or any(
            a.source == rule.column or _target(a) == rule.field
            for a in part.assignments
        )
        for part in files
    )


def _nobody(rule: Correction, files: Sequence[DataFile]) -> str:
    """Why no row matches: an unknown file or participant, or no such row."""
    names = [part.source.name for part in files]
    if rule.file is not None and rule.file not in names:
        return f": there is no file {rule.file!r} ({listing(names)})"
    known = {str(text) for part in files for text in part.identifiers}
    if rule.participant not in known:
        close = Nearest(known).of(rule.participant)
        hint = f" (did you mean {close!r}?)" if close else ""
        return f": there is no participant {rule.participant!r}{hint}"
    return ": the participant has no such row"


def _changed(place: _Place, rule: Correction, protocol: Protocol) -> DataFile:
    part = place.part
    cells = part.source.cells.copy()
    cells.at[place.row, place.column] = rule.to.strip()
    written = dict(part.source.written)
    if place.column in written:
        written[place.column] = written[place.column].drop(place.row, errors="ignore")
    source = replace(part.source, table=cells, written=written)
    if place.column not in _special(part):
        return replace(part, source=source)
    return replace(part, source=source, rows=about(source, part.how, protocol))


def _sentence(rule: Correction, place: _Place) -> str:
    """``export.csv, row 12, P-003, day-1, madrs_03: 22 corrected to 2. ...``."""
    where = [place.part.source.name, f"row {place.row}", rule.participant]
    where += [rule.visit] if rule.visit else []
    where.append("identifier" if place.is_identifier else place.column)
    old, new = place.text, rule.to.strip()
    if not new:
        change = f"{old} withdrawn, now missing"
    elif not old:
        change = f"no value, corrected to {new}"
    else:
        change = f"{old} corrected to {new}"
    reason = f"Reason: {rule.reason.rstrip('.')}."
    decided = f"By {rule.who} on {rule.when.isoformat()}."
    return f"{', '.join(where)}: {change}. {reason} {decided}"
