"""The table of rights: what must hold whatever else changes in it."""

import pytest

from equipoise.conduct.access.rights import (
    ALWAYS,
    LEADING,
    RIGHTS,
    TOLD,
    concealed,
    leads_to_arms,
    told,
)
from equipoise.exchange.protocols import load_protocol
from equipoise.protocol.model import Protocol
from equipoise.protocol.roles import ROLES, Role


@pytest.mark.parametrize("role", [r for r in ROLES if r != "pharmacist"])
def test_the_arm_is_concealed_from_all_but_the_pharmacist(
    feder: Protocol, role: Role
) -> None:
    assert "arm" in concealed(feder, role)


def test_the_rater_knows_the_ratings_alone(feder: Protocol) -> None:
    assert concealed(feder, "rater") == {
        "arm",
        "infusions",
        "dissociation",
        "vitals",
        "adverse events",
    }
    assert RIGHTS["rater"] == {"fill in", "correct"}


def test_who_dispenses_neither_rates_nor_exports() -> None:
    assert RIGHTS["pharmacist"] == {"prepare syringe", "check syringe"}


def test_who_manages_people_touches_no_data() -> None:
    held = [role for role, acts in RIGHTS.items() if "manage people" in acts]
    assert held == ["administrator"]


def test_a_blinded_protocol_conceals_more_and_never_less(feder: Protocol) -> None:
    for role in ROLES:
        assert concealed(feder, role) >= ALWAYS[role]
    assert told(feder) == frozenset()


def test_an_open_trial_conceals_the_arm_from_all_but_who_treats() -> None:
    blues = load_protocol("beat-the-blues")
    less = {role: ALWAYS[role] - concealed(blues, role) for role in ROLES}
    assert less == {
        role: {"arm"} if role in ("coordinator", "investigator") else set()
        for role in ROLES
    }
    assert told(blues) == set(TOLD) == {"coordinator", "investigator"}


def test_who_is_told_has_the_right_to_read_and_nobody_else_has() -> None:
    held = {role for role, acts in RIGHTS.items() if "read treatment" in acts}
    assert held == set(TOLD)


def test_which_roles_lead_to_an_arm() -> None:
    """Everybody who could see one, and everybody who could say that somebody else may."""
    assert {role for role in ROLES if leads_to_arms(role)} == {
        "administrator", "investigator", "pharmacist", "statistician",
    }  # fmt: skip
    for act in LEADING:
        assert all(leads_to_arms(role) for role in ROLES if act in RIGHTS[role])
