"""Tables of estimates: data frames that print every column, and their HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import pandas as pd

from equipoise.stats.number_text import number_text

MOST_ROWS = 60  # of a table that is printed whole
SCROLL = "overflow-x:auto;max-width:100%"
CELL = "text-align:left;padding:0.1em 0.8em 0.1em 0;vertical-align:top"


class Table(pd.DataFrame):
    """A data frame that prints all its columns, to four significant digits.

    It holds all digits, and everything that is derived from it is a plain data frame.
    """

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame

    def __copy__(self) -> Table:
        return Table(super().copy())

    def __deepcopy__(self, memo: Any = None) -> Table:
        return Table(super().copy())

    def __repr__(self) -> str:
        return text_of(self, MOST_ROWS)

    def _repr_html_(self) -> str:
        return html_of(self, MOST_ROWS)


def text_of(frame: pd.DataFrame, rows: int) -> str:
    """A frame as text with all its columns; at most this many rows."""
    cells = rounded(frame.head(rows))
    text = cells.to_string(index=not isinstance(frame.index, pd.RangeIndex))
    return "\n".join([text, *_rest(frame, rows)])


def html_of(frame: pd.DataFrame, rows: int, caption: str = "") -> str:
    """A frame as HTML that scrolls sideways on a narrow page."""
    table = rounded(frame.head(rows)).to_html(
        index=not isinstance(frame.index, pd.RangeIndex), border=0
    )
    head = f'<p style="margin:0.6em 0 0.2em"><b>{escape(caption)}</b></p>'
    rest = "".join(f"<p>{escape(line)}</p>" for line in _rest(frame, rows))
    return f'{head if caption else ""}<div style="{SCROLL}">{table}</div>{rest}'


def page_of(
    title: str,
    facts: Iterable[tuple[str, str]],
    tables: Sequence[tuple[str, pd.DataFrame]],
    notes: Iterable[str] = (),
    rows: int = MOST_ROWS,
) -> str:
    """A result for a notebook: its name, its numbers, its tables and what to know."""
    lines = [
        f'<tr><th scope="row" style="{CELL}">{escape(name)}</th>'
        f'<td style="{CELL}">{escape(value)}</td></tr>'
        for name, value in facts
    ]
    made = [f'<p style="margin:0 0 0.3em"><b>{escape(title)}</b></p>']
    if lines:
        made.append(f'<div style="{SCROLL}"><table>{"".join(lines)}</table></div>')
    made += [html_of(table, rows, caption) for caption, table in tables]
    made += [f"<p>{escape(note)}</p>" for note in notes]
    return f"<div>{''.join(made)}</div>"


def rounded(frame: pd.DataFrame) -> pd.DataFrame:
    """The cells of a frame as texts for the eye; a missing number is ``NA``."""
    plain = pd.DataFrame(frame).astype(object)
    texts = plain.map(
        lambda value: value if isinstance(value, str) else number_text(value)
    )
    return texts.where(plain.notna(), "NA")


def _rest(frame: pd.DataFrame, rows: int) -> list[str]:
    more = len(frame) - rows
    return [f"and {more:,} more rows of {len(frame):,}"] if more > 0 else []
