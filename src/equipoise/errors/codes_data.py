"""Codes EQ300 to EQ329: the tables of a trial."""

from __future__ import annotations

from equipoise.errors.code import Code

CODES: dict[str, Code] = {
    "EQ301": Code(
        "unknown table or column",
        "The data have a table or column that the data contract and the protocol do not "
        "know, or a column twice.",
    ),
    "EQ302": Code(
        "value of the wrong type",
        "A value is not of the type of its column: text in a number, a fraction in a "
        "whole number, something else than a date, dates with and without a time zone.",
    ),
    "EQ303": Code(
        "value is missing",
        "A column that every row needs is absent, or empty in some rows.",
    ),
    "EQ304": Code(
        "value is not among those allowed",
        "A text is none of the values that its column, or the characteristic in the "
        "protocol, may have.",
    ),
    "EQ305": Code(
        "row stands twice",
        "Two rows have the same key, such as one participant, visit and item; which one "
        "counts cannot be known.",
    ),
    "EQ306": Code(
        "unknown participant",
        "A table has rows of somebody who is not in the table of participants.",
    ),
    "EQ307": Code(
        "not in the protocol",
        "A row names an arm, visit, instrument, score or infusion that the protocol "
        "does not have.",
    ),
    "EQ308": Code(
        "score out of its range",
        "A recorded score cannot be reached with this instrument.",
    ),
    "EQ309": Code(
        "characteristic out of its range",
        "A number is outside the bounds that the protocol states. Accepted, it stays as "
        "it is.",
        acceptable=True,
    ),
    "EQ310": Code(
        "nobody in the data",
        "The table of participants is absent or empty.",
    ),
    "EQ311": Code(
        "dates in an impossible order",
        "Somebody was randomized before consenting, or an infusion or event ended before "
        "it began. Accepted, the dates stay as they are.",
        acceptable=True,
    ),
    "EQ312": Code(
        "score disagrees with its items",
        "A recorded score is not what its items give (a mean may be rounded to two "
        "decimals), or is there although too many of its items are missing. Accepted, "
        "the items count and the recorded score is not used.",
        acceptable=True,
    ),
    "EQ313": Code(
        "arm is half known",
        "The data are blinded, and yet a column tells who received what; or only some "
        "of the randomized participants have an arm.",
    ),
    "EQ314": Code(
        "problem that cannot be accepted",
        "A code was to be accepted that is unknown or must be mended instead.",
    ),
    "EQ315": Code(
        "milestones contradict each other",
        "Somebody has two milestones of which a person has one at most, such as treatment "
        "completed and discontinued. Accepted, both stay and both are counted.",
        acceptable=True,
    ),
    "EQ316": Code(
        "value that has a reason why it is missing",
        "A row of answers, recorded scores or measurements has a value, and says in "
        "``reason_missing`` why there is none.",
    ),
    "EQ319": Code(
        "characters that cannot be printed",
        "A text of the data holds control characters, surrogates or noncharacters, which "
        "no form of a report can hold. Accepted, each is replaced by U+FFFD.",
        acceptable=True,
    ),
}
