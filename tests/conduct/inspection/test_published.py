"""What the chain of the study says of the list, and what the vault has."""

from pathlib import Path

import pytest

from equipoise.conduct.allocation.services import assignment, syringes, unblinding
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.inspection.verification import compared, unpublished
from equipoise.protocol.model import Protocol
from tests.conduct.allocation.services.test_syringes import fill
from tests.conduct.conftest import NOW
from tests.conduct.screened import write
from tests.conduct.tampering import sql
from tests.conduct.walking import release


def test_what_was_published_is_what_was_sealed(study: Protocol) -> None:
    assert list(unpublished()) == []
    assert compared()[0] == []


def test_before_a_list_there_is_nothing_to_say(db: None) -> None:
    assert list(unpublished()) == []


@pytest.mark.parametrize(
    ("statement", "alias", "what"),
    [
        (
            "DELETE FROM allocation_place WHERE position = 9",
            "vault",
            "published commitment",
        ),
        (
            "UPDATE allocation_sealed SET method = 'urn'",
            "vault",
            "published commitment",
        ),
        ("UPDATE allocation_sealed SET protocol = 'x'", "vault", "not in the database"),
        (
            "DELETE FROM audit_entry WHERE act = 'seal'",
            "default",
            "not in the audit trail",
        ),
        ("DELETE FROM allocation_sealed", "vault", "schedule is missing"),
    ],
)
def test_a_difference_is_found(
    study: Protocol, statement: str, alias: str, what: str
) -> None:
    sql(statement, alias=alias)
    assert what in " ".join(unpublished())


@pytest.mark.parametrize(
    ("why", "act", "form", "said"),
    [
        ("emergency", "unblind", "unblinding", "was unblinded in an emergency"),
        ("open label", "show treatment", "treatment", "had the treatment shown"),
    ],
)
def test_an_arm_that_was_shown_and_one_that_was_not(
    study: Protocol, key: Path, why: str, act: str, form: str, said: str
) -> None:
    for number in (1, 2, 3):
        assignment.allocate(study, key, f"P{number}", {}, actor="c", at=NOW)
    for name in ("P1", "P2"):
        unblinding.open_one(key, name, why=why, reason="", actor="c", at=NOW)
    for name in ("P2", "P3"):
        write(name, [Fact(act, form)])
    unwritten, (cut,) = compared()
    assert unwritten == [f"P1 {said}, but there is no audit entry"]
    assert cut.startswith("P3: ")
    assert cut.endswith("but no arm was shown")


def test_an_allocation_of_before_is_found(study: Protocol, key: Path) -> None:
    assignment.allocate(
        study, key, "P1", {}, actor="c", at=NOW.replace(year=NOW.year - 1)
    )
    assert "before the commitment was published" in " ".join(unpublished())


def test_discarded_syringes_are_compared_with_the_numbers_that_hold(
    study: Protocol, key: Path
) -> None:
    """The two databases tell the same, whichever of them somebody changed."""
    number = fill(key)
    syringes.check_syringe(number, agrees=True, actor="q", at=NOW)
    release("P0001", "infusion-1", number)
    assert compared() == ([], [])
    syringes.discard_syringe(key, number, reason="fell", actor="p", at=NOW)
    (found,) = compared()[0]
    assert number in found
    assert "an infusion can start with it" in found
    gone = Fact("discard", "syringe", "infusion-1", item="number", value=None)
    write("P0001", [gone])
    assert compared() == ([], [])
    sql("DELETE FROM allocation_syringediscard", alias="vault")
    (cut,) = compared()[1]
    assert number in cut
