"""What a page asks the database does not grow with the trial.

Nothing is timed here: the number of queries is the same however many participants there
are, and however much was answered. Times are in ``benchmarks/bench_conduct.py``.
"""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participant_facts import forget
from tests.conduct.walking import browser, fill, included

MOST_OF_A_SAVE = 13  # eleven statements and the transaction, each once
RATING = {f"{item}": "1" for item in range(1, 11)}


def asked(client: Client, path: str, form: dict[str, str] | None = None) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path) if form is None else client.post(path, form)
    assert answer.status_code == 200, answer.content
    return len(queries)


def save(client: Client, person: Participant, value: str) -> int:
    path = f"/participants/{person.identifier}/forms/instrument:madrs/field/"
    form = {"field": "1", "1": value, "seen": "9999"}
    return asked(client, f"{path}?visit=baseline", form)


def test_a_save_asks_as_much_whatever_is_stored(
    people: dict[str, User], actor: Callable[[str], Actor]
) -> None:
    rater, person = browser(people["rater"]), included(people)
    save(rater, person, "1")  # the session and the form are begun
    before = save(rater, person, "2")
    for visit in ("post-24h", "week-1", "week-2"):
        fill(person, "instrument:madrs", visit, actor("rater"), RATING)
    for _ in range(3):
        included(people)
    assert save(rater, person, "3") == before
    assert before <= MOST_OF_A_SAVE


@pytest.mark.parametrize(
    "path", ["/participants/{}/", "/participants/{}/infusion/infusion-1/", "/audit/{}/"]
)
def test_a_page_of_a_participant_asks_as_much_whatever_was_answered(
    people: dict[str, User], actor: Callable[[str], Actor], path: str
) -> None:
    doctor, person = browser(people["investigator"]), included(people)
    address = path.format(person.identifier)
    asked(doctor, address)
    before = asked(doctor, address)
    for visit in ("baseline", "post-24h", "week-1"):
        fill(person, "instrument:madrs", visit, actor("rater"), RATING)
    included(people)
    asked(doctor, address)
    assert asked(doctor, address) == before


@pytest.mark.parametrize("path", ["/", "/recruitment/", "/audit/"])
@pytest.mark.parametrize("kept", [True, False])
def test_a_list_asks_as_much_however_many_take_part(
    people: dict[str, User], actor: Callable[[str], Actor], path: str, kept: bool
) -> None:
    doctor, first = browser(people["investigator"]), included(people)
    fill(first, "instrument:madrs", "baseline", actor("rater"), RATING)

    def look() -> int:
        if not kept:
            forget()
        return asked(doctor, path)

    look()
    before = look()
    for _ in range(4):
        person = included(people)
        fill(person, "instrument:madrs", "baseline", actor("rater"), RATING)
    # Who is not randomized yet is asked for one by one: whether it can be done.
    Participant.objects.exclude(pk=first.pk).update(status="randomized")
    look()
    assert look() == before


def test_a_list_reads_those_alone_of_whom_something_was_written(
    people: dict[str, User], actor: Callable[[str], Actor]
) -> None:
    doctor, persons = (
        browser(people["investigator"]),
        [included(people) for _ in range(3)],
    )
    asked(doctor, "/")
    fill(persons[1], "instrument:madrs", "baseline", actor("rater"), RATING)
    with CaptureQueriesContext(connection) as queries:
        doctor.get("/")
    (read,) = (q["sql"] for q in queries if 'FROM "capture_formstate"' in q["sql"])
    inside = read.partition(" IN (")[2].partition(")")[0]
    assert inside == f"{persons[1].pk}"
