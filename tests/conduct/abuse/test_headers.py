"""What every answer says to the browser, and where nobody is led."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.conduct.abuse.addresses import CASES, address, ask, parts
from tests.conduct.abuse.test_addresses import content
from tests.conduct.abuse.world import World, undone
from tests.conduct.conftest import PASSWORD
from tests.conduct.walking import browser

LOGIN = "/accounts/login/"
OPEN = {"health", "api:openapi-json"}  # the same for everybody
ELSEWHERE = (
    "https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example",
    "\\\\elsewhere.example", "http:elsewhere.example", "javascript:alert(1)",
    "/%0d%0aLocation:https://elsewhere.example", "https:elsewhere.example",
    "///elsewhere.example", "\thttps://elsewhere.example", "//localhost@elsewhere.example",
)  # fmt: skip


def test_every_answer_tells_the_browser_to_be_careful(world: World) -> None:
    """Pages, refusals, redirects, files and JSON alike; what is shown is never kept."""
    wrong = []
    roles = ("administrator", "coordinator", "pharmacist", "rater", "participant")
    askers = {role: browser(world.people["north"][role]) for role in roles}
    for role, client in (*askers.items(), ("stranger", Client())):
        for name, case in CASES.items():
            for verb in ("GET", case.method):
                with undone():
                    path = address(name, parts(world, "north"))
                    answer = ask(client, verb, path, case.sent)
                    content(answer)
                told, where = answer.headers, f"{role} {verb} {path}"
                policy = told.get("Content-Security-Policy", "")
                expected = {
                    "X-Content-Type-Options": "nosniff",
                    "X-Frame-Options": "DENY",
                    "Referrer-Policy": "same-origin",
                    "Cross-Origin-Opener-Policy": "same-origin",
                }
                lacking = [n for n, v in expected.items() if told.get(n) != v]
                if lacking:
                    wrong.append(f"{where}: {', '.join(lacking)}")
                if "unsafe" in policy or not all(
                    part in policy
                    for part in ("default-src 'none'", "frame-ancestors 'none'",
                                 "base-uri 'none'", "form-action 'self'")
                ):  # fmt: skip
                    wrong.append(f"{where}: policy {policy!r}")
                if "no-store" not in told.get("Cache-Control", "") and name not in OPEN:
                    wrong.append(f"{where}: can be kept")
                text = told.get("Content-Type", "text/html")
                if text.startswith("text/html") and b"<script>" in b"".join(answer):
                    wrong.append(f"{where}: script in the page")
    assert not wrong, "\n".join(sorted(set(wrong)))


def test_accounts_pages_are_never_kept(world: World) -> None:
    client = browser(world.people["north"]["coordinator"])
    for path in (LOGIN, "/accounts/2fa/", "/accounts/password/change/", "/nowhere/"):
        answer = client.get(path)
        assert "no-store" in answer.headers.get("Cache-Control", ""), path
        assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ELSEWHERE)
def test_nobody_is_led_elsewhere(world: World, path: str) -> None:
    data = {"login": "coordinator", "password": PASSWORD}
    for way in ({"QUERY_STRING": f"next={path}"}, {}):
        client = Client()
        sent = data if way else data | {"next": path}
        answer = client.post(LOGIN, sent, **way)
        assert answer.status_code == 302
        assert re.fullmatch(
            r"/(?![/\\\\])[!-~]*", answer["Location"]
        )  # of this machine
        client.post("/accounts/logout/", sent | {"next": path})
        again = browser(world.people["north"]["coordinator"])
        confirmed = again.post("/accounts/reauthenticate/", data | {"next": path})
        location = confirmed.headers.get("Location", "/")
        assert re.fullmatch(r"/(?![/\\])[!-~]*", location)


@pytest.mark.parametrize(
    "host",
    ["elsewhere.example", "localhost.elsewhere.example", "localhost:80@e.example", ""],
)
def test_another_host_is_refused(world: World, host: str) -> None:
    client = browser(world.people["north"]["coordinator"])
    for path in ("/", "/api/me", LOGIN, "/participants/P0001/"):
        answer = client.get(path, headers={"host": host})
        assert answer.status_code == 400, path
        assert b"elsewhere" not in answer.content
    forwarded = client.get("/", headers={"x-forwarded-host": "elsewhere.example"})
    assert b"elsewhere" not in forwarded.content


def test_an_invitation_names_the_own_host_alone(world: World) -> None:
    client = browser(world.people["north"]["administrator"])
    sent = {"username": "newcomer", "full_name": "New"}
    page = client.post(
        "/people/invite/", sent, headers={"x-forwarded-host": "e.example"}
    )
    assert b"e.example" not in page.content
    assert b"http://testserver/join/" in page.content


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "x" * 5000, "\u202e", "'\"--;"])
def test_odd_texts_are_refused_and_never_an_error(world: World, text: str) -> None:
    """NUL is no text for PostgreSQL; names of thousands of letters are no names."""
    wrong = []
    coordinator = browser(world.people["north"]["coordinator"])
    admin = browser(world.people["north"]["administrator"])
    pharmacist = browser(world.people["north"]["pharmacist"])
    tries = [
        (Client(), "POST", LOGIN, {"login": text, "password": text}),
        (admin, "POST", "/people/invite/",
         {"username": text, "full_name": text, "email": text}),
        (admin, "POST", "/people/monitor/grant/",
         {"role": text, "site": text, "reason": text}),
        (admin, "POST", "/people/monitor/close/", {"reason": text}),
        (coordinator, "POST", "/participants/", {"site": text}),
        (coordinator, "GET", "/participants/", {"q": text}),
        (coordinator, "POST", "/participants/P0001/day0/", {"day0": text}),
        (coordinator, "POST", "/participants/P0001/forms/event%231/",
         {"term": text, "reason": text, "seen": text}),
        (coordinator, "POST", "/participants/P0001/forms/event%231/field/",
         {"field": text, text: text}),
        (coordinator, "POST", "/export/tokens/", {"label": text, "days": text}),
        (coordinator, "POST", "/export/file/", {"format": text}),
        (coordinator, "GET", "/participants/P0001/forms/visit/",
         {"visit": text, "minute": text}),
        (coordinator, "GET", "/audit/P0001/", {"page": text}),
        (pharmacist, "GET", "/pharmacy/record/", {"page": text}),
        (pharmacist, "POST", f"/syringes/{world.syringes['north']}/move/",
         {"kind": text, "reason": text}),
        (pharmacist, "POST", "/pharmacy/stock/",
         {"site": "north", "drug": "ketamine", "strength": "50", "lot": text,
          "expiry": "2027-12-31", "vials": "1", "supplier": text, "note": text}),
        (pharmacist, "POST", "/pharmacy/stock/",
         dict.fromkeys(("site", "drug", "strength", "expiry", "vials"), text)),
        (pharmacist, "POST", f"/pharmacy/stock/{world.lots['north']}/",
         dict.fromkeys(("kind", "vials", "reason", "seen"), text)),
    ]  # fmt: skip
    for client, verb, path, sent in tries:
        with undone():
            answer = (
                client.get(path, sent) if verb == "GET" else client.post(path, sent)
            )
        if answer.status_code >= 500:
            wrong.append(f"{path}: {answer.status_code}")
    from urllib.parse import quote

    for path in ("/participants/{}/", "/participants/P0001/forms/{}/", "/people/{}/",
                 "/participants/P0001/infusion/{}/", "/join/{}/{}/", "/syringes/{}/",
                 "/audit/{}/", "/api/participants/{}", "/api/participants/P0001/forms/{}",
                 "/participants/P0001/infusion/infusion-1/do/{}/"):  # fmt: skip
        for client in (coordinator, admin):
            filled = path.replace("{}", quote(text, safe=""))
            for verb in ("GET", "POST"):
                with undone():
                    answer = ask(client, verb, filled)
                if answer.status_code >= 500:
                    wrong.append(f"{filled}: {answer.status_code}")
    assert not wrong, "\n".join(one[:150] for one in wrong)
