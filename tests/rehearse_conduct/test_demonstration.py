"""A demonstration: everybody can log in, and nobody has a password of the shelf."""

from pathlib import Path
from typing import get_args

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.test import RequestFactory

from equipoise.conduct.access.acting import actor_of
from equipoise.conduct.access.rights import Role
from equipoise.conduct.allocation import services as allocation
from equipoise.conduct.allocation.key import make_key
from equipoise.conduct.inspection.verifying import inspect
from equipoise.conduct.operation import demonstration
from equipoise.conduct.operation.setting_up import found
from equipoise.conduct.study.models import Site
from tests.conduct.conftest import NOW


def test_a_person_of_every_role_and_a_sealed_list(db: None, tmp_path: Path) -> None:
    found("feder2021", {}, at=NOW)
    key = tmp_path / "vault.key"
    make_key(key)
    made = demonstration.fill(tmp_path, key, at=NOW)
    assert {m.role for m in made} == set(get_args(Role))
    twice = [m.username for m in made if m.role == "pharmacist"]
    assert len(made) == len(get_args(Role)) + 1
    assert twice == ["pharmacist", "second-pharmacist"]  # nobody checks the own syringe
    lots = [(lot.drug, lot.available) for lot in allocation.lots(key)]
    assert lots == [("ketamine", 200), ("midazolam", 200)]
    assert len({m.password for m in made}) == len(made)
    for login in made:
        user = User.objects.get(username=login.username)
        assert user.check_password(login.password)
        assert set(actor_of(user, at=NOW).roles) == {login.role}
    assert allocation.commitment() is not None
    assert allocation.verify(key) == []
    looked = inspect(key, tmp_path / "anchors")
    assert looked.findings == ()  # the commitment stands in the chain of the study
    assert demonstration.fill(tmp_path, key, at=NOW) == made
    assert demonstration.logins(tmp_path) == made
    assert (tmp_path / demonstration.FILE).stat().st_mode & 0o077 == 0


def test_stopped_in_the_middle_it_goes_on(db: None, tmp_path: Path) -> None:
    found("beat-the-blues", {}, at=NOW)
    key = tmp_path / "vault.key"
    make_key(key)
    demonstration.fill(tmp_path, key, at=NOW)
    (tmp_path / demonstration.FILE).unlink()  # killed before it was written
    made = demonstration.fill(tmp_path, key, at=NOW)
    roles = {m.role for m in made}
    assert roles == set(get_args(Role)) - {
        "infusion team",
        "pharmacist",
    }  # no infusions
    request = RequestFactory().post("/accounts/login/")
    given = {"username": made[0].username, "password": made[0].password}
    assert authenticate(request, **given) is not None


def test_its_clock_is_that_of_this_machine_unless_it_is_said(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "zoneinfo" / "America" / "New_York"
    place.parent.mkdir(parents=True)
    place.touch()
    monkeypatch.setattr(demonstration, "CLOCK", tmp_path / "localtime")
    assert demonstration.zones({}) == {}  # nobody knows
    demonstration.CLOCK.symlink_to(place)
    assert demonstration.zones({}) == {"main": "America/New_York"}
    assert demonstration.zones({"main": "UTC"}) == {"main": "UTC"}
    found("feder2021", {}, at=NOW, zones=demonstration.zones({}))
    assert Site.objects.get().timezone == "America/New_York"
    assert demonstration.zones({}) == {}  # a site keeps its own
