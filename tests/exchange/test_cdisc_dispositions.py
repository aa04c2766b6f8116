"""Milestones of DS, DM and ADSL."""

import pandas as pd

from equipoise.exchange.cdisc_dispositions import dated, milestones
from equipoise.exchange.files import Source
from equipoise.exchange.recognition import Finding

HEAD = ["USUBJID", "DSCAT", "DSSCAT", "DSDECOD", "DSSTDY"]
EVENT = "DISPOSITION EVENT"


def source(head: list[str], *rows: tuple[str, ...]) -> Source:
    return Source("x.csv", pd.DataFrame(list(rows), columns=head, dtype="string"))


def targets(found: list[Finding]) -> dict[str, object]:
    return {str(one.rule["to"]): one.rule.get("where") for one in found}


def test_the_same_code_ends_the_treatment_or_the_study() -> None:
    rows = [
        ("u1", EVENT, "STUDY TREATMENT", "COMPLETED", "8"),
        ("u1", EVENT, "STUDY PARTICIPATION", "ADVERSE EVENT", "20"),
        ("u2", EVENT, "STUDY TREATMENT", "DEATH", "5"),
        ("u2", EVENT, "STUDY PARTICIPATION", "DEATH", "5"),
    ]
    found = targets(list(milestones(source(HEAD, *rows))))
    treatment, study = {"DSSCAT": "STUDY TREATMENT"}, {"DSSCAT": "STUDY PARTICIPATION"}
    assert found == {
        "dispositions.treatment-completed": {"DSDECOD": "COMPLETED", **treatment},
        "dispositions.study-withdrawn": {"DSDECOD": "ADVERSE EVENT", **study},
        "reasons.study-withdrawn": {"DSDECOD": "ADVERSE EVENT", **study},
        "dispositions.treatment-discontinued": {"DSDECOD": "DEATH", **treatment},
        "reasons.treatment-discontinued": {"DSDECOD": "DEATH", **treatment},
        "dispositions.death": {"DSDECOD": "DEATH", **study},
    }


def test_several_events_of_a_participant_without_a_category_are_named() -> None:
    rows = [
        ("u1", EVENT, "", "COMPLETED", "8"),
        ("u1", EVENT, "", "WITHDRAWAL BY SUBJECT", "20"),
    ]
    found = list(milestones(source(HEAD, *rows)))
    assert all(one.confidence == "low" for one in found)
    assert "several disposition events" in found[0].why


def test_a_partial_date_of_death_is_marked_and_not_dropped() -> None:
    found = list(
        dated(source(["USUBJID", "DTHDTC"], ("u1", "2027-03"), ("u2", "")), "DM")
    )
    (death,) = found
    assert death.rule["to"] == "dispositions.death"
    assert death.confidence == "low"
    assert "1 of 1 date is not complete" in death.why


def test_the_first_dose_is_the_start_of_treatment() -> None:
    found = dated(source(["USUBJID", "RFXSTDTC"], ("u1", "2027-03-02")), "DM")
    assert [one.rule["to"] for one in found] == ["dispositions.treatment-started"]


def test_the_end_of_the_study_is_that_of_its_status() -> None:
    head = ["USUBJID", "EOSSTT", "EOSDT", "DCSREAS"]
    rows = [
        ("u1", "COMPLETED", "2027-03-09", ""),
        ("u2", "DISCONTINUED", "2027-03-05", "Lost"),
        ("u3", "ONGOING", "", ""),
    ]
    found = targets(list(dated(source(head, *rows), "ADSL")))
    assert found == {
        "dispositions.study-completed": {"EOSSTT": "COMPLETED"},
        "dispositions.study-withdrawn": {"EOSSTT": "DISCONTINUED"},
        "reasons.study-withdrawn": {"EOSSTT": "DISCONTINUED"},
    }
