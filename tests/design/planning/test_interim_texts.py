"""Texts of a group sequential plan: each number is that of the trial."""

from equipoise.design.planning.fixed_trial import trial_of_proportions
from equipoise.design.planning.interim_texts import listed, rule_name
from equipoise.design.planning.interim_trial import InterimAnalyses, plan_interim
from equipoise.design.requirements import Target
from equipoise.design.sequential.boundaries import Rule
from equipoise.design.sequential.recruitment import Recruitment

TARGET = Target(power=0.9)
OF = Rule(kind="lan-demets-of")
HSD = Rule(kind="hwang-shih-decani", parameter=-2)


def made(**more):
    interim = InterimAnalyses(timing=(0.5, 0.75, 1.0), efficacy=OF, **more)
    return plan_interim(trial_of_proportions(0.5, 0.3, TARGET), interim, TARGET)


def test_the_boundaries_of_rpact_are_in_the_text_and_in_the_table() -> None:
    """rpact 3.3.4: 2.9626, 2.3590, 2.0141; futility 0.4548, 1.2112."""
    plan, _ = made(futility=HSD)
    assert "z of 2.9626, 2.3590 and 2.0141" in plan.protocol
    assert "(non-binding)" in plan.protocol
    assert "with gamma -2: z of 0.4548 and 1.2112" in plan.protocol
    assert "The futility boundary is not binding" in plan.sap
    boundaries, stopping = plan.tables
    z = boundaries.head.index("z")
    assert [row[z] for row in boundaries.rows] == ["2.9626", "2.3590", "2.0141"]
    assert stopping.rows[-1][stopping.head.index("Power")] == "90.0%"
    assert {line[0] for line in plan.figures[0].lines} == {
        "Efficacy boundary",
        "Futility boundary",
    }


def test_nothing_is_said_of_a_rule_that_is_not_there() -> None:
    plan, _ = made()
    assert "futility" not in plan.protocol + plan.sap
    assert len(plan.figures[0].lines) == 1
    assert "Time" not in plan.tables[0].head


def test_the_overrun_is_said() -> None:
    """4 a unit of time during 12 units: 48 without an outcome."""
    plan, _ = made(recruitment=Recruitment((4.0,)), delay=12)
    assert "48, 48 and 0 participants have been randomized" in plan.protocol
    assert [row[-1] for row in plan.tables[0].rows] == ["48", "48", "0"]


def test_names_and_lists() -> None:
    assert rule_name(HSD).endswith("with gamma -2")
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a"]) == "a"
