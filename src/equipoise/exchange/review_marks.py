"""Marks of the entries of a proposed mapping that have not been reviewed.

A proposal writes CHECK into the comment of each entry that is unsure, and NOT RECOGNIZED
into the reason of each column that it did not understand. Anyone who reads the entry
deletes the word; until then the mapping is not used.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

import pandas as pd

from equipoise.errors import Problem
from equipoise.errors.counted import agreeing, counted

MARK = re.compile(r"\b(?:CHECK|NOT RECOGNIZED)\b")
REASON = re.compile(r"\s*(?:CHECK\b|NOT RECOGNIZED\b|not recognized\b)")
# A text of TOML, or a comment: the first that starts is the one that counts.
TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""'
    r"|'''.*?'''"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class ReviewMark:
    """A mark, with its line in the file, from 1.

    Attributes:
        entry: text of the line.
    """

    line: int
    mark: str
    entry: str


def review_marks(text: str) -> list[ReviewMark]:
    """Every mark in a comment or in a reason of a mapping file.

    Args:
        text: content of the file.
    """
    lines = text.split("\n")
    found = []
    for token in TOKEN.finditer(text):
        said = token[0]
        if said.startswith("#"):
            mark = MARK.search(said)
        else:
            names = text[token.end() :].lstrip(" \t").startswith(("=", ".", "]"))
            mark = None if names else REASON.match(said.strip("\"'"))
        if mark is not None:
            line = text.count("\n", 0, token.start() + said.find(mark[0].strip())) + 1
            entry = textwrap.shorten(lines[line - 1], ENTRY, placeholder=" …")
            found.append(ReviewMark(line, mark[0].strip().upper(), entry))
    return found


def not_reviewed(text: str, *, origin: str) -> list[Problem]:
    """EQ355 if a mapping file has marks, all of them together.

    Args:
        text: content of the file.
        origin: its name.
    """
    marks = review_marks(text)
    if not marks:
        return []
    shown = ", ".join(str(one.line) for one in marks[:SHOWN])
    more = ", …" if len(marks) > SHOWN else ""
    word = "line" if len(marks) == 1 else "lines"
    return [
        Problem(
            code="EQ355",
            what=f"{counted(len(marks), 'entry')} of the mapping marked CHECK or NOT "
            f"RECOGNIZED {agreeing(len(marks), 'has')} not been reviewed",
            where=f"{origin}, {word} {shown}{more}",
            fix="read each entry, correct it or give the reason, and delete the words "
            "CHECK and NOT RECOGNIZED",
            records=pd.DataFrame(
                [(one.line, one.mark, one.entry) for one in marks],
                columns=["line", "mark", "entry"],
            ),
        )
    ]


SHOWN = 12  # lines that a message names
ENTRY = 60  # characters of an entry that are shown
