"""Acts on accounts and the study, in its chain; and mail to all who work in the trial."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from equipoise.conduct import mail
from equipoise.conduct.audit.chain import Fact
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import append
from equipoise.conduct.study.models import Site
from equipoise.conduct.study.protocols import hash_in_force


def note(
    act: str,
    item: str,
    value: str,
    actor: str,
    at: datetime,
    reason: str = "",
    form: str = "people",
) -> None:
    """Writes an act into the chain of the study.

    Args:
        item: the role, the kind of a second factor, or the kind of a request.
        value: whom or what it concerns.
        form: ``people`` for what is done to accounts.
    """
    append(
        STUDY,
        [Fact(act, form=form, item=item, value=value, reason=reason.strip())],
        actor=actor,
        protocol=hash_in_force(),
        at=at,
    )


def tell(
    roles: Iterable[str], sites: Collection[Site], subject: str, text: str
) -> None:
    """Reports to everybody with one of these roles, once what was done is on the disk.

    Args:
        text: never with data of a participant.
    """
    to = [(role, site) for role in roles for site in sites]

    def send() -> None:
        for role, site in to:
            mail.tell(role, site, subject, text)

    transaction.on_commit(send, robust=True)  # what was done stays done
