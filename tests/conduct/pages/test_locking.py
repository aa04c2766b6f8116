"""The statistician's way from the first form that is missing to the unblinded trial."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.audit.verify import verify
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.capture.models import Participant
from tests.conduct.conftest import NOW, PASSWORD
from tests.conduct.pages.conftest import Clock
from tests.conduct.screened import screened
from tests.conduct.walking import browser, consent, included

By = Callable[[str], Actor]
WHY = {"reason": "the weight at baseline was mistyped"}
MENU = 'href="/lock/"'


@pytest.fixture(autouse=True)
def fresh() -> None:
    cache.clear()


@pytest.fixture
def person(people: dict[str, User], actor: By) -> Participant:
    """Somebody with a form that is begun, and late visits."""
    made = included(people, day0=NOW.date() - timedelta(days=60))
    place = place_of(made, "relapse-plan")
    save(place, {"plan": "call"}, actor=actor("investigator"), at=NOW, seen=99)
    return made


def test_what_is_missing_leads_to_the_form_and_then_to_the_lock(
    people: dict[str, User], person: Participant
) -> None:
    one, doctor = browser(people["statistician"]), browser(people["investigator"])
    assert MENU in one.get("/").content.decode()
    assert MENU not in doctor.get("/").content.decode()
    page = one.get("/lock/").content.decode()
    found = re.search(r'href="(/participants/P0001/forms/relapse-plan/)"', page)
    assert found
    assert "not signed off by the investigator" in page
    assert "Lock all" not in page
    form = one.get(found[1]).content.decode()  # can be read, and not filled in
    assert "call" in form
    assert ' name="plan"' not in form
    question = one.get("/participants/P0001/lock/").content.decode()
    assert found[1] in question
    assert "<button" not in question.partition('class="crumbs"')[2]
    refused = one.post("/participants/P0001/lock/")
    assert refused.status_code == 409
    assert (
        "Relapse plan, not signed off by the investigator" in refused.content.decode()
    )
    whole = {"plan": "call", "contact": "ward", "agreed_on": "2027-01-04"}
    doctor.post(found[1], whole | {"seen": "10000", "complete": "1"})
    assert "Lock all 1 ready participants" in one.get("/lock/").content.decode()
    done = one.post("/participants/P0001/lock/", follow=True).content.decode()
    assert "P0001 is locked" in done
    assert "1 of 1 locked" in done


def test_after_the_lock_everything_is_read_and_nobody_is_asked_for_anything(
    people: dict[str, User], actor: By
) -> None:
    person = included(people, day0=NOW.date() - timedelta(days=60))
    nurse, doctor = browser(people["coordinator"]), browser(people["investigator"])
    waits = 'href="/participants/P0001/'
    assert waits in nurse.get("/").content.decode()
    one = browser(people["statistician"])
    question = one.get("/lock/all/").content.decode()
    assert "Lock 1 participants" in question
    for page in ("/lock/", "/lock/all/", "/participants/P0001/lock/"):
        # Nobody rated week 2: whoever locks is told so.
        text = one.get(page).content.decode()
        assert re.search(r"Week 2: forms not recorded: \d+", text), page
    assert current(person.identifier).locked is None  # a question alone changes nothing
    done = one.post("/lock/all/", follow=True).content.decode()
    assert "1 participants are locked, 0 cannot be locked yet" in done
    for client in (nurse, doctor):
        assert waits not in client.get("/").content.decode()
        page = client.get("/participants/P0001/").content.decode()
        assert '<span class="state locked">locked</span>' in page
        assert "Locked by statistician on 4 Jan 2027" in page
        for gone in ("<h2>Due", "/further/", "QR code", "Report an adverse event",
                     'name="day0"', ">late<", "milestones/"):  # fmt: skip
            assert gone not in page, gone
        form = client.get("/participants/P0001/forms/consent/").content.decode()
        assert "read-only" in form
        empty = client.get("/participants/P0001/forms/visit/?visit=baseline")
        assert "read-only" in empty.content.decode()
        assert "Complete" not in empty.content.decode()
        assert '<span class="state locked">locked</span>' in client.get(
            "/participants/"
        ).content.decode()  # fmt: skip


def test_a_reason_and_a_second_person_unlock(
    people: dict[str, User], person: Participant, actor: By
) -> None:
    other = screened(2)
    one, second = browser(people["statistician"]), browser(people["administrator"])
    one.post(f"/participants/{other}/lock/")
    path = f"/participants/{other}/unlock/"
    assert path in one.get("/lock/?show=locked").content.decode()
    assert f"/participants/{person}/" not in one.get(
        "/lock/?show=locked"
    ).content.decode()  # fmt: skip
    again = one.post(path, {"reason": "typo"})
    assert again.status_code == 409
    assert ">typo</textarea>" in again.content.decode()
    said = one.post(path, WHY, follow=True).content.decode()
    assert "administrator or investigator" in said
    assert "statistician requested unlocking" in said
    assert one.get("/resets/").content.decode().count("No open requests") == 1
    assert "unlock P0002" in second.get("/").content.decode()
    page = second.get("/resets/").content.decode()
    assert WHY["reason"] in page
    found = re.search(r'action="(/proposals/\d+/confirm/)"', page)
    assert found
    assert second.post(found[1], {"password": "wrong"}).status_code == 409
    assert current(str(other)).locked
    done = second.post(found[1], {"password": PASSWORD}, follow=True)
    assert "Confirmed: unlock P0002" in done.content.decode()
    assert current(str(other)).locked is None
    consent(other, actor("investigator"))
    assert verify().findings == ()


def test_an_unlock_is_refused_or_withdrawn_and_nothing_happens(
    people: dict[str, User],
) -> None:
    other = screened(2)
    one, second = browser(people["statistician"]), browser(people["investigator"])
    one.post(f"/participants/{other}/lock/")
    for client, what, reason in ((one, "withdraw", ""), (second, "refuse", "no need")):
        one.post(f"/participants/{other}/unlock/", WHY)
        key = re.search(r"/proposals/(\d+)/", one.get("/lock/").content.decode())
        assert key
        path = f"/proposals/{key[1]}/{what}/"
        answer = client.post(path, {"reason": reason}, follow=True)
        assert answer.status_code == 200
        assert "/proposals/" not in one.get("/lock/").content.decode()
        late = second.post(f"/proposals/{key[1]}/confirm/", {"password": PASSWORD})
        assert late.status_code == 409
    assert current(str(other)).locked
    acts = Entry.objects.filter(form="second person").order_by("seq")
    assert [a.act for a in acts] == ["propose unlock", "withdraw unlock",
                                     "propose unlock", "refuse unlock"]  # fmt: skip


def test_the_end_of_the_trial_step_by_step(people: dict[str, User]) -> None:
    screened()
    one, second = browser(people["statistician"]), browser(people["investigator"])
    final = {"reason": "final analysis of the trial"}
    page = one.get("/lock/").content.decode()
    assert "0 of 1" in page
    assert 'action="/lock/unblinding/"' not in page
    early = one.post("/lock/unblinding/", final)
    assert early.status_code == 409
    assert "recruitment is still open" in early.content.decode()
    full = {"reason": "the planned number is reached"}
    assert 'action="/recruitment/close/"' in one.get("/recruitment/").content.decode()
    one.post("/recruitment/close/", full)
    assert full["reason"] in second.get("/recruitment/").content.decode()
    nurse = browser(people["coordinator"])
    assert nurse.post("/participants/", {"site": "north"}).status_code == 409
    one.post("/lock/all/")
    page = one.get("/lock/").content.decode()
    assert 'action="/lock/unblinding/"' in page
    assert "is blinded" in one.get("/export/").content.decode()
    one.post("/lock/unblinding/", final)
    assert "waits" not in one.get("/export/").content.decode()
    page = second.get("/resets/").content.decode()
    assert "This cannot be undone" in page
    found = re.search(r'action="(/proposals/\d+/confirm/)"', page)
    assert found
    second.post(found[1], {"password": PASSWORD})
    page = one.get("/lock/").content.decode()
    assert "The trial was unblinded" in page
    assert "/unlock/" not in page
    assert "Export (CSV)" in one.get("/export/").content.decode()
    assert "/recruitment/reopen/" not in one.get("/recruitment/").content.decode()


def test_who_is_still_in_treatment_is_not_locked_unawares(
    people: dict[str, User],
) -> None:
    included(people, day0=NOW.date())
    one = browser(people["statistician"])
    for page in ("/lock/", "/lock/all/", "/participants/P0001/lock/"):
        text = one.get(page).content.decode()
        assert re.search(r"[Vv]isits to come: \d+, the first on 2027-01-", text), page
    assert "Lock all" not in one.get("/lock/").content.decode()
    assert "P0001" not in one.get("/lock/?show=ready").content.decode()
    assert "can only be locked individually" in one.get("/lock/all/").content.decode()
    done = one.post("/lock/all/", follow=True).content.decode()
    assert "0 participants are locked, 1 cannot be locked yet" in done
    assert current("P0001").locked is None
    warned = one.get("/participants/P0001/lock/").content.decode()
    assert "P0001 still has visits to come. After locking" in warned
    assert "no infusion of P0001 can be started" in warned
    one.post("/participants/P0001/lock/")  # one that ended early for a good reason
    assert current("P0001").locked


def test_an_unlock_that_nobody_judged_in_time_is_asked_for_again(
    people: dict[str, User], clock: Clock
) -> None:
    other = screened(2)
    one = browser(people["statistician"])
    one.post(f"/participants/{other}/lock/")
    path = f"/participants/{other}/unlock/"
    one.post(path, WHY)
    assert path not in one.get("/lock/").content.decode()
    clock.forward(days=30)
    one = browser(people["statistician"])
    page = one.get("/lock/").content.decode()
    assert "a second approver must confirm it" not in page
    assert path in page
    assert "a second approver must confirm it" in one.post(
        path, WHY, follow=True
    ).content.decode()  # fmt: skip
