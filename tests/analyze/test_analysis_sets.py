import pytest

from equipoise.analyze.analysis_sets import exposed, members
from equipoise.errors import AnalysisError
from tests.analyze.small import SCORES, TEXT, data, protocol, without_response

EVERYBODY = {person: row[0] for person, row in SCORES.items()}


def test_everybody_who_was_randomized() -> None:
    trial = data(screened=["X1", "X2"])
    assert members(protocol(), trial, "itt").to_dict() == EVERYBODY


def test_only_who_was_rated_after_baseline() -> None:
    never = {"P4": ("placebo", 20, None, None, None, None)}
    arm = members(protocol(), data(SCORES | never), "rated")
    assert set(arm.index) == set(SCORES) - {"P4"}


def test_only_who_was_exposed() -> None:
    given = {"A1": "active drug", "P1": "saline"}
    trial = data(drugs=given, milestones=[("P2", "treatment-started", 0, None)])
    assert exposed(trial) == {"A1", "P1", "P2"}
    assert set(members(protocol(), trial, "safety").index) == {"A1", "P1", "P2"}


def test_as_treated_is_the_drug_of_the_first_infusion() -> None:
    given = {
        p: "saline" if a == "placebo" else "active drug" for p, a in EVERYBODY.items()
    }
    arm = members(protocol(), data(drugs=given | {"A1": "saline"}), "safety")
    assert arm.to_dict() == EVERYBODY | {"A1": "placebo"}
    itt = members(protocol(), data(drugs=given | {"A1": "saline"}), "itt")
    assert itt["A1"] == "active"


def test_arms_that_share_a_drug_are_told_apart_by_the_allocation() -> None:
    """Two doses of one drug: who got the drug stays in the arm that was drawn."""
    text = TEXT.replace('drug = "saline"', 'drug = "active drug"')
    trial = data(drugs=dict.fromkeys(SCORES, "active drug"), trial=protocol(text))
    assert members(protocol(text), trial, "safety").to_dict() == EVERYBODY


THERAPIES = "".join(
    f'[[interventions]]\nid = "{name}"\nlabel = "{name}"\nkind = "psychotherapy"\n'
    "assumed = true\n"
    for name in ("exposure", "support")
)


def test_in_four_arms_another_drug_leaves_the_psychotherapy() -> None:
    """Drug by psychotherapy: who got the other drug is in the arm with the same therapy."""
    arms = ""
    for name, role, drug in (
        ("active", "experimental", "active"),
        ("placebo", "placebo", "placebo"),
    ):
        arms += f'[[arms]]\nid = "{name}"\nlabel = "{name}"\nrole = "{role}"\n'
        arms += f'interventions = ["{drug}", "exposure"]\n'
        arms += f'[[arms]]\nid = "{name}2"\nlabel = "{name} 2"\nrole = "{role}"\n'
        arms += f'interventions = ["{drug}", "support"]\n'
    start, end = TEXT.index("[[arms]]"), TEXT.index("[[interventions]]")
    trial = protocol(TEXT[:start] + arms + THERAPIES + TEXT[end:])
    scores = {  # two of each arm
        p: (f"{row[0]}2" if number % 2 else row[0], *row[1:])
        for number, (p, row) in enumerate(SCORES.items())
    }
    given = {p: "saline" if "P" in p else "active drug" for p in scores}
    known = data(scores, drugs=given | {"A1": "saline", "A2": "saline"}, trial=trial)
    found = members(trial, known, "safety")
    wanted = {p: row[0] for p, row in scores.items()}
    assert found.to_dict() == wanted | {"A1": "placebo", "A2": "placebo2"}


def test_a_drug_of_no_arm_is_refused_with_its_rows() -> None:
    given = dict.fromkeys(SCORES, "active drug") | {"A2": "vodka"}
    with pytest.raises(AnalysisError, match="vodka") as refusal:
        members(protocol(), data(drugs=given), "safety")
    assert refusal.value.code == "EQ452"
    assert refusal.value.records is not None
    assert refusal.value.records["participant"].tolist() == ["A2"]


def test_an_unknown_drug_leaves_the_allocation() -> None:
    arm = members(protocol(), data(drugs={"A1": None, "P1": "saline"}), "safety")
    assert arm.to_dict() == {"A1": "active", "P1": "placebo"}


def test_exposure_that_nobody_recorded_is_refused() -> None:
    with pytest.raises(AnalysisError, match="neither infusions") as refusal:
        members(protocol(), data(drugs={}), "safety")
    assert refusal.value.code == "EQ452"


def test_an_empty_set_is_refused() -> None:
    later = ("week-1", "week-2", "week-4", "week-6")
    with pytest.raises(AnalysisError, match="empty") as refusal:
        members(protocol(), data(without_response(later, SCORES)), "rated")
    assert refusal.value.code == "EQ452"
