"""Forms through HTTP: who may fill in which, what is kept, what is never overwritten."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from equipoise import library
from equipoise.conduct.access.actor import actor_of
from equipoise.conduct.access.models import Membership, ParticipantAccount
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.audit.verify import verify
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.study.models import ConsentVersion, Site
from equipoise.conduct.study.protocols import accept
from equipoise.exchange.protocols import load_protocol
from equipoise.protocol import roles
from tests.conduct.conftest import NOW, ROLES
from tests.conduct.walking import (
    answers,
    browser,
    form_url,
    included,
    measure,
    release,
    send,
)

SCRIPT = '<script>alert("x")</script><img src=x onerror=alert(1)>'


@pytest.fixture
def browsers(people: dict[str, User]) -> dict[str, Client]:
    return {role: browser(user) for role, user in people.items()}


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people)


def own_browser(person: Participant, people: dict[str, User]) -> Client:
    user = User.objects.create_user(f"own-{person}", password="x")
    ParticipantAccount.objects.create(user=user, identifier=person.identifier)
    return browser(user)


def every_form(person: Participant, browsers: dict[str, Client]) -> int:
    """Every form of every visit: filled in by its role, refused to all others."""
    plan, count = plan_in_force(), 0
    seen: set[str] = set()
    for visit, dues in plan.dues.items():
        for due in dues:
            url = form_url(person, due.form.id, visit, due.minute)
            wanted = {due.form.by, *roles.ROLES[due.form.by].stand_ins}
            if due.form.id not in seen:  # refusals once for each kind of form
                seen.add(due.form.id)
                for role, client in browsers.items():
                    if role not in wanted:
                        said = send(client, url, answers(due.form))
                        assert said.status_code == 403, (role, url, said.status_code)
            client = browsers[due.form.by]
            assert client.get(url).status_code == 200, url
            values = answers(due.form)
            if due.form.id == "visit":  # on a day of its window, nothing is to confirm
                values = {"status": "missed", "reason": "away"}
            if due.form.id == "infusion":
                values["syringe"] = release(person, visit)
                nurse = actor_of(User.objects.get(username="infusion-team"), at=NOW)
                measure(person, nurse, visit, measured=NOW - timedelta(minutes=45))
            said = send(client, url, values, reason="read again")
            assert said.status_code == 302, (url, said.content.decode()[:3000])
            assert current(person.identifier).is_complete(
                due.form.id, visit, due.minute
            )
            count += 1
    return count


@pytest.mark.once
def test_every_form_of_feder_by_its_role_and_no_other(
    person: Participant, people: dict[str, User], browsers: dict[str, Client]
) -> None:
    browsers["participant"] = own_browser(person, people)
    assert every_form(person, browsers) > 200
    assert not verify().findings


def test_every_form_of_another_trial(db: None) -> None:
    protocol = load_protocol("beat-the-blues")
    scales = {name: library.text("instruments", name) for name in protocol.scales}
    accept(
        protocol, library.text("protocols", "beat-the-blues"), scales, actor="a", at=NOW
    )
    site = Site.objects.create(code="north", name="North Hospital")
    ConsentVersion.objects.create(label="1.0", valid_from=NOW.date())
    people = {}
    for role in ROLES:
        people[role] = User.objects.create_user(role.replace(" ", "-"), password="x")
        Membership.objects.create(
            user=people[role], role=role, site=site, since=NOW, granted_by="setup"
        )
    person = included(people)
    browsers = {role: browser(user) for role, user in people.items()}
    browsers["participant"] = own_browser(person, people)
    assert every_form(person, browsers) == 10


def test_standing_forms_by_coordinator_and_investigator(
    person: Participant, browsers: dict[str, Client]
) -> None:
    for form in ("characteristics", "eligibility", "relapse-plan", "exclusion"):
        url = form_url(person, form)
        assert browsers["coordinator"].get(url).status_code == 200
        for role in ("rater", "infusion team", "pharmacist", "administrator"):
            assert browsers[role].get(url).status_code == 403, (role, form)


def test_no_form_opens_without_consent(
    people: dict[str, User], browsers: dict[str, Client], feder: object
) -> None:
    said = browsers["coordinator"].post("/participants/", {"site": "north"})
    assert said.status_code == 302
    url = form_url("P0001", "characteristics")
    assert browsers["coordinator"].get(url).status_code == 409
    assert send(browsers["coordinator"], url, {"age": "30"}).status_code == 409
    values = {"version": "1.0", "signed_at": "2027-01-04T09:00", "copy": "yes"}
    assert (
        send(browsers["coordinator"], form_url("P0001", "consent"), values).status_code
        == 302
    )
    assert browsers["coordinator"].get(url).status_code == 200
    ConsentVersion.objects.create(label="2.0", valid_from=date(2020, 1, 1))
    ConsentVersion.objects.filter(label="2.0").update(valid_from=NOW.date())
    assert send(browsers["coordinator"], url, {"age": "30"}).status_code == 409


def test_what_is_missing_is_listed_at_once_and_what_is_right_is_kept(
    person: Participant, browsers: dict[str, Client]
) -> None:
    url = form_url(person, "instrument:madrs", "baseline")
    said = send(browsers["rater"], url, {"1": "3", "2": "99"})
    assert said.status_code == 422
    text = said.content.decode()
    assert text.count("this is required") >= 8
    assert "this is not one of the choices" in text
    assert current(person.identifier).answers("instrument:madrs", "baseline") == {
        "1": "3"
    }


def test_a_field_is_saved_as_it_is_answered(
    person: Participant, browsers: dict[str, Client]
) -> None:
    url = form_url(person, "instrument:caps5", "baseline").replace("?", "field/?")
    said = browsers["rater"].post(url, {"field": "1", "1": "4", "seen": "3"})
    assert said.status_code == 200
    assert "Saved" in said.content.decode()
    assert said["HX-Trigger"] == "saved"
    assert browsers["rater"].post(url, {"field": "1", "1": "7"}).status_code == 422
    assert current(person.identifier).answers("instrument:caps5", "baseline") == {
        "1": "4"
    }
    assert (
        browsers["coordinator"].post(url, {"field": "1", "1": "0"}).status_code == 403
    )
    assert Client().post(url, {"field": "1", "1": "0"}).status_code == 401


def test_a_correction_needs_a_reason_and_keeps_both_values(
    person: Participant, browsers: dict[str, Client]
) -> None:
    url = form_url(person, "characteristics")
    values = {
        "age": "40",
        "sex": "F",
        "weight_kg": "70",
        "ptsd_years": "5",
        "psychotropics": "no",
    }
    assert send(browsers["coordinator"], url, values).status_code == 302
    changed = values | {"age": "41"}
    assert send(browsers["coordinator"], url, changed).status_code == 422
    assert current(person.identifier).answers("characteristics")["age"] == "40"
    send(browsers["coordinator"], url, changed, reason="birth date misread")
    page = browsers["coordinator"].get(url).content.decode()
    assert "is corrected" in page
    assert "birth date misread" in page
    assert "40 years" in page
    assert "41 years" in page
    send(browsers["coordinator"], url, changed)
    assert "is unchanged" in browsers["coordinator"].get(url).content.decode()
    emptied = send(browsers["coordinator"], url, changed | {"age": ""}, reason="x")
    assert emptied.status_code == 422


def test_two_editors_see_both_values_and_nothing_is_overwritten(
    person: Participant, people: dict[str, User], browsers: dict[str, Client]
) -> None:
    url = form_url(person, "characteristics")
    seen = current(person.identifier).seq
    first = send(browsers["coordinator"], url.rstrip("/") + "/field/",
                 {"field": "age", "age": "40"}, seen=seen)  # fmt: skip
    assert first.status_code == 200
    theirs = {
        "age": "44",
        "sex": "F",
        "weight_kg": "70",
        "ptsd_years": "5",
        "psychotropics": "no",
    }
    second = send(browsers["investigator"], url, theirs, seen=seen)
    assert second.status_code == 409
    text = second.content.decode()
    assert "coordinator changed this" in text
    assert "<b>40 years</b>" in text
    assert "<b>44 years</b>" in text
    assert current(person.identifier).answers("characteristics") == {"age": "40"}
    fresh = re.search(r'name="seen"[^>]*value="(\d+)"', text)
    assert fresh is not None
    resolved = send(browsers["investigator"], url, theirs, seen=int(fresh[1]))
    assert resolved.status_code == 302
    assert current(person.identifier).answers("characteristics")["age"] == "44"
    one = send(
        browsers["coordinator"],
        url + "field/",
        {"field": "age", "age": "45"},
        seen=seen,
    )
    assert one.status_code in (409, 422)


def test_double_submit_and_back_button_write_once(
    person: Participant, browsers: dict[str, Client]
) -> None:
    url = form_url(person, "characteristics")
    values = {
        "age": "40",
        "sex": "F",
        "weight_kg": "70",
        "ptsd_years": "5",
        "psychotropics": "no",
    }
    for _ in range(3):
        assert send(browsers["coordinator"], url, values).status_code == 302
    assert Entry.objects.filter(form="characteristics", act="answer").count() == 5
    assert Entry.objects.filter(form="characteristics", act="complete").count() == 1
    assert "no-store" in browsers["coordinator"].get(url)["Cache-Control"]


def test_an_old_page_sent_after_the_form_is_complete_shows_both_values(
    person: Participant, browsers: dict[str, Client]
) -> None:
    url, client = form_url(person, "characteristics"), browsers["coordinator"]
    values = {"age": "40", "sex": "F", "weight_kg": "70", "ptsd_years": "5",
              "psychotropics": "no"}  # fmt: skip
    seen = current(person.identifier).seq
    assert send(client, url, values, seen=seen).status_code == 302
    count = Entry.objects.count()
    page = send(client, url, values | {"age": "41"}, seen=seen)  # back, and once more
    assert page.status_code == 409
    text = page.content.decode()
    assert "Nothing was overwritten" in text
    assert "(saved): <b>40 years</b>" in text
    assert "(not saved): <b>41 years</b>" in text
    assert Entry.objects.count() == count
    fresh = re.search(r'name="seen"[^>]*value="(\d+)"', text)
    assert fresh is not None
    changed = values | {"age": "41"}
    assert send(client, url, changed, seen=int(fresh[1])).status_code == 422
    done = send(client, url, changed, seen=int(fresh[1]), reason="misread")
    assert done.status_code == 302
    rows = Entry.objects.filter(item="age").order_by("seq")
    assert [(row.act, row.value) for row in rows] == [
        ("answer", "40"), ("correct", "41"),
    ]  # fmt: skip


def test_fields_that_the_form_does_not_have_are_ignored(
    person: Participant, browsers: dict[str, Client]
) -> None:
    url = form_url(person, "characteristics")
    send(
        browsers["coordinator"],
        url,
        {"age": "40", "status": "randomized", "arm": "ketamine"},
    )
    assert set(current(person.identifier).answers("characteristics")) == {"age"}
    person.refresh_from_db()
    assert person.status == "consented"


def test_words_of_people_are_never_code(
    person: Participant, people: dict[str, User], browsers: dict[str, Client]
) -> None:
    """Every free text of every form, and the reason of a correction."""
    nurse, doctor = browsers["infusion team"], browsers["investigator"]
    pages = []
    for path in ("events", "milestones"):
        url = doctor.post(f"/participants/{person}/{path}/")["Location"]
        dated = {"started_on": "2027-01-04", "ongoing": "yes", "severity": "mild",
                 "serious": "no", "related": "no",
                 "milestone": "new-treatment", "date": "2027-01-04", "reason": SCRIPT,
                 "term": SCRIPT}  # fmt: skip
        assert send(doctor, url, dated).status_code == 302
        changed = {k: v + "!" if v == SCRIPT else v for k, v in dated.items()}
        assert send(doctor, url, changed, reason=SCRIPT).status_code == 302
        pages += [(doctor, url), (doctor, url + "?correct=1")]
    texts = {"plan": SCRIPT, "contact": SCRIPT, "agreed_on": "2027-01-04"}
    assert send(doctor, form_url(person, "relapse-plan"), texts).status_code == 302
    missed = {"status": "missed", "reason": SCRIPT}
    assert (
        send(doctor, form_url(person, "visit", "baseline"), missed).status_code == 302
    )
    ran = {"syringe": release(person, "infusion-1"),
           "weight_kg": "70", "started_at": "2027-01-04T08:00",
           "stopped_at": "2027-01-04T08:40",
           "interrupted": "yes", "reason": SCRIPT, "stopped_early": "no"}  # fmt: skip
    url = form_url(person, "infusion", "infusion-1")
    assert send(nurse, url, ran).status_code == 302
    pages += [(nurse, url), (nurse, f"/participants/{person}/infusion/infusion-1/")]
    pages += [
        (doctor, form_url(person, "relapse-plan")),
        (doctor, f"/participants/{person}/"),
    ]
    pages += [
        (doctor, f"/participants/{person}/events/"),
        (doctor, "/"),
        (doctor, "/recruitment/"),
    ]
    pages += [
        (doctor, form_url(person, "visit", "baseline")),
        (doctor, "/participants/?q=" + SCRIPT),
    ]
    shown = 0
    for client, url in pages:
        text = client.get(url).content.decode()
        assert "<script>alert" not in text, url
        assert "<img src=x" not in text, url
        shown += "&lt;script&gt;" in text
    assert shown >= 8


def test_freezing_closes_and_a_reason_opens_again(
    person: Participant, browsers: dict[str, Client]
) -> None:
    url = form_url(person, "relapse-plan")
    texts = {"plan": "call", "contact": "ward", "agreed_on": "2027-01-04"}
    assert send(browsers["investigator"], url, texts).status_code == 302
    close = url + "close/"
    for act in ("", "thaw"):
        refused = browsers["investigator"].post(close, {"deed": act})
        assert refused.status_code == 409
        assert current(person.identifier).begun("relapse-plan") == "complete"
    freeze = {"deed": "freeze"}
    assert browsers["coordinator"].post(close, freeze).status_code == 403
    assert browsers["investigator"].post(close, freeze).status_code == 302
    late = send(browsers["coordinator"], url, texts | {"plan": "no"}, reason="r")
    assert late.status_code == 409
    assert (
        browsers["investigator"].post(url + "close/", {"deed": "unfreeze"}).status_code
        == 409
    )
    again = {"deed": "unfreeze", "reason": "typing error"}
    assert browsers["investigator"].post(url + "close/", again).status_code == 302
    assert (
        send(
            browsers["coordinator"], url, texts | {"plan": "no"}, reason="r"
        ).status_code
        == 302
    )


@pytest.mark.parametrize("minute", ["x", "99999999999", "-7", "1e3"])
def test_addresses_that_are_not_there(
    person: Participant, browsers: dict[str, Client], minute: str
) -> None:
    url = form_url(person, "vitals", "baseline") + f"&minute={minute}"
    assert browsers["infusion team"].get(url).status_code == 409
    absent = form_url("P9999", "visit", "baseline")
    assert browsers["rater"].get(absent).status_code == 403


def test_what_was_sent_after_the_session_ended_is_kept_on_the_page(
    person: Participant, browsers: dict[str, Client]
) -> None:
    url = form_url(person, "relapse-plan")
    texts = {"plan": 'call "her"', "contact": "ward", "agreed_on": "2027-01-04"}
    said = Client().post(url, {**texts, "seen": "9"})
    page = said.content.decode()
    assert said.status_code == 401
    assert 'name="plan" value="call &quot;her&quot;"' in page
    assert "csrfmiddlewaretoken" in page
    assert Client().get(url).status_code == 302
    assert send(browsers["investigator"], url, texts).status_code == 302
