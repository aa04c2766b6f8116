"""Who reads and fills in what: worked out by hand from the protocol of feder2021.

``[[instruments]] by`` and ``[blinding.conceal]`` of the protocol, and the roles of a
trial: a coordinator and an investigator stand in for each other; who may report adverse
events writes them; who reads forms reads all that is not concealed.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.permission import (
    Rights,
    may_fill,
    may_read,
    require_form,
)
from equipoise.conduct.forms.definition import Form
from equipoise.conduct.study.protocols import in_force
from equipoise.errors import AccessError
from equipoise.protocol.model import Protocol
from equipoise.protocol.roles import Role
from tests.conduct.screened import screened

By = Callable[[str], Actor]
# Form, visit, minute -> fills in (f), reads only (r), for each role as in ``COLUMNS``.
COLUMNS = ("coordinator", "investigator", "rater", "infusion team", "monitor",
           "participant")  # fmt: skip
TABLE = {
    ("consent", "", None): "ff..r.",
    ("characteristics", "", None): "ff..r.",
    ("eligibility", "", None): "ff..r.",
    ("exclusion", "", None): "ff..r.",
    ("milestone#1", "", None): "ff..r.",
    ("relapse-plan", "", None): "ff..r.",
    ("relapse", "", None): "ff..r.",
    ("event#1", "", None): "ff.fr.",
    ("visit", "baseline", None): "ff..r.",
    ("visit", "unscheduled-1", None): "ff..r.",
    ("infusion", "infusion-1", None): "rr.fr.",
    ("vitals", "infusion-1", -30): "rr.fr.",
    ("instrument:cadss", "infusion-1", 40): "rr.fr.",
    ("instrument:bprs_positive", "infusion-1", 40): "rr.fr.",
    ("instrument:ymrs", "infusion-1", 40): "rr.fr.",
    ("instrument:moaas", "infusion-1", 40): "rr.fr.",
    ("instrument:caps5", "baseline", None): "rrf.r.",
    ("instrument:madrs", "unscheduled-1", None): "rrf.r.",
    ("instrument:cgi_s", "week-2", None): "rrf.r.",
    ("instrument:cgi_i", "week-2", None): "rrf.r.",
    ("instrument:iesr", "baseline", None): "fr..rf",
    ("instrument:qids_sr16", "baseline", None): "fr..rf",
    ("guess:rater", "week-2", None): "rrf.r.",
    ("guess:participant", "week-2", None): "fr..rf",
}  # fmt: skip
NOTHING = ("pharmacist", "administrator")


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return screened(1, "north")


def own(identifier: str) -> Actor:
    return Actor("own", {"participant": frozenset({"*"})}, identifier)


def letter(actor: Actor, person: Participant, form: Form) -> str:
    fill, read = may_fill(actor, person, form), may_read(actor, person, form)
    assert read or not fill  # nobody writes blindly over what is concealed
    return "f" if fill else "r" if read else "."


def test_role_by_form(person: Participant, actor: By) -> None:
    found = {}
    for where in TABLE:
        form = place_of(person, *where).form
        by = [own("P0001") if r == "participant" else actor(r) for r in COLUMNS]
        found[where] = "".join(letter(one, person, form) for one in by)
        for role in NOTHING:
            assert letter(actor(role), person, form) == ".", (role, where)
        # Sees what keeps a participant from being locked.
        assert letter(actor("statistician"), person, form) == "r"
    assert found == TABLE


def test_at_another_site_there_is_nothing(person: Participant) -> None:
    south = frozenset({"south"})
    roles = (*[r for r in COLUMNS if r != "participant"], "pharmacist")
    for where in TABLE:
        form = place_of(person, *where).form
        for role in roles:
            far = Actor("far", {role: south})  # type: ignore[dict-item]
            assert letter(far, person, form) == ".", (role, where)
        assert letter(own("P0002"), person, form) == "."


NORTH, SOUTH = frozenset({"north"}), frozenset({"south"})


@pytest.mark.parametrize(
    ("roles", "form", "wanted"),
    [
        # Of two roles at a site the stricter one holds.
        ({"coordinator": NORTH, "rater": NORTH}, ("vitals", "infusion-1", -30), "."),
        ({"investigator": NORTH, "rater": NORTH}, ("event#1", "", None), "."),
        ({"coordinator": NORTH, "pharmacist": NORTH}, ("relapse", "", None), "."),
        (
            {"investigator": NORTH, "infusion team": NORTH},
            ("instrument:caps5", "baseline", None),
            ".",
        ),
        # A role elsewhere neither gives nor takes.
        ({"coordinator": NORTH, "rater": SOUTH}, ("vitals", "infusion-1", -30), "r"),
        ({"monitor": NORTH, "coordinator": SOUTH}, ("characteristics", "", None), "r"),
        ({"rater": NORTH, "infusion team": SOUTH}, ("event#1", "", None), "."),
        # Two roles that conceal nothing from each other add up.
        ({"coordinator": NORTH, "monitor": NORTH}, ("visit", "baseline", None), "f"),
        ({}, ("consent", "", None), "."),
    ],
)
def test_two_roles(
    person: Participant,
    roles: dict,
    form: tuple[str, str, int | None],
    wanted: str,
) -> None:
    assert letter(Actor("both", roles), person, place_of(person, *form).form) == wanted


def test_a_protocol_can_conceal_more(person: Participant, study: Protocol) -> None:
    strict = study.blinding.model_copy(
        update={"conceal": {"coordinator": ("adverse events",)}}
    )
    other = study.model_copy(update={"blinding": strict})
    form, who = place_of(person, "event#1").form, Actor("c", {"coordinator": NORTH})
    assert may_fill(who, person, form, study)
    assert not may_fill(who, person, form, other)
    assert not may_read(who, person, form, other)


def test_the_refusal_tells_nothing_of_the_form(person: Participant, actor: By) -> None:
    said = set()
    for where in TABLE:
        form = place_of(person, *where).form
        with pytest.raises(AccessError, match="EQ913") as refusal:
            require_form(actor("administrator"), person, form)
        said.add(str(refusal.value))
    assert len(said) == 1
    require_form(actor("rater"), person, place_of(person, "guess:rater", "week-2").form)


def test_who_has_seen_an_arm_does_not_rate_this_participant(
    person: Participant, actor: By
) -> None:
    """Not even with the role of a rater; what is no rating stays as it was."""
    roles: dict[Role, frozenset[str]] = {"rater": NORTH}
    knows = Actor("knows", roles, unblinded=frozenset({"P0001"}))
    other = screened(2, "north")
    lists = Rights(knows, in_force())
    for where, row in TABLE.items():
        form = place_of(person, *where).form
        expected = row[COLUMNS.index("rater")]
        assert letter(knows, other, form) == expected
        assert lists.of(other, form)[1] == (expected == "f")
        assert not may_fill(knows, person, form), where
        assert not lists.of(person, form)[1]
        if expected == "f":
            with pytest.raises(AccessError, match="shown to you"):
                require_form(knows, person, form)
    doctor = replace(actor("investigator"), unblinded=frozenset({"P0001"}))
    assert may_fill(doctor, person, place_of(person, "event#1").form)
