"""Every text is read from TOML as it was written."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from equipoise.protocol.toml_string import toml_string

TEXTS = st.text(st.characters(exclude_categories=("Cs",)))


@given(TEXTS)
def test_a_text_is_read_as_it_was_written(text: str) -> None:
    assert tomllib.loads(f"x = {toml_string(text)}") == {"x": text}


def test_no_control_character_stands_as_it_is() -> None:
    assert toml_string("a\x7fb\n") == '"a\\u007fb\\n"'
