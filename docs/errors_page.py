"""The reference page of error codes, made from the table that the program uses."""

from __future__ import annotations

from pathlib import Path

from equipoise.errors import CODES, Code

PAGE = Path(__file__).parent / "reference" / "errors.md"

AREAS = {  # first number of an area -> its heading
    0: "Library and files",
    100: "Protocols",
    200: "Instruments and scoring",
    300: "Tables of a trial",
    330: "Data files and mappings",
    400: "Mixed models",
    450: "Plans, analysis sets and results",
    500: "Reports",
    600: "Simulated participants",
    800: "Designs",
    900: "The running trial",
}

HEAD = """\
# Error codes

Equipoise refuses rather than guesses, and reports every problem at once. Each problem
says **what** is wrong, **where**, and how to **mend** it; the offending rows are attached
as `error.records`, and the first of them are printed below it.

```text
EQ305 2 rows share their participant, by, visit
  where: table guesses
  mend:  keep one of them, or give them different visits or times
    participant          by  visit      guess  certainty
          P0001 participant week-2 don't know        NaN
          P0001 participant week-2 don't know        NaN
```

A code marked *acceptable* is a problem that you may go on with knowingly:
`equipoise analyze … --accept EQ312`. What was accepted, and how many records it concerned,
is written into the report. All other problems must be mended.

From Python, catch `equipoise.EquipoiseError`; `error.problems` holds all of them. Commands
end with status 1, and print the problems as JSON with `--json`.

<!-- made by docs/errors_page.py; `make docs` renews it -->
"""


def page() -> str:
    """Text of the page."""
    starts = sorted(AREAS)
    parts = [HEAD]
    for start, end in zip(starts, [*starts[1:], 1000], strict=True):
        rows = {c: r for c, r in sorted(CODES.items()) if start <= int(c[2:]) < end}
        if rows:
            parts.append(f"\n## {AREAS[start]}\n")
            parts += [_entry(code, row) for code, row in rows.items()]
    return "".join(parts)


def _entry(code: str, row: Code) -> str:
    mark = "; *acceptable*" if row.acceptable else ""
    return f"\n**{code}** {row.title}{mark}\n: {row.meaning}\n"


def renew() -> None:
    """Writes the page if it is not the one that the program's table gives."""
    if not PAGE.exists() or PAGE.read_text("utf-8") != page():
        PAGE.write_text(page(), "utf-8")
