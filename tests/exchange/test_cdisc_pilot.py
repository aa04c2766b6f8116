"""The primary endpoint of the CDISC pilot, from its ADaM data to the printed digits.

Source: Table 14-3.01 of the clinical study report (SAS, 2006); see the README of the data.
"""

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import equipoise as eq
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import DataError
from equipoise.stats.regression.ancova import Ancova, ancova

PILOT = Path(__file__).parent / "cdisc_pilot"
DOSE = {"placebo": 0, "low": 54, "high": 81}  # mg, TRTPN
VISITS = ["week-8", "week-16", "week-24"]


@cache
def pilot() -> UnblindedTrialData:
    """The pilot as the data door reads it: observed values only."""
    data = eq.read_data(
        PILOT / "data" / "adadas.csv",
        eq.load_protocol(PILOT / "protocol.toml"),
        mapping=PILOT / "mapping.toml",
    )
    assert isinstance(data, UnblindedTrialData)
    return data


@cache
def endpoint() -> pd.DataFrame:
    """One row for each participant, the last observed value carried to week 24."""
    data = pilot()
    wide = data.recorded_scores.pivot_table(
        index="participant", columns="visit", values="value"
    )
    people = data.participants.set_index("participant")
    frame = pd.DataFrame(
        {
            "arm": people["arm"].astype(str),
            "site": people["site_group"].astype(str),
            "base": wide["baseline"],
            "last": wide[VISITS].ffill(axis=1)["week-24"],
        }
    )
    frame["dose"] = frame["arm"].map(DOSE).astype(float)
    return frame.assign(change=frame["last"] - frame["base"])


def printed(number: float, digits: int) -> str:
    return f"{number:.{digits}f}"


@pytest.mark.reference
def test_counts_means_and_changes_are_those_of_the_study_report() -> None:
    frame = endpoint()
    found = {
        (arm, name): (
            len(rows),
            printed(rows[name].mean(), 1),
            printed(rows[name].std(), 2),
            printed(rows[name].median(), 1),
        )
        for arm, rows in frame.groupby("arm")
        for name in ("base", "last", "change")
    }
    assert found == {
        ("placebo", "base"): (79, "24.1", "12.19", "21.0"),
        ("low", "base"): (81, "24.4", "12.92", "21.0"),
        ("high", "base"): (74, "21.3", "11.74", "18.0"),
        ("placebo", "last"): (79, "26.7", "13.79", "24.0"),
        ("low", "last"): (81, "26.4", "13.18", "25.0"),
        ("high", "last"): (74, "22.8", "12.48", "20.0"),
        ("placebo", "change"): (79, "2.5", "5.80", "2.0"),
        ("low", "change"): (81, "2.0", "5.55", "2.0"),
        ("high", "change"): (74, "1.5", "4.26", "1.0"),
    }


@cache
def fitted() -> Ancova:
    """Treatment and site group as factors, baseline as a covariate (footnote 1)."""
    return ancova(
        endpoint(),
        outcome="change",
        arm="arm",
        covariates=["base"],
        strata=["site"],
        reference="placebo",
    )


@pytest.mark.reference
@pytest.mark.parametrize(
    ("first", "second", "p", "difference", "error", "lower", "upper"),
    [
        ("low", "placebo", "0.569", "-0.5", "0.82", "-2.1", "1.1"),
        ("high", "placebo", "0.233", "-1.0", "0.84", "-2.7", "0.7"),
        ("high", "low", "0.520", "-0.5", "0.84", "-2.2", "1.1"),
    ],
)
def test_pairwise_differences_are_those_of_the_study_report(
    first: str,
    second: str,
    p: str,
    difference: str,
    error: str,
    lower: str,
    upper: str,
) -> None:
    found = fitted().estimate({first: 1, second: -1})
    assert printed(found.p, 3) == p
    assert printed(found.estimate, 1) == difference
    assert printed(found.std_error, 2) == error
    assert (printed(found.lower, 1), printed(found.upper, 1)) == (lower, upper)


@pytest.mark.reference
def test_the_dose_response_is_that_of_the_study_report() -> None:
    """Dose as a number instead of the arms (footnote 2)."""
    model = ancova(
        endpoint(),
        outcome="change",
        arm="site",
        reference="701",
        covariates=["base", "dose"],
    )
    row = model.coefficients.set_index("term").loc["dose"]
    assert printed(float(row["p"]), 3) == "0.245"


@pytest.mark.reference
def test_values_carried_forward_are_those_that_the_file_derived() -> None:
    """What ADADAS states as LOCF at week 24, for each of the 234 participants."""
    rows = pd.read_csv(PILOT / "data" / "adadas.csv")
    chosen = rows.query("EFFFL == 'Y' and ANL01FL == 'Y' and AVISIT == 'Week 24'")
    stated = chosen.set_index("USUBJID")["AVAL"]
    assert (chosen["DTYPE"] == "LOCF").sum() == 79
    assert endpoint()["last"].to_dict() == stated.to_dict()


def test_the_report_counts_what_was_not_read() -> None:
    counts, items, *_ = pilot().origin.reading
    assert counts.startswith("adadas.csv: 773 of 1,040 rows are read")
    assert "LOCF 241" in counts
    assert "PARAMCD names the item" in items


def test_without_its_row_filter_the_file_is_rejected(tmp_path: Path) -> None:
    """241 rows carried forward would be read as observed."""
    text = (PILOT / "mapping.toml").read_text("utf-8")
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(text.replace('DTYPE = ""', "").replace('"Y"', '["Y", "N"]'))
    protocol = eq.load_protocol(PILOT / "protocol.toml")
    data = PILOT / "data" / "adadas.csv"
    with pytest.raises(DataError) as refusal:
        eq.read_data(data, protocol, mapping=mapping)
    (problem,) = refusal.value.problems
    assert problem.code == "EQ357"
    assert "DTYPE is LOCF" in problem.what


@pytest.mark.reference
def test_study_days_are_counted_from_the_day_of_the_first_dose() -> None:
    """ADY 1 is day 0, and no participant has ADY 0."""
    rows = pd.read_csv(PILOT / "data" / "adadas.csv")
    visits = pilot().visits.query("visit == 'baseline'")
    assert set(visits["actual_day"]) == {0}
    assert (rows["ADY"] == 0).sum() == 0
