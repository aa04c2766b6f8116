"""Codes EQ300 to EQ329: the tables of a trial."""

from __future__ import annotations

from equipoise.errors.error_code import Code

CODES: dict[str, Code] = {
    "EQ301": Code(
        "unknown table or column",
        "The data have a table or column that neither the data contract nor the protocol "
        "defines, or the same column twice.",
    ),
    "EQ302": Code(
        "value of the wrong type",
        "A value is not of the type of its column: text where a number is required, a "
        "fraction where an integer is required, not a date, or dates with and without a "
        "time zone.",
    ),
    "EQ303": Code(
        "value is missing",
        "A required column is absent, or empty in some rows.",
    ),
    "EQ304": Code(
        "value is not allowed",
        "A text is not among the values allowed for its column, or for the "
        "characteristic in the protocol.",
    ),
    "EQ305": Code(
        "duplicate rows",
        "Two rows have the same key, such as one participant, visit and item. Equipoise "
        "cannot know which one is right.",
    ),
    "EQ306": Code(
        "unknown participant",
        "A table or file has rows of a participant who is not in the table or file of "
        "participants, or identifiers of participants differ only in their spelling.",
    ),
    "EQ307": Code(
        "not in the protocol",
        "A row names an arm, visit, instrument, score or infusion that the protocol "
        "does not have.",
    ),
    "EQ308": Code(
        "score out of its range",
        "A recorded score is outside the range of this instrument.",
    ),
    "EQ309": Code(
        "characteristic out of its range",
        "A number is outside the bounds that the protocol states. If accepted, it stays "
        "unchanged.",
        acceptable=True,
    ),
    "EQ310": Code(
        "no participants",
        "The table of participants is absent or empty.",
    ),
    "EQ311": Code(
        "dates in an impossible order",
        "A participant was randomized before consent, or an infusion or event ended "
        "before it started. If accepted, the dates stay unchanged.",
        acceptable=True,
    ),
    "EQ312": Code(
        "score does not match its items",
        "A recorded score differs from the score of its items (a mean may be rounded to "
        "two decimals), or is present although too many of its items are missing. If "
        "accepted, the items are used and the recorded score is not.",
        acceptable=True,
    ),
    "EQ313": Code(
        "arms partly present",
        "The data are blinded, but a column shows which treatment was received; or only "
        "some of the randomized participants have an arm.",
    ),
    "EQ314": Code(
        "problem that cannot be accepted",
        "A code given to ``--accept`` is unknown, or its problem must be fixed instead.",
    ),
    "EQ315": Code(
        "contradictory milestones",
        "A participant has two milestones that exclude each other, such as treatment "
        "completed and discontinued. If accepted, both stay and both are counted.",
        acceptable=True,
    ),
    "EQ316": Code(
        "value with a reason for being missing",
        "A row of responses, recorded scores or measurements has both a value and a "
        "``reason_missing``.",
    ),
    "EQ319": Code(
        "characters that cannot be printed",
        "A text of the data contains control characters, surrogates or noncharacters, "
        "which a report cannot show. If accepted, each is replaced by U+FFFD.",
        acceptable=True,
    ),
}
