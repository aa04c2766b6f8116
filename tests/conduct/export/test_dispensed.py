"""Doses of the export: what was in the syringe, whatever the protocol had asked for."""

from dataclasses import replace

import pytest

from equipoise.conduct.allocation.services.syringes import Content, Syringe
from equipoise.conduct.allocation.services.unblinding import Filled
from equipoise.conduct.export.unblinding import (
    given,
    held_mg,
    prepared,
    syringe_rows,
)
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW

CONTENT = Content(
    arm="ketamine", drug="ketamine", dose_mg=29.75, weight_kg=59.5,
    weighed_at=NOW.isoformat(), concentration=50.0, volume_ml="0.60", total_ml="50.00",
    capped=False,
)  # fmt: skip
SALINE = Content(
    arm="saline", drug="", dose_mg=0.0, weight_kg=None, weighed_at="",
    concentration=None, volume_ml="0.00", total_ml="50.00", capped=False,
)  # fmt: skip


def filled(content: Content, agrees: bool | None, number: str = "1") -> Filled:
    made = Syringe(number, "P0001", "infusion-1", NOW, "one", agrees, "two")
    return Filled(made, content)


def exposure(
    weight: float | None = 59.5, visit: str = "infusion-1"
) -> dict[str, object]:
    return {"participant": "P0001", "visit": visit, "weight_kg": weight}


def test_the_dose_is_what_the_volume_holds(feder: Protocol) -> None:
    found = given(feder, "ketamine", exposure(), prepared([filled(CONTENT, True)]))
    assert found == {"drug": "ketamine", "dose_mg": 30.0}


def test_the_syringe_counts_and_not_the_arm(feder: Protocol) -> None:
    found = given(feder, "midazolam", exposure(), prepared([filled(CONTENT, True)]))
    assert found["drug"] == "ketamine"


@pytest.mark.parametrize("agrees", [False, None])
def test_a_syringe_that_was_not_released_was_not_given(
    feder: Protocol, agrees: bool | None
) -> None:
    syringes = prepared([filled(CONTENT, agrees), filled(CONTENT, True)][:1])
    found = given(feder, "ketamine", exposure(), syringes)
    assert found == {"drug": None, "dose_mg": None}


def test_a_syringe_that_was_discarded_was_not_given(feder: Protocol) -> None:
    old, new = filled(CONTENT, True, "1"), filled(SALINE, True, "2")
    gone = replace(old.syringe, discarded_by="three", discarded_at=NOW)
    old = replace(old, syringe=gone, why="leaked")
    for both in ([old, new], [new, old]):
        assert prepared(both) == {("P0001", "infusion-1"): SALINE}
    row, other = syringe_rows([old, new])
    assert row["released"] is True
    assert (row["discarded_by"], row["discarded_because"]) == ("three", "leaked")
    assert row["discarded_at"] is not None
    assert [other[f"discarded_{n}"] for n in ("by", "at", "because")] == [None] * 3


def test_saline_is_no_drug(feder: Protocol) -> None:
    assert held_mg(SALINE) is None
    found = given(feder, "midazolam", exposure(), prepared([filled(SALINE, True)]))
    assert found == {"drug": None, "dose_mg": None}


def test_a_trial_without_syringes_goes_by_its_protocol(feder: Protocol) -> None:
    found = given(feder, "ketamine", exposure(68.3), None)
    assert found == {"drug": "ketamine", "dose_mg": 34.15}
    assert given(feder, "ketamine", exposure(None), None)["dose_mg"] is None


def test_every_syringe_is_listed_with_its_two_people() -> None:
    made = list(syringe_rows([filled(CONTENT, False, "1"), filled(CONTENT, True, "2")]))
    assert [(row["number"], row["released"]) for row in made] == [
        ("1", False), ("2", True)
    ]  # fmt: skip
    assert (made[0]["ordered_mg"], made[0]["dose_mg"]) == (29.75, 30.0)
    assert (made[0]["filled_by"], made[0]["checked_by"]) == ("one", "two")
