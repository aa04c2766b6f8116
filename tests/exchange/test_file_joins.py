"""Files are joined by the identifiers that match, and what does not match is reported."""

import re
import tomllib
from pathlib import Path

import pytest

import equipoise as eq
from equipoise.errors import DataError
from equipoise.exchange.mapping_proposal import Proposal, propose_mapping
from equipoise.exchange.review_marks import review_marks
from tests.exchange.small import TUTORIAL, protocol

DM = """\
STUDYID,USUBJID,SUBJID,ARM,AGE,SEX
S1,S1-01-701,701,Ketamine,30,F
S1,S1-01-702,702,Midazolam,41,M
S1,S1-02-703,703,Ketamine,52,F
"""
QS = """\
USUBJID,VISIT,MADRS_TOTAL
S1-01-701,BASELINE,30
S1-01-701,Day 1,20
S1-01-702,BASELINE,28
S1-01-702,Day 1,27
S1-02-703,BASELINE,31
S1-02-703,Day 1,12
"""
AE = """\
subject,term,start_day,severity,serious
S1-01-701,Nausea,0,mild,0
S1-01-701,Headache,1,moderate,0
S1-09-999,Fall,3,severe,1
"""


def drafted(folder: Path, **files: str) -> Proposal:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return propose_mapping(folder, protocol())


def test_the_column_with_more_matches_is_taken(tmp_path: Path) -> None:
    # SUBJID comes first by its name; the other file has only USUBJID.
    made = drafted(tmp_path, dm=DM, qs=QS)
    files = tomllib.loads(made.text)["files"]
    assert files["dm.csv"]["people"] is True
    assert "people" not in files["qs.csv"]
    assert files["dm.csv"]["participant"] == {"column": "USUBJID"}
    assert files["qs.csv"]["participant"] == {"column": "USUBJID"}
    assert "3 of the 3 participants are among those of dm.csv" in made.text


def test_the_draft_of_several_files_reads_them(tmp_path: Path) -> None:
    made = drafted(tmp_path, dm=DM.replace("STUDYID,", "").replace("S1,", ""), qs=QS)
    text = made.text
    for one in reversed(review_marks(text)):
        lines = text.split("\n")
        lines[one.line - 1] = lines[one.line - 1].replace("NOT RECOGNIZED", "a number")
        text = "\n".join(lines)
    (tmp_path / "mapping.toml").write_text(text, "utf-8")
    data = eq.read_data(tmp_path, protocol())
    assert len(data.participants) == 3
    assert len(data.recorded_scores) == 6


def test_participants_of_no_other_file_are_counted_and_not_named(
    tmp_path: Path,
) -> None:
    made = drafted(tmp_path, dm=DM, qs=QS, ae=AE)
    text = made.text.replace("\n# ", " ")
    assert "CHECK: 1 of the 2 participants is among those of dm.csv" in text
    assert "999" not in made.text
    rules = tomllib.loads(made.text)["files"]["ae.csv"]["columns"]
    assert [rule["to"] for rule in rules] == [
        "events.term",
        "events.started_day",
        "events.severity",
        "events.serious",
    ]


def test_participants_in_another_spelling_are_counted(tmp_path: Path) -> None:
    made = drafted(tmp_path, dm=DM, qs=QS.replace("S1-01-701", "s1 01 701"))
    text = made.text.replace("\n# ", " ")
    assert "CHECK: 2 of the 3 participants are among those of dm.csv; 1 more" in text
    assert "701" not in text


def test_day_0_of_one_file_dates_the_events_of_another(tmp_path: Path) -> None:
    dm = DM.replace("SUBJID,ARM", "SUBJID,RFXSTDTC,ARM")
    for n in (701, 702, 703):
        dm = dm.replace(f",{n},", f",{n},2026-03-0{n - 700},")
    ae = "USUBJID,AETERM,AESTDTC\nS1-01-701,Nausea,2026-03-02\n"
    made = drafted(tmp_path, dm=dm, ae=ae)
    files = tomllib.loads(made.text)["files"]
    assert files["dm.csv"]["day0"]["column"] == "RFXSTDTC"
    assert files["ae.csv"]["columns"][1] == {
        "column": "AESTDTC",
        "to": "events.started_day",
        "format": "ISO 8601",
    }
    text = re.sub("CHECK|NOT RECOGNIZED", "read", made.text)
    (tmp_path / "mapping.toml").write_text(text, "utf-8")
    assert list(eq.read_data(tmp_path, protocol()).events["started_day"]) == [1]


def test_several_paths_are_drafted_together(tmp_path: Path) -> None:
    drafted(tmp_path, dm=DM, qs=QS, other=AE)
    made = propose_mapping([tmp_path / "dm.csv", tmp_path / "qs.csv"], protocol())
    assert list(tomllib.loads(made.text)["files"]) == ["dm.csv", "qs.csv"]


def test_a_data_dictionary_in_the_folder_is_no_data(tmp_path: Path) -> None:
    for name in ("dictionary.csv", "export.csv"):
        (tmp_path / name).write_bytes((TUTORIAL / name).read_bytes())
    read = tomllib.loads(propose_mapping(tmp_path, protocol()).text)
    assert list(read["files"]) == ["export.csv"]
    assert read["ignore_files"] == {"dictionary.csv": "data dictionary"}


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="EQ349"):
        propose_mapping(tmp_path, protocol())


DICTIONARY = """\
"Variable / Field Name","Form Name","Field Type","Field Label","Choices, Calculations, \
OR Slider Labels"
rand_group,enrolment,radio,Group,"1, Ketamine | 2, Midazolam"
"""
CODED = "id,rand_group,field_name_of_form\nA,1,x\nB,2,x\nC,1,x\n"


def test_the_data_dictionary_of_a_folder_is_used(tmp_path: Path) -> None:
    made = drafted(tmp_path, coded=CODED, dictionary=DICTIONARY)
    read = tomllib.loads(made.text)
    assert made.notes[0] == "dictionary.csv is used as the data dictionary."
    assert read["ignore_files"] == {"dictionary.csv": "data dictionary"}
    arm = read["files"]["coded.csv"]["columns"][0]
    assert arm["values"] == {"1": "ketamine", "2": "midazolam"}


def test_of_two_data_dictionaries_none_is_used(tmp_path: Path) -> None:
    made = drafted(tmp_path, coded=CODED, old=DICTIONARY, new=DICTIONARY)
    assert made.notes[0].startswith("Several data dictionaries, none is used: new.csv")
    assert "columns" not in tomllib.loads(made.text)["files"]["coded.csv"]
