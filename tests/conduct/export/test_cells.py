"""A text is no formula, and is there again as it was."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.conduct.export.writers import DANGEROUS, harmless, written
from tests.conduct.exported import restored


@pytest.mark.property
@settings(deadline=None)
@given(st.text())
def test_the_rule_is_reversible(text: str) -> None:
    assert restored(harmless(text)) == text
    assert not harmless(text).startswith(DANGEROUS)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (-3, "-3"),
        (2.5, "2.5"),
        (True, "True"),
        ('say "no"', '"say ""no"""'),
        ("-1+1", '"\'-1+1"'),
        ("'quoted'", "\"''quoted'\""),
    ],
)
def test_cells(value: object, cell: str) -> None:
    assert written(value) == cell  # type: ignore[arg-type]
