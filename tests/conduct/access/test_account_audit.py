"""What is done to accounts is in the chain of the study, with its reason."""

import pytest

from equipoise.conduct.access.account_audit import note
from equipoise.conduct.audit.models import STUDY, Entry
from tests.conduct.conftest import NOW


@pytest.mark.usefixtures("study")
def test_an_act_is_recorded_with_whom_it_concerns() -> None:
    note("invite", "account", "ann", "administrator", NOW, "  new  ")
    note("propose unlock", "unlock", "P0001", "s", NOW, "why", "second person")
    last, first = Entry.objects.filter(chain=STUDY).order_by("-seq")[:2]
    assert (first.act, first.form, first.item) == ("invite", "people", "account")
    assert (first.value, first.actor, first.reason) == ("ann", "administrator", "new")
    assert (last.form, last.value, last.at) == ("second person", "P0001", NOW)
