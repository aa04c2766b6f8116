"""Another site's things at every address in every verb; each role at each address."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any
from zipfile import BadZipFile, ZipFile

import pytest
from django.db import connection
from django.http import HttpResponse

from equipoise.conduct.access.rights import RIGHTS
from equipoise.protocol.roles import Act
from tests.conduct.abuse.addresses import (
    ANYBODY,
    CASES,
    NOWHERE,
    OWN,
    address,
    ask,
    named,
    parts,
    patterns,
)
from tests.conduct.abuse.world import LOTS, World, undone
from tests.conduct.walking import browser

pytestmark = pytest.mark.once

FORMATS: dict[str, dict[str, str]] = {
    "page": {"accept": "text/html"},
    "part of a page": {"hx-request": "true", "accept": "text/html"},
    "JSON": {"accept": "application/json"},
}
VERBS = ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
NEXT_DOOR = ("coordinator", "investigator", "rater", "infusion team", "pharmacist",
             "monitor", "participant")  # fmt: skip
OF_A_SITE = {"identifier", "chain", "syringe", "lot", "entry"}


def content(answer: HttpResponse) -> bytes:
    """What came, unpacked."""
    found = b"".join(answer) if answer.streaming else answer.content
    try:
        with ZipFile(io.BytesIO(found)) as archive:
            return b"\n".join(archive.read(name) for name in archive.namelist())
    except BadZipFile:
        return found


def bare(answer: HttpResponse, *ids: str) -> tuple[object, ...]:
    """An answer without what differs each time: ids and the token against forgery."""
    text = content(answer).decode("utf-8", "replace")
    for one in ids:
        text = text.replace(one, "ID").replace(one.lower(), "ID")
    text = re.sub(r'FToken": "\w+|value="\w{64}"', "", text)
    kind = answer.headers.get("Content-Type")
    return answer.status_code, kind, answer.headers.get("Allow"), len(text), text


def counted(asked: list[str]) -> Callable[..., Any]:
    """Notes each query of a connection."""

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    return note


def test_every_address_has_a_case() -> None:
    """A new address says who may ask it, or it is not there."""
    assert set(named()) == set(CASES)
    unknown = {
        path for path, name in patterns() if not name and not path.startswith(OWN)
    }
    assert unknown <= {f"^{OWN}(signup|email|password/reset|password/set|confirm-email|"
                       "login/code)"}  # fmt: skip


def test_another_sites_things_are_not_there(world: World) -> None:
    """Status, size, words and number of queries are those of what does not exist."""
    theirs = parts(world, "south")
    nothing = theirs | NOWHERE
    wrong: list[str] = []
    for place, role in enumerate(NEXT_DOOR):
        client = browser(world.people["north"][role])
        for number, name in enumerate(CASES):
            if not OF_A_SITE & set(CASES[name].names):
                continue
            one, other = address(name, theirs), address(name, nothing)
            turn = place + number  # each verb and format at each address by some role
            tries = [("GET", kind) for kind in FORMATS]
            tries.append(("POST", list(FORMATS)[turn % len(FORMATS)]))
            tries.append(
                (VERBS[turn % len(VERBS)], "JSON" if "api" in name else "page")
            )
            for verb, kind in tries:
                seen = []
                for path in (one, other):
                    asked: list[str] = []
                    with undone(), connection.execute_wrapper(counted(asked)):
                        sent = CASES[name].sent
                        answer = ask(client, verb, path, sent, **FORMATS[kind])
                        ids = (
                            theirs["identifier"],
                            theirs["syringe"],
                            *(str(one) for one in NOWHERE.values()),
                        )
                        seen.append((bare(answer, *ids), len(asked)))
                where = f"{role} {verb} {one} as {kind}"
                if seen[0] != seen[1]:
                    wrong.append(f"{where}: {seen[0][0][:4]} is not {seen[1][0][:4]}, "
                                 f"{seen[0][1]} queries and {seen[1][1]}")  # fmt: skip
                if seen[0][0][0] < 300 and verb not in ("OPTIONS",):
                    wrong.append(f"{where}: {seen[0][0][0]}")
                if world.secret["south"] in str(seen[0]):
                    wrong.append(f"{where}: tells what the other site wrote")
    assert not wrong, "\n".join(wrong)


def test_no_list_and_no_file_holds_another_sites_things(world: World) -> None:
    told = [
        word.encode()
        for word in (
            world.secret["south"], world.persons["south"].identifier,
            world.syringes["south"], LOTS["south"],
        )
    ]  # fmt: skip
    own = world.secret["north"].encode()
    wrong, files = [], 0
    for role in NEXT_DOOR:
        client = browser(world.people["north"][role])
        asked = [("GET", address(n, {}), {}) for n, c in CASES.items() if not c.names]
        asked += [
            (verb, path, {"format": form})
            for form in ("csv", "xlsx", "parquet")
            for verb, path in (("POST", "/export/file/"), ("GET", "/api/export"))
        ]
        for verb, path, sent in asked:
            if verb == "GET" and sent:
                path += f"?format={sent['format']}"
            with undone():
                found = content(ask(client, verb, path, sent))
            files += own in found and "export" in path
            wrong += [f"{role} {verb} {path}" for word in told if word in found]
    assert not wrong
    assert files  # what belongs to the own site is there, and would be seen


def may(role: str, needed: Act | frozenset[str]) -> bool:
    """What the table of rights says."""
    if isinstance(needed, frozenset):
        return needed == ANYBODY or role in needed
    return needed in RIGHTS[role]  # type: ignore[index]


@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_each_role_may_do_what_the_table_of_rights_says(
    world: World, verb: str
) -> None:
    """Never more, and never less: 403 for what is not one's own, no 403 for what is."""
    wrong = []
    for role, user in world.people["north"].items():
        client = browser(user)
        for name, case in CASES.items():
            needed = case.get if verb == "GET" else case.post
            if needed is None:
                continue
            method = case.method if verb == "POST" else verb
            with undone():
                path = address(name, parts(world, "north"))
                answer = ask(client, method, path, case.sent)
                status = answer.status_code
                content(answer)
            if role == "participant" and needed == ANYBODY:
                continue  # its own page, or nobody's
            if may(role, needed) == (status == 403):
                wrong.append(f"{role} {method} {path}: {status}, needs {needed}")
    assert not wrong, "\n".join(wrong)


def test_a_participant_has_the_own_forms_and_nothing_else(world: World) -> None:
    client = browser(world.people["north"]["participant"])
    opened = set()
    for name, case in CASES.items():
        if case.get is not None:
            path = address(name, parts(world, "north"))
            status = ask(client, "GET", path).status_code
            opened |= {name} if status == 200 else set()
    assert opened == {
        "account", "api:list_forms", "api:list_participants", "api:list_tokens",
        "api:me", "api:one_participant", "api:openapi-json", "health",
        "participant", "screening", "sealed-list",
    }  # fmt: skip


def test_strangers_get_the_login_and_nothing_else(world: World) -> None:
    from django.test import Client

    wrong = []
    for name, case in CASES.items():
        for verb, needed in (("GET", case.get), (case.method, case.post)):
            if needed is None or name in ("health", "api:openapi-json"):
                continue
            path = address(name, parts(world, "north"))
            with undone():
                answer = ask(Client(), verb, path, case.sent)
            login = answer.headers.get("Location", "").startswith("/accounts/login/")
            if answer.status_code != 401 and not login:
                wrong.append(f"{verb} {path}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
