"""A number in a sentence of a page with examples is one that its examples print.

A page that states a result next to the code that calculates it goes wrong in silence when
the code changes. So every number of a sentence must be printed by an example of the page,
to the digits of the sentence, or be listed here as stated by another source. Pages that
compare with the numbers of other programs have tests of their own.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [
    path
    for path in (*sorted((DOCS / "tutorials").rglob("*.md")), DOCS / "gallery.md")
    if ">>> " in path.read_text("utf-8")
]
FEDER = "Feder et al. 2021, abstract"
SCHEDULE = "the schedule of the protocol"
# Page -> number -> who states it, or what it counts.
STATED: dict[str, dict[str, str]] = {
    "next-trial.md": {
        "11.88": FEDER,
        "3.96": FEDER,
        "4": "limits of the published difference: 11.88 − 1.96 × 3.96",
        "10000": "trials of a real plan",
    },
    "mmrm.md": {
        "172": "participants in the released file",
        "2": SCHEDULE,
        "4": SCHEDULE,
        "6": SCHEDULE,
        "7": SCHEDULE,
    },
}
COMMON = {"95": "level of confidence intervals", "24": "hours"}
NUMBER = r"\d[\d,]*(?:\.\d+)?"
SENTENCE = re.compile(rf"(?<![\w.#/-])({NUMBER})(?![\w/]|-\w|\.\d)")
NAMES = (
    r"\b[Ww]eeks?(?:-| )\d+",
    r"\bet al\. \d{4}",
    r"\b\d{4}-\d\d-\d\d\b",
    r"\b2021\b",
)


def split(text: str) -> tuple[str, str]:
    """Examples, and sentences without code, addresses, headings and names."""
    blocks = re.split(r"(^```.*?^```$)", text, flags=re.S | re.M)
    examples = "\n".join(block for block in blocks if block.startswith("```"))
    prose = "\n".join(block for block in blocks if not block.startswith("```"))
    for mark in (
        r"<!--.*?-->",
        r"`[^`]*`",
        r"\]\([^)]*\)",
        r"^#.*?$",
        r"^\|.*?$",
        *NAMES,
    ):
        prose = re.sub(mark, " ", prose, flags=re.S | re.M)
    return examples, prose


def printed(number: str, examples: set[Decimal]) -> bool:
    """Whether a number is one of the examples, unchanged, rounded or as a percentage."""
    wanted = Decimal(number.replace(",", ""))
    digits = Decimal(1).scaleb(int(wanted.as_tuple().exponent))
    return any(
        (value * scale).quantize(digits) == wanted
        for value in examples
        for scale in (1, 100)
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_number_of_a_sentence_is_printed_or_stated(page: Path) -> None:
    examples, prose = split(page.read_text("utf-8"))
    values = {Decimal(n.replace(",", "")) for n in re.findall(NUMBER, examples)}
    stated = {**COMMON, **STATED.get(page.name, {})}
    missing = [
        f"{found.group(1)}: …{prose[max(0, found.start() - 40) : found.end() + 20]!r}…"
        for found in SENTENCE.finditer(prose)
        if found.group(1).replace(",", "") not in stated
        and not printed(found.group(1), values)
    ]
    assert missing == [], (
        f"{page.name}: print these in an example, or name their source"
    )


def test_what_is_stated_is_used() -> None:
    for name, stated in STATED.items():
        page = next(path for path in PAGES if path.name == name)
        _, prose = split(page.read_text("utf-8"))
        used = {n.replace(",", "") for n in SENTENCE.findall(prose)}
        assert set(stated) <= used, name


def test_a_number_that_no_example_prints_is_found() -> None:
    examples = {Decimal("0.2887"), Decimal("104")}
    assert printed("29", examples)  # as a percentage
    assert printed("0.29", examples)  # rounded
    assert printed("104", examples)
    assert not printed("30", examples)
    assert not printed("105", examples)
