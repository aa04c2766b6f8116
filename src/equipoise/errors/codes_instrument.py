"""Codes EQ2xx: instrument files and scoring."""

from __future__ import annotations

from equipoise.errors.error_code import Code

CODES: dict[str, Code] = {
    "EQ200": Code(
        "instrument file is not TOML",
        "The text of an instrument file cannot be parsed.",
    ),
    "EQ201": Code(
        "wrong key in an instrument file",
        "A key is absent or unknown, or its value has the wrong type.",
    ),
    "EQ202": Code(
        "statement without provenance",
        "A statement of an instrument needs either its ``source`` or "
        "``assumed = true``, and not both.",
    ),
    "EQ203": Code(
        "name that does not exist",
        "A score, band, cut-off, change or convention refers to an item or a score "
        "that the instrument does not have, or a score depends on itself.",
    ),
    "EQ204": Code(
        "contradictory range",
        "The range of a score does not match its items, the values of an item do not "
        "match its range, a threshold lies outside the range of its score, or the "
        "response for no symptoms (``symptom_free``) is not a response to every item.",
    ),
    "EQ205": Code(
        "scoring rule that does not fit",
        "A key that the scoring rule needs is missing, a key that it does not use is "
        "present, an item is named twice, or the rule for missing items does not suit it.",
    ),
    "EQ206": Code(
        "severity bands that do not cover the score",
        "Bands of severity overlap, leave a gap, or do not span the range of the score.",
    ),
    "EQ210": Code(
        "responses to an unknown instrument",
        "Responses name an instrument that was not passed to the scoring function.",
    ),
    "EQ207": Code(
        "wording of another instrument",
        "A file in the folder `wording/` belongs to no instrument of the protocol, or "
        "names an item or a response that the instrument does not have.",
    ),
    "EQ211": Code(
        "response to an unknown item",
        "Responses name an item that the instrument does not have.",
    ),
    "EQ212": Code(
        "response that is not allowed",
        "A response is not a number, not an integer, or not among the allowed responses "
        "of its item. No value is clipped or rounded.",
    ),
    "EQ213": Code(
        "item answered twice",
        "Two responses have the same participant, visit, minute, instrument and item. "
        "Equipoise cannot know which one is right.",
    ),
    "EQ214": Code(
        "responses without an identifier",
        "A column that scoring needs is absent, or a row has no participant, visit, "
        "instrument or item.",
    ),
}
