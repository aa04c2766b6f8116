"""How tests walk through the pages: log in, open, answer every field of a form."""

from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from equipoise.conduct.access.actor import Actor, actor_of
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.record import append
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_saving import Saved, save
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participants import plan_day0, screen
from equipoise.conduct.forms.definition import Field, Form
from equipoise.conduct.forms.local_time import kept_now
from equipoise.conduct.forms.value_checks import asked
from equipoise.conduct.study.protocols import hash_in_force
from tests.conduct.conftest import NOW

BACKEND = "equipoise.conduct.access.sessions.Accounts"


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def form_url(
    person: Participant | str, form: str, visit: str = "", minute: int | None = None
) -> str:
    query = {"visit": visit} if visit else {}
    if minute is not None:
        query["minute"] = str(minute)
    path = reverse("form", args=[str(person), form])
    return f"{path}?{urlencode(query)}" if query else path


def answer(field: Field) -> str:
    """A possible answer, the lowest one."""
    if field.kind in ("choice", "flag"):
        return field.choices[0].value if field.choices else "yes"
    if field.kind == "number":
        return f"{field.min if field.min is not None else 1:g}"
    if field.kind == "date":
        return "2027-01-04"
    if field.kind == "time":
        return "08:30"
    if field.kind == "datetime":
        return "2027-01-04T08:30"
    return "as it was said"


def answers(form: Form) -> dict[str, str]:
    """A complete form, skips respected."""
    found: dict[str, str] = {}
    for field in form.fields:
        if asked(field, found) and not field.is_calculated:
            found[field.name] = answer(field)
    return found


def send(
    client: Client, url: str, values: dict[str, str], *, seen: int = 10**6, **more: str
) -> HttpResponse:
    return client.post(url, {**values, "seen": str(seen), **more})


def consent(person: Participant, actor: Actor, on: date | None = None) -> None:
    place = place_of(person, "consent")
    signed = f"{on or NOW.date()}T03:00"
    values = {"version": "1.0", "signed_at": signed, "copy": "yes"}
    made = save(place, values, actor=actor, at=NOW, seen=0, complete=True)
    assert not made.errors


def included(people: dict[str, User], *, day0: date | None = None) -> Participant:
    """A consented participant of the site ``north`` with a calendar."""
    actor = actor_of(people["coordinator"], at=NOW)
    person = screen("north", actor=actor, at=NOW)
    consent(person, actor, min(day0 or NOW.date(), NOW.date()))
    day = day0 or NOW.date() + timedelta(days=14)
    plan_day0(person, day, actor=actor, at=NOW)
    person.refresh_from_db()
    return person


def release(person: Participant | str, visit: str, number: str = "12345678") -> str:
    """Writes down that the pharmacy has released a syringe; its number."""
    fact = Fact("syringe", "syringe", visit, item="number", value=number)
    append(str(person), [fact], actor="pharmacist", protocol=hash_in_force(), at=NOW)
    return number


def fill(
    person: Participant,
    form: str,
    visit: str,
    actor: Actor,
    values: dict[str, str],
    at: datetime = NOW,
) -> None:
    """Completes a form; whatever is doubted is confirmed."""
    place = place_of(person, form, visit)
    made = save(
        place,
        values,
        actor=actor,
        at=at,
        seen=10**6,
        complete=True,
        confirmed={check.id: "it was so" for check in place.form.checks},
    )
    assert not made.errors, made.errors


CALM = {"SYSBP": "120", "DIABP": "80", "PULSE": "70", "OXYSAT": "98"}


def measure(
    person: Participant,
    actor: Actor,
    visit: str,
    minute: int = -30,
    *,
    at: datetime = NOW,
    measured: datetime | None = None,
    **values: str,
) -> Saved:
    """Saves complete vital signs, measured at ``at`` unless another time is given."""
    time = kept_now(measured or at, person.site.zone)
    said = CALM | {"measured_at": time} | values
    return save(
        place_of(person, "vitals", visit, minute), said, actor=actor, at=at, seen=10**6,
        complete=True,
    )  # fmt: skip


def measured_by(person: Participant | str, visit: str, time: str) -> None:
    """Writes complete vital signs of a time down, whatever the clock of the test says."""
    said = CALM | {"measured_at": time}
    facts = [
        Fact("answer", "vitals", visit, -30, item=n, value=v) for n, v in said.items()
    ]
    append(str(person), facts, actor="test", protocol=hash_in_force(), at=NOW)
