"""JSON schemas of requests and responses; none has a field for an arm."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field as Checked
from pydantic import StringConstraints

from equipoise.conduct.capture.form_saving import Conflict
from equipoise.conduct.forms.definition import Field
from equipoise.protocol.forms import FormCheck

Text = Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")]
Short = Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\x00]*$")]

Minute = Annotated[int | None, Checked(ge=-(10**6), le=10**6)]
Number = Annotated[int, Checked(ge=1, le=2**31 - 1)]


class Problem(Schema):
    """One problem, and how to fix it."""

    code: str
    what: str
    fix: str
    mend: str  # the old name of ``fix``


class Refusal(Schema):
    """Why a request was rejected."""

    problems: list[Problem]


class Me(Schema):
    """The user of the request."""

    name: str
    roles: dict[str, list[str]]


class Person(Schema):
    """A participant, with the data that all users at the site may view."""

    identifier: str
    site: str = Checked(alias="site.code")
    status: str
    day0: date | None


class NewPerson(Schema):
    """A participant to be screened."""

    site: Short


class Day0(Schema):
    """The planned date of day 0."""

    day0: date


class FormState(Schema):
    """A form of a participant at one time, with its status."""

    form: str
    visit: str
    minute: int | None
    title: str
    status: str


class Due(FormState):
    """A scheduled form of a participant at one time, with its status."""

    may_fill: bool


class Filled(FormState):
    """A form with its current values.

    For a field, ``missing`` lists the codes that may be sent instead of a value, as
    ``missing:unknown``, and ``sum`` the items from which it is calculated; such a field,
    and a field with ``grading``, is never sent. A check that is not ``hard`` is confirmed
    with a reason (``confirmed``).
    """

    seen: int
    fields: list[Field]
    checks: list[FormCheck]
    values: dict[str, str]


class Answers(Schema):
    """Values to be saved; ``seen`` is the ``seen`` of the form when it was read."""

    values: dict[Short, Text]
    seen: Annotated[int, Checked(ge=0, le=2**31 - 1)]
    complete: bool = False
    reason: Text = ""
    confirmed: dict[Short, Text] = Checked(default_factory=dict)


class Saved(Schema):
    """Result of a save."""

    seen: int = Checked(alias="seq")
    changed: list[str]
    errors: dict[str, str]
    conflicts: list[Conflict]
    doubts: list[FormCheck]


class NewToken(Schema):
    """A token to be created."""

    label: Short
    days: Annotated[int, Checked(ge=1, le=90)] = 30


class TokenInfo(Schema):
    """A token, without its secret text."""

    id: int
    label: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class TokenOnce(TokenInfo):
    """A new token; its text is shown only once."""

    token: str


class Why(Schema):
    """The reason."""

    reason: Text


class Kit(Schema):
    """What all users may know of an allocation."""

    kit: str
    new: bool


class Standing(Schema):
    """Whether a participant is locked, and why not."""

    identifier: str
    locked: bool
    missing: list[str]


class Locked(Schema):
    """Number of forms that were locked by the request."""

    forms: int
