"""The HTTP interface against its own description, by schemathesis.

Each role asks every operation with what the description allows and with what it does
not: no answer is an error of the server, and each is one that the description knows.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from equipoise.conduct.api.tokens import issue
from tests.conduct.abuse.world import World, undone
from tests.conduct.walking import browser

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
ROLES = (
    "stranger", "coordinator", "investigator", "rater", "infusion team", "pharmacist",
    "statistician", "administrator", "participant",
)  # fmt: skip
CSRF = "c" * 32
KNOWN: dict[str, list[Any]] = {
    "identifier": ["P0001", "P0002", "P9999"],
    "form": ["consent", "event#1", "event#2", "vitals", "instrument:caps5", "visit",
             "event#²", "milestone#٣", "event#0", "event#99999999999999999999"],
    "visit": ["infusion-1", "baseline", "week-2", "", "unscheduled-1",
              "unscheduled-x", "unscheduled-²", "unscheduled-" + "9" * 60],
    "minute": [-30, 40, 2**63, -(2**31)],
}  # fmt: skip
BODIES = (b"", b"{", b"nul", b'{"a":' * 5000, b"[" * 100_000, b"\xff\xfe", b"NaN",
          b'{"seen": 1e999, "values": {}}', b'{"seen": ' + b"9" * 5000 + b"}",
          b'{"seen": NaN, "values": {"age": "1"}}',
          b'{"seen": 1, "values": {"age": "\\ud800"}}',
          b'{"seen": 1, "values": {"term": "\\u0000"}, "reason": "\\udfff"}',
          b'{"site": "north\\u0000"}', b'{"site": "nowhere"}',
          b'{"day0": "9999-12-31"}', b'{"day0": "0001-01-01"}',
          b'{"label": "\\ud83d", "days": 1e2}', b'{"label": " ", "days": 30}',
          b'{"seen": 1, "values": {"age": "' + b"9" * 3999 + b'"}}',
          b'{"seen": 1, "values": {"started_on": "9999-12-31"}}')  # fmt: skip


def headers_of(user: User | None, *, token: bool) -> dict[str, str]:
    """What a program or a browser sends for a person."""
    if user is None:
        return {"Authorization": "Bearer eqp_wrong"}
    if token:
        _, text = issue(user, "test", days=1, at=timezone.now())
        return {"Authorization": f"Bearer {text}"}
    session = browser(user).cookies["sessionid"].value
    return {"Cookie": f"sessionid={session}; csrftoken={CSRF}", "X-CSRFToken": CSRF}


def steered(case: Case, draw: Callable[[Any], Any]) -> None:
    """Puts what is in the trial where the description says only that it is a text."""
    for place in (case.path_parameters, case.query):
        for name in list(place or {}):
            if name in KNOWN and draw(st.booleans()):
                place[name] = draw(st.sampled_from(KNOWN[name]))


@functools.cache
def described() -> Any:
    """The interface as it describes itself; each answer is read to its end."""
    application = get_wsgi_application()

    def whole(environ: Any, start_response: Any) -> list[bytes]:
        # The end of a request must not end the transaction of the test.
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        try:
            parts = application(environ, start_response)
            with contextlib.closing(parts):
                return [b"".join(parts)]
        finally:
            for signal in (request_started, request_finished):
                signal.connect(close_old_connections)

    return schemathesis.openapi.from_wsgi("/api/openapi.json", whole)


def body_of(case: Case, draw: Callable[[Any], Any]) -> bytes | None:
    """Now and then what no description leads to."""
    if case.method == "POST" and draw(st.integers(0, 3)) == 0:
        return bytes(draw(st.sampled_from(BODIES)))
    return None


def fuzz(world: World, role: str, examples: int, root: int) -> None:
    schema = described()
    user = None if role == "stranger" else world.people["north"][role]
    sent = {token: headers_of(user, token=token) for token in (True, False)}
    failed: list[str] = []
    for found in schema.get_all_operations():
        operation = found.ok()
        kinds = [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]

        @seed(root)
        @settings(
            max_examples=examples, deadline=None, database=None,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(st.data(), st.sampled_from(kinds), st.booleans())
        def asked(data: st.DataObject, kind: Any, token: bool) -> None:
            case = data.draw(kind)
            steered(case, data.draw)
            own, told = body_of(case, data.draw), dict(sent[token])
            more = {} if own is None else {"data": own}
            if own is not None:
                told["Content-Type"] = "application/json"
            with undone():
                answer = case.call(headers=told, **more)
            case.validate_response(answer, checks=CHECKS)

        try:
            asked()
        except (Exception, FailureGroup) as wrong:  # noqa: BLE001  reported at once
            failed.append(f"{operation.label} {wrong!s}")
    assert not failed, "\n".join(failed)


@pytest.mark.parametrize("role", ROLES)
def test_every_answer_is_one_that_is_described(world: World, role: str) -> None:
    fuzz(world, role, examples=4, root=6)


@pytest.mark.calibration
@pytest.mark.parametrize("role", ROLES)
def test_every_answer_of_many_is_one_that_is_described(world: World, role: str) -> None:
    fuzz(world, role, examples=100, root=2021)
