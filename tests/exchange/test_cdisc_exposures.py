"""Infusions of the domain EX."""

import pandas as pd

from equipoise.exchange.cdisc_exposures import by_study_day, infusions
from equipoise.exchange.files import Source
from tests.exchange.small import protocol

HEAD = ["USUBJID", "EXTRT", "EXDOSE", "EXDOSU", "EXSTDTC", "EXENDTC", "EXSTDY"]
ROW = ("u1", "KETAMINE", "40", "mg", "2027-03-02T10:00", "2027-03-02T10:40", "1")


def source(*rows: tuple[str, ...]) -> Source:
    return Source("ex.csv", pd.DataFrame(list(rows), columns=HEAD, dtype="string"))


def test_drug_dose_and_times_are_recognized() -> None:
    found = {str(one.rule["to"]): one.columns for one in infusions(source(ROW))}
    assert found == {
        "exposures.drug": ("EXTRT",),
        "exposures.dose_mg": ("EXDOSE",),
        "exposures.started_at": ("EXSTDTC",),
        "exposures.stopped_at": ("EXENDTC",),
    }


def test_a_dose_in_another_unit_is_not_taken_as_milligrams() -> None:
    other = (*ROW[:3], "mg/kg", *ROW[4:])
    found = {str(one.rule["to"]) for one in infusions(source(ROW, other))}
    assert "exposures.dose_mg" not in found


def test_without_visit_the_study_day_states_the_infusion_to_be_checked() -> None:
    late = (*ROW[:6], "40")
    made = by_study_day(source(ROW, late), protocol())
    assert made is not None
    assert made.values == {"1": "infusion", "40": None}
    assert made.unsure == {"1", "40"}


def test_with_visit_the_study_day_is_not_needed() -> None:
    cells = source(ROW).cells.assign(VISIT="DAY 1")
    assert by_study_day(Source("ex.csv", cells), protocol()) is None
