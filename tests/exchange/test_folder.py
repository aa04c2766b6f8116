"""A folder that Equipoise wrote, and what it is when somebody has changed it."""

import json
from pathlib import Path

import pytest

import equipoise as eq
from equipoise.errors import DataError, EquipoiseError
from equipoise.exchange.folder import MANIFEST, read_folder
from tests.exchange.small import protocol, read


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return eq.write_data(read(tmp_path), tmp_path / "data")


def refused(folder: Path) -> EquipoiseError:
    with pytest.raises(EquipoiseError) as refusal:
        read_folder(folder, protocol())
    return refusal.value


def test_a_correction_by_hand_is_read(folder: Path) -> None:
    table = folder / "recorded_scores.csv"
    table.write_text(table.read_text().replace(",20.0", ",21"))
    assert 21 in read_folder(folder, protocol()).recorded_scores["value"].tolist()


def test_a_text_in_a_number_is_refused(folder: Path) -> None:
    table = folder / "recorded_scores.csv"
    table.write_text(table.read_text().replace(",20.0", ",twenty"))
    assert "twenty" in str(refused(folder))
    assert refused(folder).code == "EQ302"


def test_initials_that_look_missing_stay(folder: Path) -> None:
    for table in folder.glob("*.csv"):
        table.write_text(table.read_text().replace("P1", "NA"))
    people = read_folder(folder, protocol()).participants["participant"]
    assert people.tolist() == ["NA", "P2"]


def test_a_table_that_is_gone_is_refused(folder: Path) -> None:
    (folder / "visits.csv").unlink()
    refusal = refused(folder)
    assert refusal.code == "EQ349"
    assert "visits.csv" in str(refusal)


@pytest.mark.parametrize(
    "change", [{"schema": 2}, {"format": "sas"}, {"origin": {}}, {"origin": None}]
)
def test_a_card_of_another_make_is_refused(
    folder: Path, change: dict[str, object]
) -> None:
    card = folder / MANIFEST
    card.write_text(json.dumps(json.loads(card.read_text()) | change))
    assert refused(folder).code == "EQ349"


@pytest.mark.parametrize("text", ["", "[]", "{}", "{"])
def test_a_card_that_is_none_is_refused(folder: Path, text: str) -> None:
    (folder / MANIFEST).write_text(text)
    assert refused(folder).code == "EQ349"


def test_the_data_of_another_trial_are_refused(folder: Path) -> None:
    with pytest.raises(DataError, match="EQ3"):
        eq.read_data(folder, eq.load_protocol("beat-the-blues"))
