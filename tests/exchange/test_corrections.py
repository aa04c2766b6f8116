"""Corrections with a reason: applied to one value that is still there, else rejected."""

from pathlib import Path

import pytest

import equipoise as eq
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import DataError, Problem
from tests.exchange.small import MAPPING, TUTORIAL, protocol, read, rows

RULE = (TUTORIAL / "mapping.toml").read_text("utf-8")
EXPORT = TUTORIAL / "export.csv"
WHY = """\
reason = "Typed twice; source document page 4"
who = "A. Keller"
when = 2026-05-02
"""


def entry(text: str, old: str, new: str, participant: str = "P-001") -> str:
    """A correction of the mapping."""
    return (
        f'\n[[corrections]]\nparticipant = "{participant}"\n{text}\n'
        f"from = {old}\nto = {new}\n{WHY}"
    )


def corrected(folder: Path, *entries: str) -> eq.TrialData:
    """The tutorial's data with corrections."""
    rule = folder / "rules.toml"
    rule.write_text(RULE + "".join(entries), "utf-8")
    return eq.read_data(EXPORT, protocol(), mapping=rule)


def rejected(folder: Path, *entries: str) -> Problem:
    """The only problem of corrections."""
    with pytest.raises(DataError) as refusal:
        corrected(folder, *entries)
    (found,) = refusal.value.problems
    return found


def test_a_correction_is_applied_and_stated(tmp_path: Path) -> None:
    before, source = corrected(tmp_path), EXPORT.read_bytes()
    data = corrected(tmp_path, entry('column = "age"', "21", "22"))
    ages = data.participants["age"] - before.participants["age"]
    assert ages.tolist() == [1.0] + [0.0] * 23
    assert data.content_hash != before.content_hash
    assert data.origin.corrections == (
        "export.csv, row 2, P-001, age: 21 corrected to 22. Reason: Typed twice; source "
        "document page 4. By A. Keller on 2026-05-02.",
    )
    assert EXPORT.read_bytes() == source


def test_a_target_of_the_mapping_names_the_column_too(tmp_path: Path) -> None:
    item = entry('field = "item.madrs.1"\nvisit = "day-1"', "1.0", "2")
    total = entry('field = "score.madrs.total"\nvisit = "24h_arm_1"', "25", "26")
    data = corrected(tmp_path, item, total)
    scores = data.scores.query("participant == 'P-001' and visit == 'day-1'")
    assert scores.loc[scores["score"] == "total", "value"].tolist() == [26]


def test_an_empty_text_withdraws_a_value(tmp_path: Path) -> None:
    data = corrected(tmp_path, entry('column = "age"', "21", '""'))
    assert data.participants["age"].isna().tolist() == [True] + [False] * 23
    assert "21 withdrawn, now missing" in data.origin.corrections[0]


def test_a_value_can_be_added_where_there_is_none(tmp_path: Path) -> None:
    text = entry('column = "madrs_sum"\nvisit = "day-7"', '""', "14", "P-008")
    number = entry('column = "madrs_05"\nvisit = "day-7"', "-99", "0", "P-008")
    data = corrected(tmp_path, number, text)
    assert "no value, corrected to 14" in data.origin.corrections[1]
    assert data.scores["n_missing"].sum() == 0


def test_an_old_value_that_is_no_longer_there_is_named(tmp_path: Path) -> None:
    found = rejected(tmp_path, entry('column = "age"', "22", "23"))
    assert found.code == "EQ353"
    assert "replaces '22', but the source has '21'" in found.what
    assert rows(found, "row") == ["2"]


def test_a_correction_of_several_values_is_rejected(tmp_path: Path) -> None:
    """Also if only one of them is the old value: another visit might have it one day."""
    found = rejected(tmp_path, entry('column = "madrs_01"', "1", "2"))
    assert "matches 3 values" in found.what
    assert "visit" in found.fix


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (entry('column = "age"', "21", "22", "P001"), "did you mean 'P-001'?"),
        (entry('column = "age"\nvisit = "day-7"', "21", "22"), "matches no value"),
        (entry('column = "age"\nfile = "x.csv"', "21", "22"), "no file 'x.csv'"),
        (entry('column = "agee"', "21", "22"), "'agee'"),
        (entry('column = "comorbid___1"', "0", "1"), "does not read"),
        (entry('column = "age"\nfield = "participants.age"', "21", "22"), "either"),
        (entry("row = 2", "21", "22"), "either"),
        (entry('column = "age"', "21", "21.0"), "does not change"),
        (entry('column = "rand_group"', "2", "1"), "would change the arm"),
        (entry('field = "participants.arm"', "2", "1"), "would change the arm"),
    ],
)
def test_a_correction_that_cannot_be_applied_is_rejected(
    tmp_path: Path, text: str, said: str
) -> None:
    found = rejected(tmp_path, text)
    assert found.code == "EQ353"
    assert said in found.what


def test_a_decision_in_the_future_is_rejected(tmp_path: Path) -> None:
    text = entry('column = "age"', "21", "22").replace("2026-05-02", "9998-05-02")
    found = rejected(tmp_path, text)
    assert found.code == "EQ353"
    assert "is dated 9998-05-02, which is in the future" in found.what


def test_a_reason_a_person_and_a_date_are_needed(tmp_path: Path) -> None:
    text = entry('column = "age"', "21", "22").replace(WHY, 'who = ""\n')
    with pytest.raises(DataError) as refusal:
        corrected(tmp_path, text)
    assert {p.code for p in refusal.value.problems} == {"EQ332"}
    places = {p.where.rpartition(".")[2] for p in refusal.value.problems}
    assert places == {"reason", "who", "when"}


def test_an_identifier_can_be_corrected_and_is_listed_first(tmp_path: Path) -> None:
    text = "id,visit,arm,madrs\nP1,V0,K,30\nP1,V1,,20\nP2,V0,M,28\nQ2,V1,,26\n"
    rule = MAPPING.split("day0 =")[0] + "".join(
        "\n[[columns]]" + MAPPING.split("[[columns]]")[i] for i in (1, 5)
    )
    score = entry('column = "madrs"\nvisit = "V1"', "20", "21", "P1")
    name = entry('column = "id"', '"Q2"', '"P2"', "Q2")
    data = read(tmp_path, text, rule + score + name)
    assert len(data.participants) == 2
    assert "identifier: Q2 corrected to P2" in data.origin.corrections[0]
    assert "20 corrected to 21" in data.origin.corrections[1]


def test_corrections_follow_each_other(tmp_path: Path) -> None:
    once, again = (
        entry('column = "age"', "21", "22"),
        entry('column = "age"', "22", "23"),
    )
    assert corrected(tmp_path, once, again).participants["age"][0] == 23
    assert rejected(tmp_path, again, once).code == "EQ353"


def test_every_correction_that_fails_is_reported(tmp_path: Path) -> None:
    with pytest.raises(DataError) as refusal:
        corrected(
            tmp_path,
            entry('column = "age"', "22", "23"),
            entry('column = "madrs_01"', "1", "2"),
        )
    assert [p.code for p in refusal.value.problems] == ["EQ353", "EQ353"]


def test_what_reveals_the_treatment_is_not_shown_while_blinded(tmp_path: Path) -> None:
    rule = MAPPING + '[[columns]]\ncolumn = "mg"\nto = "exposures.dose_mg"\n'
    rule = rule.replace('V1 = "day-1"', 'V1 = "day-1", V2 = "infusion"')
    head, *lines = [
        "id,visit,arm,sex,age,date,start,madrs,mg",
        "P1,V0,K,1,30,2026-03-10,2026-03-11,30,",
        "P1,V2,K,1,30,2026-03-11,2026-03-11,,350",
        "P2,V0,M,2,41,2026-03-11,2026-03-12,28,",
    ]
    text = "\n".join([head, *lines, ""])
    dose = entry('column = "mg"', "350", "35", "P1")
    data = read(tmp_path, text, rule + dose)
    assert isinstance(data, UnblindedTrialData)
    assert "350 corrected to 35" in data.origin.corrections[0]
    (blinded,) = data.blinded().origin.corrections
    assert "350" not in blinded
    assert "1 correction that reveals the treatment is not shown" in blinded


def test_written_data_keep_their_corrections_and_how_they_were_read(
    tmp_path: Path,
) -> None:
    data = corrected(tmp_path, entry('column = "age"', "21", "22"))
    eq.write_data(data, tmp_path / "own")
    again = eq.read_data(tmp_path / "own", protocol())
    assert again.origin == data.origin
    assert again.origin.reading == ("export.csv: 24 participants in 68 rows.",)
    assert again.content_hash == data.content_hash


def test_two_corrections_of_one_value_name_each_other(tmp_path: Path) -> None:
    twice = entry('column = "age"', "21", "22")
    found = rejected(tmp_path, twice, twice)
    assert "but correction 1 made it '22'" in found.what
    assert "keep only one" in found.fix


@pytest.mark.parametrize("value", ["true", "2026-03-11", "08:00:00"])
def test_a_value_that_toml_would_write_otherwise_needs_quotes(
    tmp_path: Path, value: str
) -> None:
    found = rejected(tmp_path, entry('column = "age"', value, "22"))
    assert found.code == "EQ332"
    assert "in quotes" in found.what
