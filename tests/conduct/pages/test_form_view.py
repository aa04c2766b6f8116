"""A form as it is shown: every recorded value, missing codes, checks, totals, wording."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from equipoise.conduct.access.actor import actor_of
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.form_instance import as_filled_by
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.forms.missing_codes import MISSING, kept
from equipoise.conduct.pages.field_view import shown
from equipoise.instruments.wording import Wording
from tests.conduct.conftest import NOW, begun, employed
from tests.conduct.pages.own_forms import own_protocol
from tests.conduct.screened import form, write
from tests.conduct.walking import answer, browser, form_url, included, send

STANDING = ("consent", "characteristics", "eligibility", "exclusion", "relapse-plan",
            "relapse", "event#1", "milestone#1")  # fmt: skip


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people)


@pytest.fixture
def own(db: None, key: Path, tmp_path: Path) -> dict[str, Client]:
    """Role -> browser, in a trial with a form of its own; P0001 is included."""
    begun(own_protocol(tmp_path), key, places=60)
    users = employed()
    included(users)
    return {role: browser(user) for role, user in users.items()}


def text_of(said: HttpResponse) -> str:
    return unescape(re.sub(r"<[^>]+>|\s+", " ", said.content.decode()))


def words(said: HttpResponse) -> list[str]:
    """What stands as an answer on a page that is read."""
    found = re.findall(r'class="answer">(.*?)</span>', said.content.decode(), re.S)
    return [unescape(one).strip() for one in found]


def test_every_recorded_value_is_on_the_page_that_is_read(
    person: Participant, people: dict[str, User]
) -> None:
    """Of every kind of form; also what is not asked, or not any more."""
    monitor, zone = browser(people["monitor"]), person.site.zone
    reader = actor_of(people["monitor"], at=NOW)
    wheres = {name: (name, "", None) for name in STANDING}
    for visit, dues in plan_in_force().dues.items():
        for due in dues:
            wheres.setdefault(due.form.id, (due.form.id, visit, due.minute))
    for name, visit, minute in wheres.values():
        place = as_filled_by(reader, place_of(person, name, visit, minute))
        made = place.form
        said = {one.name: answer(one) for one in made.fields}
        said |= {made.fields[-1].name: kept("refused"), "former": "asked once"}
        facts = [Fact("answer", name, visit, minute, n, v) for n, v in said.items()]
        write(person.identifier, [*facts, Fact("complete", name, visit, minute)])
        page = monitor.get(form_url(person, name, visit, minute))
        wanted = [shown(one, said[one.name], zone) for one in made.fields]
        assert words(page) == [*wanted, "asked once"], name
        assert "No answer: refused" in wanted


def test_a_question_without_an_answer_says_so_only_where_it_was_asked(
    person: Participant, people: dict[str, User]
) -> None:
    form(person.identifier, "visit", {"status": "done"}, "baseline")
    page = browser(people["monitor"]).get(form_url(person, "visit", "baseline"))
    # No day was agreed, and no date written down; why it was missed is not asked.
    assert words(page) == ["–", "Took place", "–"]


@pytest.mark.parametrize("one", MISSING)
def test_a_missing_code_stands_for_an_answer_without_javascript(
    person: Participant, people: dict[str, User], one: str
) -> None:
    rater, url = (
        browser(people["rater"]),
        form_url(person, "instrument:madrs", "baseline"),
    )
    values = {str(n): "2" for n in range(1, 10)} | {"no-answer:10": kept(one)}
    assert send(rater, url, values).status_code == 302
    where = "instrument:madrs", "baseline"
    assert current(person.identifier).said(*where)["10"] == kept(one)
    assert "10" not in current(person.identifier).answers(*where)
    assert f"No answer: {one}" in words(rater.get(url))
    page = rater.get(url + "&correct=1").content.decode()
    assert re.search(rf'value="{kept(one)}" selected', page)


def test_of_an_answer_and_a_code_the_new_one_counts(
    person: Participant, people: dict[str, User]
) -> None:
    rater, url = (
        browser(people["rater"]),
        form_url(person, "instrument:madrs", "baseline"),
    )
    where = "instrument:madrs", "baseline"
    code = kept("refused")

    def sent(value: str, chosen: str) -> str:
        send(rater, url, {"1": value, "no-answer:1": chosen})
        return current(person.identifier).said(*where).get("1", "")

    assert sent("3", "") == "3"
    assert sent("3", code) == code  # the answer is the old one
    assert sent("4", code) == "4"  # the code is
    both = send(rater, url, {"1": "5", "no-answer:1": code, "2": "1"})
    assert both.status_code == 422
    assert "choose one" in text_of(both)
    held = current(person.identifier).said(*where)
    assert (held["1"], held["2"]) == ("4", "1")  # nothing is lost
    assert sent("4", kept("unknown")) == kept("unknown")
    send(rater, url, {"no-answer:1": ""})
    assert "1" not in current(person.identifier).said(*where)


def test_a_time_takes_a_code_and_gives_it_back(own: dict[str, Client]) -> None:
    doctor, field = own["investigator"], f"{form_url('P0001', 'tissue')}field/"
    for typed in ("2027-01-04T07:30", kept("unknown"), "2027-01-04T08:30"):
        name = "no-answer:sent_at" if typed.startswith("missing") else "sent_at"
        said = doctor.post(field, {"field": "sent_at", name: typed, "seen": "99"})
        assert said.status_code == 200
        assert current("P0001").said("tissue")["sent_at"].startswith(typed)


def test_a_hard_check_refuses_and_a_soft_one_is_confirmed_with_a_reason(
    own: dict[str, Client],
) -> None:
    doctor, url = own["investigator"], form_url("P0001", "tissue")
    values = {"taken_on": "2031-01-01", "left": "7", "right": "4", "odd": "no"}
    future = send(doctor, url, values)
    assert future.status_code == 422
    assert "the sample would be from the future" in text_of(future)
    values["taken_on"] = "2027-01-04"
    doubted = send(doctor, url, values)
    assert doubted.status_code == 422
    assert "check 1 answer" in text_of(doubted)
    assert 'name="confirm:higher"' in doubted.content.decode()
    assert current("P0001").answers("tissue") == values  # retained as a draft
    assert 'name="confirm:higher"' in doctor.get(url).content.decode()
    done = send(doctor, url, values, **{"confirm:higher": "measured twice"})
    assert done.status_code == 302
    page = text_of(doctor.get(url))
    assert "confirmed: left is higher than right" in page
    assert "measured twice" in page


def test_a_draft_tells_a_doubt_and_the_sums_with_the_answer(
    own: dict[str, Client],
) -> None:
    doctor, url = own["investigator"], form_url("P0001", "tissue")
    field = f"{url}field/"
    first = doctor.post(field, {"field": "left", "left": "7", "seen": "99"})
    assert "7 mg; 1 not answered" in text_of(first)
    second = doctor.post(field, {"field": "right", "right": "4", "seen": "99"})
    assert "Check: left is higher than right" in text_of(second)
    assert "11 mg" in text_of(second)
    assert 'id="sum-tissue-both"' in second.content.decode()
    assert 'id="sum-tissue-both"' in doctor.get(url).content.decode()


def test_who_may_not_sign_off_prepares_and_the_other_is_asked(
    own: dict[str, Client],
) -> None:
    nurse, doctor = own["coordinator"], own["investigator"]
    url = form_url("P0001", "tissue")
    page = text_of(nurse.get(url))
    assert "Save for the investigator" in page
    assert "Complete" not in page
    values = {"taken_on": "2027-01-04", "left": "1", "right": "4", "odd": "no"}
    said = nurse.post(url, {**values, "seen": "99"}, follow=True)
    assert "saved for the investigator to sign" in text_of(said)
    assert not current("P0001").is_complete("tissue")
    assert "Tissue samples: to be signed" in text_of(doctor.get("/"))
    assert "to be signed" not in text_of(nurse.get("/"))
    assert "Prepared for you" in text_of(doctor.get(url))
    assert send(doctor, url, {}).status_code == 302
    assert current("P0001").is_complete("tissue")
    assert "to be signed" not in text_of(doctor.get("/"))


def test_the_total_is_on_the_form_and_on_its_read_page_but_not_for_the_participant(
    person: Participant, people: dict[str, User]
) -> None:
    rater, url = (
        browser(people["rater"]),
        form_url(person, "instrument:caps5", "baseline"),
    )
    field = url.replace("?", "field/?")
    said = rater.post(field, {"field": "1", "1": "4", "seen": "99"})
    assert "Total severity: 4 of 80; 19 not answered" in text_of(said)
    assert "4 of 80" in text_of(rater.get(url))
    assert "4 of 80" in text_of(browser(people["monitor"]).get(url))


def test_wording_and_the_time_it_is_about_are_on_the_form(
    person: Participant, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Wording.model_validate(
        {"schema": 1, "instrument": "madrs", "source": "ours",
         "stem": "How much was there:",
         "anchors": {"0": "None of it", "6": "All of the time"},
         "items": {"1": {"text": "Does the person look sad?"}}}
    )  # fmt: skip
    rater, url = (
        browser(people["rater"]),
        form_url(person, "instrument:madrs", "baseline"),
    )
    assert "Recall period: past week" in text_of(rater.get(url))
    monkeypatch.setattr(
        "equipoise.conduct.pages.form_view.wording_of",
        lambda name: made if name == "madrs" else None,
    )
    page = text_of(rater.get(url))
    for said in (
        "How much was there:",
        "1. Does the person look sad?",
        "All of the time",
    ):
        assert said in page
    assert "2. Reported sadness" in page  # no wording: the label
    form(person.identifier, "instrument:madrs", {"1": "6"}, "week-1", complete=True)
    other = form_url(person, "instrument:madrs", "week-1")
    assert "6: All of the time" in words(browser(people["monitor"]).get(other))
