"""A full disk, a database away, busy or cut off: said in words, nothing half or lost."""

import logging
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, close_old_connections, connections
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from equipoise.conduct.access.actor import actor_of
from equipoise.conduct.allocation.services import assignment
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.audit.verify import verify
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.enrolment import randomization
from equipoise.conduct.enrolment.randomization import randomize
from equipoise.conduct.error_responses import AWAY, BUSY, FULL, outage_of
from equipoise.conduct.inspection.verification import inspect
from equipoise.conduct.logs import Line
from equipoise.conduct.operation.checkpoint_schedule import anchor_now
from equipoise.protocol.model import Protocol
from tests.conduct import faults
from tests.conduct.conftest import NOW
from tests.conduct.pages.conftest import Clock
from tests.conduct.screened import eligible
from tests.conduct.walking import BACKEND, form_url, included

pytestmark = pytest.mark.django_db(databases=["default", "vault"], transaction=True)
PLAN = {
    "plan": "Call the ward. " * 260,
    "contact": "sister <b>Ann</b>",
    "agreed_on": "2027-01-04",
}
Fault = Callable[[], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("django.utils.timezone.now", made)
    return made


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people)


def seat(user: User) -> Client:
    """A browser that gets what a real one gets, errors included."""
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=BACKEND)
    return client


def kept(page: HttpResponse) -> dict[str, str]:
    """What stands in the form of a page, as a browser sends it again."""
    hidden = r'type="hidden" name="([^"]+)" value="([^"]*)"'
    found = re.findall(hidden, page.content.decode())
    return {name: unescape(value) for name, value in found}


def back(alias: str = "default") -> None:
    """What a server does between two requests."""
    connections[alias].close_if_unusable_or_obsolete()


@pytest.mark.parametrize(
    ("fault", "words"),
    [(faults.no_room, FULL), (faults.held, BUSY), (faults.away, AWAY)],
    ids=["full", "busy", "away"],
)
def test_a_form_that_cannot_be_saved_comes_back_and_is_sent_again(
    person: Participant,
    people: dict[str, User],
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
    words: object,
) -> None:
    client, url = seat(people["investigator"]), form_url(person, "relapse-plan")
    before = Entry.objects.count()
    with fault(), caplog.at_level(logging.ERROR):
        page = client.post(url, PLAN | {"seen": "1", "csrfmiddlewaretoken": "t"})
        one = client.post(
            url + "field/",
            {"field": "plan", "plan": PLAN["plan"], "seen": "1"},
            headers={"HX-Request": "true"},
        )
    assert page.status_code == one.status_code == 503
    text = page.content.decode()
    assert "This was not saved" in text
    assert words.what in text.lower()
    assert "administrator of the server" in text
    assert "sister &lt;b&gt;Ann" in text
    assert "no-store" in page["Cache-Control"]
    assert one.content.decode() == f"Not saved: {words.what}."
    lines = [Line().format(record) for record in caplog.records]
    assert any(f"nothing was saved: {words.what}" in line for line in lines)
    for secret in (str(person), "ward", "sister", "investigator", "relapse"):
        assert not any(secret in line for line in lines)
    back()
    assert Entry.objects.count() == before
    again = kept(page)
    assert client.post(url, again).status_code == 302
    assert current(str(person)).answers("relapse-plan")["contact"] == PLAN["contact"]
    assert client.post(url, again).status_code == 302  # twice writes nothing twice
    assert Entry.objects.count() == before + 4
    assert not verify().findings


def test_the_health_page_shows_that_nothing_can_be_written(
    person: Participant, people: dict[str, User], settings: Settings, tmp_path: Path
) -> None:
    settings.ANCHORS = tmp_path / "anchors"
    anchor_now(settings.ANCHORS, at=timezone.now())
    admin = seat(people["administrator"])
    assert admin.get("/health").json()["status"] == "ok"
    with faults.no_room():
        told = admin.get("/health")
    assert told.status_code == 503
    assert told.json()["parts"]["database"] == f"unwell: {FULL.what}"
    with faults.away():
        told = admin.get("/health")
    assert (told.status_code, told.json()) == (503, {"status": "unwell"})
    assert admin.get("/health").json()["status"] == "ok"


@pytest.mark.parametrize("alias", ["default", "vault"])
def test_a_click_without_a_database_gives_no_kit_and_the_next_one_does(
    study: Protocol,
    people: dict[str, User],
    key: Path,
    settings: Settings,
    tmp_path: Path,
    alias: str,
) -> None:
    settings.ANCHORS = tmp_path / "anchors"
    eligible()
    client, url = seat(people["coordinator"]), "/participants/P0001/randomize/"
    with faults.away(alias):
        page = client.post(url)
    assert page.status_code == 503
    assert len(assignment.given()) == Entry.objects.filter(act="randomize").count() == 0
    back(alias)
    assert client.post(url).status_code == 302
    assert len(assignment.given()) == Entry.objects.filter(act="randomize").count() == 1
    assert inspect(key, settings.ANCHORS).findings == ()


def test_the_database_dies_between_the_vault_and_the_entry(
    study: Protocol,
    people: dict[str, User],
    key: Path,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.ANCHORS = tmp_path / "anchors"
    eligible()
    client, url = seat(people["coordinator"]), "/participants/P0001/randomize/"
    plain = randomization.record

    def dies(*args: object, **named: object) -> None:
        if faults.vendor() == "postgresql":
            faults.cut()
            plain(*args, **named)
        connections["default"].cursor().execute("PRAGMA query_only = ON")
        plain(*args, **named)

    monkeypatch.setattr(randomization, "record", dies)
    assert client.post(url).status_code == 503
    if faults.vendor() == "sqlite":
        connections["default"].close()
    back()
    monkeypatch.setattr(randomization, "record", plain)
    kit = assignment.kit("P0001")
    assert kit
    assert not Entry.objects.filter(act="randomize").exists()
    assert client.post(url).status_code == 302
    assert Entry.objects.get(act="randomize").value == kit
    assert len(assignment.given()) == 1
    assert inspect(key, settings.ANCHORS).findings == ()


def test_an_anchor_without_room_is_told_as_what_it_is(
    study: Protocol,
    people: dict[str, User],
    key: Path,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.ANCHORS = tmp_path / "anchors"
    anchor_now(settings.ANCHORS, at=NOW)
    before = (settings.ANCHORS / "anchors.jsonl").read_bytes()
    eligible()
    client, url = seat(people["coordinator"]), "/participants/P0001/randomize/"
    with monkeypatch.context() as patch:
        patch.setattr("equipoise.conduct.audit.checkpoints.os.fsync", _no_room)
        page = client.post(url)
    assert page.status_code == 503
    text = page.content.decode()
    assert "Recorded, but without an external checkpoint" in text
    assert "Nothing was changed" not in text
    assert (settings.ANCHORS / "anchors.jsonl").read_bytes() == before
    assert client.post(url).status_code == 302
    assert len(assignment.given()) == 1
    assert inspect(key, settings.ANCHORS).findings == ()


def _no_room(handle: int) -> None:
    with open("/dev/full", "wb", buffering=0) as full:
        full.write(b"0")


def test_an_export_without_room_hands_nothing_out(
    person: Participant, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, wanted = seat(people["investigator"]), {"format": "csv"}
    with monkeypatch.context() as patch:
        patch.setattr(
            "equipoise.conduct.export.services.temporary",
            lambda: open("/dev/full", "w+b"),  # noqa: SIM115  closed by who asked
        )
        page = client.post("/export/file/", wanted)
    assert page.status_code == 503
    assert FULL.what in page.content.decode().lower()
    one, two = (client.post("/export/file/", wanted) for _ in range(2))
    content = one.getvalue()
    assert content == two.getvalue()
    assert int(one["Content-Length"]) == len(content)  # half a file shows as half


def test_a_program_learns_it_as_json(people: dict[str, User]) -> None:
    client = seat(people["coordinator"])
    with faults.away():
        told = client.get("/api/me")
        page = client.get("/participants/")
    assert told.status_code == page.status_code == 503
    assert told.json()["problems"][0]["code"] == "EQ905"
    assert "This page is not available now" in page.content.decode()


def test_a_secret_and_another_sites_words_are_not_sent_back(
    people: dict[str, User],
) -> None:
    client = seat(people["investigator"])
    with faults.away():
        page = client.post("/participants/P0001/unblind/", {"password": "hunter22"})
    assert page.status_code == 503
    assert b"hunter22" not in page.content
    strict = Client(raise_request_exception=False, enforce_csrf_checks=True)
    strict.cookies["sessionid"] = client.cookies["sessionid"].value
    with faults.away():
        page = strict.post("/participants/P0001/forms/relapse-plan/", PLAN)
    assert page.status_code == 503
    assert b"ward" not in page.content


def test_a_stale_connection_is_replaced_before_anybody_notices(
    people: dict[str, User],
) -> None:
    client, connection = seat(people["coordinator"]), connections["default"]
    connection.close()
    before = dict(connection.settings_dict)
    connection.settings_dict.update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)
    assert client.get("/participants/").status_code == 200
    if faults.vendor() == "postgresql":
        faults.cut()
    close_old_connections()
    assert client.get("/participants/").status_code == 200
    connection.settings_dict.update(before)
    connection.close()


def test_other_errors_are_no_outage() -> None:
    for error in (ValueError("x"), OSError(2, "No such file"), None):
        assert outage_of(error) is None


def test_a_randomization_goes_on_where_the_vault_was_cut_off(
    study: Protocol, people: dict[str, User], key: Path, tmp_path: Path
) -> None:
    actor = actor_of(people["coordinator"], at=NOW)
    with faults.away("vault"), pytest.raises(OperationalError) as met:
        randomize(eligible(), key=key, anchors=tmp_path, actor=actor, at=NOW)
    assert outage_of(met.value) is AWAY
