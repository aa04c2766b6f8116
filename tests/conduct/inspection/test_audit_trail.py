"""What a person may read of a chain: nothing that is concealed, not even a gap."""

from collections.abc import Callable

import pytest

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.inspection.audit_trail import chains, readable
from equipoise.errors import AccessError
from tests.conduct.screened import eligible, form, write

By = Callable[[str], Actor]
FORMS = {
    "vitals": "vitals",
    "infusion": "infusions",
    "syringe": "infusions",
    "event#1": "adverse events",
    "instrument:cadss": "dissociation",
    "instrument:madrs": "ratings",
    "guess:rater": "ratings",
    "made-later": "everything",
}


@pytest.fixture
def written(actor: By) -> None:
    eligible()
    eligible(2, "south")
    for name in FORMS:
        form("P0001", name, {"x": "1"}, "infusion-1")
    write("P0001", [Fact("unblind", "unblinding", reason="seizure")])
    write("P0001", [Fact("show treatment", "treatment")])


def forms(actor: Actor) -> set[str]:
    return {line.form for line in readable("P0001", actor)}


def test_the_administrator_reads_what_shows_nothing(written: None, actor: By) -> None:
    found = forms(actor("administrator"))
    assert not found & (FORMS.keys() | {"instrument:caps5"})
    assert {"consent", "characteristics", "unblinding", "treatment"} <= found


def test_investigator_and_monitor_read_all_but_the_arm(
    written: None, actor: By
) -> None:
    assert forms(actor("investigator")) >= FORMS.keys()
    assert forms(actor("monitor")) >= FORMS.keys()


def test_two_roles_conceal_what_either_conceals(written: None, actor: By) -> None:
    both = actor("investigator")
    here = frozenset({"north"})
    found = forms(Actor("both", {"investigator": here, "infusion team": here}))
    assert found < forms(both)
    assert "instrument:madrs" not in found
    assert "made-later" not in found
    assert "vitals" in found


def test_a_line_has_no_place_in_the_chain(written: None, actor: By) -> None:
    line = readable("P0001", actor("administrator"))[0]
    assert not hasattr(line, "seq")


def test_sites_are_apart(written: None, actor: By) -> None:
    assert chains(actor("investigator")) == ["P0001"]
    assert chains(actor("administrator")) == ["P0001", "P0002"]
    with pytest.raises(AccessError):
        readable("P0002", actor("investigator"))
    with pytest.raises(AccessError):
        readable(STUDY, actor("investigator"))
    assert readable(STUDY, actor("statistician"))
