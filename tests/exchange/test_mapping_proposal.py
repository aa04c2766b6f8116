"""A proposal speaks of every column of a file, and guesses no arm."""

import tomllib
from pathlib import Path

import pytest

import equipoise as eq
from equipoise.errors import DataError, LibraryError
from equipoise.exchange.mapping_proposal import Proposal, propose_mapping
from tests.exchange.small import TUTORIAL, protocol

LONG = """\
id,visit,group,sex,age,first infusion,MADRS total,shoe,x___1,x___2,gone,baseline_complete
P1,baseline,ketamine,F,30,2026-03-11,30,41,0,1,,2
P1,day-1,,,,,20,,0,0,,2
P2,baseline,midazolam,M,41,2026-03-12,28,44,1,0,,2
P2,day-1,,,,,26,,1,0,,0
"""


def proposed(folder: Path, text: str = LONG, encoding: str = "utf-8") -> Proposal:
    path = folder / "export.csv"
    path.write_bytes(text.encode(encoding))
    return propose_mapping(path, protocol())


def targets(made: Proposal) -> dict[str, str]:
    return {c["column"]: c["to"] for c in tomllib.loads(made.text)["columns"]}


def test_each_column_has_its_part_or_its_reason(tmp_path: Path) -> None:
    made = proposed(tmp_path)
    read = tomllib.loads(made.text)
    assert read["participant"] == {"column": "id"}
    assert read["visit"] == {
        "column": "visit",
        "values": {"baseline": "baseline", "day-1": "day-1"},
    }
    assert read["day0"] == {"column": "first infusion", "format": "%Y-%m-%d"}
    assert targets(made) == {
        "group": "participants.arm",
        "sex": "participants.sex",
        "age": "participants.age",
        "MADRS total": "score.madrs.total",
    }
    ignored = read["ignore"]
    assert ignored["gone"] == "empty in this file"
    assert ignored["baseline_complete"] == "status of a form in REDCap"
    # Of two participants each, a value could tell who it is.
    assert ignored["shoe"].startswith("NOT RECOGNIZED: map it")
    assert ignored["x___*"].startswith("NOT RECOGNIZED")
    assert made.unmapped == ("shoe", "x___1", "x___2")


def test_every_column_is_accounted_for_once(tmp_path: Path) -> None:
    # What a proposal says nothing of, nobody would miss.
    for path, heads in (
        (tmp_path / "export.csv", LONG.splitlines()[0].split(",")),
        (TUTORIAL / "export.csv",
         (TUTORIAL / "export.csv").read_text("utf-8").splitlines()[0].split(",")),
    ):  # fmt: skip
        if path.parent == tmp_path:
            path.write_text(LONG)
        made = propose_mapping(path, protocol())
        ignored = tomllib.loads(made.text)["ignore"]
        told = [reason.column for reason in made.reasons]
        assert len(told) == len(set(told))
        rest = [h for h in heads if h not in told]
        for head in rest:
            assert head in ignored or f"{head.partition('___')[0]}___*" in ignored
        assert set(made.unmapped) <= set(rest)
        assert told == [h for h in heads if h in told]  # in the order of the file


def test_codes_of_arms_are_decided_by_a_person(tmp_path: Path) -> None:
    # 1 and 2 may be either: guessed wrongly, the trial would show the opposite.
    coded = LONG.replace("ketamine", "1").replace("midazolam", "2")
    made = proposed(tmp_path, coded)
    assert "participants.arm" not in targets(made).values()
    assert "group" in made.unmapped


def test_the_proposal_is_a_mapping_that_reads_the_file(tmp_path: Path) -> None:
    text = LONG.replace(",shoe,x___1,x___2,gone", "").replace(",41,0,1,", "")
    text = text.replace(",,0,0,", "").replace(",44,1,0,", "").replace(",,1,0,", "")
    made = proposed(tmp_path, text)
    assert made.unmapped == ()
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(made.text, "utf-8")
    data = eq.read_data(tmp_path / "export.csv", protocol(), mapping=mapping)
    assert data.participants["age"].tolist() == [30, 41]
    assert data.recorded_scores["value"].tolist() == [30, 20, 28, 26]


def test_how_a_file_is_written_is_said(tmp_path: Path) -> None:
    latin = LONG.replace("shoe", "größe")
    assert tomllib.loads(proposed(tmp_path, latin, "cp1252").text)["file"] == {
        "encoding": "cp1252"
    }
    assert "file" not in tomllib.loads(proposed(tmp_path, latin).text)
    comma = LONG.replace(",", ";").replace("30;2026", "30,5;2026")
    comma = comma.replace("41;2026", "41,0;2026")
    assert tomllib.loads(proposed(tmp_path, comma).text)["file"]["decimal"] == ","


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="EQ002"):
        propose_mapping(tmp_path / "none.csv", protocol())
    proposed(tmp_path)
    other = tmp_path / "dictionary.csv"
    other.write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="EQ333"):
        propose_mapping(tmp_path / "export.csv", protocol(), other)


def test_the_dictionary_tells_what_codes_mean() -> None:
    path = TUTORIAL / "export.csv"
    alone = propose_mapping(path, protocol())
    helped = propose_mapping(path, protocol(), TUTORIAL / "dictionary.csv")
    assert {"gender", "rand_group"} <= set(alone.unmapped)
    assert targets(helped)["rand_group"] == "participants.arm"
    assert targets(helped)["gender"] == "participants.sex"
