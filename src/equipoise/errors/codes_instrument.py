"""Codes EQ2xx: instrument files and scoring."""

from __future__ import annotations

from equipoise.errors.code import Code

CODES: dict[str, Code] = {
    "EQ200": Code(
        "instrument file is not TOML",
        "The text of an instrument file breaks the rules of TOML.",
    ),
    "EQ201": Code(
        "wrong key in an instrument file",
        "A key is absent, unknown, or holds a value of the wrong kind.",
    ),
    "EQ202": Code(
        "number without provenance",
        "A statement of an instrument must say either where it comes from (source) or "
        "that it is an assumption (assumed = true), and not both.",
    ),
    "EQ203": Code(
        "name that does not exist",
        "A score, band, cut-off, change or convention refers to an item or a score "
        "that the instrument does not have, or a score rests on itself.",
    ),
    "EQ204": Code(
        "range that disagrees",
        "The range of a score is not what its items can give, the values of an item "
        "are not its range, a threshold lies outside the range of its score, or the "
        "answer that says that nothing was observed is not an answer to every item.",
    ),
    "EQ205": Code(
        "rule that does not fit",
        "A score lacks a key that its rule needs, has one that its rule does not use, "
        "names an item twice, or has a missing rule that does not suit it.",
    ),
    "EQ206": Code(
        "bands that do not cover the score",
        "Bands of severity overlap, leave a gap, or do not span the range of the score.",
    ),
    "EQ210": Code(
        "answers to an unknown instrument",
        "Answers name an instrument that was not given to the scoring.",
    ),
    "EQ207": Code(
        "wording of another instrument",
        "A file in the folder `wording/` belongs to no instrument of the protocol, or "
        "names an item or an answer that the instrument does not have.",
    ),
    "EQ211": Code(
        "answer to an unknown item",
        "Answers name an item that the instrument does not have.",
    ),
    "EQ212": Code(
        "answer that is not allowed",
        "An answer is not a number, not an integer, or not among the allowed answers of "
        "its item. Nothing is clipped or rounded.",
    ),
    "EQ213": Code(
        "item answered twice",
        "Two answers have the same participant, visit, minute, instrument and item; "
        "which of them counts cannot be guessed.",
    ),
    "EQ214": Code(
        "answers without an address",
        "A column that scoring needs is absent, or a row has no participant, visit, "
        "instrument or item.",
    ),
}
