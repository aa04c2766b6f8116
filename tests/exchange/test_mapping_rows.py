"""Formats of dates that a mapping can state: see also test_long_items.py."""

import pytest
from pydantic import TypeAdapter, ValidationError

from equipoise.exchange.mapping_rows import DateFormat


@pytest.mark.parametrize("text", ["%d-%m-%Y", "%Y%j", "ISO 8601"])
def test_a_format_names_a_day(text: str) -> None:
    assert TypeAdapter(DateFormat).validate_python(text) == text


@pytest.mark.parametrize("text", ["%Y-%m", "%Y", "yyyy-mm-dd"])
def test_a_format_without_a_day_is_rejected(text: str) -> None:
    with pytest.raises(ValidationError, match="without a day"):
        TypeAdapter(DateFormat).validate_python(text)
