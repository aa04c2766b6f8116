"""Attachments (scans) of a form: a signed consent page, an ECG, a laboratory report.

They are stored in the database, so that a backup includes them; the audit trail has the
hash of each. A scan that was added to the wrong form is removed with a reason: its content
is deleted, and the audit trail still shows that it was there.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from django.db import models

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.record import require_reason
from equipoise.conduct.capture.consent import require_consent
from equipoise.conduct.capture.current_values import changing
from equipoise.conduct.capture.form_instance import Place
from equipoise.conduct.capture.models import Attachment
from equipoise.conduct.capture.permission import require_form
from equipoise.conduct.study.protocols import record
from equipoise.errors import ConductError

MOST = 10 * 1024 * 1024  # bytes of one scan
# First bytes of a file -> its type: the type that the browser sends is not used.
KINDS = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}


def attach(
    place: Place, name: str, content: bytes, *, actor: Actor, at: datetime
) -> Attachment:
    """Attaches a scan to a form; the same content is stored once.

    PDF, JPEG or PNG, at most 10 MB.

    Raises:
        AccessError: EQ911, EQ913.
        ConductError: EQ921, locked; EQ923, no valid consent; EQ928, not a valid scan.
    """
    person = place.participant
    require_form(actor, person, place.form)
    kind = next((k for begin, k in KINDS.items() if content.startswith(begin)), "")
    if not kind or len(content) > MOST:
        raise ConductError.single(
            "EQ928",
            "the file type is not supported" if not kind else "the file is too large",
            where="the file",
            fix="choose a PDF, JPEG or PNG file of at most 10 MB",
        )
    digest = sha256(content).hexdigest()
    with changing(person.identifier) as known:
        require_consent(known, place.form, on=person.site.day(at))
        held = of(place).filter(hash=digest, removed_at=None).first()
        if held is not None:
            return held
        name = _plain(name)
        made = Attachment.objects.create(
            participant=person, form=place.form.id, visit=place.visit,
            minute=place.minute, name=name, kind=kind, hash=digest, content=content,
            added_at=at, added_by=actor.name,
        )  # fmt: skip
        _note(place, "attach", f"{digest} {name}", "", actor, at)
    return made


def remove(
    made: Attachment, place: Place, *, reason: str, actor: Actor, at: datetime
) -> None:
    """Removes a misplaced scan, once (EQ913; EQ921, locked; EQ922, no reason)."""
    require_form(actor, place.participant, place.form)
    reason = require_reason(
        reason, "EQ922", "a scan is removed only with a reason",
        "the file", "enter why it does not belong here",
    )  # fmt: skip
    with changing(place.participant.identifier, (place.form.id,)):
        made.refresh_from_db()
        if made.removed_at is None:
            made.content, made.removed_at = b"", at
            made.save(update_fields=["content", "removed_at"])
            _note(place, "detach", f"{made.hash} {made.name}", reason, actor, at)


def of(place: Place) -> models.QuerySet[Attachment]:
    """The scans of a form, in the order in which they were attached."""
    return Attachment.objects.filter(
        participant=place.participant, form=place.form.id, visit=place.visit,
        minute=place.minute,
    )  # fmt: skip


def _plain(name: str) -> str:
    kept = "".join(c for c in name.rpartition("/")[2] if c.isprintable())
    return kept[-80:] or "scan"


def _note(
    place: Place, act: str, value: str, reason: str, actor: Actor, at: datetime
) -> None:
    fact = Fact(act, *place.where, value=value, reason=reason)
    record(place.participant.identifier, fact, actor=actor.name, at=at)
