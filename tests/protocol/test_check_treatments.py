"""Several interventions in an arm: both spellings, and what contradicts itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import equipoise
from equipoise.protocol.amend import content_hash, differences
from tests.protocol.faults import Change, found, read

KETAMINE = 'role = "experimental"\nintervention = "ketamine"'
WET = """[[interventions]]
id = "wet"
label = "Written exposure therapy"
kind = "psychotherapy"
sessions = 5
session_length = { value = 50, unit = "min", assumed = true }
assumed = true

"""
FIRST = "[[interventions]]"
BOTH: tuple[Change, ...] = (
    (KETAMINE, 'role = "experimental"\ninterventions = ["ketamine", "wet"]'),
    ('intervention = "midazolam"', 'interventions = ["midazolam", "wet"]'),
    (FIRST, WET + FIRST),
)


def test_an_arm_with_a_drug_and_a_psychotherapy() -> None:
    assert found(*BOTH) == []
    trial = read(*BOTH)[0]
    assert trial is not None
    assert [part.id for part in trial.treatments("ketamine")] == ["ketamine", "wet"]
    infused = [trial.infused(arm.id) for arm in trial.arms]
    assert [part.id for part in infused if part] == ["ketamine", "midazolam"]


def test_a_list_of_one_is_the_intervention_alone() -> None:
    """One content has one hash, however it is spelled; two interventions are another."""
    listed = (KETAMINE, KETAMINE.replace("tion =", "tions =").replace(
        '"ketamine"', '["ketamine"]'))  # fmt: skip
    plain, same, other = read()[0], read(listed)[0], read(*BOTH)[0]
    assert plain is not None
    assert same is not None
    assert other is not None
    assert same.arm("ketamine").interventions == ("ketamine",)
    assert content_hash(plain) == content_hash(same)
    assert not differences(plain, same)
    assert same.infused("ketamine") == plain.infused("ketamine")
    assert content_hash(plain) != content_hash(other)
    places = [change.place for change in differences(plain, other)]
    assert "arms[ketamine].interventions" in places


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        ((KETAMINE, f'{KETAMINE}\ninterventions = ["ketamine", "wet"]'),
         "EQ125", "arms[ketamine].interventions"),
        (('["ketamine", "wet"]', '["ketamine", "ketamine"]'),
         "EQ125", "arms[ketamine].interventions"),
        (('["ketamine", "wet"]', '["ketamine", "midazolam"]'),
         "EQ125", "arms[ketamine].interventions"),
        (('["ketamine", "wet"]', '["ketamine", "emdr"]'),
         "EQ104", "arms[ketamine].interventions"),
        (("sessions = 5", 'route = "oral"'), "EQ125", "interventions[wet].route"),
        (("sessions = 5", "sessions = 0"), "EQ102", "interventions[wet].sessions"),
        (('value = 50, unit = "min"', 'value = 50, unit = "mg"'),
         "EQ125", "interventions[wet].session_length"),
        (('kind = "psychotherapy"', 'kind = "drug"'),
         "EQ125", "interventions[wet].sessions"),
    ],
)  # fmt: skip
def test_what_contradicts_itself(change: Change, code: str, place: str) -> None:
    changes = (change, *BOTH[1:]) if change[0] == KETAMINE else (*BOTH, change)
    assert (code, place) in found(*changes)


def test_no_module_reads_only_the_intervention_that_is_stated_alone() -> None:
    """``Arm.intervention`` is None in an arm of several; ``treatments`` has them all."""
    source = Path(equipoise.__file__).parent
    reads = re.compile(r"\b\w*(?:arm|group|known|a)(?:\(\w*\))?\.intervention\b")
    modules = {
        str(path.relative_to(source))
        for path in source.rglob("*.py")
        if reads.search(path.read_text("utf-8"))
    }
    assert modules == {"protocol/check_treatments.py"}
