"""An edit of any column of any table, behind the application, is found.

What is not found is stated here with its reason: nobody's rights, pages, doses or exports
depend on it.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.auth.models import User
from django.db import models

from equipoise.conduct.access.actor import actor_of
from equipoise.conduct.access.models import Reset
from equipoise.conduct.allocation.services.syringes import (
    check_syringe,
    discard_syringe,
)
from equipoise.conduct.api.tokens import issue
from equipoise.conduct.audit.register import WATCHED
from equipoise.conduct.database import VAULT
from equipoise.conduct.enrolment.database_currency import anchor_all
from equipoise.conduct.inspection.verification import inspect
from tests.conduct.abuse.world import World, undone
from tests.conduct.conftest import NOW
from tests.conduct.tampering import sql

# Tables that say nothing which anybody is shown, or that only our secret makes valid.
OF_NO_CONSEQUENCE = {
    "django_session": "a session is of no use without the secret that signs it",
    "django_content_type": "names of models, for Django itself",
    "django_migrations": "which steps of the schema were done",
    "auth_permission": "rights are those of roles: no permission of Django is asked",
    "auth_group": "likewise",
    "axes_accessattempt": "wrong passwords, for the limit of tries",
    "axes_accessattemptexpiration": "likewise",
    "axes_accessfailurelog": "likewise",
    "axes_accesslog": "likewise",
    "account_emailaddress": "addresses of mail, which no right depends on",
    "account_emailconfirmation": "likewise",
    "equipoise_cache": "a cache",
}
# Columns of tables that count, of which nothing follows.
COLUMNS = {
    "audit_entry.id": "the order is that of the chain",
    "capture_formstate.id": "no order follows from it",
    "capture_participant.id": "follows from a key to another table",
    "allocation_turn.stratum": "compared by its number of places",
}


@pytest.fixture
def whole(world: World, key: Path) -> World:
    """A trial with a row in every table that counts."""
    doctor = world.people["north"]["investigator"]
    issue(doctor, "a program", days=5, at=NOW)
    Authenticator.objects.create(user=doctor, type="totp", data={"secret": "x"})
    Reset.objects.create(
        user=world.people["south"]["monitor"], requested_by="administrator",
        requested_at=NOW, reason="lost it", second=True, used_at=NOW,
    )  # fmt: skip
    check_syringe(world.syringes["north"], agrees=True, actor="second", at=NOW)
    discard_syringe(
        key, world.syringes["south"], reason="broken", actor="second", at=NOW
    )
    anchor_all(key.parent / "anchors", at=NOW)
    return world


def look(key: Path) -> tuple[str, ...]:
    return inspect(key, key.parent / "anchors").findings


def edited(field: models.Field[Any, Any], value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.DateTimeField):
        return (value or NOW) + timedelta(hours=1)
    if isinstance(field, models.DateField):
        return (value or NOW.date()) + timedelta(days=1)
    if isinstance(field, models.BinaryField):
        kept = bytes(value or b"\x00")
        return bytes([kept[0] ^ 1]) + kept[1:]
    if isinstance(field, models.ForeignKey | models.IntegerField):
        return (value or 0) + 1000
    if isinstance(field, models.JSONField):
        return '{"edited": "yes"}'
    text = f"{value or ''}"
    return f"x{text[1:]}" if text[:1] != "x" else f"y{text[1:]}"


def fields() -> list[tuple[str, type[models.Model], Any]]:
    found = []
    for model in apps.get_models():
        table = model._meta.db_table
        if table in OF_NO_CONSEQUENCE:
            continue
        left_out = WATCHED.get(model._meta.label, ())
        alias = VAULT if model._meta.app_label == "allocation" else "default"
        found += [
            (alias, model, field)
            for field in model._meta.concrete_fields
            if field.name not in left_out
            and f"{table}.{field.column}" not in COLUMNS
            and (alias != VAULT or field.name != "id")  # the order is that of seq
        ]
    return found


def test_an_edit_of_any_column_of_any_table_is_found(whole: World, key: Path) -> None:
    assert look(key) == (), "\n".join(look(key))
    silent, tried = [], 0
    for alias, model, field in fields():
        table = model._meta.db_table
        row = model._default_manager.using(alias).order_by("pk").last()
        assert row is not None, f"no row in {table}: nothing would be tried"
        new = edited(field, getattr(row, field.attname))
        with undone():
            sql(
                f"UPDATE {table} SET {field.column} = %s WHERE "  # noqa: S608
                f"{model._meta.pk.column} = %s",
                new, row.pk, alias=alias,
            )  # fmt: skip
            tried += 1
            if not look(key):
                silent.append(f"{table}.{field.column}")
    assert tried > 80
    assert silent == [], " ".join(silent)


@pytest.mark.parametrize(
    ("table", "alias"),
    [
        ("capture_participant", "default"), ("capture_formstate", "default"),
        ("access_membership", "default"), ("study_consentversion", "default"),
        ("api_apitoken", "default"), ("capture_attachment", "default"),
        ("allocation_turn", VAULT),
    ],
)  # fmt: skip
def test_a_row_that_is_deleted_is_missed(
    whole: World, key: Path, table: str, alias: str
) -> None:
    with undone():
        sql(f"DELETE FROM {table}", alias=alias)  # noqa: S608
        assert look(key)


def test_a_role_that_nobody_gave_is_found(whole: World, key: Path) -> None:
    monitor = User.objects.get(username="monitor")
    sql(
        "UPDATE access_membership SET role = 'pharmacist' WHERE user_id = %s",
        monitor.pk,
    )
    assert "pharmacist" in actor_of(monitor, at=NOW).roles
    assert "table access_membership" in " ".join(look(key))
