"""Identifiers with blanks at an end: one person only by a rule of the mapping.

Cells are read without the blanks around them. Of an identifier they are a spelling like
any other: `P-01 ` is the participant `P-01` of another row or file only if the mapping
ignores blanks, and is reported in any case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from equipoise.errors import Problem
from equipoise.errors.counted import agreeing, counted
from equipoise.exchange.files import ROW
from equipoise.exchange.identifiers import quoted, shown
from equipoise.exchange.trial_participants import SHOWN, DataFile, Matched, without

IGNORED = "blanks"  # of ``identifiers.DIFFERENCES``


def matched_by_blanks(matched: Matched) -> Matched:
    """The files without rows whose identifier differs from another one in its blanks.

    Args:
        matched: files and participants, whose identifiers are without blanks at an end.

    Returns:
        With EQ306 for each file that has such rows and does not ignore blanks; where it
        does, with the spellings that were joined.
    """
    marked = {part.source.name: with_blanks(part) for part in matched.files}
    if all(rows.empty for rows in marked.values()):  # usual
        return matched
    usual = _usual(matched.files, marked)
    joined = {name: dict(counts) for name, counts in matched.joined.items()}
    problems = list(matched.problems)
    files = []
    for part in matched.files:
        name, rows = part.source.name, marked[part.source.name]
        odd = rows[rows["written"] != rows["participant"].map(usual)]
        if IGNORED in part.how.participant.ignore:
            pairs = zip(odd["written"], odd["participant"], strict=True)
            more = Counter((str(text), str(who)) for text, who in pairs)
            joined[name] = joined.get(name, {}) | more
        elif len(odd):
            problems.append(_differing(part, odd, usual))
            part = without(part, odd.index)
        files.append(part)
    return replace(matched, files=tuple(files), joined=joined, problems=tuple(problems))


def with_blanks(part: DataFile) -> pd.DataFrame:
    """The rows of participants whose identifier has blanks at an end.

    Returns:
        The index is the number of the row; columns ``written`` and ``participant``.
    """
    nothing = pd.Series(dtype=object)
    written = part.source.written.get(part.how.participant.column, nothing)
    people = part.identifiers
    written = written[written.index.isin(people.index)].astype(object)
    own = people.loc[written.index].astype(object)
    return pd.DataFrame({"written": written, "participant": own})


def blanks_notes(part: DataFile) -> Iterator[str]:
    """A sentence about the identifiers of a file that have blanks at an end.

    Example:
        ``ae.csv: 1 identifier in 2 rows was written with blanks at an end, which are not
        read: 'P-01 '.``
    """
    texts = with_blanks(part)["written"]
    if texts.empty:
        return
    unique = [str(text) for text in texts.unique()]
    some = shown(dict.fromkeys(unique), SHOWN)
    yield (
        f"{part.source.name}: {counted(len(unique), 'identifier')} in "
        f"{counted(len(texts), 'row')} {agreeing(len(unique), 'was')} written with blanks "
        f"at an end, which are not read: {some}."
    )


def _usual(
    files: Sequence[DataFile], marked: Mapping[str, pd.DataFrame]
) -> dict[str, str]:
    """The spelling of each such participant: the one without blanks if there is one."""
    rows = pd.concat(list(marked.values()))
    counts = rows.value_counts(["participant", "written"])  # the most frequent first
    usual = {str(name): str(text) for name, text in reversed(counts.index.tolist())}
    for part in files:
        plain = part.identifiers.drop(marked[part.source.name].index)
        found = plain[plain.isin(usual.keys())].unique()
        usual |= {str(name): str(name) for name in found}
    return usual


def _differing(part: DataFile, odd: pd.DataFrame, usual: Mapping[str, str]) -> Problem:
    """EQ306: rows of a file whose identifier has other blanks than elsewhere."""
    name = part.source.name
    near = {
        str(text): usual[str(who)]
        for text, who in zip(odd["written"], odd["participant"], strict=True)
    }
    # Quoted, because the blanks of a text could not be seen.
    records = odd.assign(written=[quoted(str(text)) for text in odd["written"]])
    return Problem(
        code="EQ306",
        what=f"{counted(len(near), 'identifier')} in {counted(len(odd), 'row')} "
        f"{agreeing(len(near), 'differs')} from another one only in blanks at an end: "
        + shown(near, SHOWN),
        where=f"{name}, column {part.how.participant.column}",
        fix="if each is one participant, write "
        f'ignore = ["{IGNORED}"] at participant of {name}; '
        "if they are different participants, correct the source",
        records=records.rename_axis(ROW).reset_index()[[ROW, "participant", "written"]],
    )
