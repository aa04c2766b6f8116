"""Flags of adverse events, such as serious or related: yes, no, or not recorded."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

# CDISC CT, ACN and OUT, and the usual verbatim texts of action taken and outcome.
WITHDRAWN = re.compile(
    r"\b(drug|treatment|medication|infusions?|dosing)\b[^,;]*\b(withdrawn|discontinued)\b"
    r"|\b(drug|treatment|medication)\b[^,;]*\bstopped\b"
    r"|\bpermanently (discontinued|stopped|withdrawn)\b"
    r"|\b(withdrawal|discontinuation) of (the )?(study )?(drug|treatment)\b"
    r"|^(withdrawn|discontinued)$",
    re.IGNORECASE,
)
CHANGED = re.compile(
    r"\b(dose|drug|treatment|infusions?)\b[^,;]*"
    r"\b(reduced|lowered|interrupted|paused|delayed|held|stopped)\b",
    re.IGNORECASE,
)
NEGATED = re.compile(r"\b(not|no|non|never|without)\b", re.IGNORECASE)
NOT_FOR_GOOD = re.compile(r"\b(not|no|never|without|temporarily)\b", re.IGNORECASE)
UNKNOWN = re.compile(
    r"^\s*(unknown|not known|not evaluable|not recorded|n/?k)?\s*$", re.I
)
FATAL = re.compile(r"\b(fatal|died|death|dead)\b", re.IGNORECASE)

SEVERITIES = ("mild", "moderate", "severe")


def flag(events: pd.DataFrame, kind: str) -> pd.Series[Any]:
    """Whether each event is of a kind: nullable booleans, missing if not recorded.

    Args:
        events: rows of ``events``.
        kind: ``all``, ``serious``, ``related``, ``serious-related``, ``severe``,
            ``discontinuation`` (led to discontinuation of treatment), ``dose-changed``
            (reduced, delayed or interrupted) or ``fatal``.

    Source: CDISC Controlled Terminology, codelists ACN (action taken with study
    treatment: DRUG WITHDRAWN, DOSE REDUCED, DRUG INTERRUPTED, DOSE NOT CHANGED, NOT
    APPLICABLE, UNKNOWN) and OUT (outcome of event: FATAL).
    """
    if kind == "all":
        return pd.Series(True, index=events.index, dtype="boolean")
    if kind in ("serious", "related"):
        return events[kind].astype("boolean")
    if kind == "serious-related":
        # No, if one of both is known to be no; three-valued logic of pandas.
        return flag(events, "serious") & flag(events, "related")
    if kind == "severe":
        severity = events["severity"]
        return (severity == "severe").astype("boolean").mask(severity.isna())
    if kind == "fatal":
        return _matches(events["outcome"], FATAL, NEGATED)
    if kind == "dose-changed":
        return _matches(events["action"], CHANGED, NEGATED)
    if kind == "discontinuation":
        return _matches(events["action"], WITHDRAWN, NOT_FOR_GOOD)
    raise ValueError(f"unknown kind of event: {kind!r}")


def _matches(
    texts: pd.Series[Any], pattern: re.Pattern[str], negation: re.Pattern[str]
) -> pd.Series[Any]:
    def one(text: Any) -> Any:
        if pd.isna(text) or UNKNOWN.match(str(text)):
            return pd.NA
        return any(
            pattern.search(part.strip()) is not None and negation.search(part) is None
            for part in re.split(r"[;,]", str(text))
        )

    return pd.Series([one(text) for text in texts], index=texts.index, dtype="boolean")
