"""Numbers of an address."""

import pytest

from equipoise.conduct.pages.form_context import whole
from equipoise.errors import ConductError


def test_minutes_are_whole_numbers() -> None:
    assert whole("") is None
    assert whole("-30") == -30
    for text in ("x", "1.5", "9" * 30):
        with pytest.raises(ConductError, match="EQ924"):
            whole(text)
