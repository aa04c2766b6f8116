"""What texts and flags of an event mean."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from equipoise.analyze.safety.event_flags import flag

COLUMNS = ["severity", "serious", "related", "action", "outcome"]


def one(kind: str, **cells: Any) -> bool | None:
    row = pd.DataFrame([dict.fromkeys(COLUMNS) | cells]).convert_dtypes()
    (value,) = flag(row, kind)
    return None if value is pd.NA else bool(value)


@pytest.mark.parametrize(
    ("action", "led"),
    [
        ("DRUG WITHDRAWN", True),  # CDISC ACN
        ("Study drug permanently discontinued", True),
        ("treatment stopped", True),
        ("discontinued", True),
        ("DOSE NOT CHANGED", False),
        ("dose not changed", False),
        ("DRUG INTERRUPTED", False),
        ("NOT APPLICABLE", False),
        ("treatment not discontinued", False),
        ("drug temporarily discontinued", False),
        ("ibuprofen 400 mg, drug withdrawn", True),
        ("UNKNOWN", None),
        ("NOT EVALUABLE", None),
        ("", None),
        (None, None),
    ],
)
def test_action_that_led_to_discontinuation(
    action: str | None, led: bool | None
) -> None:
    assert one("discontinuation", action=action) is led


@pytest.mark.parametrize(
    ("action", "changed"),
    [("DOSE REDUCED", True), ("DRUG INTERRUPTED", True), ("infusion stopped", True),
     ("DOSE NOT CHANGED", False), ("DOSE INCREASED", False), (None, None)],
)  # fmt: skip
def test_action_that_changed_the_dose(action: str | None, changed: bool | None) -> None:
    assert one("dose-changed", action=action) is changed


@pytest.mark.parametrize(
    ("outcome", "fatal"),
    [("FATAL", True), ("died", True), ("non-fatal", False), ("recovered", False),
     ("NOT RECOVERED/NOT RESOLVED", False), ("UNKNOWN", None), (None, None)],
)  # fmt: skip
def test_fatal_outcome(outcome: str | None, fatal: bool | None) -> None:
    assert one("fatal", outcome=outcome) is fatal


@pytest.mark.parametrize("mark", [",", ";"])
def test_each_part_of_a_text_is_read_alone(mark: str) -> None:
    assert one("dose-changed", action=f"dose not changed{mark} drug stopped") is True
    assert one("fatal", outcome=f"not recovered{mark} died") is True
    assert one("fatal", outcome=f"recovered{mark} not fatal") is False


def test_severity_and_both_flags() -> None:
    assert one("severe", severity="severe") is True
    assert one("severe", severity="mild") is False
    assert one("severe") is None
    assert one("serious-related", serious=True) is None
    assert one("serious-related", serious=False) is False  # whatever the relation
    assert one("serious-related", serious=True, related=True) is True
    assert one("all") is True


def test_an_unknown_kind_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        one("expected")
