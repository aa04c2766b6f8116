"""What goes in and out, as JSON; nothing here has a place for an arm."""

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
    """One thing that is wrong, and how to mend it."""

    code: str
    what: str
    mend: str


class Refusal(Schema):
    """Why something was refused."""

    problems: list[Problem]


class Me(Schema):
    """Who asks."""

    name: str
    roles: dict[str, list[str]]


class Person(Schema):
    """A participant, as much as everybody at the site may know."""

    identifier: str
    site: str = Checked(alias="site.code")
    status: str
    day0: date | None


class NewPerson(Schema):
    """A person to be screened."""

    site: Short


class Day0(Schema):
    """The planned date of day 0."""

    day0: date


class FormState(Schema):
    """A form of a participant at one time, and how far it is."""

    form: str
    visit: str
    minute: int | None
    title: str
    status: str


class Due(FormState):
    """A form of a participant at one time, and how far it is."""

    may_fill: bool


class Filled(FormState):
    """A form with the values that hold.

    Of a field, ``missing`` are the codes that may be sent in the place of an answer, as
    ``missing:unknown``, and ``sum`` the questions of which it is calculated; it, and a
    field with ``grading``, is never sent. A check that is not ``hard`` is confirmed with a
    reason (``confirmed``).
    """

    seen: int
    fields: list[Field]
    checks: list[FormCheck]
    values: dict[str, str]


class Answers(Schema):
    """Values to be saved; ``seen`` is what the form said when it was read."""

    values: dict[Short, Text]
    seen: Annotated[int, Checked(ge=0, le=2**31 - 1)]
    complete: bool = False
    reason: Text = ""
    confirmed: dict[Short, Text] = Checked(default_factory=dict)


class Saved(Schema):
    """What became of a save."""

    seen: int = Checked(alias="seq")
    changed: list[str]
    errors: dict[str, str]
    conflicts: list[Conflict]
    doubts: list[FormCheck]


class NewToken(Schema):
    """A token to be made."""

    label: Short
    days: Annotated[int, Checked(ge=1, le=90)] = 30


class TokenInfo(Schema):
    """A token, without what would let anybody use it."""

    id: int
    label: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class TokenOnce(TokenInfo):
    """A new token; its text is shown this once."""

    token: str


class Why(Schema):
    """What for."""

    reason: Text


class Kit(Schema):
    """What anybody may know of an allocation."""

    kit: str
    new: bool


class Standing(Schema):
    """Whether a participant is locked, and what keeps the participant from it."""

    identifier: str
    locked: bool
    missing: list[str]


class Locked(Schema):
    """How many forms were locked just now."""

    forms: int
