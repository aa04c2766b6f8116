"""Versions, sites and consents: what was in force stays what it was."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from equipoise.conduct.capture.consent import approved
from equipoise.conduct.study.models import ConsentVersion, ProtocolVersion, Site
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE study_protocolversion SET text = 'arms = []'",
        "UPDATE study_protocolversion SET hash = 'x'",
        "UPDATE study_protocolversion SET accepted_by = 'nobody'",
        "DELETE FROM study_protocolversion",
    ],
)
def test_no_statement_changes_a_protocol_that_was_in_force(
    study: Protocol, statement: str
) -> None:
    before = ProtocolVersion.objects.values().get()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert ProtocolVersion.objects.values().get() == before


def test_a_version_is_accepted_once(study: Protocol) -> None:
    known = ProtocolVersion.objects.get()
    known.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        known.save(force_insert=True)
    assert str(ProtocolVersion.objects.get()).startswith("1.0 ")


def test_consents_stand_in_the_order_in_which_they_begin(db: None) -> None:
    # Not in the order in which somebody typed them: the last one is to be signed.
    for label, day in (("2.0", 20), ("1.0", 4), ("1.1", 20)):
        ConsentVersion.objects.create(label=label, valid_from=date(2027, 1, day))
    assert [str(v) for v in ConsentVersion.objects.all()] == ["1.0", "2.0", "1.1"]
    valid = {day: approved(date(2027, 1, day)) for day in (3, 4, 19, 20)}
    found = {day: [v.label for v in some] for day, some in valid.items()}
    assert found == {3: [], 4: ["1.0"], 19: ["1.0"], 20: ["1.0", "2.0", "1.1"]}


def test_labels_and_codes_name_one_thing(study: Protocol) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsentVersion.objects.create(label="1.0", valid_from=NOW.date())
    with pytest.raises(IntegrityError), transaction.atomic():
        Site.objects.create(code="north", name="Another hospital")
    Site.objects.create(code="north-2", name="North Hospital")  # a name may recur
    assert [site.code for site in Site.objects.all()] == ["north", "north-2", "south"]
    assert str(Site.objects.get(code="south")) == "South Hospital"
