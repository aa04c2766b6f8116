"""Every change: not from another page, not with fields that nobody asked for."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import models
from django.test import Client

from equipoise.conduct.access.models import Membership
from equipoise.conduct.audit.actions import AFTER_UNBLINDING
from equipoise.conduct.audit.models import REGISTER, Entry
from equipoise.conduct.capture.models import Participant
from tests.conduct.abuse.addresses import (
    CASES,
    OWN,
    address,
    ask,
    parts,
    patterns,
)
from tests.conduct.abuse.test_addresses import content, may
from tests.conduct.abuse.world import World, undone
from tests.conduct.ended import unblinded
from tests.conduct.walking import BACKEND, browser

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
SMUGGLED = "smuggled-in"
NAMES = """actor at site role arm kit user user_id username participant identifier status
    place seq hash act form visit minute item value protocol is_superuser is_staff
    is_active until since granted_by filled_by checked_by agrees label digest first_name
    email groups created_at by due"""
EXTRA = dict.fromkeys(NAMES.split(), SMUGGLED)
FREE = {  # texts that a person is to write there, whatever they say
    "invite": {"username", "email"},
    "export-token": {"label"},
    "api:list_tokens": {"label"},
    "screening": {"site"}, "api:list_participants": {"site"},
    "grant": {"role", "site"},
}  # fmt: skip


def deeds() -> list[str]:
    return [name for name, case in CASES.items() if case.post is not None]


def doer(world: World, name: str) -> User:
    """Somebody at the site who may do it."""
    needed = CASES[name].post
    assert needed is not None
    return next(
        user for role, user in world.people["north"].items()
        if role != "participant" and may(role, needed)
    )  # fmt: skip


def stored() -> set[str]:
    """Every text of every table of both databases."""
    found: set[str] = set()
    kinds = (models.CharField, models.TextField)
    for model in apps.get_models():
        if model._meta.app_label in ("sessions", "axes"):
            continue
        names = [f.name for f in model._meta.fields if isinstance(f, kinds)]
        rows = model._default_manager.using(_database(model)).values_list(*names)
        if names:
            found |= {str(value) for row in rows for value in row}
    return found


def _database(model: type[models.Model]) -> str:
    return "vault" if model._meta.app_label == "allocation" else "default"


def test_a_request_from_another_page_changes_nothing(world: World) -> None:
    """Every address in every unsafe verb, ours and those of the account."""
    wrong, before = [], Entry.objects.count()
    client = Client(enforce_csrf_checks=True)
    paths = [p for p, _ in patterns() if p.startswith(OWN) and "<" not in p]
    own = ["/" + path for path in paths if "^" not in path]
    for name, case in CASES.items():
        role = "administrator" if case.post is None else ""
        user = world.people["north"][role] if role else doer(world, name)
        client.force_login(user, backend=BACKEND)
        for verb in UNSAFE:
            path = address(name, parts(world, "north"))
            status = ask(client, verb, path, case.sent).status_code
            # The treatment is told in an open trial only: here is no such address.
            expected = (404,) if name == "treatment" else (403, 405)
            if status not in expected and name != "health":
                wrong.append(f"{verb} {path}: {status}")
    for path in own:
        for verb in UNSAFE:
            status = ask(client, verb, path).status_code
            if status not in (403, 404, 405):
                wrong.append(f"{verb} {path}: {status}")
    assert not wrong, "\n".join(wrong)
    assert len(own) > 15
    assert Entry.objects.count() == before


KEPT = ("capture", "study", "allocation")  # apps of the data


def data() -> dict[str, list[dict[str, Any]]]:
    """Every row of the data; openings of arms are reading, and recorded."""
    return {
        model.__name__: list(model._default_manager.using(_database(model)).values())
        for model in apps.get_models()
        if model._meta.app_label in KEPT and model.__name__ not in ("Opening", "Turn")
    }


def test_after_unblinding_no_address_changes_anything_but_accounts(
    world: World,
) -> None:
    """Each POST by who could before; what is left are log-ins, exports and reading."""
    with undone():
        unblinded(lambda role: world.actor("north", role))
        before, last = data(), max(Entry.objects.values_list("pk", flat=True))
        wrong, tried = [], 0
        for name in deeds():
            with undone():
                path = address(name, parts(world, "north"))
                client = browser(doer(world, name))
                content(ask(client, CASES[name].method, path, CASES[name].sent))
                acts = Entry.objects.filter(pk__gt=last).values_list("act", flat=True)
                wrong += [f"{path}: {a}" for a in acts if a not in AFTER_UNBLINDING]
                wrong += [f"{path}: rows"] if data() != before else []
                tried += 1
        assert not wrong, "\n".join(wrong)
        assert tried > 30


def test_fields_that_nobody_asked_for_are_never_stored(world: World) -> None:
    wrong = []
    for name in deeds():
        case, user = CASES[name], doer(world, name)
        extra = {k: v for k, v in EXTRA.items() if k not in FREE.get(name, ())}
        with undone():
            path = address(name, parts(world, "north"))
            last = max(Entry.objects.values_list("pk", flat=True))
            sent: dict[str, Any] = extra | case.sent
            answer = ask(browser(user), case.method, path, sent)
            content(answer)
            if answer.status_code >= 500 or answer.status_code == 403:
                wrong.append(f"{path}: {answer.status_code}")
            if any(SMUGGLED in text for text in stored()):
                wrong.append(f"{path}: stored what was smuggled in")
            for entry in Entry.objects.filter(pk__gt=last):
                by = "register" if entry.chain == REGISTER else user.username
                if entry.actor != by or entry.at.year != 2027:
                    wrong.append(f"{path}: written by {entry.actor} at {entry.at}")
            if User.objects.filter(is_superuser=True).exists():
                wrong.append(f"{path}: made a superuser")
            if set(Participant.objects.values_list("status", flat=True)) - {
                "randomized", "screening"
            }:  # fmt: skip
                wrong.append(f"{path}: changed how far a participant is")
            if Membership.objects.filter(role="administrator").count() != 1:
                wrong.append(f"{path}: made an administrator")
    assert not wrong, "\n".join(wrong)


def test_right_posts_are_right(world: World) -> None:
    """What the tests above send is what the application takes: else they prove little."""
    refused = {}
    for name in deeds():
        with undone():
            path = address(name, parts(world, "north"))
            answer = ask(browser(doer(world, name)), CASES[name].method, path,
                         CASES[name].sent)  # fmt: skip
            content(answer)
            if answer.status_code >= 400:
                refused[name] = answer.status_code
    assert refused == {
        "api:drop_token": 404,  # no such token
        "attach": 409,  # without a file: capture/test_attachments
        "further": 409,  # an event is no form of the protocol
        "infusion_deed": 422,  # the values before the infusion are too old
        "unlock": 409,  # nobody is locked
        "unblinding": 409, "reopen-recruitment": 409,  # recruitment is open
        "sealed-list": 409,  # it is sealed
        "export-made": 409,  # no file was made
        "syringe": 409,  # who filled it does not check it
    }  # fmt: skip


@pytest.mark.parametrize("way", ["session", "token"])
def test_a_right_ends_at_the_next_request(world: World, way: str) -> None:
    """Taken away, changed for another, or left at another site alone."""
    from datetime import timedelta

    from django.utils import timezone

    from equipoise.conduct.api.tokens import issue
    from equipoise.conduct.study.models import Site

    user = world.people["north"]["coordinator"]
    client = browser(user)
    if way == "token":
        _, text = issue(user, "before", days=5, at=timezone.now())
        client = Client(headers={"authorization": f"Bearer {text}"})
    mine = Membership.objects.filter(user=user)
    tried = [n for n in deeds() if may("coordinator", CASES[n].post or "lock")
             and CASES[n].names and "own_token" not in CASES[n].names]  # fmt: skip
    if way == "token":
        tried = [n for n in tried if n.startswith("api:")]
    assert len(tried) >= 3

    def asked() -> set[int]:
        found = set()
        for name in tried:
            with undone():
                path = address(name, parts(world, "north"))
                answer = ask(client, CASES[name].method, path, CASES[name].sent)
                found.add(answer.status_code)
        return found

    assert 403 not in asked()
    for change in (
        {"until": timezone.now() - timedelta(seconds=1)},
        {"role": "monitor"},
        {"site": Site.objects.get(code="south")},
        {"since": timezone.now() + timedelta(days=1)},
    ):
        with undone():
            mine.update(**change)
            assert asked() == {403}, change
    assert 403 not in asked()
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert asked() <= {302, 401}
