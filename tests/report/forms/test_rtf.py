"""The RTF: balanced, ASCII, and every text can be read back."""

import re

from hypothesis import given
from hypothesis import strategies as st

from equipoise.report.forms.rtf import escaped, rtf
from tests.report.forms.hostile import document


def plain(text: str) -> str:
    """What a reader makes of an escaped text: UTF-16 units, then characters."""
    units: list[int] = []
    pattern = r"\\u(-?\d+)\?|\\([\\{}])|\\line |(.)"
    for match in re.finditer(pattern, text, flags=re.DOTALL):
        code, literal, letter = match.groups()
        if code is not None:
            units.append(int(code) % 65536)
        else:
            units.append(ord(literal or letter or "\n"))
    return b"".join(unit.to_bytes(2, "little") for unit in units).decode("utf-16-le")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"])))
def test_every_text_can_be_read_back(text: str) -> None:
    assert plain(escaped(text)) == text
    assert escaped(text).isascii()


def test_groups_are_balanced_and_nothing_hostile_is_a_control() -> None:
    text = rtf(document()).decode("ascii")
    assert text.startswith(r"{\rtf1")
    bare = re.sub(r"\\[\\{}]", "", text)
    assert bare.count("{") == bare.count("}")
    assert r"\par {\b $y$" not in text
    assert text.count(r"\row") == 4
    assert text.count(r"\pngblip") == 1
    assert r"\trhdr" in text
