"""Imputed values in files of ADaM: they are never read as observed ones.

Source: ADaM Implementation Guide 1.3: ``DTYPE`` states how a row was derived, such as
``LOCF``; a variable that ends in ``DTF`` states which part of a date was imputed.
"""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.errors import Problem, listing
from equipoise.errors.counted import counted
from equipoise.exchange.files import Source
from equipoise.exchange.mapping import Reading
from equipoise.exchange.row_filter import accepted, matches

# Derived from observed values of the same visit: read if the row filter names them.
SUMMARIES = ("AVERAGE", "MAXIMUM", "MINIMUM", "MEDIAN", "SUM")
DAYS = ("DTM", "DT", "DY")  # endings of dates and study days whose flag ends in DTF


def imputed(source: Source, how: Reading) -> Iterator[Problem]:
    """EQ357: rows and dates that were imputed, among those that are read."""
    yield from _rows(source, how)
    yield from _dates(source, how)


def _rows(source: Source, how: Reading) -> Iterator[Problem]:
    if not {"DTYPE", "PARAMCD"} <= set(source.table.columns):
        return
    cells = source.cells
    stated = {value.upper() for value in accepted(how.where.get("DTYPE", ()))}
    allowed = {"", *(stated & set(SUMMARIES))}
    kinds = [text for text in cells["DTYPE"].unique() if text.upper() not in allowed]
    if not kinds:
        return
    rows = cells[cells["DTYPE"].isin(kinds)]
    yield Problem(
        code="EQ357",
        what=f"{counted(len(rows), 'row', 'does')} not hold observed values: DTYPE is "
        + listing(kinds),
        where=f"{source.name}, column DTYPE",
        fix='read the observed rows with a row filter: [where] DTYPE = ""; the protocol '
        "states how missing values are handled in the analysis",
        records=rows.reset_index(),
    )


def _dates(source: Source, how: Reading) -> Iterator[Problem]:
    known = source.table.columns
    for rule in how.columns:
        name = rule.column
        ending = next((end for end in DAYS if name.endswith(end)), None)
        flag = f"{name.removesuffix(ending)}DTF" if ending else ""
        if flag not in known or name not in known:
            continue
        cells = source.cells
        rows = cells[matches(cells, rule.where) & (cells[flag] != "")]
        rows = rows[rows[name] != ""]
        if len(rows):
            yield Problem(
                code="EQ357",
                what=f"{counted(len(rows), 'date', 'was')} completed or imputed: "
                f"{flag} is not empty",
                where=f"{source.name}, column {name}",
                fix=f'read the others with `where = {{ {flag} = "" }}` in this entry; '
                "these dates are then missing",
                records=rows.reset_index(),
            )
