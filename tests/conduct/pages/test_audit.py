"""The audit in the browser: who may read it, and what is left out."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from equipoise.exchange.protocols import load_protocol
from equipoise.leaktest.crawl import Seen
from equipoise.leaktest.disclosing_texts import leaks
from tests.conduct.screened import eligible, form


@pytest.fixture
def written(people: dict[str, User]) -> dict[str, User]:
    eligible()
    form("P0001", "vitals", {"SYSBP": "187"}, "infusion-1")
    form("P0001", "event#1", {"term": "<b>nausea</b>"})
    return people


def log_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_an_investigator_reads_a_chain(written: dict[str, User]) -> None:
    client = log_in(written["investigator"])
    assert "/audit/P0001/" in client.get("/audit/").content.decode()
    page = client.get("/audit/P0001/").content.decode()
    assert "187" in page
    assert "&lt;b&gt;nausea" in page


def test_an_administrator_reads_no_data(written: dict[str, User]) -> None:
    client = log_in(written["administrator"])
    page = client.get("/audit/P0001/").content.decode()
    assert "consent" in page
    assert not any(word in page for word in ("187", "nausea", "caps5", "vitals"))
    assert client.get("/audit/study/").status_code == 200


def test_long_chains_have_pages(written: dict[str, User]) -> None:
    form("P0001", "milestone#1", {f"note{i}": "x" for i in range(250)})
    page = log_in(written["investigator"]).get("/audit/P0001/?page=2")
    assert "Page 2 of 2" in page.content.decode()


@pytest.mark.parametrize(
    "role", ["rater", "coordinator", "infusion team", "pharmacist"]
)
def test_who_may_not_read_the_audit(written: dict[str, User], role: str) -> None:
    client = log_in(written[role])
    for address in ("/audit/", "/audit/P0001/", "/audit/study/", "/audit/P9999/"):
        assert client.get(address).status_code == 403


def test_an_investigator_of_a_site_reads_no_chain_of_the_study(
    written: dict[str, User],
) -> None:
    assert log_in(written["investigator"]).get("/audit/study/").status_code == 403


def test_a_guess_in_a_chain_is_no_leak_and_the_same_word_elsewhere_is(
    written: dict[str, User],
) -> None:
    """The leak test reads the page that is made, and not one that was made once."""
    form("P0001", "guess:rater", {"guess": "midazolam"}, "week-2")
    client = log_in(written["investigator"])

    def found() -> list[str]:
        text = client.get("/audit/P0001/").content.decode()
        assert "midazolam" in text
        page = Seen("investigator", "/audit/P0001/", 200, text)
        return [leak.word for leak in leaks(load_protocol("feder2021"), [page])]

    assert not found()
    form("P0001", "vitals", {"SYSBP": "midazolam"}, "infusion-2")
    assert found() == ["midazolam"]
