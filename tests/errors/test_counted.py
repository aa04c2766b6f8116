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

READING = ("dataset", "exchange")
NOUNS = (
    "cells|codes|columns|corrections|dates|entries|files|identifiers|items|participants|"
    "positions|problems|records|rows|scenarios|scores|sheets|spellings|tables|texts|"
    "trials|values|vials|workers"
)
VERBS = "are|contain|differ|do|have|look|need|were"
NOUN = rf" (?:[a-z]+[a-rt-z] )?(?<! of )(?<! in )(?<! for )(?<! with )(?:{NOUNS})\b"
OF_THEM = rf" of (?:its|the) (?:{NOUNS}) (?:{VERBS})\b"
PLURAL = re.compile(rf"{NOUN}|{OF_THEM}")
PLURAL_OR_VERB = re.compile(rf"{NOUN}|{OF_THEM}| (?:more )?(?:{VERBS})\b")
SEVERAL = {
    "', '.join(map(quoted, group))": "spellings, of which there are two",
    "_with_error(one.loss, 1)": "an estimate with its error",
    "column": "merged cells of a column",
    "comparison.treated": "at least two arms of them",
    "formula": "a size that is too large",
    "given_n": "an impossible number",
    "item.source": "the second of two columns",
    "listed((included(a) for a in analyses))": "a list of sums",
    "waiting": "a list of numbers, of each interim analysis",
    "last.label": "the name of a visit",
    "more": "identical rows, of which there are two",
    "numbers": "columns, after the text for one column",
    "path.name": "columns of a file, each named",
    "path.suffix": "files of a kind",
    "plan.quantity": "power by participants",
    "scale.better": "a direction, of scores",
    "self.rate": "a rate of recruitment",
}
ENDINGS = {"", "s", "is", "are", "has", "have", "was", "were"}


def is_count(value: ast.FormattedValue) -> bool:
    """Whether a value is written as whole numbers are: not as ``24.5`` or ``1e+03``."""
    shown = value.format_spec
    return shown is None or ast.unparse(shown) in ("f','", 'f","')


def bound_to_several(
    tree: ast.AST, plural: re.Pattern[str] = PLURAL_OR_VERB
) -> Iterator[str]:
    """Formatted values before a noun or verb in the plural, but limits and ``SEVERAL``."""
    for text in ast.walk(tree):
        if isinstance(text, ast.JoinedStr):
            for value, after in zip(text.values, text.values[1:], strict=False):
                match value, after:
                    case ast.FormattedValue(value=shown), ast.Constant(
                        value=str(words)
                    ):
                        name = ast.unparse(shown)
                        allowed = name.isupper() or name in SEVERAL
                        allowed |= not is_count(value)
                        if plural.match(words) and not allowed:
                            yield f"{text.lineno}: {{{name}}}{words}"


def compared_with_1(test: ast.expr) -> bool:
    """Whether a condition compares something with 1."""
    ends = ast.walk(test)
    return any(isinstance(end, ast.Constant) and end.value == 1 for end in ends)


def own_plurals(tree: ast.AST) -> Iterator[str]:
    """Nouns and verbs that are chosen by hand where a number is 1."""
    for choice in ast.walk(tree):
        if isinstance(choice, ast.IfExp):
            ends = [choice.body, choice.orelse]
            texts = [end.value for end in ends if isinstance(end, ast.Constant)]
            if len(texts) == 2 and {*texts} <= ENDINGS and compared_with_1(choice.test):
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


def test_no_message_has_a_count_with_a_noun_that_is_always_plural() -> None:
    """``1 values are not a number``: what is counted can always be one.

    A verb after a value that is no count (``{names} are``) is of no concern, except where
    data are read: there every value before a verb is taken as a count.
    """
    wrong = [
        f"{file.name}:{text}"
        for file in PACKAGE_FILES
        for text in (
            *bound_to_several(
                file.tree, PLURAL_OR_VERB if file.part in READING else PLURAL
            ),
            *own_plurals(file.tree),
        )
    ]
    assert not wrong, "use errors.counted:\n" + "\n".join(wrong)


def test_estimates_are_no_counts() -> None:
    """``{n:g} participants`` is an expected number, ``24.5 participants``."""
    assert not [*bound_to_several(ast.parse("f'{n:.1f} rows'"))]
    assert [*bound_to_several(ast.parse("f'{n:,} rows'"))]
