"""Adds the formula of a calculated field of REDCap to a proposed entry of a mapping."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from equipoise.exchange.column_profile import Look
from equipoise.exchange.recognition import Finding
from equipoise.exchange.redcap_calculation import understood


def with_formulas(
    findings: Iterable[Finding], looks: Mapping[str, Look]
) -> list[Finding]:
    """The findings, with the key ``calculation`` where the formula can be compared.

    Args:
        findings: what the columns are.
        looks: columns of the file, with their fields of the data dictionary.
    """
    columns = {look.raw or name: name for name, look in looks.items()}
    return [_with_formula(one, looks, columns) for one in findings]


def _with_formula(
    one: Finding, looks: Mapping[str, Look], columns: Mapping[str, str]
) -> Finding:
    if len(one.columns) != 1:
        return one
    field = looks[one.columns[0]].field
    formula = understood(field.calculation) if field and field.calculation else None
    if formula is None or not set(formula.fields) <= set(columns):
        return one
    if any(sign in columns[name] for name in formula.fields for sign in "[]"):
        return one  # a label with brackets cannot stand in brackets

    def column(found: re.Match[str]) -> str:
        return f"[{columns[found[1].strip()]}]"

    text = re.sub(r"\[([^\[\]]+)\]", column, " ".join(formula.text.split()))
    return replace(one, rule={**one.rule, "calculation": text})
