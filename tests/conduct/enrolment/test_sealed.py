"""An amendment leaves the randomization alone; what was drawn holds."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from equipoise import library
from equipoise.conduct.access.actor import Actor
from equipoise.conduct.allocation.services import assignment
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import entries
from equipoise.conduct.enrolment import allocation_list
from equipoise.conduct.enrolment.allocation_list import seal
from equipoise.conduct.enrolment.randomization import randomize
from equipoise.conduct.inspection.verification import inspect
from equipoise.conduct.operation.installation import found
from equipoise.conduct.study.protocols import accept, in_force
from equipoise.errors import ConductError
from equipoise.exchange.protocols import texts
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.screened import eligible
from tests.conduct.tampering import sql

By = Callable[[str], Actor]
PLAN = 'method = "permuted blocks"\nblock_sizes = [4, 6]'
MINIMIZED = 'method = "minimization"\nstrata = ["sex"]\nprobability = 0.8'


def amended(tmp_path: Path, *changes: tuple[str, str], number: int = 2) -> Path:
    """The protocol of the library with other words, in a file."""
    text = library.text("protocols", "feder2021")
    for old, new in (*changes, ('version = "1', f'version = "{number}.1')):
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / f"protocol-{number}.toml"
    path.write_text(text, "utf-8")
    return path


def unsealed() -> None:
    for table in ("sealed", "place", "turn"):
        sql(f"DELETE FROM allocation_{table}", alias="vault")  # noqa: S608
    sql("DELETE FROM audit_entry WHERE act = 'seal'")
    last = entries(STUDY).last()
    sql(
        "UPDATE audit_head SET seq = %s, hash = %s WHERE chain = %s",
        last.seq, last.hash, STUDY,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (PLAN, 'method = "complete"', "method permuted blocks"),
        ("block_sizes = [4, 6]", "block_sizes = [4]", "block sizes 4, 6"),
        (PLAN, PLAN + '\nstrata = ["sex"]', "strata none, and the protocol has sex"),
        (PLAN, MINIMIZED, "probability none"),
    ],
)
def test_another_randomization_is_refused_before_it_is_in_force(
    study: Protocol, tmp_path: Path, old: str, new: str, what: str
) -> None:
    path = amended(tmp_path, (old, new))
    with pytest.raises(ConductError, match="EQ945") as refusal:
        found(path, {}, at=NOW, amendment="we think otherwise now")
    assert what in str(refusal.value)
    assert in_force() == study


def test_anything_else_may_be_amended(
    study: Protocol, tmp_path: Path, key: Path, actor: By
) -> None:
    path = amended(tmp_path, ("[4, 6]", "[6, 4]"))  # the same blocks
    assert found(path, {}, at=NOW, amendment="a new version").changes
    assert allocation_list.require_fit(in_force()) == study


def test_without_a_list_everything_may_be_amended(
    study: Protocol, tmp_path: Path
) -> None:
    unsealed()
    found(amended(tmp_path, (PLAN, MINIMIZED)), {}, at=NOW, amendment="before it began")
    assert in_force().randomization.method == "minimization"


def test_nobody_is_randomized_under_a_protocol_that_does_not_fit(
    study: Protocol, tmp_path: Path, key: Path, actor: By
) -> None:
    """A server that runs while another process accepts it, or an older version did."""
    protocol, text, scales = texts(amended(tmp_path, (PLAN, MINIMIZED)))
    accept(protocol, text, scales, actor="admin", at=NOW, reason="r")
    with pytest.raises(ConductError, match="EQ945"):
        randomize(
            eligible(), key=key, anchors=tmp_path, actor=actor("coordinator"), at=NOW
        )
    assert len(assignment.given()) == 0


def test_a_minimization_is_verified_under_the_version_of_the_list(
    study: Protocol, tmp_path: Path, key: Path, actor: By
) -> None:
    """Factors of an amendment change nothing of who was allocated before."""
    unsealed()
    found(amended(tmp_path, (PLAN, MINIMIZED)), {}, at=NOW, amendment="r")
    anchors = key.parent / "anchors"
    seal(places=20, key=key, anchors=anchors, actor=actor("statistician"), at=NOW)
    coordinator = actor("coordinator")
    for number in range(1, 5):
        person = eligible(number)
        randomize(person, key=key, anchors=anchors, actor=coordinator, at=NOW)
    other = MINIMIZED.replace('["sex"]', '["psychotropics"]')
    path = amended(tmp_path, (PLAN, other), number=3)
    with pytest.raises(ConductError, match="EQ945"):
        found(path, {}, at=NOW, amendment="other factors")
    protocol, text, scales = texts(path)
    accept(protocol, text, scales, actor="admin", at=NOW, reason="by an older version")
    assert inspect(key, anchors).findings == ()
    assert allocation_list.of_the_list().randomization.strata == ("sex",)


def test_the_commitment_stands_before_anybody_comes(
    study: Protocol, tmp_path: Path, key: Path, actor: By
) -> None:
    sql("DELETE FROM audit_entry WHERE act = 'seal'")
    with pytest.raises(ConductError, match="EQ934"):
        randomize(
            eligible(), key=key, anchors=tmp_path, actor=actor("coordinator"), at=NOW
        )


def test_what_decides_who_gets_what(feder: Protocol) -> None:
    said = json.dumps(allocation_list.drawn_by(feder))
    assert "ketamine" in said
    assert "permuted blocks" in said
    longer = feder.model_copy(update={"endpoints": feder.endpoints[:1]})
    assert allocation_list.drawn_by(longer) == allocation_list.drawn_by(feder)
