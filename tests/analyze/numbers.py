"""The numbers of the complete trial, the rare and the plain one, to six digits.

That a number is right is shown elsewhere, by other programs and by counts made by hand;
this file shows that none moves unseen. ``python -m tests.analyze.numbers`` writes the files
``approved/*-numbers.txt`` anew; read why each number of the difference is another one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from equipoise.analyze.result import Estimate, Results
from tests.analyze import complete, plain, rare

APPROVED = Path(__file__).parent / "approved"
FIELDS = ("estimate", "std_error", "df", "lower", "upper", "statistic", "p", "n")


def numbers(results: Results, known: Results | None = None) -> str:
    """A line for each estimate: its id, and the numbers that it has; ``-`` for none.

    Args:
        results: of a trial.
        known: of another trial; an estimate that is the same in both is left out.
    """
    lines = [f"id {' '.join(FIELDS)}"]
    given = set() if known is None else {_line(row) for row in known}
    lines += [line for line in map(_line, results) if line not in given]
    return "\n".join(lines) + "\n"


def _line(row: Estimate) -> str:
    values = [getattr(row, name) for name in FIELDS]
    return " ".join((row.id, *("-" if v is None else f"{v:.6g}" for v in values)))


NUMBERS: Mapping[str, Callable[[], str]] = {
    "complete-numbers": lambda: numbers(complete.results()),
    "rare-numbers": lambda: numbers(rare.results(), complete.results()),
    "alone-numbers": lambda: numbers(rare.alone()[2], complete.results()),
    "plain-numbers": lambda: numbers(plain.results(), complete.results()),
}

if __name__ == "__main__":
    for name, made in NUMBERS.items():
        (APPROVED / f"{name}.txt").write_text(made(), encoding="utf-8")
