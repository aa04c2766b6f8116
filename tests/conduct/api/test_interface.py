"""The interface: rights of the person, the same answer for what is not theirs."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from equipoise.conduct.access.models import Membership
from equipoise.conduct.api.tokens import issue
from equipoise.conduct.study.models import ConsentVersion, Site
from equipoise.protocol.model import Protocol

CONSENT = {"version": "1.0", "signed_at": "2027-01-04T09:00", "copy": "yes"}


def at(people: dict[str, User], role: str) -> Client:
    """A program with the token of a role."""
    _, text = issue(people[role], "test", days=1, at=timezone.now())
    return Client(headers={"authorization": f"Bearer {text}"})


def post(client: Client, path: str, content: Any) -> HttpResponse:
    return client.post(path, json.dumps(content), content_type="application/json")  # type: ignore[return-value]


@pytest.fixture
def now_members(people: dict[str, User]) -> dict[str, User]:
    """Roles that hold already, whatever the clock says."""
    yesterday = timezone.now() - timedelta(days=1)
    Membership.objects.update(since=yesterday)
    ConsentVersion.objects.update(valid_from=yesterday.date())
    return people


@pytest.fixture
def screened(now_members: dict[str, User]) -> dict[str, User]:
    """P0001 is in screening, and has consented."""
    made = post(at(now_members, "coordinator"), "/api/participants", {"site": "north"})
    assert made.status_code == 201
    form = "/api/participants/P0001/forms/consent"
    content = {"values": CONSENT, "seen": 9, "complete": True}
    assert post(at(now_members, "investigator"), form, content).status_code == 200
    return now_members


def test_nobody_without_a_token(study: Protocol) -> None:
    assert Client().get("/api/participants").status_code == 401
    wrong = Client(headers={"authorization": "Bearer eqp_wrong"})
    assert wrong.get("/api/participants").status_code == 401


def test_a_token_carries_the_rights_of_now(now_members: dict[str, User]) -> None:
    client = at(now_members, "rater")
    assert client.get("/api/me").json()["roles"] == {"rater": ["north"]}
    refused = post(client, "/api/participants", {"site": "north"})
    assert refused.status_code == 403
    assert refused.json()["problems"][0]["code"] == "EQ911"
    Membership.objects.filter(role="rater").update(until=timezone.now())
    assert client.get("/api/me").json()["roles"] == {}


def test_a_form_is_read_saved_and_read(screened: dict[str, User]) -> None:
    coordinator = at(screened, "coordinator")
    path = "/api/participants/P0001/forms/characteristics"
    form = coordinator.get(path).json()
    assert [f["name"] for f in form["fields"]][:2] == ["age", "sex"]
    saved = post(coordinator, path, {"values": {"age": "40"}, "seen": form["seen"]})
    assert saved.json()["changed"] == ["age"]
    assert coordinator.get(path).json()["values"] == {"age": "40"}
    wrong = post(coordinator, path, {"values": {"age": "400"}, "seen": 99})
    assert wrong.status_code == 422
    assert wrong.json()["errors"] == {"age": "enter at most 120 years"}


def test_a_rater_sees_no_infusion(screened: dict[str, User]) -> None:
    rater = at(screened, "rater")
    base = "/api/participants/P0001/forms"
    assert rater.get(f"{base}/infusion?visit=infusion-1").status_code == 403
    assert rater.get(f"{base}/vitals?visit=infusion-1&minute=-30").status_code == 403
    listed = {form["form"] for form in rater.get(base).json()}
    assert "instrument:caps5" in listed
    assert not {"infusion", "vitals", "instrument:cadss"} & listed


def test_another_site_and_nobody_are_the_same(screened: dict[str, User]) -> None:
    user = User.objects.create_user("far")
    Membership.objects.create(
        user=user,
        role="coordinator",
        site=Site.objects.get(code="south"),
        since=timezone.now() - timedelta(days=1),
        granted_by="setup",
    )
    far = at({"coordinator": user}, "coordinator")
    for rest in ("", "/forms", "/forms/consent"):
        there = far.get(f"/api/participants/P0001{rest}")
        nowhere = far.get(f"/api/participants/P9999{rest}")
        assert there.status_code == nowhere.status_code == 403
        assert there.content == nowhere.content
    assert far.get("/api/participants").json() == []


def test_randomizing_tells_a_kit_and_nothing_else(screened: dict[str, User]) -> None:
    refused = post(at(screened, "coordinator"), "/api/participants/P0001/randomize", {})
    assert refused.status_code == 409
    assert "ketamine" not in refused.content.decode().lower()


def test_an_export_is_blinded(screened: dict[str, User]) -> None:
    answer = at(screened, "monitor").get("/api/export?format=csv")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert content.startswith(b"PK")
    assert at(screened, "rater").get("/api/export").status_code == 403
    assert at(screened, "monitor").get("/api/export?format=arm").status_code == 422


def test_a_token_does_not_unblind(screened: dict[str, User]) -> None:
    client = at(screened, "statistician")
    answer = post(client, "/api/unblinded-export", {"reason": "curious"})
    assert answer.status_code == 401


def test_a_session_unblinds_only_with_the_password(screened: dict[str, User]) -> None:
    client = Client()
    client.force_login(
        screened["statistician"],
        backend="equipoise.conduct.access.sessions.Accounts",
    )
    answer = post(client, "/api/unblinded-export", {"reason": "curious"})
    assert answer.status_code == 403
    assert answer.json()["problems"][0]["code"] == "EQ966"


def test_a_session_needs_the_csrf_token(screened: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        screened["coordinator"],
        backend="equipoise.conduct.access.sessions.Accounts",
    )
    assert post(client, "/api/participants", {"site": "north"}).status_code == 403


def test_the_description_is_there(study: Protocol) -> None:
    described = Client().get("/api/openapi.json").json()
    assert "/api/participants/{identifier}/forms/{form}" in described["paths"]
