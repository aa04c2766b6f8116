"""A stratum without a place: who must act is told, no arm is, and nothing is half done."""

from __future__ import annotations

import pytest
from django.test import Client

from equipoise.conduct.allocation.models import Allocation, Place, Turn
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.enrolment.randomization import readiness
from equipoise.conduct.study.protocols import in_force
from tests.conduct.abuse.test_addresses import content
from tests.conduct.abuse.world import World
from tests.conduct.screened import eligible, write
from tests.conduct.walking import browser

PAGE, PROGRAM = "/participants/P0003/randomize/", "/api/participants/P0003/randomize"
CSRF = {"HTTP_X_CSRFTOKEN": "c" * 32}


def program(world: World) -> Client:
    client = browser(world.people["north"]["coordinator"])
    client.cookies["csrftoken"] = "c" * 32
    return client


@pytest.mark.parametrize("path", [PAGE, PROGRAM])
def test_an_exhausted_stratum(world: World, path: str) -> None:
    person = eligible(3)
    write(person.identifier, [Fact("screen", value="north")])
    taken = dict(Turn.objects.values_list("stratum", "taken"))
    for turn in Turn.objects.all():
        turn.taken = Place.objects.filter(stratum=turn.stratum).count()
        turn.save()
    rows = Entry.objects.count(), Allocation.objects.count()
    client = program(world)
    answer = client.post(path, {}, content_type="application/json", **CSRF)
    text = content(answer).decode().lower().rpartition("<main")[2]  # below the title
    assert answer.status_code == 409
    assert "eq935" in text
    assert "the statistician who concealed the schedule" in text
    assert "stays eligible" in text
    told = [arm.id for arm in in_force().arms] + [arm.label for arm in in_force().arms]
    assert not [word for word in told if word.lower() in text]
    assert not [stratum for stratum in taken if stratum != "all" and stratum in text]

    person.refresh_from_db()
    assert person.status == "screening"
    assert not readiness(person).missing
    assert rows == (Entry.objects.count(), Allocation.objects.count())
    assert "Randomize P0003" in client.get(PAGE).content.decode()

    for stratum, count in taken.items():  # as if there were places again
        Turn.objects.filter(stratum=stratum).update(taken=count)
    again = client.post(path, {}, content_type="application/json", **CSRF)
    assert again.status_code in (200, 302)
    assert Allocation.objects.count() == rows[1] + 1
    person.refresh_from_db()
    assert person.status == "randomized"
