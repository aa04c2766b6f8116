"""What a scenario says of drug, response and belief must fit the protocol."""

import pytest

from equipoise.simulate.check import check_scenario
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.scenario_response import SessionsCourse
from tests.protocol.faults import read
from tests.protocol.test_check_treatments import BOTH
from tests.simulate.trials import feder, feder_scenario, small_protocol


def changed(**parts: object) -> Scenario:
    return feder_scenario().model_copy(update=parts)


def problems(scenario: Scenario) -> list[tuple[str, str]]:
    return [(p.code, p.where) for p in check_scenario(scenario, feder())]


def test_the_reference_scenario_fits() -> None:
    assert problems(feder_scenario()) == []


def test_a_drug_that_nobody_describes() -> None:
    first, *others = feder_scenario().pharmacokinetics
    wrong = (first.model_copy(update={"drug": "esketamine"}), *others)
    found = problems(changed(pharmacokinetics=wrong))
    assert found == [("EQ612", "scenario feder2021, pharmacokinetics[1].drug")]


def test_a_model_that_the_drug_does_not_have() -> None:
    first, *others = feder_scenario().pharmacokinetics
    wrong = (first.model_copy(update={"model": "nobody"}), *others)
    assert problems(changed(pharmacokinetics=wrong)) == [
        ("EQ631", "scenario feder2021, pharmacokinetics")
    ]


def test_a_concentration_of_an_arm_that_is_not_there() -> None:
    first, *others = feder_scenario().pharmacokinetics
    wrong = (first.model_copy(update={"arm": "placebo"}), *others)
    assert ("EQ611", "scenario feder2021, pharmacokinetics[1].arm") in problems(
        changed(pharmacokinetics=wrong)
    )


def test_an_effect_of_a_concentration_that_is_not_stated() -> None:
    found = problems(changed(pharmacokinetics=()))
    assert {code for code, _ in found} == {"EQ612"}
    assert any("drives[1]" in where for _, where in found)


def test_a_threshold_above_the_typical_peak() -> None:
    cadss, *others = feder_scenario().acute
    drive = cadss.course.drives[0].model_copy(update={"threshold": 200.0})
    course = cadss.course.model_copy(update={"drives": (drive,)})
    wrong = (cadss.model_copy(update={"course": course}), *others)
    assert problems(changed(acute=wrong)) == [
        ("EQ613", "scenario feder2021, acute[1].course.drives[1]")
    ]


def test_effects_without_a_response() -> None:
    found = problems(changed(response=None))
    assert ("EQ612", "scenario feder2021, response") in found
    assert ("EQ612", "scenario feder2021, response.belief") in found


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [("arm", "placebo", "EQ611"), ("instrument", "caps5", "EQ613")],
)
def test_a_belief_in_what_is_not_there(name: str, value: str, code: str) -> None:
    response = feder_scenario().response
    belief = response.belief.model_copy(update={name: value})
    found = problems(changed(response=response.model_copy(update={"belief": belief})))
    assert found == [(code, f"scenario feder2021, response.belief.{name}")]


def test_an_arm_of_which_nothing_is_said() -> None:
    first, *others = feder_scenario().courses
    wrong = (first.model_copy(update={"effects": first.effects[:1]}), *others)
    assert problems(changed(courses=wrong)) == [
        ("EQ612", "scenario feder2021, courses[1].effects")
    ]


def test_effects_in_a_trial_without_infusions() -> None:
    named = feder_scenario().scenario.model_copy(update={"protocol": "evenings"})
    found = check_scenario(changed(scenario=named), small_protocol())
    assert any(p.code == "EQ613" and "no" in p.what and p.fix for p in found)


def test_a_departure_that_depends_on_a_score_without_course() -> None:
    conduct = feder_scenario().conduct
    ways = [
        d.model_copy(
            update={"depends": d.depends.model_copy(update={"score": "bdi2.total"})}
        )
        if d.depends
        else d
        for d in conduct.departures
    ]
    wrong = conduct.model_copy(update={"departures": tuple(ways)})
    found = problems(changed(conduct=wrong))
    assert found
    assert {code for code, _ in found} == {"EQ611"}
    assert all(where.endswith("depends.score") for _, where in found)


def test_a_departure_that_could_never_happen() -> None:
    conduct = feder_scenario().conduct
    ways = tuple(
        d.model_copy(update={"days": (5, 6)}) if d.depends else d
        for d in conduct.departures
    )
    wrong = conduct.model_copy(update={"departures": ways})
    found = problems(changed(conduct=wrong))
    assert found
    assert {code for code, _ in found} == {"EQ613"}
    assert all(where.endswith("].days") for _, where in found)


def test_a_drug_without_the_length_of_its_infusion() -> None:
    protocol = feder()
    kinds = tuple(
        kind.model_copy(update={"infusion": None}) for kind in protocol.interventions
    )
    other = protocol.model_copy(update={"interventions": kinds})
    found = check_scenario(feder_scenario(), other)
    assert {p.code for p in found} == {"EQ613"}
    assert len(found) == 2


def with_sessions(points: float) -> tuple:
    first, *others = feder_scenario().courses
    effects = tuple(
        effect.model_copy(update={"sessions": points}) for effect in first.effects
    )
    return (first.model_copy(update={"effects": effects}), *others)


def test_sessions_of_an_arm_without_them() -> None:
    found = problems(changed(courses=with_sessions(-8)))
    assert found == [
        ("EQ613", "scenario feder2021, courses[1].effects[1].sessions"),
        ("EQ613", "scenario feder2021, courses[1].effects[2].sessions"),
        ("EQ612", "scenario feder2021, response.sessions"),
    ]


def test_sessions_without_a_time_course() -> None:
    combined = read(*BOTH)[0]
    assert combined is not None
    stated = changed(courses=with_sessions(-8))
    found = [(p.code, p.where) for p in check_scenario(stated, combined)]
    assert found == [("EQ612", "scenario feder2021, response.sessions")]
    assert stated.response is not None
    course = SessionsCourse(start=7, days=21, assumed=True)
    response = stated.response.model_copy(update={"sessions": course})
    whole = stated.model_copy(update={"response": response})
    assert check_scenario(whole, combined) == []
