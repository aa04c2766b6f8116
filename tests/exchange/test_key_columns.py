"""The columns that name rows: participant, visit, day 0."""

from pathlib import Path

import pytest

from equipoise.exchange.key_columns import Visits, participant, visits
from equipoise.exchange.redcap_events import redcap_name
from tests.exchange.small import feder, protocol, source


def told(folder: Path, text: str) -> Visits | None:
    return visits(source(folder, text), "id", protocol())


@pytest.mark.parametrize("name", ["record_id", "USUBJID", "Patient ID", "subject"])
def test_the_participant_by_name(tmp_path: Path, name: str) -> None:
    assert participant(source(tmp_path, f"a,{name}\n1,2\n"))[0] == name


def test_the_first_column_for_want_of_a_name(tmp_path: Path) -> None:
    column, why = participant(source(tmp_path, "a,b\n1,2\n"))
    assert column == "a"
    assert "check" in why


def test_a_wide_file_has_no_column_of_visits(tmp_path: Path) -> None:
    assert told(tmp_path, "id,visit\nA,x\nB,x\n") is None


def test_events_of_redcap_raw_and_labelled(tmp_path: Path) -> None:
    for name in ("redcap_event_name", "Event Name"):
        found = told(
            tmp_path, f"id,{name}\nA,baseline_arm_1\nA,24h_arm_1\nA,odd_arm_1\n"
        )
        assert found is not None
        assert found.columns == (name,)
        assert list(found.values.values()) == ["baseline", "day-1", None]
        assert found.clear == 2


def test_repeated_events_are_told_by_their_instance(tmp_path: Path) -> None:
    text = (
        "id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance\n"
        "A,infusion_arm_1,,1\nA,infusion_arm_1,,2\nA,baseline_arm_1,,\n"
    )
    found = visits(source(tmp_path, text), "id", feder())
    assert found is not None
    assert found.columns == ("redcap_event_name", "redcap_repeat_instance")
    assert dict(found.values) == {
        "infusion_arm_1 / 1": "infusion-1",
        "infusion_arm_1 / 2": "infusion-2",
        "baseline_arm_1 / ": "baseline",
    }


def test_repeated_forms_do_not_tell_visits(tmp_path: Path) -> None:
    text = (
        "id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance\n"
        "A,day_7_arm_1,ae,1\nA,day_7_arm_1,ae,2\nA,baseline_arm_1,,\n"
    )
    found = told(tmp_path, text)
    assert found is not None
    assert found.columns == ("redcap_event_name",)


def test_a_column_of_visits_by_its_values_or_its_name(tmp_path: Path) -> None:
    found = told(tmp_path, "id,when,x\nA,BL,1\nA,day 7,2\n")
    assert found is not None
    assert found.columns == ("when",)
    found = told(tmp_path, "id,VISIT,x\nA,4,1\nA,5,2\n")
    assert found is not None
    assert found.values == {"4": None, "5": None}


def test_numbers_of_visits_are_understood_by_a_column_of_days(tmp_path: Path) -> None:
    found = told(tmp_path, "id,VISIT,RELDAYS\nA,4,-1\nA,5,7\nB,4,-2\nB,5,8\n")
    assert found is not None
    assert found.values == {"4": "baseline", "5": "day-7"}
    assert "RELDAYS" in found.why


def test_names_of_redcap() -> None:
    assert redcap_name("Repeat Instance") == "redcap_repeat_instance"
    assert redcap_name("madrs_01") == "madrs_01"


def test_codes_of_visits_are_understood_by_their_labels(tmp_path: Path) -> None:
    """SPSS stores a visit as 0, 1, 9 with the labels Baseline, 24 h and Unplanned."""
    text = "id,visit\nA,0\nA,1\nA,9\n"
    labels = {"visit": {"0": "Baseline", "1": "24 h", "9": "Unplanned"}}
    found = visits(source(tmp_path, text), "id", protocol(), labels)
    assert found is not None
    assert dict(found.values) == {"0": "baseline", "1": "day-1", "9": None}
    assert "labels" in found.why
