"""A law over all tables: one label, one number. The synopsis and a table agree."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from equipoise.protocol.estimand import Endpoint
from equipoise.report.blocks import Table
from tests.report.test_every_table import planted_report, tables
from tests.report.trials import TRIALS

SAME = {  # heading or label of a row without its interval -> what it names
    "d": "d",
    "d, 2t/√df": "d",
    "Mean difference": "difference",
    "Risk difference, percentage points": "difference",
    "Difference": "difference",
    "Comparison": "difference",
    "P": "p",
}


def meaning(text: str) -> str | None:
    """What a heading names, if the law is about it."""
    return SAME.get(re.sub(r" \((\d+% )?CI\)$", "", text.strip()))


def of_endpoint(label: str, endpoints: tuple[Endpoint, ...]) -> Endpoint | None:
    """The endpoint that a row is about: its label, alone or before a bracket or colon."""
    label = label.strip()
    for endpoint in endpoints:
        rest = label.removeprefix(endpoint.label)
        if rest != label and (not rest or rest.startswith((" (", ": planned"))):
            return endpoint
    return None


def printed(name: str) -> dict[tuple[str, str], dict[str, str]]:
    """(endpoint, meaning) -> id printed -> name of a table."""
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    endpoints = planted_report(name)[0].endpoints
    for table in tables(name):
        owner = next((e for e in endpoints if table.name == f"{e.id}-primary"), None)
        for label, cells in table.rows:
            endpoint = owner or of_endpoint(label, endpoints)
            if endpoint is None:
                continue
            for head, parts in zip(table.head[1:], cells, strict=True):
                what = meaning(label if owner else head)
                first = next((p for p in parts if p.id is not None), None)
                if what is not None and first is not None:
                    found[endpoint.id, what].setdefault(str(first.id), table.name)
    return found


@pytest.mark.parametrize("name", TRIALS)
def test_a_label_names_one_number_in_every_table(name: str) -> None:
    found = printed(name)
    for key, ids in found.items():
        assert len(ids) == 1, (key, ids)
    assert {what for _, what in found} >= {"difference", "p", "d"}


def test_the_law_sees_more_than_one_table() -> None:
    """The effect size is printed in the main, the primary and the supporting table."""
    names = set()
    for table in tables("feder2021"):
        assert isinstance(table, Table)
        for _, cells in table.rows:
            for parts in cells:
                if any(p.id == "caps5_change.effect-size-t.week-2" for p in parts):
                    names.add(table.name)
    assert len(names) >= 3
