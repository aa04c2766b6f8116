"""The examples of all docstrings run, and give what they print."""

import doctest
import importlib

import pytest

from tests.architecture.source import PACKAGE, PACKAGE_FILES, Source

# Modules whose example is not run here, and why.
NOT_RUN = {"equipoise": "it needs a data file; the README's block runs with one"}


def name_of(source: Source) -> str:
    path = source.path.relative_to(PACKAGE.parent).with_suffix("")
    return ".".join(path.parts).removesuffix(".__init__")


WITH_EXAMPLES = [name_of(s) for s in PACKAGE_FILES if ">>> " in s.text]


@pytest.mark.parametrize("name", [n for n in WITH_EXAMPLES if n not in NOT_RUN])
def test_the_examples_of_a_module_give_what_they_print(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_examples_are_many_and_an_exemption_is_needed() -> None:
    assert len(WITH_EXAMPLES) > 40
    assert set(WITH_EXAMPLES) >= set(NOT_RUN)
