"""Emergency unblinding in the browser: the answer to one post, and nowhere else."""

from collections.abc import Callable
from time import perf_counter

import pytest
from django.contrib.auth.models import User
from django.test import Client

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.models import Entry
from equipoise.protocol.model import Protocol
from equipoise.randomize.methods import allocation_sequence
from tests.conduct.conftest import PASSWORD
from tests.conduct.pharmacy.treated import randomized

PAGE = "/participants/P0001/unblind/"


@pytest.fixture
def label(
    study: Protocol, people: dict[str, User], key, actor: Callable[[str], Actor]
) -> str:
    randomized(key, actor("coordinator"))
    return study.arm(allocation_sequence(study, 1, seed=7)[0]).label


def log_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_reason_and_the_password_show_the_arm_once(
    label: str, people: dict[str, User]
) -> None:
    client, begun = log_in(people["investigator"]), perf_counter()
    assert f"<strong>{label}</strong>" not in client.get(PAGE).content.decode()
    shown = client.post(PAGE, {"reason": "seizure", "password": PASSWORD})
    assert perf_counter() - begun < 60
    assert f"<strong>{label}</strong>" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert f"<strong>{label}</strong>" not in client.get(PAGE).content.decode()
    assert Entry.objects.get(act="unblind").reason == "seizure"


@pytest.mark.parametrize(
    "said",
    [{"reason": "seizure"}, {"reason": "seizure", "password": "wrong"},
     {"reason": "", "password": PASSWORD}, {"reason": "x", "password": PASSWORD}],
)  # fmt: skip
def test_nothing_is_shown_without_both(
    label: str, people: dict[str, User], said: dict[str, str]
) -> None:
    answer = log_in(people["investigator"]).post(PAGE, said)
    assert answer.status_code == 409
    assert label not in answer.content.decode().replace("Ketamine for chronic PTSD", "")
    assert not Entry.objects.filter(act="unblind").exists()


def test_a_password_cannot_be_guessed_here(label: str, people: dict[str, User]) -> None:
    client = log_in(people["investigator"])
    for _ in range(12):
        client.post(PAGE, {"reason": "x", "password": "guess"})
    answer = client.post(PAGE, {"reason": "x", "password": PASSWORD})
    assert answer.status_code in (409, 429)
    assert not Entry.objects.filter(act="unblind").exists()


@pytest.mark.parametrize(
    "role", ["administrator", "coordinator", "rater", "infusion team", "pharmacist",
             "statistician", "monitor"],
)  # fmt: skip
def test_nobody_else_unblinds(label: str, people: dict[str, User], role: str) -> None:
    client = log_in(people[role])
    for answer in (
        client.get(PAGE),
        client.post(PAGE, {"reason": "x", "password": PASSWORD}),
    ):
        assert answer.status_code == 403
        assert f"<strong>{label}</strong>" not in answer.content.decode()
    assert not Entry.objects.filter(act="unblind").exists()


def test_the_participants_page_says_by_whom_and_why_and_never_the_arm(
    label: str, people: dict[str, User]
) -> None:
    """For those who read forms; who rates learns neither that it happened nor why."""
    doctor = people["investigator"]
    doctor.first_name, doctor.last_name = "Ines", "Investigator"
    doctor.save()
    said = {"reason": "status epilepticus", "password": PASSWORD}
    log_in(doctor).post(PAGE, said)
    for role in ("coordinator", "investigator", "monitor", "rater"):
        page = log_in(people[role]).get("/participants/P0001/").content.decode()
        shown = page.replace("Ketamine for chronic PTSD", "")
        assert label not in shown, role
        reads = role != "rater"
        assert ("by Ines Investigator: status epilepticus" in page) == reads, role
        assert ("<b>Unblinded</b>" in page) == reads, role
