"""A study in SDTM, from the proposed mapping to the data."""

import re
from functools import cache
from pathlib import Path

import pytest

import equipoise as eq
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import DataError
from equipoise.exchange.mapping_proposal import propose_mapping
from tests.exchange.small import TUTORIAL, protocol
from tests.exchange.small_sdtm import write_study
from tests.shared_data import shared

PILOT = Path(__file__).parent / "cdisc_pilot"


@cache
def proposed(folder: Path) -> str:
    return propose_mapping(write_study(folder), protocol()).text


def reviewed(text: str) -> str:
    """The proposal after a reader has confirmed every mark."""
    return text.replace("CHECK: ", "")


def test_a_study_needs_only_its_marks_confirmed(tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    text = proposed(tmp_path)
    mapping.write_text(text, "utf-8")
    assert "NOT RECOGNIZED" not in text
    with pytest.raises(DataError, match="EQ355"):
        eq.read_data(tmp_path, protocol())
    mapping.write_text(reviewed(text), "utf-8")
    data = eq.read_data(tmp_path, protocol())
    assert isinstance(data, UnblindedTrialData)
    assert data.arm.dropna().to_dict() == {
        "S-01-001": "ketamine",
        "S-01-002": "midazolam",
        "S-02-001": "midazolam",
        "S-02-002": "ketamine",
    }
    assert len(data.participants) == 5
    scores = data.scores.set_index(["participant", "visit"])["value"]
    assert scores["S-01-001", "baseline"] == 27
    assert scores["S-01-001", "day-1"] == 9
    assert scores["S-02-001", "baseline"] == 31
    events = data.events.set_index("participant")
    assert events["started_day"].fillna(-99).to_dict() == {
        "S-01-001": 0,
        "S-02-001": -99,
        "S-02-002": -1,
    }
    assert events.loc["S-02-002", "stopped_day"] == 2
    assert events["serious"].to_dict() == {
        "S-01-001": False,
        "S-02-001": False,
        "S-02-002": True,
    }
    days = data.dispositions.set_index(["participant", "milestone"])["day"]
    assert days["S-01-001", "study-completed"] == 7
    assert days["S-01-001", "consented"] == -5


def test_a_population_that_excludes_participants_is_marked(tmp_path: Path) -> None:
    """The analysis sets follow from the data, and may differ from those of the sponsor."""
    rows = ["u1,Ketamine,Y,Y", "u2,Midazolam,Y,N", "u3,Ketamine,Y,Y"]
    text = "\n".join(["USUBJID,TRT01P,ITTFL,SAFFL", *rows])
    (tmp_path / "adsl.csv").write_text(text, "utf-8")
    made = propose_mapping(tmp_path / "adsl.csv", protocol()).text
    assert 'SAFFL = "CHECK: flag of a population without 1 of 3 participants' in made
    assert "define the set under [[analysis_sets]]" in made
    assert 'ITTFL = "population with all participants' in made


def test_unknown_arms_are_named_and_no_empty_table_is_written(tmp_path: Path) -> None:
    rows = ["S,DM,u1,Drug X", "S,DM,u2,Drug Y", "S,DM,u3,Drug X"]
    text = "\n".join(["STUDYID,DOMAIN,USUBJID,ARM", *rows])
    (tmp_path / "dm.csv").write_text(text, "utf-8")
    made = " ".join(propose_mapping(tmp_path / "dm.csv", protocol()).text.split())
    assert "values = { }" not in made
    assert "CHECK: planned arm of CDISC" in made
    assert "'Drug X', 'Drug Y'" in made


def test_other_characteristics_are_not_needed_once_the_protocol_has_its_own(
    tmp_path: Path,
) -> None:
    text = proposed(tmp_path)
    assert "NOT RECOGNIZED" not in text
    dm = tmp_path / "dm.csv"
    lines = dm.read_text("utf-8").splitlines()
    more = [f"{lines[0]},COUNTRY", *(f"{line},DEU" for line in lines[1:])]
    dm.write_text("\n".join(more), "utf-8")
    made = propose_mapping(tmp_path, protocol()).text
    assert 'COUNTRY = "not a characteristic of the protocol"' in made


def test_a_visit_called_day_2_is_day_1_of_the_protocol(tmp_path: Path) -> None:
    text = proposed(tmp_path)
    assert re.search(r'# CHECK: whether this is the visit\n"DAY 2" = "day-1"', text)


def test_the_identifier_is_usubjid_in_every_dataset(tmp_path: Path) -> None:
    """SUBJID is that of a site: 001 and 002 are two persons each."""
    text = proposed(tmp_path)
    assert text.count('column = "USUBJID"') == 4
    assert 'column = "SUBJID"' not in text


def test_a_date_without_its_day_leaves_the_study_day_missing(tmp_path: Path) -> None:
    """AESTDTC 2027-03 has no AESTDY; if the date is mapped, it is rejected."""
    text = reviewed(proposed(tmp_path))
    text = text.replace('column = "AESTDY"', 'column = "AESTDTC"').replace(
        'to = "events.started_day"\nfirst_day = 1',
        'to = "events.started_day"\nformat = "ISO 8601"',
    )
    text = text.replace('AESTDTC = "date; the study day is read"', 'AESTDY = "date"')
    (tmp_path / "mapping.toml").write_text(text, "utf-8")
    with pytest.raises(DataError, match="2027-03") as refusal:
        eq.read_data(tmp_path, protocol())
    assert refusal.value.code == "EQ338"


def test_analysis_visits_and_observed_rows_are_proposed_for_adam() -> None:
    trial = eq.load_protocol(PILOT / "protocol.toml")
    text = propose_mapping(PILOT / "data" / "adadas.csv", trial).text
    assert 'column = "AVISIT"' in text
    assert '[where]\nDTYPE = ""\nANL01FL = "Y"' in text
    assert 'to = "score.adas_cog11.total"' in text
    assert 'BASE = "derived from the values at baseline"' in text


def test_the_end_of_treatment_and_the_end_of_the_study_are_kept_apart(
    tmp_path: Path,
) -> None:
    """DSSCAT of the public study: treatment stopped on day 57, participation on 64."""
    for name in ("dm", "ds"):
        file = shared(f"data/cdisc/{name}.xpt")
        (tmp_path / file.name).write_bytes(file.read_bytes())
    trial = protocol()
    text = reviewed(propose_mapping(tmp_path, trial).text)
    text = text.replace("NOT RECOGNIZED", "not needed").replace(
        'to = "participants.arm"\n',
        'to = "participants.arm"\nvalues = { "Zanomaline Low Dose (54 mg)" = "ketamine", '
        '"Zanomaline High Dose (81 mg)" = "ketamine", Placebo = "midazolam" }\n',
    )
    (tmp_path / "mapping.toml").write_text(text, "utf-8")
    data = eq.read_data(tmp_path, trial, accept=["EQ309"])  # ages of another trial
    days = data.dispositions.set_index(["participant", "milestone"])["day"]
    assert days["CDISC018", "treatment-discontinued"] == 56
    assert days["CDISC018", "study-withdrawn"] == 63
    # Sudden death after an adverse event that ended the treatment: no withdrawal.
    assert days["CDISC002", "treatment-discontinued"] == 58
    assert days["CDISC002", "death"] == 60
    assert ("CDISC002", "study-withdrawn") not in days
    counts = data.dispositions["milestone"].value_counts()
    assert counts["treatment-completed"] == counts["study-completed"] == 3
    assert counts["treatment-started"] == 17


@pytest.mark.parametrize("suffix", ["json", "xpt"])
def test_the_public_datasets_are_read_whole_and_recognized(
    tmp_path: Path, suffix: str
) -> None:
    for name in ("dm", "ae", "ds"):
        file = shared(f"data/cdisc/{name}.{suffix}")
        (tmp_path / file.name).write_bytes(file.read_bytes())
    trial = eq.load_protocol(TUTORIAL / "protocol.toml")
    text = propose_mapping(tmp_path, trial).text
    assert "18 participants, taken as those of the trial" in text
    assert "13 of the 13 participants are among those of dm" in text
    assert "18 of the 18 participants are among those of dm" in text
    assert text.count('column = "USUBJID"') == 3
    assert text.count("first_day = 1") >= 4
    assert 'column = "RFSTDTC"\nformat = "ISO 8601"' in text
