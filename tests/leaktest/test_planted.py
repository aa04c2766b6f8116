"""The leak test finds every leak that is planted, and none where there is none."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.allocation.services import assignment, concealed_list, syringes
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import append
from equipoise.leaktest import crawl as crawling
from equipoise.leaktest.crawl import Seen, crawl
from equipoise.leaktest.disclosing_errors import failures, provoked
from equipoise.leaktest.disclosing_texts import leaks
from equipoise.leaktest.hidden_columns import hidden
from equipoise.leaktest.noninterference import differences
from equipoise.leaktest.predictability import another_seed
from equipoise.protocol.model import Protocol
from equipoise.rehearse_conduct.browser import Answer
from tests.conduct.allocation.services.test_syringes import CONTENT
from tests.conduct.conftest import NOW
from tests.conduct.pharmacy.treated import LOT, randomized, stocked
from tests.conduct.tampering import sql
from tests.conduct.walking import browser
from tests.leaktest.conftest import BOTH

pytestmark = BOTH
SEED = 7
NAMES = ["P0001", "P0002"]
ROLE = "coordinator"


@pytest.fixture
def send(
    people: dict[str, User], anchors: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Answer]:
    """One request of a coordinator, at one time."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    monkeypatch.setattr(crawling, "EACH", 1)
    monkeypatch.setattr(crawling, "PLACES", 1)
    monkeypatch.setattr(crawling, "MOST", 0)
    monkeypatch.setattr(crawling, "_filled", lambda read, path, people: iter(()))

    def ask(method: str, address: str, **content: object) -> Answer:
        client = browser(people[ROLE])
        client.raise_request_exception = False
        kind = "application/json" if content.get("content") is not None else None
        body = content.get("content") if kind else content.get("form")
        if method in ("GET", "HEAD", "OPTIONS"):
            made = getattr(client, method.lower())(address)
        elif method == "POST":
            extra = {"content_type": kind} if kind else {}
            made = client.post(address, body or {}, **extra)
        else:
            made = client.generic(method, address)
        text = b"".join(made) if made.streaming else made.content
        return Answer(made.status_code, {k.lower(): v for k, v in made.items()}, text)

    return ask


def seal_again(trial: Protocol, key: Path, seed: int) -> None:
    for table in ("sealed", "place", "turn"):
        sql(f"DELETE FROM allocation_{table}", alias="vault")  # noqa: S608
    made = concealed_list.seal(
        trial, key, places=20, actor="statistician", at=NOW, seed=seed
    )
    fact = Fact("seal", value=f"{made.hash} {made.method} {made.places} places")
    append(STUDY, [fact], actor="statistician", protocol="", at=NOW)


@pytest.fixture
def read(
    study: Protocol,
    key: Path,
    actor: Callable[[str], Actor],
    send: Callable[..., Answer],
) -> Callable[[int], tuple[list[Seen], dict[str, str], list[str]]]:
    """Pages, kits and answers about hidden columns, of a trial under the list of a seed."""

    def under(seed: int) -> tuple[list[Seen], dict[str, str], list[str]]:
        shutil.rmtree(key.parent / "anchors", ignore_errors=True)
        with transaction.atomic(), transaction.atomic(using="vault"):
            seal_again(study, key, seed)
            kits = {}
            for number, name in enumerate(NAMES, start=1):
                randomized(key, actor(ROLE), number)
                kits[assignment.kit(name) or ""] = name
            prepared(key, stocked(key)["ketamine"])
            arms = [arm.id for arm in study.arms]

            def get(address: str) -> Answer:
                return send("GET", address)

            pages = list(crawl(ROLE, get, NAMES, arms))
            pages += provoked(ROLE, send, NAMES[:1], arms, "infusion-1")
            found = list(hidden(ROLE, get, NAMES, arms)) if seed == SEED else []
            for alias in ("default", "vault"):
                transaction.set_rollback(True, using=alias)
        return pages, kits, found

    return under


def prepared(key: Path, stock: int) -> None:
    """A syringe from a lot of the register, returned: its lot stands in the vault."""
    content = replace(
        CONTENT, stock=stock, lot=LOT["ketamine"], expiry="2027-12-31", vials=1,
        use_by="2027-01-05T09:00+00:00",
    )  # fmt: skip
    made = syringes.fill_syringe(key, "P0001", "infusion-1", content, actor="p", at=NOW)
    syringes.discard_syringe(
        key, made.number, reason=f"of lot {LOT}", actor="p", at=NOW, returned=True
    )


def apart(read: Callable, study: Protocol) -> tuple[list[Seen], list[str], list[str]]:
    one, kits, found = read(SEED)
    other, others, _ = read(another_seed(study, SEED, 2))
    return one, list(differences(one, other, (kits, others))), found


def test_where_nothing_is_planted_nothing_is_found(
    read: Callable, study: Protocol
) -> None:
    pages, told, found = apart(read, study)
    assert [str(leak) for leak in leaks(study, pages, LOT.values())] == []
    assert failures(pages) == []
    assert told == []
    assert found == []
    assert len(pages) > 110
    assert {200, 403, 404, 405, 409, 422} <= {page.status for page in pages}


def test_every_planted_leak_is_found(
    read: Callable, study: Protocol, settings: Any
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.leaktest.planted.Leaks"]
    pages, told, asked_for = apart(read, study)
    lots = {leak.address for leak in leaks(study, pages, LOT.values())}
    words = {leak.address for leak in leaks(study, pages)}
    found = {address.rpartition(" ")[2] for address in lots - words}
    assert found == {"/export/", "/api/me"}
    assert "/participants/P0001/" in words
    assert any(address.endswith("/no-such-page/") for address in words)
    assert not words & {"/recruitment/", "/participants/P0002/"}  # no word is there
    differing = {text.split(" at ")[1].split(": ")[0] for text in told}
    assert {
        "/participants/P0001/",
        "/participants/P0002/",
        "/recruitment/",
        "PUT /api/participants/P0001",
        "PUT /audit/",
    } <= differing
    asked = " ".join(asked_for)
    assert "/api/participants?sort=arm: differs" in asked
    assert "allocation__arm__startswith=ketamine: differs" in asked
    assert "/participants/?q=midazolam: finds something" in asked


def test_the_two_lists_are_different_ones(study: Protocol) -> None:
    from equipoise.randomize.methods import allocation_sequence

    other = another_seed(study, SEED, 2)
    pair = zip(
        allocation_sequence(study, 2, seed=SEED),
        allocation_sequence(study, 2, seed=other),
        strict=True,
    )
    assert all(a != b for a, b in pair)
