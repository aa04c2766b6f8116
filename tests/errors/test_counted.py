"""Counts in messages: the noun and the verb agree with the number."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.errors.counted import agreeing, counted
from tests.architecture.source import PACKAGE_FILES

READING = [file for file in PACKAGE_FILES if file.part in ("dataset", "exchange")]
NOUNS = (
    "cells|codes|columns|corrections|dates|entries|files|identifiers|items|participants|"
    "problems|records|rows|scenarios|scores|sheets|spellings|tables|texts|trials|values|"
    "workers"
)
VERBS = "are|contain|differ|do|have|look|need|were"
PLURAL = re.compile(
    rf" (?:[a-z]+[a-rt-z] )?(?<! of )(?<! in )(?<! for )(?:{NOUNS})\b"
    rf"| of (?:its|the) (?:{NOUNS}) (?:{VERBS})\b"
    rf"| (?:more )?(?:{VERBS})\b"
)
SEVERAL = {
    "', '.join(map(quoted, group))": "spellings, of which there are two",
    "column": "merged cells of a column",
    "item.source": "the second of two columns",
    "more": "identical rows, of which there are two",
    "numbers": "columns, after the text for one column",
    "path.name": "columns of a file, each named",
    "path.suffix": "files of a kind",
}
ENDINGS = {"", "s", "is", "are", "has", "have", "was", "were"}


def bound_to_several(tree: ast.AST) -> Iterator[str]:
    """Formatted values before a noun or verb in the plural, but limits and ``SEVERAL``."""
    for text in ast.walk(tree):
        if isinstance(text, ast.JoinedStr):
            for value, after in zip(text.values, text.values[1:], strict=False):
                if isinstance(value, ast.FormattedValue) and isinstance(
                    after, ast.Constant
                ):
                    name = ast.unparse(value.value)
                    allowed = name.isupper() or name in SEVERAL
                    if PLURAL.match(str(after.value)) and not allowed:
                        yield f"{text.lineno}: {{{name}}}{after.value}"


def own_plurals(tree: ast.AST) -> Iterator[str]:
    """Nouns and verbs that are chosen by hand where a number is 1."""
    for choice in ast.walk(tree):
        if isinstance(choice, ast.IfExp):
            ends = [choice.body, choice.orelse]
            texts = [end.value for end in ends if isinstance(end, ast.Constant)]
            if len(texts) == 2 and len(ENDINGS & set(texts)) == 2:
                yield f"{choice.lineno}: {ast.unparse(choice)}"


@given(st.integers(0, 10**9), st.sampled_from(["is", "has", "does", "differs", "was"]))
def test_only_one_is_singular(number: int, verb: str) -> None:
    text = counted(number, "row", verb)
    assert text.startswith(f"{number:,} row")
    assert (text == f"1 row {verb}") == (number == 1)
    assert text.endswith(agreeing(number, verb))


@pytest.mark.parametrize(
    ("number", "noun", "verb", "text"),
    [
        (0, "row", "has", "0 rows have"),
        (1, "entry", "", "1 entry"),
        (2, "entry", "is", "2 entries are"),
        (1, "recorded score", "does", "1 recorded score does"),
        (1200, "cell", "contains", "1,200 cells contain"),
    ],
)
def test_noun_and_verb(number: int, noun: str, verb: str, text: str) -> None:
    assert counted(number, noun, verb) == text


@pytest.mark.parametrize(
    "wrong",
    [
        "f'{n} values are wrong'",
        "f'{len(x)} recorded scores'",
        "f'{len(x):,} of {len(y)} rows'",
        "f'{n} of its values are hidden'",
        "f'{counted(n, \"value\")} of {name} are wrong'",
        "f'{n} row' + ('' if n == 1 else 's')",
        'f\'{n} {"is" if n == 1 else "are"}\'',
    ],
)
def test_the_law_finds_what_it_forbids(wrong: str) -> None:
    tree = ast.parse(wrong)
    assert [*bound_to_several(tree), *own_plurals(tree)]


def test_no_message_about_data_has_a_count_with_a_noun_that_is_always_plural() -> None:
    """``1 values are not a number``: what is counted in data can always be one."""
    assert READING
    wrong = [
        f"{file.name}:{text}"
        for file in READING
        for text in (*bound_to_several(file.tree), *own_plurals(file.tree))
    ]
    assert not wrong, "use errors.counted:\n" + "\n".join(wrong)
