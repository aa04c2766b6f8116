"""A trial of another kind: no infusion, no pharmacy, no criteria; every page of it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User

from equipoise.conduct.allocation.key import make_key
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.folder import Trial
from equipoise.conduct.operation.installation import found
from equipoise.conduct.serve import Opened
from equipoise.rehearse_conduct import demonstration
from tests.conduct.conftest import NOW
from tests.conduct.walking import browser, form_url, send

FORMS = {
    "consent": {"version": "1.0", "signed_at": "2027-01-04T08:00", "copy": "yes"},
    "characteristics": {"antidepressant": "yes", "episode": "long"},
}


@pytest.fixture
def blues(db: None, tmp_path: Path) -> dict[str, User]:
    """User name -> a person of the demonstration of beat-the-blues."""
    settings.VAULT_KEY, settings.ANCHORS = tmp_path / "vault.key", tmp_path / "anchors"
    make_key(settings.VAULT_KEY)
    at = NOW - timedelta(days=1)
    founded = found("beat-the-blues", {}, at=at)
    opened = Opened(Trial(tmp_path, demo=True), founded, "")
    demonstration.people(opened, at=at)
    demonstration.one_participant(opened, at=at)
    return {user.username: user for user in User.objects.all()}


def test_from_screening_to_randomization(blues: dict[str, User]) -> None:
    coordinator, doctor = browser(blues["coordinator"]), browser(blues["investigator"])
    version = FORMS["consent"] | {"version": _version(doctor)}
    for form, values in (FORMS | {"consent": version}).items():
        assert send(doctor, form_url("P0001", form), values).status_code == 302
    coordinator.post("/participants/P0001/day0/", {"day0": "2027-01-04"})
    own = browser(blues["p0001"])
    items = {str(n): "2" for n in range(1, 22)}
    url = form_url("P0001", "instrument:bdi2", "baseline")
    assert send(own, url, items).status_code == 302
    page = coordinator.get("/participants/P0001/").content.decode()
    assert re.search(r">\s*Randomize\s*</a>", page)
    assert "Timeline" in page
    said = coordinator.post("/participants/P0001/randomize/", follow=True)
    text = said.content.decode()
    assert "P0001 is randomized. Kit" in text
    assert "pharmacy" not in text.lower()
    assert "randomize" in current("P0001").acts
    assert Participant.objects.get().status == "randomized"


def test_every_link_of_every_role_opens(blues: dict[str, User]) -> None:
    assert not {"pharmacist", "infusion-team"} & blues.keys()
    browser(blues["coordinator"]).post(
        "/participants/P0001/day0/", {"day0": "2027-01-04"}
    )
    for name, user in blues.items():
        client, waiting, seen = browser(user), ["/"], set()
        while waiting:
            path = waiting.pop()
            seen.add(path)
            page = client.get(path, follow=True)
            assert page.status_code == 200, (name, path)
            if not page.get("Content-Type", "").startswith("text/html"):
                continue
            text = page.content.decode()
            assert "nfusion" not in text, (name, path)
            roles = r"Administrators, raters and pharmacists .*?another role\."
            assert "harmac" not in re.sub(roles, "", text, flags=re.S), (name, path)
            links = re.findall(r'href="(/[^"#]*)"', text)
            found = {link.replace("&amp;", "&") for link in links}
            waiting += sorted(
                link for link in found - seen - set(waiting)
                if not link.startswith(("/static/", "/accounts/", "/people/", "/api/"))
            )  # fmt: skip


def _version(client: object) -> str:
    page = client.get(form_url("P0001", "consent")).content.decode()  # type: ignore[attr-defined]
    return re.search(r'name="version"\s+value="([^"]+)"', page)[1]  # type: ignore[index]
