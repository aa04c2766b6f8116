"""Operations of the HTTP API; OpenAPI is at ``/api/openapi.json``."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import User
from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone
from ninja import NinjaAPI, Status

from equipoise.conduct.access.actor import who
from equipoise.conduct.api import shapes
from equipoise.conduct.api.authentication import (
    BOTH,
    SESSION_ONLY,
    just_confirmed,
    refuse_in_words,
)
from equipoise.conduct.api.models import ApiToken
from equipoise.conduct.api.reading import due, filled, place
from equipoise.conduct.api.tokens import issue, revoke
from equipoise.conduct.capture import locking, participants
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.enrolment.randomization import randomize
from equipoise.conduct.export.services import Export, export
from equipoise.conduct.export.unblinding import unblinded_export
from equipoise.conduct.export.writers import Format

api = NinjaAPI(
    title="Equipoise",
    version="1",
    auth=BOTH,
    docs_url=None,  # the page would need scripts of another site
    urls_namespace="api",
)
refuse_in_words(api)
REFUSED: dict[Any, Any] = dict.fromkeys((400, 401, 403, 409, 422), shapes.Refusal)
# An identifier that no address can contain, such as an empty one, gives 404.
NAMED = REFUSED | {404: shapes.Refusal}
KINDS = (
    "application/zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
BINARY = {"schema": {"type": "string", "format": "binary"}}
FILE: dict[str, Any] = {
    "responses": {
        200: {"description": "The file", "content": dict.fromkeys(KINDS, BINARY)}
    }
}


@api.get("/me", response={200: shapes.Me, **REFUSED})
def me(request: HttpRequest) -> Any:
    """The user of the request, with the active roles."""
    actor = who(request)[0]
    return {
        "name": actor.name,
        "roles": {role: sorted(sites) for role, sites in actor.roles.items()},
    }


@api.get("/participants", response={200: list[shapes.Person], **REFUSED})
def list_participants(request: HttpRequest) -> Any:
    """Participants of the user's sites, in order of screening."""
    return participants.visible(who(request)[0])


@api.post("/participants", response={201: shapes.Person, **REFUSED})
def screen(request: HttpRequest, new: shapes.NewPerson) -> Any:
    """Adds a participant to the screening log."""
    actor, now = who(request)
    return Status(201, participants.screen(new.site, actor=actor, at=now))


@api.get("/participants/{identifier}", response={200: shapes.Person, **NAMED})
def one_participant(request: HttpRequest, identifier: str) -> Any:
    """One participant; identical response for another site and for no such participant."""
    return participants.find(identifier, who(request)[0])


@api.post("/participants/{identifier}/day0", response={200: shapes.Person, **NAMED})
def plan_day0(request: HttpRequest, identifier: str, plan: shapes.Day0) -> Any:
    """Sets the date of day 0, from which all visits are scheduled."""
    actor, now = who(request)
    found = participants.find(identifier, actor)
    participants.plan_day0(found, plan.day0, actor=actor, at=now)
    return participants.find(identifier, actor)


@api.get("/participants/{identifier}/forms", response={200: list[shapes.Due], **NAMED})
def list_forms(request: HttpRequest, identifier: str) -> Any:
    """Every form of the schedule that the user may view, with its status.

    And forms for any time: those of which there is one, and those that were opened.
    """
    actor = who(request)[0]
    return list(due(participants.find(identifier, actor), actor))


FORM = "/participants/{identifier}/forms/{form}"


@api.get(FORM, response={200: shapes.Filled, **NAMED})
def read_form(
    request: HttpRequest,
    identifier: str,
    form: str,
    visit: str = "",
    minute: shapes.Minute = None,
) -> Any:
    """A form with its items and current values."""
    actor = who(request)[0]
    return filled(place(actor, identifier, form, visit, minute), actor)


@api.post(
    FORM, response=NAMED | {200: shapes.Saved, 422: shapes.Saved | shapes.Refusal}
)
def save_form(
    request: HttpRequest,
    answers: shapes.Answers,
    identifier: str,
    form: str,
    visit: str = "",
    minute: shapes.Minute = None,
) -> Any:
    """Saves values, unless the form has changed since ``seen``."""
    actor, now = who(request)
    where = place(actor, identifier, form, visit, minute)
    made = save(where, **dict(answers), actor=actor, at=now)
    open_doubts = made.doubts and answers.complete
    status = 422 if made.errors or made.conflicts or open_doubts else 200
    return Status(status, made)


@api.post("/participants/{identifier}/randomize", response={200: shapes.Kit, **NAMED})
def randomize_one(request: HttpRequest, identifier: str) -> Any:
    """Randomizes a participant; a repeated request returns the same kit."""
    actor, now = who(request)
    made = randomize(
        participants.find(identifier, actor), key=settings.VAULT_KEY,
        anchors=settings.ANCHORS, actor=actor, at=now,
    )  # fmt: skip
    return {"kit": made.number, "new": made.new}


@api.get("/lock", response={200: list[shapes.Standing], **REFUSED})
def list_locks(request: HttpRequest) -> Any:
    """Every participant, with the reasons why each cannot be locked yet."""
    return [
        {
            "identifier": one.person.identifier,
            "locked": one.locked is not None,
            "missing": [blocker.what for blocker in one.blockers],
        }
        for one in locking.standings(locking.lockable(who(request)[0]))
    ]


@api.post("/participants/{identifier}/lock", response={200: shapes.Locked, **NAMED})
def lock_one(request: HttpRequest, identifier: str) -> Any:
    """Locks every form of one participant, for the statistician."""
    actor, now = who(request)
    found = participants.find(identifier, actor)
    return {"forms": locking.lock_participant(found, actor=actor, at=now)}


@api.post("/lock", response={200: shapes.Locked, **REFUSED})
def lock_all(request: HttpRequest) -> Any:
    """Locks the database, for the statistician."""
    actor, now = who(request)
    return {"forms": locking.lock_database(actor=actor, at=now)}


@api.get("/export", response=REFUSED, openapi_extra=FILE)
def get_export(request: HttpRequest, format: Format = "csv") -> Any:
    """The data that the user may export, blinded."""
    actor, now = who(request)
    return _file(export(actor, format, at=now))


@api.post("/unblinded-export", response=REFUSED, auth=SESSION_ONLY, openapi_extra=FILE)
def get_unblinded(request: HttpRequest, why: shapes.Why, format: Format = "csv") -> Any:
    """After the database lock, for the statistician: the data with their arms.

    Only in a session with recent re-authentication.
    """
    just_confirmed(request)
    (actor, now), key = who(request), settings.VAULT_KEY
    return _file(unblinded_export(actor, format, key, reason=why.reason, at=now))


def _file(made: Export) -> FileResponse:
    return FileResponse(made.file, as_attachment=True, filename=made.name)


@api.get("/tokens", response={200: list[shapes.TokenInfo], **REFUSED})
def list_tokens(request: HttpRequest) -> Any:
    """The user's own tokens."""
    return list(ApiToken.objects.filter(user=request.user.pk))


@api.post("/tokens", response={201: shapes.TokenOnce, **REFUSED}, auth=SESSION_ONLY)
def make_token(request: HttpRequest, new: shapes.NewToken) -> Any:
    """Creates a token, in a browser session only."""
    user = cast(User, request.user)
    made, text = issue(user, new.label, days=new.days, at=timezone.now())
    known = {n: getattr(made, n) for n in shapes.TokenInfo.model_fields}
    return Status(201, known | {"token": text})


@api.delete("/tokens/{number}", response={204: None, **NAMED})
def drop_token(request: HttpRequest, number: shapes.Number) -> Any:
    """Revokes one of the user's own tokens."""
    if not revoke(cast(User, request.user), number, at=timezone.now()):
        raise Http404
    return Status(204, None)
