"""The register: rows beside the chains are those that were written down."""

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.models import Membership
from equipoise.conduct.audit.models import REGISTER, Entry
from equipoise.conduct.audit.register import (
    begin,
    change,
    is_registered,
    wrong,
)
from equipoise.conduct.study.models import ProtocolVersion, Site
from equipoise.conduct.study.protocols import in_force, version
from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.tampering import sql


def test_what_is_saved_changed_and_deleted_stands_in_the_chain(
    people: dict[str, User],
) -> None:
    site = Site.objects.create(code="west", name="West")
    site.name = "West Hospital"
    site.save()
    change(Site.objects.filter(code="west"), name="West End")
    site.refresh_from_db()
    assert is_registered(site)
    site.delete()
    assert list(wrong()) == []


def test_a_login_is_no_change(people: dict[str, User]) -> None:
    before = Entry.objects.filter(chain=REGISTER).count()
    user = people["rater"]
    user.last_login = NOW
    user.save(update_fields=["last_login"])
    assert Entry.objects.filter(chain=REGISTER).count() == before


def test_what_was_done_behind_the_application_is_told(people: dict[str, User]) -> None:
    key = people["rater"].pk
    sql("UPDATE auth_user SET password = 'x' WHERE id = %s", key)
    held = Membership.objects.get(user=people["monitor"]).pk
    sql("DELETE FROM access_membership WHERE id = %s", held)
    assert list(wrong()) == [
        f"table auth_user, row {key}: does not match the register",
        f"table access_membership, row {held}: is missing",
    ]


def test_a_protocol_that_was_changed_is_not_obeyed(study: Protocol) -> None:
    version.cache_clear()
    stored = ProtocolVersion.objects.get()
    sql("UPDATE study_protocolversion SET text = %s",
        stored.text.replace("value = 0.5,", "value = 5.0,", 1))  # fmt: skip
    with pytest.raises(ConductError, match="EQ958"):
        in_force()


def test_an_older_trial_is_registered_once(people: dict[str, User]) -> None:
    sql("DELETE FROM audit_entry WHERE chain = %s", REGISTER)
    sql("DELETE FROM audit_head WHERE chain = %s", REGISTER)
    assert list(wrong()) == []  # nothing was promised of it yet
    assert begin() > len(people)
    assert begin() == 0
    assert list(wrong()) == []
