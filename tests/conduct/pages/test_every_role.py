"""Every role in a real browser: its main job by keyboard, and every page of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.urls import resolve

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.access.models import Membership, ParticipantAccount
from equipoise.conduct.allocation.services import syringes
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.capture.participants import plan_day0
from equipoise.conduct.capture.repeating_forms import begin
from equipoise.conduct.study.models import Site
from tests.conduct.conftest import NOW, PASSWORD
from tests.conduct.pages.conftest import Running
from tests.conduct.pages.seats import DESK, PHONE, Seat, saved
from tests.conduct.pharmacy.test_preparation import fill
from tests.conduct.pharmacy.treated import LOT, STRENGTH, randomized, stocked
from tests.conduct.walking import answers, included

pytestmark = pytest.mark.django_db(databases=["default", "vault"], transaction=True)
By = Callable[[str], Actor]
Jobs = dict[str, Callable[[Seat], None]]
# Pages of one's own account are the same for every role.
ACCOUNT = "/accounts/"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Running:
    """It runs: what a browser measures later than the server's clock does not count."""
    made = Running()
    monkeypatch.setattr("django.utils.timezone.now", made)
    made.run()
    return made


@pytest.fixture
def trial(
    people: dict[str, User], key: Path, actor: By, tmp_path: Path
) -> dict[str, User]:
    """P0001 gets an infusion today, P0002 is in screening, a syringe waits for P0003."""
    settings.ANCHORS = tmp_path / "anchors"
    coordinator, doctor = actor("coordinator"), actor("investigator")
    today = randomized(key, coordinator)
    plan_day0(today, NOW.date(), actor=coordinator, at=NOW)
    included(people, day0=NOW.date().replace(day=7))
    other = randomized(key, coordinator, 3)
    plan_day0(other, NOW.date(), actor=coordinator, at=NOW)
    stocked(key)
    fill(other, key, actor("pharmacist"))
    event = begin(today, "event", actor=doctor, at=NOW)
    save(event, answers(event.form), actor=doctor, at=NOW, seen=10**6, complete=True)
    second = User.objects.create_user("pharmacist-2", password=PASSWORD)
    Membership.objects.create(
        user=second, role="pharmacist", site=Site.objects.get(code="north"),
        since=people["pharmacist"].date_joined, granted_by="setup",
    )  # fmt: skip
    own = User.objects.create_user("p0002", password=PASSWORD)
    ParticipantAccount.objects.create(user=own, identifier="P0002")
    return people | {"second pharmacist": second, "participant": own}


def coordinate(one: Seat) -> None:
    """Writes down what is recorded once of who is screened."""
    one.follow("nav a[href='/participants/']", "**/participants/")
    one.follow("a[href='/participants/P0002/']", "**/P0002/")
    one.follow("a[href$='/forms/characteristics/']", "**/characteristics/")
    one.type("41", "Enter", "1", "82", "Enter", "14", "Enter", "n")
    saved(one.page, 5)
    one.type("Enter")
    one.page.wait_for_selector(".message.success")
    assert current("P0002").answers("characteristics")["psychotropics"] == "no"


def investigate(one: Seat) -> None:
    """Attests to the criteria."""
    one.follow("nav a[href='/participants/']", "**/participants/")
    one.follow("a[href='/participants/P0002/']", "**/P0002/")
    one.follow("a[href$='/forms/eligibility/']", "**/eligibility/")
    one.type("yyynnnnnnnn")
    saved(one.page, 11)
    one.type("Enter")
    one.page.wait_for_selector(".message.success")
    assert current("P0002").is_complete("eligibility")


def rate(one: Seat) -> None:
    """Answers the ten items of a rating."""
    one.follow("main a[href='/participants/P0002/']", "**/P0002/")
    one.follow("a[href*='instrument:madrs/?visit=baseline']", "**/instrument:madrs/**")
    one.type("6543210123")
    saved(one.page, 10)
    one.type("Enter")
    one.page.wait_for_selector(".message.success")
    assert current("P0002").answers("instrument:madrs", "baseline")["1"] == "6"


def nurse(one: Seat) -> None:
    """Measures before the infusion, and starts it."""
    one.follow("main a[href*='/P0003/infusion/']", "**/infusion-1/")
    one.reach("[name=SYSBP]")
    one.type("122", "Enter", "78", "Enter", "70", "Enter", "98", "Enter")
    saved(one.page, 5)  # the time of the measurement, too
    one.type("Enter", "Enter")
    one.page.wait_for_url("**/infusion-1/?minute=-30")
    (made,) = syringes.syringes_of("P0003", "infusion-1")  # released just now
    one.reach("#weight_kg")
    one.type("81.5")
    one.reach("#syringe")
    one.type(made.number, "Enter")
    one.page.wait_for_selector(".state:has-text('running')")
    assert current("P0003").answers("infusion", "infusion-1")["weight_kg"] == "81.5"


def fill_syringe(one: Seat) -> None:
    """Opens the arm and prepares a syringe from the one lot in stock."""
    one.follow("main a[href='/pharmacy/P0001/infusion-1/']", "**/P0001/infusion-1/")
    one.reach("main button")
    one.type("Enter")
    one.page.wait_for_selector("#total_ml")
    drug = one.page.locator("dt:text-is('Drug') + dd").inner_text()
    one.reach("#stock")
    one.type(LOT[drug])
    one.reach("#concentration")
    one.type(f"{STRENGTH[drug]:g}", "Enter")
    one.page.wait_for_url("**/syringes/**")
    assert len(syringes.syringes_of("P0001", "infusion-1")) == 1


def check_syringe(one: Seat) -> None:
    """Reads the vial, works the volume out, and releases the syringe."""
    (made,) = syringes.syringes_of("P0003", "infusion-1")
    content = syringes.content_of(settings.VAULT_KEY, made.number)
    one.follow(f"main a[href='/syringes/{made.number}/']", "**/syringes/**")
    for told in (content.lot, content.volume_ml, f"{content.concentration:g} mg/mL"):
        assert told not in one.page.content()
    one.reach("#strength")
    one.type(f"{content.concentration:g}")
    one.reach("#lot")
    one.type(LOT[content.drug])
    one.reach("#volume_ml")
    one.type(content.volume_ml, "Enter")
    one.page.wait_for_selector("text=and released")


def export(one: Seat) -> None:
    """Takes the blinded data out."""
    one.follow("nav a[href='/export/']", "**/export/")
    one.reach("button[value=csv]")
    with one.page.expect_download() as download:
        one.type("Enter")
    assert download.value.suggested_filename.endswith(".zip")


def monitor(one: Seat) -> None:
    """Reads what was written down of somebody."""
    one.follow("nav a[href='/audit/']", "**/audit/")
    one.follow("a[href='/audit/P0001/']", "**/audit/P0001/")
    assert one.page.locator("tbody tr").count() > 20


def administer(one: Seat) -> None:
    """Invites a person."""
    one.follow("nav a[href='/people/']", "**/people/")
    one.reach("#username")
    one.type("newcomer", "Tab", "Nina Newcomer", "Enter")
    one.page.wait_for_selector("#link")
    assert User.objects.filter(username="newcomer").exists()


def answer(one: Seat) -> None:
    """Answers the twenty-two items of a questionnaire of one's own."""
    one.follow("a[href*='instrument:iesr/?visit=baseline']", "**/instrument:iesr/**")
    one.type("0123401234012340123401")
    saved(one.page, 22)
    one.type("Enter")
    one.page.wait_for_selector(".message.success")
    assert current("P0002").is_complete("instrument:iesr", "baseline")


JOBS: Jobs = {
    "coordinator": coordinate,
    "investigator": investigate,
    "rater": rate,
    "pharmacist": fill_syringe,
    "second pharmacist": check_syringe,
    "infusion team": nurse,  # starts with the syringe that was released
    "statistician": export,
    "monitor": monitor,
    "administrator": administer,
    "participant": answer,
}


def test_each_role_does_its_job_by_keyboard_alone(
    trial: dict[str, User], seat: Any
) -> None:
    assert JOBS.keys() == trial.keys()
    for role, job in JOBS.items():
        one = seat(None)
        one.open("/")
        one.page.wait_for_function("document.activeElement.id === 'id_login'")
        one.type(trial[role].username, "Tab", PASSWORD, "Enter")
        one.page.wait_for_selector("nav[aria-label=Main]")
        job(one)
    assert Entry.objects.filter(act="complete", actor="rater").count() == 1


def pages_of(one: Seat, start: str = "/") -> Iterator[tuple[str, str]]:
    """Opens one page of each kind that links lead to; its kind and its address."""
    waiting, seen = [start], set()
    while waiting:
        path = waiting.pop(0)
        found = resolve(urlsplit(path).path)
        kind = found.url_name or path
        if kind == "form":  # and each form of its own kind
            kind += " " + found.kwargs["form"].partition(":")[0].partition("#")[0]
        if kind in seen:
            continue
        seen.add(kind)
        one.open(path)
        yield kind, path
        waiting += one.page.evaluate(
            '[...document.querySelectorAll(\'a[href^="/"], a[href^="?"]\')]'
            ".map(a => new URL(a.href)).map(u => u.pathname + u.search)"
            ".filter(p => !p.startsWith('/api/'))"
        )


def test_every_page_of_every_role_is_fit_for_everybody(
    trial: dict[str, User], seat: Any
) -> None:
    """No fault that axe-core knows, in light and dark; no scrolling sideways."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="no axe-core"
    ).Axe()
    times: dict[str, int] = {}
    wrong = []
    for role, user in trial.items():
        one = seat(user)
        for kind, path in pages_of(one):
            known = times[kind] = times.get(kind, 0) + 1
            if path.startswith(ACCOUNT) and known > 1:
                continue
            for dark in (False, True) if known == 1 else (known % 2 == 0,):
                one.page.emulate_media(color_scheme="dark" if dark else "light")
                one.page.set_viewport_size(PHONE if dark else DESK)
                wrong += [(role, path, fault) for fault in one.faults(axe.axe_script)]
            one.page.set_viewport_size(PHONE)
            if one.is_wide():
                wrong.append((role, path, "wider than the screen"))
    assert wrong == []
    assert len(times) > 30
    assert sum(times.values()) > 80


def test_pages_of_strangers_are_fit_for_everybody(study: object, seat: Any) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="no axe-core"
    ).Axe()
    wrong = []
    for path in (f"{ACCOUNT}login/", "/nowhere/", "/join/x/y/"):
        one = seat(None, PHONE)
        one.open(path)
        wrong += [(path, fault) for fault in one.faults(axe.axe_script)]
        if one.is_wide():
            wrong.append((path, "wider than the screen"))
    assert wrong == []
