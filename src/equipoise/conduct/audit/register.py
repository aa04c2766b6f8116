"""Register: binds table rows that decide rights, pages or exports to a hash chain.

Users, roles, sites, tokens, versions of protocol and consent, second factors and scans are
rows of tables. Whenever one is written, the digest of the row is added to the hash chain
``register``: ``equipoise audit verify`` detects a row that was edited, inserted or removed
outside the application, and a protocol that is not as accepted is not used.

The columns that count are listed here, with the reason for each that does not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import REGISTER, STUDY, Entry, stamp
from equipoise.conduct.audit.record import append, lock
from equipoise.conduct.sql_statements import rows

ACTOR = "register"
# Table -> columns on which no rights, pages or exports depend.
WATCHED: dict[str, tuple[str, ...]] = {
    "auth.User": ("last_login", "date_joined"),  # shown to the user only
    "mfa.Authenticator": ("last_used_at", "created_at"),
    "study.ProtocolVersion": (),
    "study.Site": (),
    "study.ConsentVersion": (),
    "access.Membership": (),
    "access.ParticipantAccount": (),
    "access.Proposal": ("tries",),  # wrong codes so far
    "access.Reset": ("tries", "seen_at"),  # when it was read
    "api.ApiToken": (),
    "capture.Attachment": ("content",),  # compared with its hash
}
NEWEST = "SELECT hash FROM study_protocolversion ORDER BY id DESC LIMIT 1"


def connect() -> None:
    """Starts to register all rows that are saved or deleted from now on."""
    for label in WATCHED:
        model = apps.get_model(label)
        post_save.connect(_saved, sender=model, dispatch_uid=f"register {label}")
        post_delete.connect(_deleted, sender=model, dispatch_uid=f"strike {label}")


def change(found: models.QuerySet[Any], **values: Any) -> int:
    """``found.update(**values)`` of a table that is registered; the number of rows."""
    model = found.model
    with transaction.atomic():
        keys = list(found.values_list("pk", flat=True))
        count = found.update(**values)
        for row in model._default_manager.filter(pk__in=keys):
            note(row)
    return count


def note(row: models.Model) -> None:
    """Adds the digest of a row to the chain, if it is not the last one of that row."""
    table, key = _place(row)
    new = digest_of(type(row), row.pk)
    if new is not None and new != last(table, key):
        _write(table, key, new)


def begin() -> int:
    """Registers all rows of a trial that started before there was a register.

    Returns the number of rows; 0 where there is a register already.
    """
    if Entry.objects.filter(chain=REGISTER).exists():
        return 0
    count = 0
    for label in WATCHED:
        for row in apps.get_model(label)._default_manager.order_by("pk"):
            note(row)
            count += 1
    return count


def is_registered(row: models.Model) -> bool:
    """Whether a row matches its last digest; in a trial without register, always."""
    if not Entry.objects.filter(chain=REGISTER).exists():
        return True
    return last(*_place(row)) == digest_of(type(row), row.pk)


def wrong() -> Iterator[str]:
    """Rows that do not match the register, as text without any value."""
    said: dict[tuple[str, str], str | None] = {}
    known = Entry.objects.filter(chain=REGISTER).order_by("seq")
    for table, key, value in known.values_list("form", "item", "value"):
        said[table, key] = value
    if not said:
        return
    for label in WATCHED:
        model = apps.get_model(label)
        table = model._meta.db_table
        found = {f"{row[0]}": row[1] for row in _digests(model)}
        for key in sorted(found.keys() | {k for t, k in said if t == table}):
            stated, real = said.get((table, key)), found.get(key)
            if stated != real:
                what = (
                    "is not in the register" if stated is None
                    else "is missing" if real is None else "does not match the register"
                )  # fmt: skip
                yield f"table {table}, row {key}: {what}"


def digest_of(model: type[models.Model], key: Any) -> str | None:
    """SHA-256 of a row in the database; None if there is no such row."""
    return next((digest for _, digest in _digests(model, pk=key)), None)


def last(table: str, key: str) -> str | None:
    """The latest registered digest of a row."""
    known = Entry.objects.filter(chain=REGISTER, form=table, item=key)
    return known.order_by("-seq").values_list("value", flat=True).first()


def _digests(model: type[models.Model], **wanted: Any) -> Iterator[tuple[Any, str]]:
    left_out = WATCHED[model._meta.label]
    columns = [f.attname for f in model._meta.concrete_fields if f.name not in left_out]
    chosen = model._default_manager.filter(**wanted).order_by("pk")
    for values in chosen.values_list("pk", *columns):
        text = json.dumps([_plain(v) for v in values[1:]], ensure_ascii=False)
        yield values[0], sha256(f"{columns}{text}".encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value if isinstance(value, dict | list | int | None) else str(value)


def _place(row: models.Model) -> tuple[str, str]:
    return row._meta.db_table, f"{row.pk}"


def _saved(instance: models.Model, *, raw: bool = False, **_: Any) -> None:
    if not raw:
        note(instance)


def _deleted(instance: models.Model, **_: Any) -> None:
    _write(*_place(instance), None)


def _write(table: str, key: str, value: str | None) -> None:
    found = rows(NEWEST)
    protocol = str(found[0][0]) if found else ""
    fact = Fact("register", form=table, item=key, value=value)
    with transaction.atomic():
        lock(STUDY)  # first, as in all changes of accounts
        now = timezone.now().astimezone(UTC)
        append(REGISTER, [fact], actor=ACTOR, protocol=protocol, at=now)
