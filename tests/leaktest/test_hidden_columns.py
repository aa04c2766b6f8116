"""A list that answers to a hidden column is found; one that does not is not accused."""

from collections.abc import Callable
from html import escape

import pytest
from django.http import QueryDict

from equipoise.leaktest.hidden_columns import hidden, together
from equipoise.rehearse_conduct.browser import Answer

ARMS = ["ketamine", "midazolam"]
ROWS = ["P0001", "P0002", "P0003"]
HTML = {"content-type": "text/html"}


def page(address: str, rows: list[str], status: int = 200) -> Answer:
    """A list with its own address in it, and a search field."""
    path, _, query = address.partition("?")
    said = query.removeprefix("q=") if query.startswith("q=") else ""
    body = f'<a href="{escape(address)}">{path}</a> {" ".join(rows)} {said.upper()}'
    return Answer(status, HTML, body.encode())


def asked(answer: Callable[[str], Answer]) -> list[str]:
    return list(hidden("rater", answer, ["P0001"], ARMS))


def test_a_list_that_ignores_it_gives_nothing() -> None:
    assert asked(lambda address: page(address, ROWS)) == []


def test_a_link_to_the_next_page_that_keeps_what_was_asked_gives_nothing() -> None:
    def paged(address: str) -> Answer:
        query = QueryDict(address.partition("?")[2], mutable=True)
        query["page"] = "2"
        link = f'<a href="?{escape(query.urlencode())}">Older</a>'
        return Answer(200, HTML, f"{' '.join(ROWS)} {link}".encode())

    assert asked(paged) == []


def test_a_refusal_gives_nothing() -> None:
    assert (
        asked(lambda a: page(a, ROWS, 400 if "?" in a and "q=" not in a else 200)) == []
    )


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("sort=arm", ["P0002", "P0001", "P0003"]),
        ("ordering=-allocation__arm", ["P0003", "P0001", "P0002"]),
        ("arm=ketamine", ["P0001"]),
        ("participant__allocation__arm=midazolam", ["P0002"]),
        ("fields=arm", [*ROWS, "x"]),
    ],
)
def test_what_gives_something_is_named(word: str, shown: list[str]) -> None:
    def leaking(address: str) -> Answer:
        told = address.startswith("/participants/") and word in address.split("?")[-1]
        return page(address, shown if told else ROWS)

    found = asked(leaking)
    assert f"rater at /participants/?{word}: differs from without it" in found


def test_a_search_for_an_arm_that_finds_somebody_is_named() -> None:
    found = asked(lambda a: page(a, ROWS[:1] if "q=ketamine" in a else ROWS))
    assert found == ["rater at /participants/?q=ketamine: finds something"]


def test_a_failure_is_no_refusal() -> None:
    found = asked(lambda a: page(a, ROWS, 500 if "debug=1" in a else 200))
    assert any("debug=1" in text for text in found)


def test_what_is_asked_for_together_is_every_parameter() -> None:
    every = [one for group in together(ARMS) for one in group]
    assert "sort=arm" in every
    assert "arm=midazolam" in every
