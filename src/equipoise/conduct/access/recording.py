"""Acts on accounts and on the study as a whole, in the chain of the study."""

from __future__ import annotations

from datetime import datetime

from equipoise.conduct.audit.chain import Fact
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import append
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
        act: of ``audit.acts``.
        item: the role, the kind of a second factor, or the kind of a request.
        value: whom or what it concerns.
        actor: user name.
        at: UTC.
        reason: in words.
        form: ``people`` for what is done to accounts.
    """
    append(
        STUDY,
        [Fact(act, form=form, item=item, value=value, reason=reason.strip())],
        actor=actor,
        protocol=hash_in_force(),
        at=at,
    )
