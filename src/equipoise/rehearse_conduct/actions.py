"""Performs one action for a participant, by the user of the right role."""

from __future__ import annotations

from equipoise.rehearse_conduct.action_plan import Deed
from equipoise.rehearse_conduct.bedside import ACTS, Bedside
from equipoise.rehearse_conduct.form_pages import fill_in, follow_up
from equipoise.rehearse_conduct.pharmacy import prepare
from equipoise.rehearse_conduct.users import Cast


def perform(cast: Cast, bedside: Bedside, deed: Deed) -> None:
    """Performs one action for a participant.

    Args:
        cast: all users.
        bedside: the page of the participant's nurse.
        deed: action, role and time.
    """
    name = bedside.identifier
    if deed.form == "prepare":
        bedside.numbers[deed.visit] = prepare(cast, name, deed)
    elif deed.form in ACTS:
        bedside.act(deed)
    elif deed.form == "discharge":
        bedside.leave(deed)
    elif deed.form == "follow up":
        follow_up(cast, name, deed)
    elif deed.minute is not None:
        bedside.fill_in(deed)
    else:
        fill_in(cast, name, deed)
