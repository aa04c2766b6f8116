"""The table of roles is complete, and a protocol names none that is not in it."""

from typing import get_args

import pytest
from pydantic import ValidationError

from equipoise.protocol.governance import Blinding
from equipoise.protocol.roles import ROLES, Act, Concealed, Person, Role


def test_every_role_has_one_entry_and_every_act_somebody() -> None:
    assert tuple(ROLES) == get_args(Role)
    assert set().union(*(role.acts for role in ROLES.values())) == set(get_args(Act))
    hidden = set().union(*(role.conceals for role in ROLES.values()))
    assert hidden == set(get_args(Concealed))


def test_a_protocol_names_all_roles_but_those_that_only_run_the_trial() -> None:
    assert set(get_args(Person)) == set(ROLES) - {"administrator", "monitor"}


def test_an_open_label_trial_only_shows_what_is_concealed_otherwise() -> None:
    assert all(role.open_label <= role.conceals for role in ROLES.values())
    assert all(set(role.stand_ins) <= set(ROLES) for role in ROLES.values())
    assert all(role.purpose for role in ROLES.values())


def test_an_unknown_role_is_refused_by_name() -> None:
    with pytest.raises(ValidationError, match="nurse"):
        Blinding.model_validate({"assumed": True, "conceal": {"nurse": ["arm"]}})
