"""What a person's export may hold follows from what is concealed from the person."""

from collections.abc import Callable

import pytest

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.export.snapshot import sight_of

HIDDEN = {
    "rater": {"infusion", "vitals", "event#1", "instrument:cadss"},
    "infusion team": {"instrument:caps5", "guess:rater"},
    "coordinator": set(),
    "administrator": {"infusion", "vitals", "event#1", "instrument:caps5"},
}


@pytest.mark.parametrize("role", HIDDEN)
def test_forms_by_role(role: str, actor: Callable[[str], Actor]) -> None:
    sight = sight_of(actor(role))
    forms = ("infusion", "vitals", "event#1", "instrument:cadss", "instrument:caps5")
    seen = {form for form in (*forms, "guess:rater") if sight.sees(form, "north")}
    assert not HIDDEN[role] & seen
    assert sight.sees("visit", "north")
    assert sight.is_whole == (role == "coordinator")
