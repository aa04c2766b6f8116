"""Arms, people, randomization and safety rules, each fault at its place."""

import pytest

from tests.protocol.faults import Change, found, read

PLAN = 'method = "permuted blocks"\nblock_sizes = [4, 6]'
RANDOMIZATION: list[tuple[Change, str]] = [
    (("block_sizes = [4, 6]", "block_sizes = [4, 5]"), ".block_sizes"),
    (("block_sizes = [4, 6]", "block_sizes = [0]"), ".block_sizes"),
    (("block_sizes = [4, 6]", "block_sizes = [-4]"), ".block_sizes"),
    (("block_sizes = [4, 6]\n", ""), ""),
    (("block_sizes = [4, 6]", "block_sizes = [4]\nbound = 3"), ".bound"),
    ((PLAN, 'method = "complete"\nblock_sizes = [4]'), ""),
    ((PLAN, 'method = "urn"'), ".balls"),
    ((PLAN, 'method = "big stick"'), ".bound"),
    ((PLAN, 'method = "minimization"\nstrata = ["sex"]'), ".probability"),
    ((PLAN, 'method = "minimization"\nprobability = 0.8'), ".strata"),
    ((PLAN, f'{PLAN}\nstrata = ["age"]'), ".strata"),  # a number
]


@pytest.mark.parametrize(
    ("change", "place"), RANDOMIZATION, ids=range(len(RANDOMIZATION))
)
def test_an_impossible_randomization(change: Change, place: str) -> None:
    assert ("EQ109", f"randomization{place}") in found(change)


@pytest.mark.parametrize(
    "plan",
    [
        'method = "complete"',
        'method = "permuted blocks"\nblock_sizes = [2]',
        'method = "permuted blocks"\nblock_sizes = [4]\nstrata = ["sex"]',
        'method = "big stick"\nbound = 3',
        'method = "urn"\nballs = [1, 1]',
        'method = "minimization"\nprobability = 0.8\nstrata = ["sex", "psychotropics"]',
    ],
)
def test_a_possible_one(plan: str) -> None:
    assert found((PLAN, plan)) == []


def test_blocks_are_multiples_of_the_shares() -> None:
    # 2:1 needs blocks of 3, 6, 9: a block of 4 would give another ratio.
    two_to_one = ('role = "experimental"', 'role = "experimental"\nratio = 2')
    assert ("EQ109", "randomization.block_sizes") in found(two_to_one)
    fit = ("block_sizes = [4, 6]", "block_sizes = [3, 6]")
    assert found(two_to_one, fit) == []
    stick = (PLAN, 'method = "big stick"\nbound = 3')
    assert ("EQ109", "randomization") in found(two_to_one, stick)


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        (('intervention = "ketamine"\n', 'intervention = "ketamin"\n'), "EQ104",
         "arms[ketamine].intervention"),
        (('value = 0.5, unit = "mg/kg"', 'value = 0.5, unit = "grain"'), "EQ113",
         "interventions[ketamine].dose.unit"),
        (('value = 0.5, unit = "mg/kg"', 'value = 0, unit = "mg/kg"'), "EQ113",
         "interventions[ketamine].dose.value"),
        (('value = 0.045, unit = "mg/kg"', 'value = -1, unit = "mg/kg"'), "EQ113",
         "interventions[midazolam].dose.value"),
        (('value = 40, unit = "min"', 'value = 40, unit = "h"'), "EQ113",
         "interventions[ketamine].infusion.unit"),
        (('{ value = 10, unit = "mg/mL"', '{ value = 10, unit = "mg"'), "EQ113",
         "interventions[ketamine].strengths[1].unit"),
        (('{ value = 10, unit = "mg/mL"', '{ value = -1, unit = "mg/mL"'), "EQ113",
         "interventions[ketamine].strengths[1].value"),
        (('{ value = 10, unit = "mg/mL"', '{ value = 50, unit = "mg/mL"'), "EQ113",
         "interventions[ketamine].strengths"),
        (('{ value = 10, unit = "mg/mL", assumed = true', '{ value = 10, unit = "mg/mL"'),
         "EQ105", "interventions[ketamine].strengths[1]"),
        (('drug = "ketamine"\n', ''), "EQ113", "interventions[ketamine].strengths"),
        (('characteristic = "age", min', 'characteristic = "agee", min'), "EQ104",
         "eligibility[I1].require"),
        (('characteristic = "age", min = 18, max = 70', 'characteristic = "age"'),
         "EQ112", "eligibility[I1].require"),
        (('score = "caps5.total", visit = "screening", min', 'score = "caps5.total", min'),
         "EQ112", "eligibility[I3].require"),
        (('characteristic = "age", min', 'characteristic = "age", '
          'score = "caps5.total", visit = "screening", min'), "EQ112",
         "eligibility[I1].require"),
        (('exposed = true', 'exposed = true\nassessed = "caps5.sum"'), "EQ104",
         "analysis_sets[safety].assessed"),
        (('type = "number"\nunit = "years"\nmin = 0\nmax = 120', 'type = "category"'),
         "EQ112", "characteristics[age]"),
        (('labels = { F = "Female"', 'labels = { W = "Woman", F = "Female"'), "EQ112",
         "characteristics[sex].labels"),
        (('id = "ptsd_years"', 'id = "site"'), "EQ112", "characteristics[site]"),
    ],
)  # fmt: skip
def test_each_fault_has_its_code_and_place(
    change: Change, code: str, place: str
) -> None:
    assert (code, place) in found(change)


RULE = 'measurement = "SYSBP"\nabove = 150\nunit = "mmHg"\nwhen = "before infusion"'


@pytest.mark.parametrize(
    ("new", "fires"),
    [
        ('measurement = "SYSBP"\nabove = 150\nunit = "mmHg"\nwhen = "any"', True),
        ('measurement = "SYSBP"\nbelow = 80\nunit = "mmHg"\nwhen = "after infusion"', True),
        ('measurement = "SYSBP"\nunit = "mmHg"\nwhen = "before infusion"', False),
        ('measurement = "TEMP"\nabove = 39\nunit = "C"\nwhen = "any"', False),
        ('measurement = "sysbp"\nabove = 150\nunit = "mmHg"\nwhen = "any"', False),
    ],
)  # fmt: skip
def test_a_safety_rule_can_fire(new: str, fires: bool) -> None:
    wrong = found((RULE, new))
    assert wrong == ([] if fires else [("EQ110", "safety_rules[hold-sysbp]")])


def test_a_rule_before_the_infusion_needs_a_measurement_before_it() -> None:
    minutes = "minutes = [-30, 10, 20, 30, 40, 60, 120, 240]"
    later = found((minutes, "minutes = [10, 20]"))
    before = {place for _, place in later}
    assert before == {
        *(
            f"safety_rules[hold-{name}]"
            for name in ("sysbp", "diabp", "pulse", "oxysat")
        ),
        "infusion_day.required_before",
    }
    early = {place for _, place in found((minutes, "minutes = [-30]"))}
    assert len(early) == 11  # those that look at the time during it, or after it


def test_the_remedy_of_a_block_says_which_sizes_fit() -> None:
    _, problems = read(("block_sizes = [4, 6]", "block_sizes = [4, 5]"))
    assert (
        problems[0].what == "block sizes [5] are not multiples of 2, the sum of ratios"
    )
    assert problems[0].fix == "use multiples of 2, such as 4"
