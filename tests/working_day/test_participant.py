"""The participant's questionnaires: a sheet with a QR code, a telephone, and nothing else.

The coordinator prints an invitation; the participant opens its link, chooses a password and
answers PCL-5, IES-R and QIDS, by touch and with keys. What was typed is what is exported.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from tests.conduct.conftest import NOW, PASSWORD
from tests.conduct.pages.seats import PHONE
from tests.conduct.walking import included
from tests.working_day.after import answers_of, by_item, exported
from tests.working_day.compared import no_arm_was_shown
from tests.working_day.hands import Hands
from tests.working_day.real_trial import begin_trial, with_pcl5
from tests.working_day.scene import DAY0

pytestmark = pytest.mark.django_db(databases=["default", "vault"], transaction=True)
ANSWERS = {
    "pcl5": "0123401234012340123401234"[:20],
    "iesr": "0123401234012340123401",
    "qids_sr16": "0123012301210123",
}
BREAK = 5  # answers before the participant leaves


@pytest.fixture
def people(db: None, key: Path, tmp_path: Path, settings: Settings) -> dict[str, User]:
    """The reference trial, with a PCL-5 at each rating."""
    settings.DEMO, settings.ANCHORS = False, key.parent / "anchors"
    return begin_trial(with_pcl5(tmp_path), key, settings.ANCHORS, at=NOW)


@pytest.fixture
def size() -> dict[str, int]:
    """A telephone."""
    return PHONE


@pytest.mark.parametrize("keys", [False, True], ids=["touch", "keys"])
def test_the_participants_questionnaires(
    people: dict[str, User], secrets: dict[str, str], key: Path, seat: Any,
    come: Callable[[str], Hands], keys: bool,
) -> None:  # fmt: skip
    included(people, day0=DAY0)
    nurse = come("coordinator")
    nurse.link("Participants", within="nav")
    nurse.link("P0001")
    nurse.button("Invite P0001")
    nurse.sees("Scan this code")
    nurse.page.emulate_media(media="print")
    assert nurse.page.locator("svg.qr").is_visible()
    link = nurse.page.locator(".address").inner_text()
    home, name = nurse.page.locator("p:has-text('Later, sign in') b").all_inner_texts()
    nurse.page.emulate_media(media="screen")
    own = Hands(seat(None, PHONE), "participant", keys=keys)
    own.page.goto(link)
    own.type("Password", PASSWORD)
    own.button("Set the password")
    own.type("User name", "p0001")
    own.type("Password", PASSWORD)
    own.button("Sign in")
    _breaks_off(own, home, name)
    _answers(own)
    _sees_nothing_else(own)
    tables = exported(nurse)
    for name, digits in ANSWERS.items():
        assert answers_of(tables, name, "baseline") == by_item(digits)
    assert set(tables["answers"]["rater"]) == {"p0001"}
    assert set(tables["answers"]["instrument"]) == set(ANSWERS)
    no_arm_was_shown([own], key)


def _breaks_off(own: Hands, home: str, name: str) -> None:
    """Leaves a questionnaire, and comes back later with what is on the sheet."""
    own.link(re.compile("PCL-5"))
    own.sees("Repeated, disturbing, and unwanted memories")
    own.rate(ANSWERS["pcl5"][:BREAK])
    own.button("Sign out")
    own.page.goto(home)
    own.type("User name", name)
    own.type("Password", PASSWORD)
    own.button("Sign in")
    own.link(re.compile("PCL-5"))
    own.page.locator("h1:has-text('PCL-5')").wait_for()
    assert own.page.locator(".question input:checked").count() == BREAK


def _answers(own: Hands) -> None:
    """One after the other; the next one opens by itself."""
    for number, digit in enumerate(ANSWERS["pcl5"][BREAK:], start=BREAK + 1):
        own.answer(f"{number}", digit)
    own.complete()
    for instrument in ("iesr", "qids_sr16"):
        own.rate(ANSWERS[instrument])
        own.complete()
    own.sees("Thank you. No questionnaires are due.")
    assert not own.page.locator(".state.due, .state.late, svg").count()


def _sees_nothing_else(own: Hands) -> None:
    """Every link leads to a questionnaire of the own, or to the own account."""
    own.link(re.compile("Ketamine"))
    links = own.page.locator("body a").evaluate_all(
        "found => found.map(a => new URL(a.href).pathname)"
    )
    mine = re.compile(
        r"/(participants/P0001/(forms/(instrument|guess):.*)?|accounts/)?"
    )
    assert not [path for path in links if not mine.fullmatch(path)], links
    shown = own.page.inner_text("main")
    for hidden in ("CAPS", "kit", "adverse", "North", "scores"):
        assert hidden.lower() not in shown.lower(), shown
