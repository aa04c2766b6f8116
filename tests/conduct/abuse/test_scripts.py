"""Whatever people write is shown as text: every free text, wherever it is shown."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.models import Membership
from equipoise.conduct.capture.form_instance import Place
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.forms.definition import Form
from equipoise.conduct.forms.value_checks import asked
from equipoise.conduct.study.models import ConsentVersion, Site
from tests.conduct.abuse.addresses import CASES, address, parts
from tests.conduct.abuse.test_addresses import content
from tests.conduct.abuse.world import World
from tests.conduct.conftest import NOW
from tests.conduct.walking import answer, browser, form_url, measured_by, release

# One word a place, so that a page tells which text it shows.
pytestmark = pytest.mark.once
EVIL = "<script>alert({n})</script><img src=x onerror=alert({n})>\"'>{{{{{n}}}}}"
RAW = re.compile(r"<script>alert|<img src=x|[\"']'>\{\{|onerror=alert\(\d+\)>\"")
STANDING = ("consent", "characteristics", "eligibility", "exclusion", "relapse-plan",
            "relapse", "event#1", "milestone#1")  # fmt: skip


def places(person: Participant) -> Iterator[Place]:
    """Every form of the trial, at the first visit that has it."""
    for form in STANDING:
        yield place_of(person, form)
    yield place_of(person, "visit", "unscheduled-1")
    plan, known = plan_in_force(), set[str]()
    for visit in plan.protocol.schedule.visits:
        for due in plan.dues[visit.id]:
            if due.form.id not in known:
                known.add(due.form.id)
                yield Place(person, due.form, visit.id, due.minute)


# Takes the number of a released syringe and nothing else (capture/test_released.py).
NUMBERED = ("infusion", "syringe")


def opening(form: Form, name: str) -> dict[str, str]:
    """Answers under which a free text is asked."""
    found: dict[str, str] = {}
    wanted = form.field(name).only_if
    for field in form.fields:
        if wanted is not None and field.name == wanted.field:
            found[field.name] = wanted.one_of[0]
        elif field.name == name or field.kind == "text" or field.is_calculated:
            continue
        elif asked(field, found):
            found[field.name] = answer(field)
    return {n: v for n, v in found.items() if asked(form.field(n), found)}


def written(world: World) -> dict[int, str]:
    """A script in every free text of every form; number -> where it was written."""
    person, found = world.persons["north"], {}
    roles = ("investigator", "infusion team", "rater", "coordinator", "participant")
    for place in places(person):
        for field in place.form.fields:
            if field.kind != "text" or (place.form.id, field.name) == NUMBERED:
                continue
            number = len(found) + 1
            text = EVIL.format(n=number)
            values = opening(place.form, field.name) | {field.name: text}
            if place.form.id == "infusion":
                values["syringe"] = release(person, place.visit)
                values["weight_kg"] = "82"  # as on record
                measured_by(person, place.visit, "2027-01-04T08:20")
            for role in roles:
                try:
                    made = save(place, values, actor=world.actor("north", role), at=NOW,
                                seen=10**6, reason=text)  # fmt: skip
                except Exception:  # noqa: BLE001, S112  not this role's form
                    continue
                assert not made.errors, (place.form.id, made.errors)
                found[number] = f"{place.form.id} {place.visit} {field.name}"
                break
            assert number in found, f"nobody fills {place.form.id} {field.name} in"
    return found


def pages(world: World) -> Iterator[tuple[str, str, str]]:
    """Who looks where: every address, every form, and what came."""
    person = world.persons["north"]
    for role, user in world.people["north"].items():
        client = browser(user)
        names = [name for name, case in CASES.items() if case.get is not None]
        paths = [address(name, parts(world, "north")) for name in names]
        paths += ["/accounts/", "/audit/study/"]
        if role in ("investigator", "infusion team", "rater"):
            seen = {
                form_url(person, p.form.id, p.visit, p.minute) for p in places(person)
                if any(field.kind == "text" for field in p.form.fields)
            }  # fmt: skip
            changed = {
                path + ("&" if "?" in path else "?") + "correct=1" for path in seen
            }
            paths += [*seen, *changed]
        for path in paths:
            answered = client.get(path)
            text = content(answered)
            if answered.headers.get("Content-Type", "").startswith("text/html"):
                yield role, path, text.decode()


def test_every_free_text_is_shown_as_text(world: World) -> None:
    texts = written(world)
    site = Site.objects.get(code="north")
    site.name = EVIL.format(n=901)
    site.save()
    ConsentVersion.objects.create(label=EVIL.format(n=902)[:20], valid_from=NOW.date())
    people = world.people["north"]
    User.objects.filter(pk=people["rater"].pk).update(
        first_name=EVIL.format(n=903), email="<script>alert(904)</script>@x.example"
    )
    Membership.objects.filter(user=people["rater"]).update(
        granted_by=EVIL.format(n=905)
    )
    shown, wrong = set(), []
    for role, path, text in pages(world):
        if RAW.search(text):
            wrong.append(f"{role} {path}: {RAW.search(text)}")
        shown |= {int(n) for n in re.findall(r"alert\((\d+)\)", html.unescape(text))}
    assert not wrong, "\n".join(wrong)
    unseen = {where for number, where in texts.items() if number not in shown}
    assert not unseen  # each was looked at where it is shown
    assert {901, 903} <= shown


def test_refusals_show_what_was_sent_as_text(world: World) -> None:
    wrong = []
    text = EVIL.format(n=1)
    doctor = browser(world.people["north"]["investigator"])
    admin = browser(world.people["north"]["administrator"])
    coordinator = browser(world.people["north"]["coordinator"])
    sent = [
        (admin, "/people/invite/", {"username": text, "full_name": text, "email": text}),
        (admin, "/people/monitor/grant/", {"role": text, "site": text, "reason": text}),
        (admin, "/people/monitor/grant/", {"role": "coordinator", "site": text}),
        (doctor, "/participants/P0001/unblind/", {"reason": text, "password": text}),
        (doctor, "/participants/P0001/day0/", {"day0": text}),
        (doctor, "/participants/", {"site": text}),
        (coordinator, "/export/file/", {"format": text}),
        (coordinator, "/export/tokens/", {"label": text, "days": "5"}),
        (doctor, form_url("P0001", "event#1"),
         {"term": text, "severity": text, "started_on": text, "reason": text}),
        (doctor, form_url("P0001", "event#1").rstrip("/") + "/field/",
         {"field": "started_on", "started_on": text}),
        (doctor, "/participants/P0001/infusion/infusion-1/do/interrupt/", {"reason": text}),
    ]  # fmt: skip
    for client, path, values in sent:
        answered = client.post(path, {"seen": "1000"} | values, follow=True)
        assert answered.status_code < 500
        if RAW.search(content(answered).decode()):
            wrong.append(path)
    for path in ("/participants/?q=" + text, f"/nowhere/{text}/", f"/people/{text}/",
                 f"/participants/{text}/", f"/audit/P0001/?page={text}",
                 f"/accounts/login/?next={text}", f"/setup/?token={text}"):  # fmt: skip
        if RAW.search(content(doctor.get(path)).decode()):
            wrong.append(path)
    assert not wrong
