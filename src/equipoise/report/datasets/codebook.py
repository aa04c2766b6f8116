"""The codebook of the analysis data sets, as CSV and as Markdown."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from equipoise.report.datasets.dataset import Dataset, Variable, one_line
from equipoise.report.table_cells import plural

HEAD = (
    "dataset", "variable", "label", "type", "unit", "values", "derivation", "source"
)  # fmt: skip


def codebook_csv(sets: Iterable[Dataset]) -> bytes:
    """A row for each variable of each data set."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    for item in sets:
        writer.writerows([(item.name, *_fields(v)) for v in item.variables])
    return out.getvalue().encode()


def codebook_markdown(sets: Sequence[Dataset], notes: Sequence[str]) -> bytes:
    """The same as a page.

    Args:
        sets: in order.
        notes: sentences before the tables.
    """
    parts = ["# Codebook of the analysis data sets", "", *_paragraphs(notes)]
    for item in sets:
        parts += [
            f"## {item.name}: {escaped(item.label)}",
            "",
            f"One row is {item.row}: "
            f"{plural(len(item.frame), 'row')}, file `{item.stem}.csv`.",
            "",
            "| variable | label | type | unit | values | derivation | source |",
            "|---|---|---|---|---|---|---|",
        ]
        for variable in item.variables:
            cells = map(escaped, _fields(variable))
            parts.append(f"| {' | '.join(cells)} |")
        parts.append("")
    return "\n".join(parts).encode()


def _fields(variable: Variable) -> tuple[str, ...]:
    return (
        variable.name,
        variable.label,
        variable.type,
        one_line(variable.unit),
        one_line(variable.values),
        one_line(variable.derivation),
        variable.source,
    )


def _paragraphs(notes: Sequence[str]) -> list[str]:
    return [line for note in notes for line in (escaped(note), "")]


def escaped(text: str) -> str:
    """A text that Markdown shows unchanged."""
    plain = one_line(text)
    for mark in "\\`*_[]<>|#":
        plain = plain.replace(mark, f"\\{mark}")
    return plain
