"""Arm, characteristics, site and dates: recognized by name and values, or not at all."""

from typing import Any

import pytest

import equipoise as eq
from equipoise.exchange import recognize_participants
from equipoise.exchange.column_profile import Look, words
from equipoise.exchange.dictionary import Field
from equipoise.exchange.recognition import Finding, Scene
from tests.exchange.small import protocol


def look(name: str, *texts: str, once: bool = True, field: Field | None = None) -> Look:
    return Look(column=name, words=words(name), texts=texts, field=field, once=once)


def scene(trial: eq.Protocol | None = None, day0: str | None = "%Y-%m-%d") -> Scene:
    return Scene(
        protocol=trial or protocol(), looks={}, decimal=".", long=True, day0=day0
    )


def rule(found: Any) -> dict[str, Any] | None:
    findings: list[Finding] = list(found)
    return dict(findings[0].rule) if findings else None


def test_an_arm_by_its_values() -> None:
    found = rule(
        recognize_participants.arm(look("group", "ketamine", "midazolam"), scene())
    )
    assert found == {"to": "participants.arm"}
    codes = Field("rx", choices={"1": "Ketamine", "2": "Midazolam"})
    found = rule(recognize_participants.arm(look("rx", "1", "2", field=codes), scene()))
    assert found is not None
    assert found["values"] == {"1": "ketamine", "2": "midazolam"}


@pytest.mark.parametrize(
    "one",
    [
        look("group", "1", "2"),  # nobody says which is which
        look("rx", "ketamine"),  # neither its name nor all arms
        look("group", "ketamine", "midazolam", once=False),
        look("guess_group", "ketamine", "midazolam"),
    ],
    ids=["codes", "part", "changes", "guess"],
)
def test_what_is_no_arm(one: Look) -> None:
    assert rule(recognize_participants.arm(one, scene())) is None


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (look("Gender", "F", "M"), {"to": "participants.sex"}),
        (
            look("sex", "Female", "Male", "unknown"),
            {
                "to": "participants.sex",
                "values": {"Female": "F", "Male": "M"},
                "missing": ["unknown"],
            },
        ),
        (look("age_years", "20", "31"), {"to": "participants.age"}),
        (
            look("q1", "20", "31", field=Field("q1", label="Age (years)")),
            {"to": "participants.age"},
        ),
        (look("age", "20", "old"), None),
        (look("gender", "1", "2"), None),
        (look("age", "20", "31", once=False), None),
    ],
)
def test_characteristics(one: Look, found: dict[str, Any] | None) -> None:
    assert rule(recognize_participants.characteristic(one, scene())) == found


def test_yes_and_no_of_redcap() -> None:
    trial = eq.load_protocol("beat-the-blues")
    found = rule(
        recognize_participants.characteristic(
            look("antidepressant", "0", "1"), scene(trial)
        )
    )
    assert found == {
        "to": "participants.antidepressant",
        "values": {"0": "no", "1": "yes"},
    }


def test_a_category_by_its_values_alone() -> None:
    trial = eq.load_protocol("antidepressant")
    found = rule(
        recognize_participants.by_values(
            look("POOLINV", "006", "009", "999"), scene(trial)
        )
    )
    assert found == {"to": "participants.pooled_investigator"}
    assert (
        rule(recognize_participants.by_values(look("x", "F", "M"), scene(trial)))
        is None
    )


@pytest.mark.parametrize("name", ["site", "Site_ID", "redcap_data_access_group"])
def test_sites(name: str) -> None:
    labelled = Field("site", choices={"1": "North"})
    found = rule(recognize_participants.site(look(name, "1", field=labelled), scene()))
    assert found == {"to": "participants.site", "values": {"1": "North"}}
    assert (
        rule(recognize_participants.site(look("site_of_the_pain", "arm"), scene()))
        is None
    )


def test_impossible_numbers_and_the_word_none_are_to_be_checked() -> None:
    found = recognize_participants.characteristic(
        look("age", "30", "41", "70"), scene()
    )
    (sure,) = found
    assert (sure.confidence, sure.why) == ("high", "named like 'Age'")
    one = look("age", "30", "41", "70", "99999")
    (odd,) = recognize_participants.characteristic(one, scene())
    assert odd.confidence == "low"
    assert odd.why.endswith("; 1 value is not within 18 to 75 and will be an error")
    assert "99999" not in odd.why
    (none,) = recognize_participants.characteristic(look("age", "30", "None"), scene())
    assert (none.confidence, none.rule["missing"]) == ("low", ["None"])
    assert "would be wrong if it means 0" in none.why
