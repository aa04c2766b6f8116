"""What kind of text a cell holds, to tell names of columns from data and notes."""

from __future__ import annotations

import re
from collections.abc import Iterable

NUMBER = re.compile(
    r"[<>~≤≥]?\s*[+-]?([0-9]+([.,][0-9]*)*|[.,][0-9]+)([eE][+-]?[0-9]+)?%?"
)
DATE = re.compile(
    r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}([ T][0-9:.]+.*)?"
    r"|[0-9]{1,2}[-/ ]?[A-Za-z]{3,9}[-/ ]?[0-9]{2,4}|[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?.*"
)
ABSENT = {
    *("na", "n/a", "n.a.", "nan", "nd", "n.d.", "n/d", ".", "..", "-", "--", "?"),
    *("null", "#null!", "#n/a", "none", "missing", "unknown", "not done", "refused"),
    *("not assessed", "not available", "not applicable", "declined", "keine angabe"),
}
TOTALS = {
    *("total", "totals", "grand total", "subtotal", "sum", "mean", "average", "median"),
    *("sd", "std", "std dev", "mean (sd)", "gesamt", "summe", "mittelwert", "somme"),
    *("moyenne", "totale", "media", "suma", "promedio", "totaal", "gemiddelde"),
}
REMARK = re.compile(
    r"(source|note|notes|footnote|legend|abbreviation|abbreviations|remark|remarks|"
    r"comment|comments|key|exported|generated|printed|created|downloaded|last updated|"
    r"page|data cut-?off|quelle|hinweis|anmerkung|legende|stand|fuente|nota|notas|"
    r"remarque|légende|bron)\b.*[:\s].+|[*†‡§©#]+\s*\S+\s.+|"
    r"end of (file|data|report|table).*",
    re.IGNORECASE | re.DOTALL,
)
WORDS = 4  # a text of so many words is a sentence rather than a value


def is_value(text: str) -> bool:
    """Whether a text is a number, a date or a time: never the name of a column."""
    return bool(NUMBER.fullmatch(text) or DATE.fullmatch(text))


def is_absent(text: str) -> bool:
    """Whether a text says that there is no value, such as ``n/a``."""
    return not text or text.casefold() in ABSENT


def is_total(text: str) -> bool:
    """Whether a text heads a row of totals, such as ``Total`` or ``Mean:``."""
    return text.casefold().rstrip(" :=") in TOTALS


def is_remark(text: str) -> bool:
    """Whether a text is a sentence for the reader, such as ``Source: ...``."""
    return bool(REMARK.fullmatch(text)) or len(text.split()) >= WORDS


def shape(text: str) -> str:
    """Kinds of characters of a text: ``P-001`` and ``P-23`` are both ``a-9``."""
    return re.sub(r"[0-9]+", "9", re.sub(r"[^\W\d_]+", "a", text))


def numeric(texts: Iterable[str], share: float = 0.9) -> bool:
    """Whether the cells of a column that hold something are values, at least two."""
    filled = [text for text in texts if not is_absent(text)]
    return len(filled) > 1 and sum(map(is_value, filled)) >= share * len(filled)


def rows_as_text(numbers: Iterable[int]) -> str:
    """Numbers of rows as ``rows 2 to 4, 7``; ``row 2`` for a single one."""
    ordered = sorted(numbers)
    parts: list[str] = []
    start = 0
    for n, number in enumerate(ordered):
        if n + 1 == len(ordered) or ordered[n + 1] != number + 1:
            first = ordered[start]
            parts.append(f"{first} to {number}" if number > first else f"{number}")
            start = n + 1
    return ("row " if len(ordered) == 1 else "rows ") + ", ".join(parts)
