"""What all who work in the trial are told by message; the pages show it by themselves."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import partial

from django.db import transaction

from equipoise.conduct.study.models import Site

log = logging.getLogger("equipoise.notices")
# Called with role, site, subject and text; whatever sends messages adds itself.
TELL: list[Callable[[str, Site, str, str], object]] = []


def tell(roles: Iterable[str], sites: Iterable[Site], subject: str, text: str) -> None:
    """Reports to everybody with one of these roles, once what was done is on the disk.

    What was done stays done if a message cannot leave.

    Args:
        roles: such as ``investigator``.
        sites: where the roles are held.
        subject: in a few words.
        text: never with data of a participant.
    """
    where = list(sites)
    for role in roles:
        for site in where:
            transaction.on_commit(partial(_send, role, site, subject, text))


def _send(role: str, site: Site, subject: str, text: str) -> None:
    for send in TELL:
        try:
            send(role, site, subject, text)
        except Exception:
            log.exception("a message could not be sent")
