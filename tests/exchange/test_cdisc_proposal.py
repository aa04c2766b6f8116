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
