"""The page with the treatment: there in an open trial, for who treats; else nowhere."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.http import HttpResponse
from django.test import Client

from equipoise import library
from equipoise.conduct.access.accounts import participant_account
from equipoise.conduct.access.actor import actor_of
from equipoise.conduct.allocation.services.unblinding import shown
from equipoise.conduct.audit.models import Entry
from equipoise.protocol.model import Protocol
from equipoise.rehearse_conduct.enrolment import KIT
from tests.conduct.abuse.addresses import ask
from tests.conduct.conftest import NOW, ROLES, begun, employed
from tests.conduct.open_trial import allocated, labels, ready
from tests.conduct.pages.seats import DESK, PHONE
from tests.conduct.pharmacy.treated import randomized
from tests.conduct.walking import browser

PAGE, OWN = "/participants/P0001/treatment/", "/participants/P0001/"
TOLD = ("coordinator", "investigator")
VERBS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")


def text(answer: HttpResponse) -> str:
    """With one blank between words: lines of templates are not what is told."""
    return unescape(" ".join(answer.content.decode().split()))


def told(answer: HttpResponse) -> list[str]:
    return re.findall(r"Allocated to</dt> <dd> ?<strong>([^<]*)", text(answer))


def looks() -> int:
    """Entries that say that a treatment was read; the vault says the same."""
    count = Entry.objects.filter(act="show treatment").count()
    assert count == sum(one.why == "open label" for one in shown())
    return count


def bare(answer: HttpResponse) -> tuple[Any, ...]:
    """An answer without what differs each time."""
    said = re.sub(r'FToken": "\w+|value="\w{64}"', "", answer.content.decode())
    kept = ("Content-Type", "Allow", "Cache-Control", "Location", "Vary")
    return answer.status_code, said, [answer.headers.get(name) for name in kept]


def counted(client: Client, verb: str, path: str, **headers: str) -> tuple[Any, ...]:
    """An answer, with the number of queries that it took."""
    asked: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with (
        connections["default"].execute_wrapper(note),
        connections["vault"].execute_wrapper(note),
    ):
        answer = ask(client, verb, path, **headers)
    return *bare(answer), len(asked)


def test_the_click_that_randomizes_leads_to_the_treatment(
    crew: dict[str, User], key: Path, open_trial: Protocol
) -> None:
    ready()
    client = browser(crew["coordinator"])
    assert looks() == 0
    answer = client.post("/participants/P0001/randomize/", follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert told(answer) == labels(open_trial, 1)
    assert KIT.search(text(answer))  # where a rehearsal reads it
    assert looks() == 1
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("role", TOLD)
def test_each_look_is_written_down(
    crew: dict[str, User], key: Path, open_trial: Protocol, role: str
) -> None:
    people = [allocated(key, crew, number) for number in (1, 2, 3)]
    client = browser(crew[role])
    for number, person in enumerate(people, start=1):
        answer = client.get(f"/participants/{person}/treatment/")
        assert told(answer) == labels(open_trial, number)[-1:]
        assert looks() == number
    made = Entry.objects.filter(act="show treatment")
    assert set(made.values_list("actor", flat=True)) == {crew[role].username}


def test_what_to_give_is_said(
    crew: dict[str, User], key: Path, open_trial: Protocol
) -> None:
    seen = set()
    for number in range(1, 6):
        person = allocated(key, crew, number)
        answer = browser(crew["coordinator"]).get(f"/participants/{person}/treatment/")
        (label,) = told(answer)
        arm = next(a for a in open_trial.arms if a.label == label)
        given = next(i for i in open_trial.interventions if i.id == arm.intervention)
        assert given.label in text(answer)
        assert ("psychotherapy" in text(answer)) == (arm.id == "btheb")
        seen.add(label)
    assert len(seen) == 2


def test_every_intervention_of_an_arm_is_given_with_its_sessions(
    db: None, key: Path, tmp_path: Path, settings: Any
) -> None:
    settings.ANCHORS = key.parent / "anchors"
    alone = 'intervention = "btheb"'
    words = library.text("protocols", "beat-the-blues")
    assert alone in words
    words = words.replace(alone, 'interventions = ["btheb", "coaching"]', 1)
    coaching = '[[interventions]]\nid = "coaching"\nlabel = "Telephone coaching"\n'
    coaching += 'kind = "psychotherapy"\nsessions = 8\nassumed = true\n\n'
    path = tmp_path / "protocol.toml"
    mark = "[[interventions]]"
    path.write_text(words.replace(mark, coaching + mark, 1), "utf-8")
    begun(path, key, places=20)
    user = employed()["coordinator"]
    seen = set()
    for number in range(1, 7):
        person = allocated(key, {"coordinator": user}, number)
        answer = browser(user).get(f"/participants/{person}/treatment/")
        both = "Telephone coaching" in text(answer)
        assert both == (told(answer) == ["Beat the Blues"])
        assert ("Sessions" in text(answer)) == both
        seen.add(both)
    assert seen == {True, False}


def test_a_drug_is_said_with_dose_and_route(
    db: None, key: Path, tmp_path: Path, settings: Any
) -> None:
    settings.ANCHORS = key.parent / "anchors"
    plain = 'kind = "psychotherapy"'
    drug = 'drug = "sertraline"\nroute = "oral"\n'
    drug += 'dose = { value = 0.5, unit = "mg/kg", assumed = true }\n'
    drug += 'cap = { value = 50, unit = "mg", assumed = true }'
    words = library.text("protocols", "beat-the-blues").replace(plain, drug)
    path = tmp_path / "protocol.toml"
    path.write_text(words, "utf-8")
    begun(path, key, places=20)
    user = employed()["coordinator"]
    for number in range(1, 7):
        person = ready(number)
        page = browser(user).post(f"/participants/{person}/randomize/", follow=True)
        if told(page) == ["Beat the Blues"]:
            break
    facts = re.findall(r"<dt>([^<]*)</dt> <dd> ?([^<]*?) ?</dd>", text(page))
    assert facts[1:] == [
        ("Drug", "sertraline"), ("Dose", "0.5 mg/kg, at most 50 mg"), ("Route", "oral"),
    ]  # fmt: skip


@pytest.mark.parametrize("role", TOLD)
def test_the_participants_page_leads_there_and_names_no_arm(
    crew: dict[str, User], key: Path, open_trial: Protocol, role: str
) -> None:
    ready()
    assert PAGE not in text(browser(crew[role]).get(OWN))  # nothing was allocated
    browser(crew["coordinator"]).post("/participants/P0001/randomize/")
    page = text(browser(crew[role]).get(OWN))
    assert f'href="{PAGE}"' in page
    assert "Emergency unblinding" not in page  # nothing is blinded from this person
    assert not any(arm.id in page for arm in open_trial.arms)
    assert "Treatment as usual" not in page.replace(open_trial.trial.title, "")
    kit = text(browser(crew[role]).get("/participants/P0001/randomize/"))
    assert f'href="{PAGE}"' in kit
    assert looks() == 0


@pytest.mark.parametrize("role", [r for r in ROLES if r not in TOLD])
def test_nobody_else_reads_it(crew: dict[str, User], key: Path, role: str) -> None:
    allocated(key, crew)
    client = browser(crew[role])
    answer = client.get(PAGE)
    assert answer.status_code == 403
    assert not told(answer)
    assert PAGE not in text(client.get(OWN))
    assert looks() == 0


def test_a_participant_does_not_read_it(crew: dict[str, User], key: Path) -> None:
    person = allocated(key, crew)
    coordinator = actor_of(crew["coordinator"], at=NOW)
    own = participant_account(person.identifier, "north", actor=coordinator, at=NOW)
    assert browser(own).get(PAGE).status_code == 403
    assert PAGE not in text(browser(own).get(OWN))
    assert looks() == 0


def test_another_sites_participant_is_one_who_does_not_exist(
    crew: dict[str, User], key: Path
) -> None:
    allocated(key, crew)
    client = browser(crew["next door"])
    client.get("/list/")  # the session is noted as used, once
    tries = [(verb, {"accept": "text/html"}) for verb in VERBS]
    tries += [("GET", {"hx-request": "true"}), ("GET", {"accept": "application/json"})]
    for verb, headers in tries:
        one = counted(client, verb, PAGE, **headers)
        other = counted(client, verb, PAGE.replace("P0001", "P9999"), **headers)
        assert one == other
        assert one[0] in (403, 405)
    assert looks() == 0


def test_who_is_not_randomized_has_none(crew: dict[str, User], key: Path) -> None:
    ready()
    answer = browser(crew["coordinator"]).get(PAGE)
    assert answer.status_code == 409
    assert "was not randomized" in text(answer)
    assert looks() == 0


def test_it_is_looked_at_and_nothing_is_posted(
    crew: dict[str, User], key: Path
) -> None:
    allocated(key, crew)
    client = browser(crew["coordinator"])
    for verb in ("post", "put", "patch", "delete"):
        assert getattr(client, verb)(PAGE).status_code == 405
    answer = Client().get(PAGE)
    assert answer["Location"].startswith("/accounts/login/")
    assert looks() == 0


@pytest.mark.parametrize("role", [*ROLES, "nobody"])
def test_in_a_blinded_trial_there_is_no_such_address(
    people: dict[str, User], key: Path, role: str
) -> None:
    """Status, words, headers and number of queries are those of an unknown address."""
    randomized(key, actor_of(people["coordinator"], at=NOW))
    client = Client() if role == "nobody" else browser(people[role])
    client.get("/list/")  # the session is noted as used, once
    unknown = PAGE.replace("treatment", "no-such-page")
    for verb in VERBS:
        for one, other in ((PAGE, unknown), (PAGE[:-1], unknown[:-1])):
            answer = counted(client, verb, one)
            assert answer == counted(client, verb, other), (verb, one)
            assert answer[0] == 404
    for path in (OWN, f"{OWN}randomize/"):
        assert "reatment/" not in text(client.get(path))
    assert looks() == 0


def test_in_a_blinded_trial_the_click_leads_where_it_led(
    people: dict[str, User], key: Path, settings: Any
) -> None:
    settings.ANCHORS = key.parent / "anchors"
    randomized(key, actor_of(people["coordinator"], at=NOW))
    answer = browser(people["coordinator"]).post("/participants/P0001/randomize/")
    assert answer["Location"] == "/participants/P0001/randomize/"


def test_before_there_is_a_protocol_there_is_no_such_address(db: None) -> None:
    assert Client().get(PAGE).status_code == 404


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_it_opens_in_place(
    crew: dict[str, User],
    key: Path,
    open_trial: Protocol,
    seat: Callable[..., Any],
    size: dict[str, int],
) -> None:
    allocated(key, crew)
    one = seat(crew["coordinator"], size)
    page = one.open(OWN)
    page.get_by_text("Show the treatment").click()
    page.locator("#treatment dl").wait_for()
    assert labels(open_trial, 1)[0] in page.locator("#treatment").inner_text()
    assert page.url.endswith(OWN)
    assert not one.is_wide()
    assert looks() == 1
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-core is not installed"
    ).Axe()
    assert one.faults(axe.axe_script) == []
    one.open(PAGE)
    assert not one.is_wide()
    assert one.faults(axe.axe_script) == []


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_a_refusal_opens_as_the_page_that_it_is(
    crew: dict[str, User], key: Path, seat: Callable[..., Any]
) -> None:
    allocated(key, crew)
    one = seat(crew["coordinator"])
    page = one.open(OWN)
    key.unlink()  # the vault does not open
    page.get_by_text("Show the treatment").click()
    page.wait_for_url("**" + PAGE)
    assert "This cannot be shown" in page.inner_text("main")
