from equipoise.report.datasets.subject_level import subject_level
from equipoise.report.datasets.trial import Trial
from tests.analyze.feder import feder
from tests.analyze.small import data, protocol
from tests.report import made


def test_everybody_has_a_row_and_the_sets_are_those_of_the_analysis() -> None:
    frame = subject_level(Trial(feder(), made.data())).frame
    results = made.results()
    assert sorted(frame["USUBJID"]) == sorted(made.data().participants["participant"])
    for chosen, flag in (("itt", "ITTFL"), ("safety", "SAFFL")):
        for arm in ("ketamine", "midazolam"):
            rows = frame[(frame[flag] == "Y") & (frame["ARMCD"] == arm)]
            assert len(rows) == results[f"sets.{chosen}.{arm}"].estimate
    assert (frame["RANDFL"] == "Y").sum() == 30
    screened = frame[frame["RANDFL"] == "N"]
    assert set(screened["ITTRS"]) == {"not randomized"}
    assert screened["TRT01P"].isna().all()


def test_a_participant_outside_a_set_has_the_reason() -> None:
    known = data(drugs=dict.fromkeys(("P1", "P2", "P3"), "saline"))
    frame = subject_level(Trial(protocol(), known)).frame.set_index("USUBJID")
    assert frame.loc["P1", "SAFFL"] == "Y"
    assert (frame.loc["P4", "SAFFL"], frame.loc["P4", "SAFRS"]) == (
        "N",
        "no record of treatment received",
    )


def test_a_set_that_cannot_be_told_has_no_flag() -> None:
    frame = subject_level(Trial(protocol(), data(drugs={}))).frame
    assert frame["SAFFL"].isna().all()
    assert frame["SAFRS"].str.contains("cannot be determined").all()


def test_disposition_is_missing_unless_it_is_recorded() -> None:
    milestones = [
        ("A1", "study-completed", 42, None),
        ("A2", "lost-to-follow-up", 14, "moved"),
        ("A3", "death", 20, None),
        ("A3", "treatment-discontinued", 3, "headache"),
    ]
    known = data(milestones=milestones)
    frame = subject_level(Trial(protocol(), known)).frame.set_index("USUBJID")
    assert frame.loc["A1", ["EOSSTT", "EOSDY"]].tolist() == ["COMPLETED", 42]
    assert frame.loc["A2", ["EOSSTT", "DCSREAS"]].tolist() == ["DISCONTINUED", "moved"]
    assert frame.loc["A3", ["DCSREAS", "DCTREAS"]].tolist() == ["death", "headache"]
    assert frame.loc["A4", ["EOSSTT", "EOSDY", "DCSREAS", "EOTSTT"]].isna().all()


def test_a_recorded_reason_stays_out_of_a_dry_run() -> None:
    known = data(milestones=[("A3", "treatment-discontinued", 3, "dissociation")])
    frame = subject_level(Trial(protocol(), known, dummy=True)).frame
    assert frame.set_index("USUBJID").loc["A3", "DCTREAS"] == "treatment-discontinued"
    assert "dissociation" not in frame.to_csv()


def test_subgroups_are_those_of_the_analysis() -> None:
    item = subject_level(Trial(feder(), made.data()))
    names = [v.name for v in item.variables if v.label.startswith("Pooled Group")]
    assert len(names) == len(feder().endpoint("caps5_change").subgroups)
    sex = item.frame.loc[item.frame["RANDFL"] == "Y", "SEXGR1"]
    assert set(sex.dropna()) <= {"Female", "Male", "Other"}
    assert sex.notna().any()


def test_an_arm_alone_does_not_flag_anybody_as_randomized() -> None:
    frame = subject_level(Trial(protocol(), data())).frame
    assert frame["RANDFL"].isna().all()


def test_treatment_and_death_are_missing_unless_they_are_recorded() -> None:
    drugs = {"A1": "active drug", "P1": "active drug", "P2": "saline"}
    known = data(drugs=drugs, milestones=[("A3", "death", 20, None)])
    frame = subject_level(Trial(protocol(), known)).frame.set_index("USUBJID")
    assert frame.loc["P1", ["TRT01P", "TRT01A"]].tolist() == ["Placebo", "Active"]
    assert frame.loc["P1", ["TRT01PN", "TRT01AN"]].tolist() == [2, 1]
    assert frame.loc["P1", ["TRTSDY", "TRTEDY"]].tolist() == [0, 0]
    assert frame.loc["A4", ["TRT01A", "TRTSDY", "TRTEDY", "DTHFL"]].isna().all()
    assert frame.loc["A3", "DTHFL"] == "Y"


def test_labels_of_standard_variables_are_those_of_cdisc() -> None:
    item = subject_level(Trial(feder(), made.data()))
    labels = {v.name: v.label for v in item.variables}
    assert labels["ITTFL"] == "Intent-To-Treat Population Flag"
    assert labels["SAFFL"] == "Safety Population Flag"
    assert labels["TRT01P"] == "Planned Treatment for Period 01"
    assert labels["AGEGR1"] == "Pooled Group 1: Age"
    aged = item.frame["AGE"].notna()
    assert set(item.frame.loc[aged, "AGEU"]) == {"YEARS"}
