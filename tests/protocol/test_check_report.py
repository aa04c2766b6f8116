"""``[report]``: an unknown name is refused with the nearest real one."""

from __future__ import annotations

import pytest

from tests.protocol.faults import found, read

SIZE = "[size]\nparticipants = 30"


def options(text: str) -> tuple[str, str]:
    return SIZE, f"[report]\n{text}\n{SIZE}"


def test_every_option_together() -> None:
    text = """paper = "letter"
decimals = 2
spelling = "UK"
header = "Confidential"
footer = "Final"
logo = "logo.svg"
sections = ["synopsis", "efficacy", "safety"]
omit = ["multiplicity", "caps5_change-tipping", "relapse-curve", "vital-signs"]"""
    assert found(options(text)) == []


@pytest.mark.parametrize(
    ("text", "place", "nearest"),
    [
        ('sections = ["sinopsis"]', "report.sections", "synopsis"),
        ('omit = ["base line"]', "report.omit", "baseline"),
        ('omit = ["caps5_change-tiping"]', "report.omit", "caps5_change-tipping"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(
    text: str, place: str, nearest: str
) -> None:
    (problem,) = read(options(text))[1]
    assert problem.code == "EQ118"
    assert problem.where.endswith(place)
    assert f"did you mean {nearest!r}?" in problem.fix


@pytest.mark.parametrize(
    "text",
    [
        'sections = ["safety", "safety"]',
        'logo = "logo.gif"',
        'logo = "../secret.png"',
        'logo = "c:\\\\logo.png"',
    ],
)
def test_what_cannot_be_followed(text: str) -> None:
    assert {code for code, _ in found(options(text))} == {"EQ118"}


@pytest.mark.parametrize(
    "text", ['paper = "A5"', "decimals = 4", 'spelling = "AU"', 'fotter = "x"']
)
def test_a_value_out_of_bounds_has_the_wrong_shape(text: str) -> None:
    assert {code for code, _ in found(options(text))} == {"EQ102"}
