"""What people write into the names of columns: ranges, units, and German words."""

from __future__ import annotations

import re

GERMAN = {  # words of a header or a value, in small letters without umlauts
    **dict.fromkeys(("summe", "gesamt", "gesamtwert", "gesamtscore"), "total"),
    **dict.fromkeys(("summenwert", "summenscore", "gesamtpunktzahl"), "total"),
    **dict.fromkeys(("punktwert", "punkte", "punktzahl"), "score"),
    **dict.fromkeys(("tag", "tage"), "day"),
    **dict.fromkeys(("woche", "wochen"), "week"),
    **dict.fromkeys(("monat", "monate"), "month"),
    **dict.fromkeys(("stunde", "stunden"), "hours"),
    **dict.fromkeys(("nach",), "after"),
    **dict.fromkeys(("vor", "vorher"), "pre"),
    **dict.fromkeys(("zeitpunkt", "messzeitpunkt"), "timepoint"),
    **dict.fromkeys(("visite",), "visit"),
    **dict.fromkeys(("behandlung", "therapie"), "treatment"),
    **dict.fromkeys(("gruppe", "studienarm"), "group"),
    **dict.fromkeys(("geschlecht",), "sex"),
    **dict.fromkeys(("weiblich", "frau"), "female"),
    **dict.fromkeys(("maennlich", "mann"), "male"),
    **dict.fromkeys(("alter",), "age"),
    **dict.fromkeys(("gewicht", "koerpergewicht"), "weight"),
    **dict.fromkeys(("groesse", "koerpergroesse"), "height"),
    **dict.fromkeys(("zentrum", "standort"), "center"),
    **dict.fromkeys(("infusionsdatum",), "infusion date"),
    **dict.fromkeys(("datum",), "date"),
    **dict.fromkeys(("schweregrad",), "severity"),
    **dict.fromkeys(("ereignis",), "event"),
    **dict.fromkeys(("schwerwiegend",), "serious"),
    **dict.fromkeys(("ja",), "yes"),
    **dict.fromkeys(("nein",), "no"),
}
LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
LIMIT = r"(-?\d+(?:[.,]\d+)?)"
RANGE = re.compile(
    rf"[(\[]\s*(?:range|score|scale)?:?\s*{LIMIT}\s*(?:-|–|to|bis|\.\.+)\s*{LIMIT}\s*"
    r"(?:points?|pts?|punkte)?\s*[)\]]",
    re.IGNORECASE,
)
# `(kg)`, `(years)`, `(F/M)`: what a name states of its values and not of its meaning.
ASIDE = re.compile(
    r"[(\[]\s*(?:kg|g|cm|m|mm|lbs?|inch(?:es)?|years?|yrs?|y|jahre|mg|kg/m\^?[2²]|%"
    r"|[a-z]{1,2}(?:\s*/\s*[a-z]{1,2})+|yes\s*/\s*no|ja\s*/\s*nein"
    r"|(?:fe)?male\s*/\s*(?:fe)?male)\s*[)\]]",
    re.IGNORECASE,
)


def translated(word: str) -> str:
    """The English word of a German one; any other word unchanged.

    Args:
        word: in small letters, without umlauts.
    """
    return GERMAN.get(word, word)


def plain_letters(text: str) -> str:
    """A text in small letters, with German umlauts as two letters."""
    return text.lower().translate(LETTERS)


def without_asides(name: str) -> str:
    """A name without the range or the unit in brackets, unless nothing else is left."""
    short = ASIDE.sub(" ", RANGE.sub(" ", name)).strip()
    return short if re.search(r"[^\W_]", short) else name


def stated_range(name: str) -> tuple[float, float] | None:
    """The range that a name states, such as 0 to 63 for ``BDI total (0-63)``."""
    found = RANGE.search(name)
    if found is None:
        return None
    low, high = (float(text.replace(",", ".")) for text in found.groups())
    return low, high
