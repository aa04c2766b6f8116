"""What the columns of one file mean: holes, decimal marks, status of forms, crossing."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from equipoise.exchange.file_proposal import FileProposal, propose_file
from equipoise.protocol.model import Protocol
from equipoise.protocol.population import Characteristic
from tests.exchange.small import protocol, source


def proposed(folder: Path, text: str, trial: Protocol | None = None) -> FileProposal:
    return propose_file(source(folder, text), {}, trial or protocol(), {})


def rules(made: FileProposal) -> dict[str, dict[str, Any]]:
    return {f.columns[0]: dict(f.rule) for f in made.findings}


def with_weight() -> Protocol:
    parts = [
        Characteristic(id=name, label=label, type="number", unit=unit)
        for name, label, unit in (
            ("weight_kg", "Weight", "kg"),
            ("height_cm", "Height", "cm"),
        )
    ]
    known = protocol()
    return known.model_copy(
        update={"characteristics": (*known.characteristics, *parts)}
    )


def test_the_decimal_mark_belongs_to_the_column(tmp_path: Path) -> None:
    text = 'id,weight,height\nA,61.5,"161,5"\nB,70.2,"180,0"\n'
    made = proposed(tmp_path, text, with_weight())
    assert made.file == {}
    assert rules(made) == {
        "weight": {"to": "participants.weight_kg"},
        "height": {"to": "participants.height_cm", "decimal": ","},
    }


def test_one_decimal_mark_belongs_to_the_file(tmp_path: Path) -> None:
    made = proposed(tmp_path, 'id,weight\nA,"61,5"\nB,"70,2"\n', with_weight())
    assert made.file == {"decimal": ","}
    assert rules(made) == {"weight": {"to": "participants.weight_kg"}}


@pytest.mark.parametrize("hole", ["NA", "n/a", ".", "#NULL!", "NaN"])
def test_holes_do_not_hide_numbers(tmp_path: Path, hole: str) -> None:
    text = f"id,age,madrs_bl,sex\nA,30,{hole},F\nB,{hole},28,M\n"
    made = proposed(tmp_path, text)
    assert made.file == {"missing": [hole]}
    assert set(rules(made)) == {"age", "madrs_bl", "sex"}
    made = proposed(tmp_path, text.replace(f"30,{hole}", "30,31"))
    assert made.file == {}
    assert rules(made)["age"]["missing"] == [hole]


@pytest.mark.parametrize(
    ("name", "to"),
    [
        ("scr_dem_age", "participants.age"),
        ("demographics_sex", "participants.sex"),
        ("bl_gender", "participants.sex"),
        ("partner_age", None),
        ("mother_age", None),
        ("age_onset", None),
    ],
)
def test_the_form_before_a_name(tmp_path: Path, name: str, to: str | None) -> None:
    values = ("30", "41") if "age" in name else ("F", "M")
    made = proposed(tmp_path, f"id,{name}\nA,{values[0]}\nB,{values[1]}\n")
    assert rules(made).get(name, {}).get("to") == to


def test_the_exact_name_comes_before_a_longer_one(tmp_path: Path) -> None:
    made = proposed(tmp_path, "id,scr_age,age\nA,29,30\nB,40,41\n")
    assert list(rules(made)) == ["age"]
    assert made.findings[0].confidence == "high"


def test_a_year_of_birth_is_no_age(tmp_path: Path) -> None:
    made = proposed(tmp_path, "id,age\nA,1990\nB,1985\n")
    assert rules(made) == {}
    assert "named like 'Age', but its values do not fit" in made.ignored["age"]


def test_the_planned_arm_comes_before_the_actual_arm(tmp_path: Path) -> None:
    text = "id,TRT01A,TRT01P\nA,Midazolam,Ketamine\nB,Midazolam,Midazolam\n"
    assert list(rules(proposed(tmp_path, text))) == ["TRT01P"]


def test_a_label_of_the_arm_comes_before_its_code(tmp_path: Path) -> None:
    made = proposed(tmp_path, "id,ARMCD,ARM\nA,KET,Ketamine\nB,MID,Midazolam\n")
    assert list(rules(made)) == ["ARM"]
    assert made.findings[0].confidence == "high"


def test_an_arm_that_changes_is_a_cross_over(tmp_path: Path) -> None:
    text = "id,visit,drug\nA,baseline,ketamine\nA,day-1,midazolam\n"
    text += "B,baseline,midazolam\nB,day-1,ketamine\n"
    assert "cross-over" in proposed(tmp_path, text).ignored["drug"]


def test_dates_of_visits_are_no_visits(tmp_path: Path) -> None:
    # They would be listed under `values`, one for each participant.
    made = proposed(tmp_path, "id,visit\nA,2026-03-04\nA,2026-03-05\nB,2026-03-06\n")
    assert made.visits is None


def test_labels_and_codes_of_a_statistical_file(tmp_path: Path) -> None:
    plain = source(tmp_path, "id,v1,v2,v3\nA,1,30,2\nB,2,28,1\nC,1,-9,2\n")
    rich = replace(
        plain,
        labels={"v2": "MADRS total score at baseline", "v1": "Sex of participant"},
        choices={
            "v1": {"1": "Female", "2": "Male"},
            "v3": {"1": "Ketamine", "2": "Midazolam"},
        },
        missing={"v2": ("-9",)},
    )
    made = propose_file(rich, {}, protocol(), {})
    assert rules(made)["v2"] == {
        "to": "score.madrs.total",
        "visit": "baseline",
        "missing": ["-9"],
    }
    assert rules(made)["v3"]["values"] == {"1": "ketamine", "2": "midazolam"}
    assert "1 = Female" in made.ignored["v1"]


def test_numbered_occasions_are_the_visits_in_their_order(tmp_path: Path) -> None:
    made = proposed(tmp_path, "id,madrsv1,madrst2,madrst3\nA,30,20,12\nB,28,NA,14\n")
    visits = {c: (r["to"], r["visit"]) for c, r in rules(made).items()}
    assert visits == {
        "madrsv1": ("score.madrs.total", "baseline"),
        "madrst2": ("score.madrs.total", "day-1"),
        "madrst3": ("score.madrs.total", "day-7"),
    }
    assert all(f.confidence == "low" for f in made.findings)


def test_occasions_that_are_not_as_many_as_the_visits_are_left(tmp_path: Path) -> None:
    made = proposed(tmp_path, "id,madrsv1,madrsv2\nA,30,20\nB,28,14\n")
    assert rules(made) == {}


def test_values_are_read_as_written(tmp_path: Path) -> None:
    made = proposed(tmp_path, "id,visit,madrs_total\nA,baseline,30\nA,day-1,20\n")
    assert tomllib.loads(f"a = {list(made.unmapped)}") == {"a": []}


@pytest.mark.parametrize("name", ["visit_nurse", "visit_conducted_by", "event_person"])
def test_who_was_at_a_visit_is_not_listed(tmp_path: Path, name: str) -> None:
    text = f"id,{name}\nA,Smith\nA,Jones\nB,Smith\nB,Jones\nC,Smith\nC,Jones\n"
    assert proposed(tmp_path, text).visits is None
