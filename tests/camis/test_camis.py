"""Every number that CAMIS prints of SAS, R or East is ours, or says why not."""

from __future__ import annotations

import pytest

from tests.camis import METHODS
from tests.camis.page import PAGE, page
from tests.camis.printed import Method
from tests.printed_numbers import agrees
from tests.shared_data import shared


@pytest.mark.reference
@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.file)
def test_printed_numbers_are_ours(method: Method) -> None:
    """To the printed digits, or within the tolerance whose reason the page prints."""
    shared(f"reference/camis_{method.file}.json")
    ours, wrong = method.values(), []
    for row in method.printed:
        name = row["id"]
        if name not in ours:
            if not method.reason_absent(name):
                wrong.append(f"{name}: no way to it")
            continue
        allowed = method.allowed(name)
        if not agrees(row["value"], ours[name], allowed[0] if allowed else 0.0):
            wrong.append(f"{name}: {row['program']} {row['value']}, ours {ours[name]}")
    assert not wrong


@pytest.mark.parametrize(
    ("printed", "ours", "allowed", "same"),
    [
        ("0.67", 0.6749, 0.0, True),
        ("0.67", 0.6751, 0.0, False),
        ("0.67", 0.6751, 0.01, True),
        ("<.0001", 0.00009, 0.0, True),
        ("<.0001", 0.0001, 0.0, False),
        ("none", None, 0.0, True),
        ("none", 6.4, 0.0, False),
        ("6.155192e-02", 0.06155192, 0.0, True),
        ("6.155192e-02", 0.06155193, 0.0, False),
        ("0.67", None, 1.0, False),
    ],
)
def test_agreement_is_to_the_printed_digits(
    printed: str, ours: float | None, allowed: float, same: bool
) -> None:
    assert agrees(printed, ours, allowed) is same


@pytest.mark.reference
def test_the_page_is_up_to_date() -> None:
    """``python -m tests.camis.page`` writes it."""
    for method in METHODS:
        shared(f"reference/camis_{method.file}.json")
    assert PAGE.read_text("utf-8") == page()
