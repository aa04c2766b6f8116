"""Law: whatever was touched of a participant, the pages alone lead to the lock.

Chance chooses people, forms that their pages lead to, and what is done with each: half
filled, emptied, left with missing codes, voided, marked as not done, completed. Then the
statistician follows the links of the page *Lock*, and whoever the form belongs to
completes it or sets it aside, as a person would: no address is known, no service is called.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from equipoise.conduct.audit.verify import verify
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.participant_facts import forget
from equipoise.conduct.inspection.verification import unlike_chains
from tests.conduct.abuse.world import undone
from tests.working_day import reader
from tests.working_day.reader import Page, Reader
from tests.working_day.scene import randomized

ROLES = ("coordinator", "investigator", "rater", "infusion team")
DEEDS = (
    "half",
    "coded",
    "half",
    "emptied",
    "void",
    "not done",
    "complete",
    "corrected",
)
ROUNDS = 8  # of looks at the page *Lock*
Data = st.DataObject


@pytest.fixture
def crew(
    people: dict[str, User], secrets: dict[str, str], key: Path
) -> dict[str, Reader]:
    """Role -> somebody at a browser; P0001 is randomized, and all visits are over."""
    randomized(people, key, ago=30)
    return {role: Reader(user) for role, user in people.items()}


def bring(crew: dict[str, Reader], data: Data) -> None:
    """One participant, touched at random and brought to the lock."""
    with undone():
        forget()
        for _ in range(data.draw(st.integers(2, 5), "touches")):
            role = data.draw(st.sampled_from(ROLES), "role")
            _touch(crew[role], data)
        how = data.draw(st.sampled_from(("complete", "void", "not done")), "rather")
        _lock(crew, how)
        assert current("P0001").locked
        assert not verify().findings
        assert not list(unlike_chains())
    forget()


@pytest.mark.django_db(databases=["default", "vault"])
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_touched_participant_is_brought_to_the_lock(
    crew: dict[str, Reader], data: Data
) -> None:
    bring(crew, data)


@pytest.mark.calibration
@pytest.mark.django_db(databases=["default", "vault"])
@settings(
    max_examples=60, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def test_many_touched_participants_are_brought_to_the_lock(
    crew: dict[str, Reader], data: Data
) -> None:
    bring(crew, data)


# --- what is touched ----------------------------------------------------------------------
def _touch(one: Reader, data: Data) -> None:
    """Opens a form that the page of the participant leads to, and does something to it."""
    page = _door(one, one.open("/participants/P0001/"), data)
    forms = reader.entries(page)
    deed = data.draw(st.sampled_from(DEEDS), "deed")
    if forms:
        form = _one_of(forms, data, "form")
        page = one.open(urljoin(one.at, form.get("action")))  # a form of its own
    forms = reader.entries(page)
    if deed in ("half", "emptied", "coded", "void") and forms:
        _half(one, forms[0], deed, data)
    if deed in ("void", "not done"):
        _set_aside(one, one.open(one.at), deed)
    if deed in ("complete", "corrected") and forms:
        _complete(one, page)
    if deed == "corrected":
        _corrected(one, data)


def _one_of(things: list[Any], data: Data, what: str) -> Any:
    """By a number that does not depend on how many there are: examples stay the same."""
    return things[data.draw(st.integers(0, 999), what) % len(things)]


def _door(one: Reader, page: Page, data: Data) -> Page:
    """A link or a button of the participant's page; at the bedside also a time."""
    links = page.xpath("//main//a[contains(@href, '/forms/')]")
    bedside = page.xpath("//main//a[contains(@href, '/infusion/')]")
    opens = [
        form
        for form in page.xpath("//main//form[@method='post']")
        if form.get("action", "").endswith(
            ("/events/", "/milestones/", "/unscheduled/")
        )
        or "/further/" in form.get("action", "")
    ]
    assert links, one.user
    kinds = [kind for kind in (links, opens, bedside) if kind]
    door = _one_of(_one_of(kinds, data, "kind"), data, "door")
    if door.tag == "form":
        return one.send(door)
    page = one.open(door.get("href"))
    times = page.xpath("//*[@id='times']//a")
    if not times:
        return page
    time = _one_of(times, data, "time")
    return one.open(urljoin(one.at, time.get("href")))


def _half(one: Reader, form: Page, deed: str, data: Data) -> None:
    """Some answers, each saved as it is given; taken back, or with missing codes."""
    asked = [q for q in reader.questions(form) if reader.is_asked(q, {})]
    count = data.draw(st.integers(1, 3), "answers")
    for question in asked[:count]:
        name, codes = question.get("data-name"), reader.codes(question)
        value = reader.possible(question, data.draw(st.integers(0, 2), "choice"))
        if deed == "coded" and codes:
            one.save(form, name, codes[-1])
        else:
            one.save(form, name, value)
    if deed == "emptied":
        for question in asked[:count]:
            one.save(form, question.get("data-name"), "")


def _corrected(one: Reader, data: Data) -> None:
    """A complete form is opened for a change, and half of it is emptied."""
    page = one.open(one.at)
    for link in page.xpath("//a[contains(@href, 'correct=1')]")[:1]:
        for form in reader.entries(one.open(urljoin(one.at, link.get("href")))):
            one.send(form, reason="looked at again")


# --- the way to the lock ------------------------------------------------------------------
def _lock(crew: dict[str, Reader], how: str) -> None:
    """Follows the page *Lock* until the participant is locked."""
    one = crew["statistician"]
    for _ in range(ROUNDS):
        page = one.open("/lock/")
        ready = page.xpath("//a[contains(@href, '/participants/P0001/lock/')]")
        if ready:
            asked = one.open(ready[0].get("href"))
            one.send(asked.xpath("//main//form[@method='post']")[0])
            return
        rows = page.xpath("//tr[.//a[contains(@href, '/participants/P0001/')]]")
        missing = rows[0].xpath(
            ".//td[@data-label='Missing']//ul[not(contains(@class, 'gaps'))]/li"
        )
        assert missing, "nothing is in the way, and nothing can be locked"
        for line in missing:
            links = line.xpath("a/@href")
            assert links, f"no link: {line.text_content()}"
            one.open(links[0])
            assert one.status == 200, links[0]
            _settle(crew, links[0], how, line.text_content())
    raise AssertionError([line.text_content() for line in missing])


def _settle(crew: dict[str, Reader], address: str, how: str, what: str) -> None:
    """Whoever finds something to press on the page presses it."""
    for role in ("investigator", *ROLES):
        if _settled(crew[role], address, how):
            return
    raise AssertionError(f"nobody can do anything about {what} at {address}")


def _settled(one: Reader, address: str, how: str) -> bool:
    page = one.open(address)
    if one.status != 200:
        return False
    alerts = page.xpath("//form[input[@name='alert']]")
    if "/forms/" not in address:
        for alert in alerts:
            one.send(alert, done="looked after, nothing more to do")
        return bool(alerts)
    if how == "complete" and _complete(one, page):
        return True
    page = one.open(address)
    for deed in (how, "void", "not done"):
        if _set_aside(one, page, deed):
            return True
    return _complete(one, page)


def _complete(one: Reader, page: Page) -> bool:
    """Answers what is open, and completes; checks that doubt are given a reason."""
    for form in [f for f in reader.entries(page) if reader.completes(f)][:1]:
        for _ in range(2):
            page = one.send(form, **reader.given(form))
            if one.status == 200:
                return True
            form = next(iter(reader.entries(page)), None)
            if form is None:
                return False
            for box in form.xpath(".//input[starts-with(@name, 'confirm:')]"):
                box.set("value", "it was so")
    return False


def _set_aside(one: Reader, page: Page, deed: str) -> bool:
    form = reader.deeds(page).get(deed)
    if form is None:
        return False
    one.send(form, reason="entered in error")
    return one.status == 200
