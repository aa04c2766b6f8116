"""Events and repeating forms of REDCap as visits; what is a guess is marked."""

from pathlib import Path

from equipoise.exchange.mapping_proposal import propose_mapping
from equipoise.exchange.redcap_events import Events, events, redcap_name
from tests.exchange.small import protocol, source

REPEATS = "id,redcap_repeat_instrument,redcap_repeat_instance,age,madrs_1,ae_term\n"


def found(folder: Path, text: str) -> Events:
    made = events(source(folder, text), protocol())
    assert made is not None
    return made


def test_names_of_redcap() -> None:
    assert redcap_name("Repeat Instance") == "redcap_repeat_instance"
    assert redcap_name("Data Access Group") == "redcap_data_access_group"
    assert redcap_name("madrs_01") == "madrs_01"


def test_a_rating_form_that_repeats_tells_the_visits_in_their_order(
    tmp_path: Path,
) -> None:
    rows = "1,,,40,,\n1,madrs,1,,3,\n1,madrs,2,,2,\n1,madrs,4,,2,\n1,ae,1,,,a\n"
    made = found(tmp_path, REPEATS + rows + "1,ae,2,,,b\n")
    assert made.columns == ("redcap_repeat_instrument", "redcap_repeat_instance")
    assert dict(made.values) == {
        " / ": "",  # the row without a repeated form
        "madrs / 1": "baseline",
        "madrs / 2": "day-1",
        "madrs / 4": None,
        "ae / *": "",
    }
    assert made.unsure == {"madrs / 1", "madrs / 2"}


def test_a_rating_form_is_also_known_by_its_fields(tmp_path: Path) -> None:
    made = found(tmp_path, REPEATS + "1,,,40,,\n1,weekly,1,,3,\n")
    assert made.values["weekly / 1"] == "baseline"


def test_other_repeating_forms_without_events_tell_no_visit(tmp_path: Path) -> None:
    text = REPEATS + "1,,,40,,\n1,ae,1,,,a\n"
    assert events(source(tmp_path, text), protocol()) is None


def test_a_rating_form_that_repeats_within_an_event(tmp_path: Path) -> None:
    text = (
        "id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,madrs_1\n"
        "1,baseline_arm_1,,,2\n1,day_arm_1,madrs,1,3\n1,day_arm_1,madrs,7,3\n"
        "1,day_7_arm_1,ae,1,\n1,day_7_arm_1,ae,2,\n"
    )
    made = found(tmp_path, text)
    assert dict(made.values) == {
        "baseline_arm_1 /  / ": "baseline",
        "day_arm_1 / madrs / 1": "day-1",
        "day_arm_1 / madrs / 7": "day-7",
        "day_7_arm_1 / ae / *": "day-7",
    }


def test_the_arms_of_redcap_are_events_and_not_treatments(tmp_path: Path) -> None:
    text = "id,redcap_event_name,a\n1,baseline_arm_1,1\n2,baseline_arm_2b,1\n"
    made = found(tmp_path, text)
    assert set(made.values.values()) == {"baseline"}


def test_what_is_a_guess_is_marked_in_the_draft(tmp_path: Path) -> None:
    text = (
        "record_id,redcap_event_name,madrs_total\n1,baseline_arm_1,30\n"
        "1,visit_2_day_7_foll_arm_1,20\n1,odd_arm_1,\n"
    )
    (tmp_path / "e.csv").write_text(text)
    draft = propose_mapping(tmp_path / "e.csv", protocol()).text
    assert "# CHECK: whether this is the visit\nvisit_2_day_7_foll_arm_1" in draft
    assert '\nbaseline_arm_1 = "baseline"' in draft
    assert "# CHECK: which visit? odd_arm_1" in draft
