"""What all who work in the trial are told by mail; the pages show it by themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction

from equipoise.conduct import mail
from equipoise.conduct.study.models import Site


def tell(
    roles: Iterable[str], sites: Collection[Site], subject: str, text: str
) -> None:
    """Reports to everybody with one of these roles, once what was done is on the disk.

    Args:
        roles: such as ``investigator``.
        sites: where the roles are held.
        subject: in a few words.
        text: never with data of a participant.
    """
    to = [(role, site) for role in roles for site in sites]

    def send() -> None:
        for role, site in to:
            mail.tell(role, site, subject, text)

    transaction.on_commit(send, robust=True)  # what was done stays done
