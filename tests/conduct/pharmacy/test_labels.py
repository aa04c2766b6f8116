"""A label: the same whatever is in the syringe."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from equipoise.conduct.allocation.services import assignment, hash_chains, syringes
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.pharmacy import accountability
from equipoise.errors import AccessError, ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.allocation.services.test_syringes import CONTENT
from tests.conduct.conftest import NOW
from tests.conduct.pharmacy.test_preparation import By
from tests.conduct.pharmacy.treated import randomized

UNTIL = "2027-01-05T09:00+00:00"


@pytest.fixture
def person(key: Path, actor: By) -> Participant:
    return randomized(key, actor("coordinator"))


def fill(key: Path, visit: str, **more: object) -> str:
    content = replace(CONTENT, use_by=UNTIL, **more)  # type: ignore[arg-type]
    made = syringes.fill_syringe(key, "P0001", visit, content, actor="p", at=NOW)
    return made.number


def test_what_is_in_it_changes_no_label(
    person: Participant, key: Path, actor: By
) -> None:
    made = []
    for visit, more in (
        ("infusion-1", {}),
        ("infusion-2", {"arm": "midazolam", "drug": "midazolam", "lot": "X", "vials": 3,
                        "concentration": 5.0, "volume_ml": "0.74"}),
        ("infusion-3", {"drug": "", "concentration": None, "volume_ml": "0.00"}),
    ):  # fmt: skip
        number = fill(key, visit, **more)
        one = accountability.label(number, key=key, actor=actor("pharmacist"))
        assert (one.number, one.visit, one.total_ml) == (number, visit, "50.00")
        made.append(replace(one, number="", visit=""))
    assert made[0] == made[1] == made[2]
    assert made[0].use_by == datetime.fromisoformat(UNTIL)
    assert made[0].kit == assignment.kit("P0001")
    assert hash_chains.heads()["openings"][0] == 0  # no arm was shown


def test_volumes_that_differ_are_left_out(
    person: Participant, key: Path, actor: By
) -> None:
    first = fill(key, "infusion-1")
    other = fill(key, "infusion-2", total_ml="40.00")
    for number in (first, other):
        assert (
            accountability.label(number, key=key, actor=actor("pharmacist")).total_ml
            == ""
        )
    syringes.discard_syringe(key, other, reason="fell", actor="p", at=NOW)
    assert (
        accountability.label(first, key=key, actor=actor("pharmacist")).total_ml
        == "50.00"
    )
    with pytest.raises(ConductError, match=r"EQ940 this syringe is out of use"):
        accountability.label(other, key=key, actor=actor("pharmacist"))


def test_a_syringe_from_before_has_no_time_of_use(
    person: Participant, key: Path, actor: By
) -> None:
    made = syringes.fill_syringe(key, "P0001", "v", CONTENT, actor="p", at=NOW)
    assert (
        accountability.label(made.number, key=key, actor=actor("pharmacist")).use_by
        is None
    )


def test_the_trial_is_named_without_its_drug(
    person: Participant, key: Path, actor: By, study: Protocol,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    number = fill(key, "infusion-1")

    def named(label: str, trial_id: str) -> str:
        trial = study.trial.model_copy(update={"label": label, "id": trial_id})
        other = study.model_copy(update={"trial": trial})
        monkeypatch.setattr(accountability, "in_force", lambda: other)
        return accountability.label(number, key=key, actor=actor("pharmacist")).trial

    assert named("A trial of infusions", "x") == "A trial of infusions"
    assert named("Ketamine for PTSD", "feder2021") == "feder2021"
    assert named("Ketamine for PTSD", "midazolam-1") == "Clinical trial"


@pytest.mark.parametrize("role", ["infusion team", "coordinator", "investigator"])
def test_nobody_else_prints_labels(
    person: Participant, key: Path, actor: By, role: str
) -> None:
    number = fill(key, "infusion-1")
    with pytest.raises(AccessError, match="EQ911"):
        accountability.label(number, key=key, actor=actor(role))
