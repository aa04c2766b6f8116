"""Somebody who does not exist, and somebody who does, once the list is sealed."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from equipoise.conduct.access.actor import Actor, actor_of
from equipoise.conduct.access.models import Membership, Proposal
from equipoise.conduct.access.rights import leads_to_arms
from equipoise.conduct.access.role_grants import GRANTABLE
from equipoise.conduct.allocation.services import assignment, concealed_list
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.audit.verify import verify
from equipoise.protocol.model import Protocol
from tests.conduct.abuse.addresses import ask
from tests.conduct.conftest import NOW, PASSWORD, ROLES
from tests.conduct.pages.conftest import Clock
from tests.conduct.pharmacy.treated import randomized
from tests.conduct.tampering import sql

LEADING = [role for role in GRANTABLE if leads_to_arms(role)]
OWN = "a horse that nobody else knows"
UNBLIND = "/participants/P0001/unblind/"
POSTS = {
    UNBLIND: {"reason": "seizure", "password": OWN},
    "/export/unblinded/": {"format": "csv", "reason": "x", "password": OWN},
    "/pharmacy/P0001/infusion-1/": {"concentration": "50", "total_ml": "50"},
    "/api/lock": {},
    "/list/": {"places": "9", "vouch": "1"},
    "/people/rater/grant/": {"role": "investigator", "site": "north"},
    "/resets/1/": {"password": OWN},
    "/proposals/1/confirm/": {"password": OWN},
    "/proposals/1/refuse/": {"reason": "x"},
    "/proposals/1/withdraw/": {},
}
PAGES = (UNBLIND, "/export/", "/pharmacy/", "/pharmacy/P0001/infusion-1/", "/audit/",
         "/participants/P0001/", "/people/", "/resets/")  # fmt: skip


@pytest.fixture(autouse=True)
def fresh(people: dict[str, User]) -> None:
    cache.clear()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def invited(admin: Client, name: str, role: str, site: str = "north") -> str:
    """The link that the administrator gets, with the role given."""
    given = {"username": name, "full_name": name.title()}
    page = admin.post("/people/invite/", given).content.decode()
    admin.post(f"/people/{name}/grant/", {"role": role, "site": site, "reason": "new"})
    found = re.search(r"/join/[^\"]+", page)
    assert found
    return found[0]


def joined(link: str, name: str) -> Client:
    """Whoever has the link comes in."""
    client = Client()
    assert client.post(link, {"password": OWN}).status_code == 302
    client.post("/accounts/login/", {"login": name, "password": OWN})
    assert client.get("/").status_code == 200
    return client


@pytest.mark.parametrize("role", LEADING)
def test_an_administrator_gains_nothing_by_somebody_who_does_not_exist(
    study: Protocol,
    people: dict[str, User],
    actor: Callable[[str], Actor],
    key: Path,
    clock: Clock,
    role: str,
) -> None:
    randomized(key, actor("coordinator"))
    drugs = {arm.label for arm in study.arms}
    admin = client_of(people["administrator"])
    nobody = joined(invited(admin, "nobody", role), "nobody")
    one = Proposal.objects.get()
    for days in (0, 13, 20):  # and waiting does not help
        clock.forward(days=days)
        nobody, admin = (
            client_of(User.objects.get(username=name))
            for name in ("nobody", "administrator")
        )
        for client in (nobody, admin):
            client.post(f"/proposals/{one.pk}/take/", {"code": ""})
            client.post(f"/proposals/{one.pk}/take/", {"code": "AAAA-AAAA"})
            page = client.post(f"/proposals/{one.pk}/confirm/", {"password": PASSWORD})
            assert page.status_code in (403, 409)
        nobody.post("/accounts/reauthenticate/", {"password": OWN})
        answers = [nobody.get(page) for page in PAGES]
        answers += [ask(nobody, "POST", page, sent) for page, sent in POSTS.items()]
        for answer in answers:
            assert answer.status_code in (403, 404), answer.request["PATH_INFO"]
            shown = answer.content.decode().replace(study.trial.title, "")
            assert not any(f"<strong>{drug}" in shown for drug in drugs)
        assert not actor_of(User.objects.get(username="nobody"), at=clock()).roles
    one.refresh_from_db()
    assert (one.confirmed_by, one.outcome) == ("", "")
    assert not Membership.objects.filter(user__username="nobody").exists()
    assert not Entry.objects.filter(act__in=("unblind", "take up role")).exists()
    assert len(assignment.given()) == 1
    assert not verify().findings


def test_nor_by_opening_the_link_of_somebody_who_does(people: dict[str, User]) -> None:
    """The second person confirms for a real person, whose account the giver has kept."""
    admin, second = (client_of(people[r]) for r in ("administrator", "statistician"))
    kept = joined(invited(admin, "ines", "investigator"), "ines")
    one = Proposal.objects.get()
    page = second.post(f"/proposals/{one.pk}/confirm/", {"password": PASSWORD})
    assert page.status_code == 200  # the code goes to Ines, who cannot log in
    for code in ("", "AAAA-AAAA", "BBBB-BBBB", "CCCC-CCCC", "DDDD-DDDD", "EEEE-EEEE"):
        page = kept.post(f"/proposals/{one.pk}/take/", {"code": code})
        assert page.status_code == 409
    one.refresh_from_db()
    assert one.outcome == "wrong codes"
    assert kept.get(UNBLIND).status_code == 403


def test_from_the_invitation_to_the_right_with_a_second_person(
    people: dict[str, User], actor: Callable[[str], Actor], key: Path
) -> None:
    randomized(key, actor("coordinator"))
    admin, second = (client_of(people[r]) for r in ("administrator", "statistician"))
    link = invited(admin, "ines", "investigator")
    one = Proposal.objects.get()
    told = admin.get("/people/ines/").content.decode()
    assert "is not active yet" in told
    assert "<b>investigator</b> or <b>statistician</b>" in " ".join(told.split())
    people_page = " ".join(admin.get("/people/").content.decode().split())
    assert "a second approver" in people_page
    assert "Ines as investigator" not in admin.get("/").content.decode()

    page = second.get("/").content.decode()
    assert "Ines as investigator" in page
    assert "No open tasks" not in page
    assert "<h2>Ines as investigator</h2>" in second.get("/resets/").content.decode()
    refused = second.post(f"/proposals/{one.pk}/confirm/", {"password": "wrong"})
    assert refused.status_code == 409
    assert "could not be verified" in refused.content.decode()
    shown = second.post(f"/proposals/{one.pk}/confirm/", {"password": PASSWORD})
    assert "no-store" in shown["Cache-Control"]
    code = re.search(r'value="([A-Z2-9]{4}-[A-Z2-9]{4})"', shown.content.decode())
    assert code
    assert "Ines as investigator" not in second.get("/").content.decode()
    assert "has a code for the user" in admin.get("/people/ines/").content.decode()

    ines = joined(link, "ines")
    assert "Enter the code from statistician" in ines.get("/").content.decode()
    assert ines.get(UNBLIND).status_code == 403
    wrong = ines.post(f"/proposals/{one.pk}/take/", {"code": "AAAA"})
    assert wrong.status_code == 409
    assert "Attempts left: 4" in wrong.content.decode()
    done = ines.post(
        f"/proposals/{one.pk}/take/", {"code": code[1].lower()}, follow=True
    )
    assert "The role investigator is active" in done.content.decode()
    assert ines.get(UNBLIND).status_code == 200
    sent = {"reason": "seizure", "password": OWN}
    assert ines.post(UNBLIND, sent).status_code == 200
    assert not verify().findings


def test_the_second_person_refuses_and_the_administrator_withdraws(
    people: dict[str, User],
) -> None:
    admin, second = (client_of(people[r]) for r in ("administrator", "investigator"))
    invited(admin, "ines", "investigator")
    one = Proposal.objects.get()
    assert second.post(f"/proposals/{one.pk}/refuse/", {}).status_code == 409
    done = second.post(
        f"/proposals/{one.pk}/refuse/", {"reason": "unknown"}, follow=True
    )
    assert "No open requests" in done.content.decode()
    assert (
        second.post(f"/proposals/{one.pk}/refuse/", {"reason": "x"}).status_code == 409
    )
    admin.post("/people/ines/grant/", {"role": "investigator", "site": "north"})
    two = Proposal.objects.latest("id")
    admin.post(f"/proposals/{two.pk}/withdraw/")
    assert admin.post(f"/proposals/{two.pk}/withdraw/").status_code == 403
    assert "Ines as" not in second.get("/").content.decode()
    assert "is not active yet" not in admin.get("/people/ines/").content.decode()
    assert list(Proposal.objects.values_list("outcome", flat=True)) == [
        "refused",
        "withdrawn",
    ]


@pytest.mark.parametrize(
    "role",
    [r for r in ROLES if r not in ("administrator", "investigator", "statistician")],
)
def test_others_neither_see_nor_judge(people: dict[str, User], role: str) -> None:
    invited(client_of(people["administrator"]), "ines", "pharmacist")
    client, one = client_of(people[role]), Proposal.objects.get()
    assert "Ines as" not in client.get("/").content.decode()
    for deed in ("confirm", "refuse", "withdraw"):
        sent = {"password": PASSWORD, "reason": "x"}
        assert client.post(f"/proposals/{one.pk}/{deed}/", sent).status_code == 403
    assert client.post(f"/proposals/{one.pk}/take/", {"code": "x"}).status_code == 404
    assert Proposal.objects.get().closed_at is None


def test_strangers_are_asked_to_log_in(people: dict[str, User]) -> None:
    for deed in ("confirm", "refuse", "withdraw", "take"):
        answer = Client().post(f"/proposals/1/{deed}/")
        assert "/accounts/login/" in answer["Location"]


def test_the_page_says_before_the_last_second_person_goes(
    people: dict[str, User],
) -> None:
    admin = client_of(people["administrator"])
    warned = "the only user who can confirm"
    assert warned not in admin.get("/people/statistician/").content.decode()
    Membership.objects.filter(user=people["investigator"]).update(until=NOW)
    assert warned in admin.get("/people/statistician/").content.decode()
    assert warned not in admin.get("/people/rater/").content.decode()
    assert warned not in admin.get("/people/administrator/").content.decode()
    Membership.objects.filter(user=people["statistician"]).update(until=NOW)
    sent = {"role": "statistician", "site": "*"}
    refused = admin.post("/people/statistician/grant/", sent)
    assert refused.status_code == 409
    assert "no user could confirm it" in refused.content.decode()


def test_who_seals_sees_and_vouches(
    people: dict[str, User], settings: object, tmp_path: Path
) -> None:
    settings.ANCHORS = tmp_path / "anchors"  # type: ignore[attr-defined]
    for table in ("sealed", "place", "turn"):
        sql(f"DELETE FROM allocation_{table}", alias="vault")  # noqa: S608
    sql("DELETE FROM audit_entry WHERE act = 'seal'")
    seals, admin = (client_of(people[r]) for r in ("statistician", "administrator"))
    page = seals.get("/list/").content.decode()
    assert "pharmacist (north)" in page
    assert "rater" not in page.split("<main", 1)[1]
    shown = re.search(r'name="shown" value="(\w{64})"', page)
    assert shown
    sent = {"places": "40", "shown": shown[1], "aware": "on"}
    assert seals.post("/list/", sent).status_code == 409  # not ticked
    joined(invited(admin, "late", "investigator"), "late")
    refused = seals.post("/list/", sent | {"vouch": "on"})
    assert refused.status_code == 409
    assert "the list has changed since" in refused.content.decode()
    assert concealed_list.commitment() is None
    again = re.search(
        r'name="shown" value="(\w+)"', seals.get("/list/").content.decode()
    )
    assert again
    sent = {"places": "40", "shown": again[1], "vouch": "on", "aware": "on"}
    assert seals.post("/list/", sent).status_code == 302
    for role in ("statistician", "administrator", "monitor"):
        page = client_of(people[role]).get("/list/").content.decode()
        assert "statistician sealed the list and confirmed" in page
        assert "late at north" in page
    assert (
        "late at north" not in client_of(people["rater"]).get("/list/").content.decode()
    )
