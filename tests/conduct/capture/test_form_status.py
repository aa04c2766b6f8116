"""Every status of a form is in one table, and every act leads to one of them."""

from typing import get_args

from equipoise.conduct.audit.actions import ACTS
from equipoise.conduct.capture import form_status
from equipoise.conduct.capture.form_status import FINISHED, SIGNED, WITH_ENTRIES

NAMES = set(get_args(form_status.FormStatus))


def test_every_act_leads_to_a_status_and_every_status_but_started_comes_of_one() -> (
    None
):
    assert set(form_status.STATUS_AFTER.values()) == NAMES
    assert form_status.STATUS_AFTER.keys() <= ACTS.keys()


def test_the_sets_of_statuses_grow_from_signed_to_without_entries() -> None:
    assert set(SIGNED) < set(FINISHED) < set(WITH_ENTRIES) < NAMES
    assert NAMES - set(WITH_ENTRIES) == {"", "void"}
    assert set(form_status.BEFORE_LOCK) == set(FINISHED) - {"locked"}
