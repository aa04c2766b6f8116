"""Pages that may tell an arm: those of an open trial, for who treats, with one arm each."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from equipoise.exchange.protocols import load_protocol
from equipoise.leaktest.crawl import Seen
from equipoise.leaktest.open_label_disclosure import divided, wrong_with
from equipoise.protocol.model import Protocol
from tests.conduct.open_trial import allocated
from tests.conduct.walking import browser
from tests.leaktest.conftest import BOTH

BLUES, FEDER = load_protocol("beat-the-blues"), load_protocol("feder2021")
PAGE = "/participants/P0001/treatment/"
ARM = "<dt>Allocated to</dt><dd><strong>Treatment as usual</strong></dd>"


def seen(role: str, address: str = PAGE, text: str = ARM) -> Seen:
    return Seen(role, address, 200, text)


@pytest.mark.parametrize("role", ["coordinator", "investigator"])
@pytest.mark.parametrize("verb", ["", "HEAD ", "OPTIONS "])
def test_who_treats_may_read_that_page(role: str, verb: str) -> None:
    page = seen(role, verb + PAGE)
    assert divided(BLUES, [page]) == ([page], [])


@pytest.mark.parametrize(
    "role", ["rater", "statistician", "monitor", "participant", "administrator",
             "infusion team", "anybody"],
)  # fmt: skip
def test_nobody_else_may(role: str) -> None:
    assert divided(BLUES, [seen(role)]) == ([], [seen(role)])


@pytest.mark.parametrize(
    "address",
    ["/participants/P0001/", "/participants/P0001/treatment/x", "/api/export?format=csv",
     "/audit/P0001/", "/participants/P0001/treatment/?q=/participants/P1/treatment/",
     "/x/participants/P0001/treatment/"],
)  # fmt: skip
def test_no_other_address_may_tell(address: str) -> None:
    page = seen("coordinator", address)
    assert divided(BLUES, [page]) == ([], [page])


def test_in_a_blinded_trial_no_page_may() -> None:
    pages = [seen("coordinator"), seen("investigator")]
    assert divided(FEDER, pages) == ([], pages)
    assert list(wrong_with(FEDER, pages, ["P0001"])) == []


def test_each_who_treats_finds_one_arm() -> None:
    pages = [seen("coordinator"), seen("investigator")]
    assert list(wrong_with(BLUES, pages, ["P0001"])) == []


@BOTH
def test_the_arm_is_found_on_the_page_of_the_application(
    crew: dict[str, User], key: Path, open_trial: Protocol
) -> None:
    person = allocated(key, crew).identifier
    pages = [
        seen(role, text=browser(crew[role]).get(PAGE).content.decode())
        for role in ("coordinator", "investigator")
    ]
    assert list(wrong_with(open_trial, pages, [person])) == []


@pytest.mark.parametrize("text", ["", ARM + ARM, ARM.replace("as usual", "otherwise")])
def test_another_number_of_arms_is_wrong(text: str) -> None:
    pages = [seen("coordinator", text=text), seen("investigator")]
    (said,) = wrong_with(BLUES, pages, ["P0001"])
    assert said.startswith(f"coordinator at {PAGE}")


def test_a_page_that_was_not_read_is_wrong() -> None:
    assert len(list(wrong_with(BLUES, [], ["P0001", "P0002"]))) == 4
