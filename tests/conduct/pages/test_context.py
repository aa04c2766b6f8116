"""What every page knows: of nobody nothing, of somebody the own roles alone."""

from pathlib import Path

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.test import RequestFactory

from equipoise import library
from equipoise.conduct.pages.context import trial
from equipoise.conduct.study.protocols import accept
from equipoise.exchange.protocols import texts
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW


def asked_by(user: User | AnonymousUser, path: str = "/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = user
    return request


def test_before_there_is_a_protocol_a_page_can_be_shown(db: None) -> None:
    found = trial(asked_by(AnonymousUser()))
    assert "trial" not in found
    assert found["infusions"] is False


def test_a_stranger_learns_the_name_of_the_trial_and_no_more(study: Protocol) -> None:
    found = trial(asked_by(AnonymousUser()))
    assert found["trial"].label == study.trial.label
    assert found["demo"] is True
    assert found.keys() == {"demo", "idle_minutes", "trial", "infusions"}


def test_somebody_is_named_with_the_roles_that_hold(people: dict[str, User]) -> None:
    nurse = people["infusion team"]
    assert trial(asked_by(nurse))["who_name"] == "infusion-team"
    nurse.first_name, nurse.last_name = "Nora", "Nurse"
    found = trial(asked_by(nurse, "/participants/"))
    assert (found["who_name"], found["who_roles"]) == ("Nora Nurse", "infusion team")
    assert found["actor"].roles.keys() == {"infusion team"}
    assert [e.label for e in found["menu"] if e.here] == ["Participants"]


def test_without_a_role_there_is_nothing_but_today(study: Protocol) -> None:
    found = trial(asked_by(User.objects.create_user("newcomer")))
    assert found["who_roles"] == ""
    assert [entry.label for entry in found["menu"]] == ["Today"]


def test_a_trial_without_infusions_has_no_pharmacy(
    people: dict[str, User], tmp_path: Path
) -> None:
    role = "pharmacist"
    labels = [entry.label for entry in trial(asked_by(people[role]))["menu"]]
    assert "Pharmacy" in labels
    path = tmp_path / "protocol.toml"
    text = library.text("protocols", "beat-the-blues")
    path.write_text(text.replace('version = "1.0"', 'version = "2.0"', 1), "utf-8")
    protocol, text, scales = texts(path)
    accept(protocol, text, scales, actor="admin", at=NOW, reason="a test")
    found = trial(asked_by(people[role]))
    assert "Pharmacy" not in [entry.label for entry in found["menu"]]
    assert found["infusions"] is False
