"""The pages of the administrator."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from equipoise.conduct.access.actor import actor_of
from equipoise.conduct.access.models import Membership
from tests.conduct.conftest import ROLES

PAGES = ("/people/", "/people/rater/")
DEEDS = ("invite/", "rater/grant/", "rater/end/1/", "rater/reset/", "rater/close/")


@pytest.fixture
def client(people: dict[str, User]) -> Client:
    made = Client()
    made.force_login(people["administrator"])
    return made


def test_what_will_be_missing_is_told_until_the_list_is_sealed(
    client: Client, request: pytest.FixtureRequest
) -> None:
    assert "missing after sealing" not in client.get("/people/").content.decode()
    request.getfixturevalue("before_sealing")
    page = client.get("/people/").content.decode()
    assert "Approvers missing after sealing" in page
    assert "South Hospital has no active pharmacist" in page


def test_from_invitation_to_role_and_back(client: Client) -> None:
    given = {"username": "ann", "full_name": "Ann B", "email": ""}
    page = client.post("/people/invite/", given)
    assert "/join/" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    given = {"role": "rater", "site": "north", "reason": "new"}
    assert client.post("/people/ann/grant/", given)["Location"] == "/people/ann/"
    user = User.objects.get(username="ann")
    assert set(actor_of(user, at=timezone.now()).roles) == {"rater"}
    assert "rater (North Hospital)" in client.get("/people/").content.decode()
    key = Membership.objects.get(user=user).pk
    client.post(f"/people/ann/end/{key}/", {})
    assert not actor_of(user, at=timezone.now()).roles
    assert "Ended: rater" in " ".join(
        client.get("/people/ann/").content.decode().split()
    )
    assert (
        "/join/" in client.post("/people/ann/reset/", {"reason": "x"}).content.decode()
    )
    client.post("/people/ann/close/", {"reason": "left"})
    assert "closed" in client.get("/people/ann/").content.decode()


@pytest.mark.parametrize(
    ("address", "given"),
    [
        ("administrator/grant/", {"role": "pharmacist", "site": "north"}),
        ("rater/grant/", {"role": "pharmacist", "site": "north"}),
        ("rater/grant/", {"role": "participant", "site": "north"}),
        ("rater/grant/", {}),
        ("rater/reset/", {"reason": ""}),
        ("administrator/reset/", {"reason": "x"}),
        ("administrator/close/", {"reason": "x"}),
        ("invite/", {"username": "rater", "full_name": "Again"}),
        ("invite/", {"username": "<script>alert(1)</script>", "full_name": "<b>"}),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(
    client: Client, address: str, given: dict[str, str]
) -> None:
    before = list(Membership.objects.values()), User.objects.count()
    page = client.post(f"/people/{address}", given)
    assert page.status_code == 409
    assert 'role="alert"' in page.content.decode()
    assert "<script>alert" not in page.content.decode()
    assert (list(Membership.objects.values()), User.objects.count()) == before


@pytest.mark.parametrize("role", [r for r in ROLES if r != "administrator"])
def test_nobody_else_opens_them(people: dict[str, User], role: str) -> None:
    client = Client()
    client.force_login(people[role])
    for page in PAGES:
        assert client.get(page).status_code == 403
    for deed in DEEDS:
        given = {"role": "administrator", "site": "*", "reason": "x", "username": "x"}
        assert client.post(f"/people/{deed}", given).status_code == 403


def test_strangers_are_asked_to_log_in(people: dict[str, User]) -> None:
    for page in PAGES:
        assert "/accounts/login/" in Client().get(page)["Location"]
    for deed in DEEDS:
        assert "/accounts/login/" in Client().post(f"/people/{deed}")["Location"]


def test_fields_that_nobody_asked_for_are_not_taken(client: Client) -> None:
    given = {
        "username": "ann",
        "full_name": "Ann",
        "is_superuser": "1",
        "is_staff": "1",
        "password": "x",
        "role": "administrator",
    }
    client.post("/people/invite/", given)
    user = User.objects.get(username="ann")
    assert not user.is_superuser
    assert not user.is_staff
    assert not user.has_usable_password()
    assert not Membership.objects.filter(user=user).exists()
