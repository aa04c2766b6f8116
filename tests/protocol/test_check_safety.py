"""Safety rules that can never be met are refused, each with what to do."""

import pytest

from equipoise.exchange.protocols import texts
from tests.protocol.test_check_conduct import found

ITEM = 'item = "madrs.10"\nabove = 4'
TEST = 'answer = "pregnancy-test.LBORRES"\none_of = ["positive"]'
CRITERION = 'answer = "eligibility.E5"\none_of = ["yes"]'


def of(*changes: tuple[str, str]) -> list[str]:
    return [place for code, place in found(*changes) if code == "EQ110"]


def test_the_rules_of_the_library_can_all_be_met() -> None:
    assert of(("schema = 1", "schema = 1")) == []


@pytest.mark.parametrize(
    "new",
    [
        'item = "madrs.10"\nabove = 7',
        'item = "madrs.11"\nabove = 4',
        'item = "hamd.3"\nabove = 4',
        'item = "madrs.10"',
        'item = "madrs.10"\nmeasurement = "SYSBP"\nabove = 4',
        'item = "madrs.10"\none_of = ["yes"]',
    ],
)
def test_an_item_that_cannot_be_so(new: str) -> None:
    assert of((ITEM, new)) == ["safety_rules[suicidality-madrs]"]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (TEST, 'answer = "pregnancy-test.LBORRES"\none_of = ["yes"]', "pregnancy-test"),
        (TEST, 'answer = "pregnancy-test.LBORRES"\nabove = 1', "pregnancy-test"),
        (TEST, 'answer = "pregnancy-test.RESULT"\none_of = ["x"]', "pregnancy-test"),
        (TEST, 'answer = "urine.LBORRES"\none_of = ["x"]', "pregnancy-test"),
        (CRITERION, 'answer = "eligibility.E99"\none_of = ["yes"]', "pregnancy-attested"),
        (CRITERION, 'answer = "eligibility.E5"\none_of = ["no way"]',
         "pregnancy-attested"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_so(old: str, new: str, rule: str) -> None:
    assert of((old, new)) == [f"safety_rules[{rule}]"]


def test_an_item_without_a_minute_is_of_no_infusion() -> None:
    during = ITEM + '\nwhen = "during infusion"'
    assert of((ITEM + '\nwhen = "any"', during)) == ["safety_rules[suicidality-madrs]"]
    cadss = 'item = "cadss.1"\nabove = 4\nwhen = "during infusion"'
    assert of((ITEM + '\nwhen = "any"', cadss)) == []


def test_a_grade_has_a_time_if_its_form_is_planned_at_minutes() -> None:
    rule = 'answer = "laboratory.K_LBTOXGR"\nabove = 3\nwhen = '
    old, when = TEST + '\nwhen = "any"', '"during infusion"'
    assert of((old, rule + '"before infusion"')) == []
    assert of((old, rule + when)) == ["safety_rules[pregnancy-test]"]
    form = 'use = "laboratory"\nvisits = ["screening"]'
    planned = 'use = "laboratory"\nvisits = ["infusion-1"]\nminutes = [20]'
    assert of((old, rule + when), (form, planned)) == []
    beyond = rule.replace("above = 3", "above = 5") + '"any"'
    assert of((old, beyond)) == ["safety_rules[pregnancy-test]"]


def test_what_is_required_is_measured_before() -> None:
    names = 'required_before = ["SYSBP", "DIABP", "PULSE", "OXYSAT"]'
    assert of((names, 'required_before = ["SYSBP", "TEMP"]')) == [
        "infusion_day.required_before"
    ]


def test_hours_are_for_the_investigator() -> None:
    unit = 'measurement = "SYSBP"\nabove = 150\nunit = "mmHg"'
    assert of((unit, unit + "\nwithin_hours = 2")) == ["safety_rules[hold-sysbp]"]


def test_a_protocol_that_says_nothing_of_it_keeps_its_hash() -> None:
    """The hash of before there were forms, strengths, items and infusion days."""
    protocol, _, _ = texts("antidepressant")
    from equipoise.protocol.amend import content_hash

    assert content_hash(protocol).startswith("d1357b1b478adb74")
