import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.report.programmes.quoting import in_comment, r_string, sas_string

HOSTILE = [
    "*/",
    "/*",
    "%macro x;",
    "&sysdate",
    "'",
    '"',
    "\\",
    "\n",
    "\r",
    "\x00",
    ";",
    "#",
]
TEXTS = st.lists(st.one_of(st.text(), st.sampled_from(HOSTILE))).map("".join)


@pytest.mark.property
@given(TEXTS)
def test_a_string_of_r_ends_where_it_should(text: str) -> None:
    quoted = r_string(text)
    inside = quoted[1:-1]
    assert quoted[0] == quoted[-1] == '"'
    n = 0
    while n < len(inside):  # as R reads it: a backslash takes the next character along
        assert inside[n] != '"'
        assert inside[n].isprintable()
        n += 2 if inside[n] == "\\" else 1
    assert n == len(inside)  # the last backslash has not taken the closing quote


@pytest.mark.property
@given(TEXTS)
def test_a_string_of_sas_ends_where_it_should(text: str) -> None:
    quoted = sas_string(text)
    assert quoted[0] == quoted[-1] == "'"
    assert "'" not in quoted[1:-1].replace("''", "")
    assert quoted.isprintable()


@pytest.mark.property
@given(TEXTS)
def test_a_comment_is_one_line_that_nothing_ends(text: str) -> None:
    written = in_comment(text)
    assert written.isprintable()
    assert "*/" not in written
    assert "/*" not in written
    assert not re.search(r"[%&]\w", written)


def test_what_is_harmless_stays_as_it_is() -> None:
    assert in_comment("Fisher's test (50 %); A&B") == "Fisher's test (50 %); A& B"
    assert r_string("it's") == '"it\'s"'
    assert sas_string("it's") == "'it''s'"


@pytest.mark.parametrize("text", ["plain", 'a "b"', "a\\b", "\\", '\\"'])
def test_r_reads_the_same_text_again(text: str) -> None:
    inside = r_string(text)[1:-1]
    assert re.sub(r"\\(.)", r"\1", inside) == text
