"""Reading the data of a trial: what is kept, and what is refused with which rows."""

from pathlib import Path

import pytest

import equipoise as eq
from equipoise.dataset.collected import collected
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import DataError, LibraryError
from tests.exchange.small import (
    LONG,
    MAPPING,
    START,
    TUTORIAL,
    feder,
    protocol,
    read,
    refused,
    rows,
)
from tests.shared_data import shared

WIDE = """\
id,arm,m_pre,m_24h
P1,K,30,20
P2,M,28,
P3,K,,
"""
WIDE_MAPPING = (
    START
    + """
[[columns]]
column = "arm"
to = "participants.arm"
values = { K = "ketamine", M = "midazolam" }
[[columns]]
column = "m_pre"
to = "score.madrs.total"
visit = "baseline"
[[columns]]
column = "m_24h"
to = "score.madrs.total"
visit = "day-1"
"""
)


def values(data: eq.TrialData) -> dict[tuple[str, str], float]:
    table = data.recorded_scores
    keys = zip(table["participant"], table["visit"], strict=True)
    return dict(zip(keys, table["value"], strict=True))


def test_a_long_file_becomes_tables(tmp_path: Path) -> None:
    data = read(tmp_path)
    assert isinstance(data, UnblindedTrialData)
    assert data.arm.to_dict() == {"P1": "ketamine", "P2": "midazolam"}
    assert list(data.participants["age"]) == [30, 41]
    assert values(data) == {
        ("P1", "baseline"): 30,
        ("P1", "day-1"): 20,
        ("P2", "baseline"): 28,
        ("P2", "day-1"): 26,
    }
    assert list(data.visits["actual_day"]) == [-1, 1, -1, 1]
    assert list(data.visits["status"]) == ["done"] * 4
    assert data.origin.files == ("export.csv",)


def test_a_wide_file_keeps_everybody_and_only_what_was_observed(tmp_path: Path) -> None:
    data = read(tmp_path, WIDE, WIDE_MAPPING)
    assert list(data.participants["participant"]) == ["P1", "P2", "P3"]
    assert values(data) == {
        ("P1", "baseline"): 30,
        ("P1", "day-1"): 20,
        ("P2", "baseline"): 28,
    }
    assert len(data.visits) == 3


def test_without_a_column_of_arms_the_data_are_blinded(tmp_path: Path) -> None:
    before, _, after = MAPPING.partition('[[columns]]\ncolumn = "arm"')
    rule = before + "[[columns]]" + after.split("[[columns]]", 1)[1]
    data = read(tmp_path, mapping=rule + '[ignore]\narm = "blinded"\n')
    assert not isinstance(data, UnblindedTrialData)
    assert not hasattr(data, "arm")


@pytest.mark.reference
def test_the_antidepressant_trial_has_172_participants_and_608_ratings() -> None:
    """172 is what the paper of the data says; 608 are the lines of the file."""
    file = shared("data/antidepressant_data.csv")
    data = eq.read_data(file, eq.load_protocol("antidepressant"))
    assert isinstance(data, UnblindedTrialData)
    assert len(data.participants) == 172
    assert data.arm.value_counts().to_dict() == {"placebo": 88, "drug": 84}
    counts = data.recorded_scores["visit"].value_counts().to_dict()
    assert counts.pop("baseline") == 172
    assert sum(counts.values()) == len(file.read_text().splitlines()) - 1 == 608
    assert data.visits["actual_day"].notna().sum() == 608
    assert data.participants["pooled_investigator"].nunique() == 17


@pytest.mark.reference
def test_beat_the_blues_has_100_participants_and_380_ratings() -> None:
    """Counts of HSAUR::BtheB, and of the cells of the file that are not empty."""
    file = shared("data/beat_the_blues.csv")
    data = eq.read_data(file, eq.load_protocol("beat-the-blues"))
    assert isinstance(data, UnblindedTrialData)
    assert len(data.participants) == 100
    assert data.arm.value_counts().to_dict() == {"btheb": 52, "tau": 48}
    cells = [line.split(",")[4:] for line in file.read_text().splitlines()[1:]]
    filled = [sum(cell != "" for cell in column) for column in zip(*cells, strict=True)]
    counts = data.recorded_scores["visit"].value_counts()
    visits = ["baseline", "month-2", "month-4", "month-6", "month-8"]
    assert [counts[v] for v in visits] == filled == [100, 97, 73, 58, 52]


def test_the_tutorial_is_read_item_by_item() -> None:
    data = eq.read_data(TUTORIAL / "export.csv", protocol())
    assert len(data.participants) == 24
    assert data.answers["instrument"].unique().tolist() == ["madrs"]
    lost = data.scores.query("n_missing > 0")
    assert list(zip(lost["participant"], lost["visit"], strict=True)) == [
        ("P-008", "day-7")
    ]


def test_a_file_without_a_mapping_is_refused_with_the_command_that_drafts_one(
    tmp_path: Path,
) -> None:
    file = tmp_path / "export.csv"
    file.write_text(LONG, "utf-8")
    with pytest.raises(DataError, match="equipoise map") as refusal:
        eq.read_data(file, protocol())
    assert refusal.value.code == "EQ330"


def test_a_mapping_beside_the_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text(LONG, "utf-8")
    (tmp_path / "mapping.toml").write_text(MAPPING, "utf-8")
    assert len(eq.read_data(tmp_path / "export.csv", protocol()).participants) == 2


def test_a_mapping_of_the_library_is_found_by_name() -> None:
    file = shared("data/beat_the_blues.csv")
    trial = eq.load_protocol("beat-the-blues")
    data = eq.read_data(file, trial, mapping="beat-the-blues")
    assert len(data.participants) == 100


def test_a_mapping_of_another_trial_is_refused(tmp_path: Path) -> None:
    found = refused(tmp_path, mapping=MAPPING.replace("one-infusion", "two-infusions"))
    assert "two-infusions" in found["EQ335"].what


def test_an_absent_file_or_mapping_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mapping.toml").write_text(MAPPING, "utf-8")
    with pytest.raises(LibraryError) as refusal:
        eq.read_data(tmp_path / "nothing.csv", protocol())
    assert refusal.value.code == "EQ002"
    (tmp_path / "export.csv").write_text(LONG, "utf-8")
    with pytest.raises(LibraryError):
        eq.read_data(tmp_path / "export.csv", protocol(), mapping=tmp_path / "no.toml")


def test_a_column_of_which_the_mapping_says_nothing_is_refused(tmp_path: Path) -> None:
    text = "\n".join(f"{line},x" for line in WIDE.split())
    found = refused(tmp_path, text, WIDE_MAPPING)
    assert set(found) == {"EQ334"}
    assert found["EQ334"].what == "1 column is not mapped: x"
    rule = WIDE_MAPPING + '[ignore]\nx = "a letter"\n'
    assert len(read(tmp_path, text, rule).participants) == 3


def test_a_mapped_column_that_is_absent_is_refused_with_the_nearest_name(
    tmp_path: Path,
) -> None:
    found = refused(tmp_path, LONG.replace("madrs", "MADRS_"))
    assert set(found) == {"EQ333", "EQ334"}
    found = refused(tmp_path, LONG.replace("start", "strat"))
    assert "did you mean 'strat'" in found["EQ333"].fix


def test_a_value_that_is_not_listed_is_refused_with_its_rows(tmp_path: Path) -> None:
    found = refused(tmp_path, LONG.replace("M,2", "X,2"))
    assert rows(found["EQ336"], "row") == ["4", "5"]
    assert rows(found["EQ336"], "arm") == ["X", "X"]


def test_text_in_a_number_is_refused_with_its_rows(tmp_path: Path) -> None:
    found = refused(tmp_path, LONG.replace(",20\n", ",twenty\n"))
    assert rows(found["EQ337"], "row") == ["3"]
    assert rows(found["EQ337"], "madrs") == ["twenty"]


def test_mixed_formats_of_dates_are_refused_with_their_rows(tmp_path: Path) -> None:
    found = refused(
        tmp_path, LONG.replace("V1,M,2,41,2026-03-13", "V1,M,2,41,13/03/2026")
    )
    assert rows(found["EQ338"], "row") == ["5"]
    assert rows(found["EQ338"], "date") == ["13/03/2026"]


def test_what_a_participant_has_once_must_agree(tmp_path: Path) -> None:
    found = refused(tmp_path, LONG.replace("V1,K,1,30", "V1,M,1,31"))
    problem = found["EQ339"]
    assert rows(problem, "column") == ["age", "age", "arm", "arm"]
    assert rows(problem, "row") == ["2", "3", "2", "3"]
    assert rows(problem, "value") == ["30.0", "31.0", "ketamine", "midazolam"]


def test_every_disagreement_is_reported_at_once(tmp_path: Path) -> None:
    text = LONG.replace("V1,K,1,30", "V1,M,1,31").replace(",20\n", ",twenty\n")
    found = refused(tmp_path, text.replace("P2,V1", "P2,V9"))
    assert {"EQ337", "EQ339", "EQ343"} <= set(found)


def test_an_unknown_visit_is_refused_with_its_rows(tmp_path: Path) -> None:
    found = refused(tmp_path, LONG.replace("P2,V1", "P2,V9"))
    assert rows(found["EQ343"], "row") == ["5"]
    assert "day-7" in found["EQ343"].fix


def test_a_row_without_a_participant_is_refused(tmp_path: Path) -> None:
    found = refused(tmp_path, LONG.replace("P2,V1", ",V1"))
    assert rows(found["EQ344"], "row") == ["5"]


def test_a_date_without_day_0_is_refused_and_can_be_accepted(tmp_path: Path) -> None:
    text = LONG.replace(",2026-03-12,28", ",,28").replace(",2026-03-12,26", ",,26")
    found = refused(tmp_path, text)
    assert rows(found["EQ345"], "participant") == ["P2", "P2"]
    data = read(tmp_path, text, accept=("EQ345",))
    assert data.visits["actual_day"].isna().tolist() == [False, False, True, True]
    assert data.origin.accepted == ("EQ345: 2 records",)


def test_a_code_that_cannot_be_accepted_is_not(tmp_path: Path) -> None:
    with pytest.raises(DataError) as refusal:
        read(tmp_path, LONG.replace(",20\n", ",twenty\n"), accept=("EQ337",))
    assert refusal.value.code == "EQ337"


def test_a_value_in_a_row_of_no_visit_is_refused(tmp_path: Path) -> None:
    found = refused(tmp_path, mapping=MAPPING.replace('V1 = "day-1"', 'V1 = ""'))
    assert "EQ347" in found
    assert {"3", "5"} == set(rows(found["EQ347"], "row"))


def test_a_rating_that_stands_twice_is_refused_with_both_rows(tmp_path: Path) -> None:
    found = refused(tmp_path, LONG + LONG.splitlines()[4] + "\n")
    assert set(rows(found["EQ348"], "row")) == {"5", "6"}


def test_an_answer_out_of_range_is_refused(tmp_path: Path) -> None:
    rule = MAPPING.replace("score.madrs.total", "item.madrs.1")
    found = refused(tmp_path, LONG.replace(",30\n", ",3\n"), rule)
    assert rows(found["EQ212"], "value") == ["20.0", "28.0", "26.0"]


def test_an_unknown_arm_is_refused(tmp_path: Path) -> None:
    found = refused(
        tmp_path, mapping=MAPPING.replace('M = "midazolam"', 'M = "placebo"')
    )
    assert rows(found["EQ307"], "participant") == ["P2"]


def test_a_score_that_disagrees_with_its_items_can_be_accepted(tmp_path: Path) -> None:
    head = ",".join(f"m{i}" for i in range(1, 11))
    text = f"id,{head},sum\nP1,{','.join('3' * 10)},31\n"
    rule = (
        START
        + """
[[columns]]
column = "m{item}"
to = "items.madrs"
visit = "day-1"
[[columns]]
column = "sum"
to = "score.madrs.total"
visit = "day-1"
"""
    )
    found = refused(tmp_path, text, rule)
    assert rows(found["EQ312"], "value") == ["31.0"]
    data = read(tmp_path, text, rule, accept=("EQ312",))
    assert data.origin.accepted == ("EQ312: 1 record",)
    assert data.scores.query("score == 'total'")["value"].tolist() == [30]


MANY = """\
schema = 1
[files."people.csv"]
participant = { column = "id" }
day0 = { column = "start", format = "%d.%m.%Y" }
columns = [
  { column = "arm", to = "participants.arm" },
  { column = "left", to = "dispositions.treatment-discontinued", format = "%d.%m.%Y" },
  { column = "why", to = "reasons.treatment-discontinued" },
]
[files."vitals.csv"]
participant = { column = "subject" }
visit = { column = "visit" }
minute = { column = "min" }
columns = [{ column = "sbp", to = "measurements.SYSBP", unit = "mmHg" }]
[files."ae.csv"]
participant = { column = "id" }
columns = [
  { column = "term", to = "events.term" },
  { column = "began", to = "events.started_day", format = "%d.%m.%Y" },
  { column = "serious", to = "events.serious", values = { ja = "true", nein = "false" } },
]
[ignore_files]
"notes*" = "free text"
"""


def folder(place: Path) -> Path:
    (place / "people.csv").write_text(
        "id;arm;start;left;why\nA;ketamine;01.06.2026;05.06.2026;moved\nB;midazolam;02.06.2026;;\n"
    )
    (place / "vitals.csv").write_text(
        "subject,visit,min,sbp\nA,infusion-1,-30,120\nA,infusion-1,40,141\n"
    )
    (place / "ae.csv").write_text(
        "id,term,began,serious\nA,nausea,01.06.2026,nein\nA,nausea,03.06.2026,nein\nB,fall,04.06.2026,ja\n"
    )
    (place / "notes.csv").write_text("x\n1\n")
    (place / "mapping.toml").write_text(MANY)
    return place


def test_a_folder_of_files_is_read_together(tmp_path: Path) -> None:
    data = eq.read_data(folder(tmp_path), feder())
    assert isinstance(data, UnblindedTrialData)
    assert data.arm.to_dict() == {"A": "ketamine", "B": "midazolam"}
    assert data.measurements["timepoint_min"].tolist() == [-30, 40]
    assert data.measurements["unit"].tolist() == ["mmHg", "mmHg"]
    assert data.events["started_day"].tolist() == [0, 2, 2]
    assert data.events["serious"].tolist() == [False, False, True]
    assert data.dispositions[["day", "reason"]].to_numpy().tolist() == [[4, "moved"]]
    assert data.origin.files == ("people.csv", "vitals.csv", "ae.csv")


def test_a_file_of_a_folder_that_nobody_speaks_of_is_refused(tmp_path: Path) -> None:
    place = folder(tmp_path)
    (place / "notes.csv").rename(place / "labs.csv")
    (place / "ae.csv").rename(place / "aes.csv")
    with pytest.raises(DataError) as refusal:
        eq.read_data(place, feder())
    found = {p.code: p for p in refusal.value.problems}
    assert "aes.csv, labs.csv" in found["EQ334"].what
    assert "did you mean 'aes.csv'" in found["EQ333"].fix


def test_a_folder_with_the_mapping_of_one_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mapping.toml").write_text(MAPPING, "utf-8")
    with pytest.raises(DataError) as refusal:
        eq.read_data(tmp_path, protocol())
    assert refusal.value.code == "EQ349"


def test_what_a_mapping_confirms_as_empty_is_known_to_be_empty(tmp_path: Path) -> None:
    sure = MAPPING.replace(
        "schema = 1\n", 'schema = 1\ncollected_and_empty = ["events"]\n'
    )
    assert read(tmp_path).origin.confirmed_empty == ()
    data = read(tmp_path, mapping=sure)
    assert data.origin.confirmed_empty == ("events",)
    assert collected(data, "events")
    assert not collected(data, "exposures")


def test_a_mapping_states_that_every_randomized_participant_is_there(
    tmp_path: Path,
) -> None:
    sure = MAPPING.replace("schema = 1\n", "schema = 1\nall_randomized = true\n")
    assert not read(tmp_path).origin.all_randomized
    assert read(tmp_path, mapping=sure).origin.all_randomized


def test_columns_that_are_not_read_are_known_with_their_reasons(tmp_path: Path) -> None:
    for text in read(tmp_path).origin.not_read:
        column, _, reason = text.partition(": ")
        assert column in MAPPING
        assert reason in MAPPING
    file = shared("data/antidepressant_data.csv")
    data = eq.read_data(file, eq.load_protocol("antidepressant"))
    said = "PGIIMP: patient's global impression, not an instrument of the protocol"
    assert said in data.origin.not_read


def test_a_table_with_rows_is_not_empty(tmp_path: Path) -> None:
    wrong = MAPPING.replace(
        "schema = 1\n", 'schema = 1\ncollected_and_empty = ["visits"]\n'
    )
    problem = refused(tmp_path, mapping=wrong)["EQ350"]
    assert "4 rows" in problem.what
