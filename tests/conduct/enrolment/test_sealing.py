"""Sealing: by the unblinded statistician, published in the chain of the study."""

from collections.abc import Callable
from pathlib import Path

import pytest

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.allocation import services
from equipoise.conduct.audit.anchor import read
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.enrolment.sealing import seal
from equipoise.errors import AccessError, ConductError
from tests.conduct.conftest import NOW
from tests.conduct.tampering import sql

By = Callable[[str], Actor]


def made(key: Path, actor: Actor) -> str:
    anchors = key.parent / "anchors"
    return seal(places=12, key=key, anchors=anchors, actor=actor, at=NOW).hash


def test_a_commitment_is_published(actor: By, key: Path) -> None:
    statistician = actor("statistician")
    for table in ("sealed", "place", "turn"):
        sql(f"DELETE FROM allocation_{table}", alias="vault")  # noqa: S608
    sql("DELETE FROM audit_entry WHERE act = 'seal'")
    hash_ = made(key, statistician)
    assert services.commitment().hash == hash_
    entry = Entry.objects.get(chain=STUDY, act="seal")
    assert entry.value == f"{hash_} permuted blocks 12 places"
    assert STUDY in next(read(key.parent / "anchors")).heads


def test_cut_off_before_it_is_published_it_is_published_next_time(
    actor: By, key: Path
) -> None:
    statistician = actor("statistician")
    sql("DELETE FROM audit_entry WHERE act = 'seal'")
    before = services.commitment().hash
    assert made(key, statistician) == before
    assert Entry.objects.get(act="seal").value.startswith(before)
    with pytest.raises(ConductError, match="EQ933"):
        made(key, statistician)


def test_a_list_is_sealed_once(actor: By, key: Path) -> None:
    with pytest.raises(ConductError, match="EQ933"):
        made(key, actor("statistician"))


@pytest.mark.parametrize("role", ["coordinator", "administrator", "investigator"])
def test_it_is_the_statisticians_right(actor: By, key: Path, role: str) -> None:
    with pytest.raises(AccessError, match="EQ911"):
        made(key, actor(role))
