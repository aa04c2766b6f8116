"""What goes in and out, as JSON; nothing here has a place for an arm."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field as Checked
from pydantic import StringConstraints

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
    site: str
    status: str
    day0: date | None


class NewPerson(Schema):
    """A person to be screened."""

    site: Short


class Day0(Schema):
    """The planned date of day 0."""

    day0: date


class Due(Schema):
    """A form of a participant at one time, and how far it is."""

    form: str
    visit: str
    minute: int | None
    title: str
    status: str
    may_fill: bool


class Choice(Schema):
    """One possible answer."""

    value: str
    label: str


class OnlyIf(Schema):
    """A question is asked only if another has one of some answers."""

    field: str
    one_of: list[str]


class Check(Schema):
    """What answers must have to do with each other, other forms or today.

    A soft check (``hard`` is false) is confirmed with a reason: ``confirmed``.
    """

    id: str
    field: str
    hard: bool
    text: str


class Field(Schema):
    """One question of a form.

    ``missing``: codes that may be sent in the place of an answer, as
    ``missing:unknown``. ``sum``: questions of which this number is calculated;
    ``is_calculated``: it, or the grade of a laboratory value, is never sent.
    """

    name: str
    label: str
    kind: str
    required: bool
    choices: list[Choice]
    min: float | None
    max: float | None
    decimals: int
    unit: str
    hint: str
    cdash: str
    only_if: OnlyIf | None
    missing: list[str]
    sum: list[str]
    is_calculated: bool
    time_of: str


class Filled(Schema):
    """A form with the values that hold."""

    form: str
    visit: str
    minute: int | None
    title: str
    status: str
    seen: int
    fields: list[Field]
    checks: list[Check]
    values: dict[str, str]


class Answers(Schema):
    """Values to be saved; ``seen`` is what the form said when it was read."""

    values: dict[Short, Text]
    seen: Annotated[int, Checked(ge=0, le=2**31 - 1)]
    complete: bool = False
    reason: Text = ""
    confirmed: dict[Short, Text] = Checked(default_factory=dict)


class Conflict(Schema):
    """A field that somebody else has changed meanwhile."""

    field: str
    theirs: str
    yours: str
    actor: str
    at: datetime


class Saved(Schema):
    """What became of a save."""

    seen: int
    changed: list[str]
    errors: dict[str, str]
    conflicts: list[Conflict]
    doubts: list[Check]


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
