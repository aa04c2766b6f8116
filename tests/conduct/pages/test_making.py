"""A large export through HTTP: started, followed, saved once, by who may have it."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from equipoise.conduct.access import middleware
from equipoise.conduct.access.models import Membership
from equipoise.conduct.allocation.services import unblinding
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.export import export_job
from equipoise.conduct.pages import export as pages
from tests.conduct.conftest import PASSWORD
from tests.conduct.pages.conftest import Clock
from tests.conduct.screened import write
from tests.conduct.walking import browser, included

PAGE, START, FILE = "/export/", "/export/making/start/", "/export/making/file/"
ASKED = "/export/making/"


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever there is counts as large; it is made before the answer."""
    monkeypatch.setattr(export_job, "AT_ONCE", 0)
    monkeypatch.setattr(export_job, "aside", lambda deed: deed())
    monkeypatch.setattr(settings, "HOME", tmp_path)


@pytest.fixture
def client(people: dict[str, User]) -> Client:
    included(people)
    return browser(people["coordinator"])


def text(client: Client, path: str = PAGE, **headers: str) -> str:
    return client.get(path, headers=headers).content.decode()


def begin(client: Client, form: str = "csv") -> str:
    """Starts as the page does; its ticket."""
    shown = text(client)
    assert f'action="{START}"' in shown
    (ticket,) = set(re.findall(r'name="ticket" value="(\w+)"', shown))
    answer = client.post(START, {"format": form, "ticket": ticket})
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    return ticket


def save(client: Client, path: str = FILE) -> tuple[int, bytes]:
    """Status and content of what is handed out."""
    answer = client.post(path)
    content = b"".join(answer) if answer.streaming else answer.content
    return answer.status_code, content


def exported() -> int:
    return Entry.objects.filter(chain=STUDY, act="export").count()


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_the_file_is_that_of_a_plain_export(client: Client, form: str) -> None:
    begin(client, form)
    assert exported() == 1  # before anything is handed out
    assert "The file is ready" in text(client, ASKED)
    status, made = save(client)
    assert status == 200
    plain = client.post("/export/file/", {"format": form})
    assert made == b"".join(plain.streaming_content)  # type: ignore[attr-defined]
    assert client.post(FILE).status_code == 409
    assert "The file is ready" not in text(client)


def test_a_small_trial_gets_its_file_at_once(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_job, "AT_ONCE", 10_000)
    shown = text(client)
    assert 'action="/export/file/"' in shown
    assert START not in shown


def test_sent_twice_it_is_made_once(client: Client) -> None:
    ticket = begin(client)
    client.post(START, {"format": "csv", "ticket": ticket})
    assert exported() == 1


def test_the_page_asks_while_it_is_made(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    deeds: list[Callable[[], None]] = []
    monkeypatch.setattr(export_job, "aside", deeds.append)
    begin(client)
    shown = text(client)
    assert 'hx-trigger="every 2s"' in shown
    assert '"X-Background"' in shown
    assert '<b class="number">0</b> of 1 participants' in text(client, ASKED)
    assert client.post(FILE).status_code == 409
    deeds[0]()
    assert "every 2s" not in text(client, ASKED)


def test_a_file_that_is_ready_stays_on_the_page_until_it_is_saved(
    client: Client,
) -> None:
    begin(client)
    (asked,) = re.findall(r'hx-get="([^"]+)"', text(client))
    assert client.get(asked).status_code == 204
    assert "The file is no longer available" not in text(client, ASKED)
    save(client)
    assert "The file is no longer available" in text(client, asked)
    assert "The file is no longer available" not in text(client)


def test_polls_keep_no_session_alive(client: Client, clock: Clock) -> None:
    begin(client)
    before = client.session[middleware.LAST]
    clock.forward(minutes=5)
    assert "ready" in text(client, ASKED, **{"x-background": "yes"})
    assert client.session[middleware.LAST] == before
    clock.forward(minutes=settings.IDLE_MINUTES)
    answer = client.get(ASKED, headers={"x-background": "yes"})
    assert answer.status_code == 401
    assert "You are signed out" in answer.content.decode()
    assert client.post(FILE)["Location"].startswith("/accounts/login/")


def test_a_role_that_ended_gets_nothing(client: Client, clock: Clock) -> None:
    begin(client)
    Membership.objects.filter(role="coordinator").update(until=clock.now)
    clock.forward(minutes=2)
    for answer in (client.get(ASKED), client.post(FILE), client.get(PAGE)):
        assert answer.status_code == 403
    said = client.get(ASKED).content.decode()
    assert said.strip().startswith('<section class="card" id="making">')  # in its place
    assert "You may not export here" in said


def test_a_role_that_changed_gets_nothing(
    client: Client, people: dict[str, User]
) -> None:
    begin(client)
    mine = Membership.objects.get(role="coordinator")
    Membership.objects.create(
        user=people["coordinator"], role="monitor", site=mine.site, since=mine.since,
        granted_by="setup",
    )  # fmt: skip
    assert client.post(FILE).status_code == 409
    begin(client)
    assert save(client)[0] == 200


def test_it_is_nobody_elses(client: Client, people: dict[str, User]) -> None:
    begin(client)
    again, other = browser(people["coordinator"]), browser(people["monitor"])
    for one in (again, other):
        assert "ready" not in text(one, ASKED)
        assert one.post(FILE).status_code == 409
    assert save(client)[0] == 200


def test_who_waits_in_another_session_is_told(
    client: Client, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_job, "aside", lambda deed: None)
    begin(client)
    answer = browser(people["coordinator"]).post(START, {"format": "csv"}, follow=True)
    assert "in another session" in answer.content.decode()
    assert exported() == 1


def test_what_went_wrong_is_said(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("equipoise.conduct.export.services.write", full)
        begin(client)
    shown = text(client)
    assert "The file was not made: the disk of the server is full" in shown
    begin(client)
    assert "The file is ready" in text(client)


def test_a_format_that_is_none_starts_nothing(client: Client) -> None:
    assert client.post(START, {"format": "arm"}).status_code == 409
    assert exported() == 0


@pytest.mark.parametrize("role", ["rater", "pharmacist", "infusion team"])
def test_who_may_not_export_starts_nothing(
    client: Client, people: dict[str, User], role: str
) -> None:
    one = browser(people[role])
    for answer in (one.post(START, {"format": "csv"}), one.get(ASKED), one.post(FILE)):
        assert answer.status_code == 403
    assert exported() == 0


WITH_ARMS = "/export/unblinded/start/", "/export/unblinded/made/"


def test_the_unblinded_file_asks_for_the_password_each_time(
    client: Client, people: dict[str, User]
) -> None:
    one = browser(people["statistician"])
    for path in WITH_ARMS:
        answer = one.post(path, {"reason": "final analysis", "format": "csv"})
        assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert exported() == 0
    assert unblinding.shown() == []


def test_the_unblinded_file(
    client: Client, people: dict[str, User], clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    one = browser(people["statistician"])
    start, saved = WITH_ARMS
    said = {"reason": "final analysis", "format": "csv"}

    def confirmed(path: str, sent: dict[str, str]) -> int:
        """As somebody does it: asked for the password, and sent on to what was asked."""
        answer = one.post(path, sent)
        clock.forward(minutes=2)
        if answer.status_code == 302 and "reauthenticate" in answer["Location"]:
            answer = one.post(answer["Location"], {"password": PASSWORD})
        if answer.streaming:
            assert b"".join(answer).startswith(b"PK")
        return answer.status_code

    assert confirmed(start, said) == 409  # not unblinded yet
    write(STUDY, [Fact("unblind", value="all")])
    assert 'action="/export/unblinded/start/"' in text(one)
    assert confirmed(start, said) == 302
    shown = text(one)
    assert "The file is ready, with the allocation" in shown
    assert f'action="{saved}"' in shown
    assert one.post(FILE).status_code == 409  # not without the password
    assert "The file is ready" in text(one)
    assert confirmed(saved, {}) == 200
    assert Entry.objects.filter(chain=STUDY, act="unblind").count() == 1


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_beside_the_requests(
    people: dict[str, User],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """In a thread of its own, as it is served."""
    monkeypatch.undo()
    monkeypatch.setattr(export_job, "AT_ONCE", 0)
    home = request.getfixturevalue("tmp_path")
    monkeypatch.setattr(settings, "HOME", home)
    included(people)
    client = browser(people["coordinator"])
    assert client.post(START, {"format": "csv"}).status_code == 302
    for _ in range(200):
        shown = text(client, ASKED)
        if "Export in progress" not in shown:
            break
        time.sleep(0.05)
    assert "The file is ready" in shown
    assert save(client)[0] == 200


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_in_a_browser_the_page_follows_by_itself(
    people: dict[str, User], seat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the click to the file, without a reload; and no poll counts as a use."""
    included(people)
    deeds: list[Callable[[], None]] = []
    monkeypatch.setattr(export_job, "aside", deeds.append)
    page = seat(people["coordinator"]).open(PAGE)
    page.click("button[value=csv]")
    with page.expect_request(f"**{ASKED}") as asked:
        page.wait_for_selector("progress[max='1']")
    assert asked.value.headers["x-background"] == "yes"
    deeds[0]()
    page.wait_for_selector("text=The file is ready")
    with page.expect_download() as saved:
        page.dblclick("text=Save the file")
    assert saved.value.suggested_filename.endswith(".csv.zip")
    page.wait_for_selector("text=The file is no longer available")
    assert urlsplit(page.url).path == PAGE


def test_the_folder_is_that_of_the_trial(tmp_path: Path) -> None:
    assert pages._folder() == tmp_path / "exports"
