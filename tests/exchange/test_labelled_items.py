"""Items in a labelled REDCap export without its dictionary: named, or not recognized."""

import runpy
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from equipoise.exchange.mapping_proposal import Proposal, propose_mapping
from tests.exchange.small import protocol

TEXTS: tuple[str, ...] = ("sadness", "tension", "sleep", "appetite", "attention")
TEXTS += ("lassitude", "feeling", "thoughts", "mood", "worry")


@cache
def export() -> str:
    made = runpy.run_path("docs/how-to/redcap/make_exports.py")["exports"]()
    return str(made["labelled.csv"])


def proposed(folder: Path, label: Callable[[int, str], str]) -> Proposal:
    """The proposal for the example export, with other labels of its items."""
    text = export()
    for number, word in enumerate(TEXTS, 1):
        text = text.replace(f"MADRS {number:02}", label(number, word), 1)
    (folder / "labelled.csv").write_text(text, "utf-8")
    return propose_mapping(folder / "labelled.csv", protocol())


@pytest.mark.parametrize(
    ("label", "column"),
    [
        (lambda n, word: f"MADRS item {n}: {word}", "MADRS item {item}:*"),
        (lambda n, word: f"MADRS {n}. {word}", "MADRS {item}.*"),
    ],
)
def test_labels_with_instrument_and_number_are_items(
    tmp_path: Path, label: Callable[[int, str], str], column: str
) -> None:
    made = proposed(tmp_path, label)
    assert f'column = "{column}"\nto = "items.madrs"' in made.text
    known = {one.column for one in made.reasons if one.proposal == "items.madrs"}
    assert known == {label(n, word) for n, word in enumerate(TEXTS, 1)}


@pytest.mark.parametrize(
    "label",
    [
        lambda n, word: f"{n}. {word}",  # of which instrument?
        lambda n, word: f"MADRS {word}",  # which item?
        lambda n, word: f"MADRS item {n + 1}: {word}" if n > 9 else f"{n}. {word}",
    ],
)
def test_labels_that_name_only_a_part_are_not_recognized(
    tmp_path: Path, label: Callable[[int, str], str]
) -> None:
    made = proposed(tmp_path, label)
    assert not [r for r in made.reasons if r.proposal.startswith("item")]
    assert {label(n, word) for n, word in enumerate(TEXTS, 1)} <= set(made.unmapped)
