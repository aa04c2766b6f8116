"""Arms join the data after the database is locked, for the statistician, with a reason."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.allocation.services import concealed_list, syringes
from equipoise.conduct.allocation.services.unblinding import disclose
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.export.services import export
from equipoise.conduct.export.unblinding import unblinded_export
from equipoise.conduct.export.writers import FORMATS, Format
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AccessError, ConductError
from equipoise.exchange.disclosed_list import load, wrong_with
from equipoise.protocol.model import Protocol
from equipoise.randomize.methods import allocation_sequence
from tests.conduct.conftest import NOW
from tests.conduct.ended import closed, unblinded
from tests.conduct.exported import unblinded_data

By = Callable[[str], Actor]


def test_after_the_lock_there_are_arms_and_doses(
    trial: Protocol, key: Path, actor: By
) -> None:
    statistician = actor("statistician")
    unblinded(actor)
    data = unblinded_data(statistician, key, reason="final analysis", at=NOW)
    assert isinstance(data, UnblindedTrialData)
    arm = allocation_sequence(trial, 1, seed=7)[0]
    assert data.arm.to_dict() == {"P0001": arm}
    dose = {"ketamine": 35.2, "midazolam": 3.18}[arm]  # what the syringe holds
    assert data.exposures["dose_mg"].tolist() == [dose]
    assert data.exposures["drug"].tolist() == [arm]
    assert Entry.objects.filter(chain=STUDY, act="unblind").count() == 1


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_holds_the_list_and_its_commitment(
    trial: Protocol, key: Path, actor: By, tmp_path: Path, form: Format
) -> None:
    """Whoever wrote the published hash down checks it with the file alone."""
    published = concealed_list.commitment().hash
    statistician = actor("statistician")
    unblinded(actor)
    made = unblinded_export(statistician, form, key, reason="final analysis", at=NOW)
    path = tmp_path / made.name
    path.write_bytes(made.content())
    told = load(path)
    assert list(wrong_with(told, published, trial)) == []
    assert told.text() == disclose(key, "feder2021").text()  # to the letter


def test_a_workbook_is_the_same_to_the_byte_and_holds_every_text(
    trial: Protocol, key: Path, actor: By
) -> None:
    statistician = actor("statistician")
    unblinded(actor)
    one, other = (
        unblinded_export(
            statistician, "xlsx", key, reason="to compare both", at=NOW
        ).content()
        for _ in range(2)
    )
    assert one == other
    book = openpyxl.load_workbook(io.BytesIO(one), read_only=True)
    assert book.sheetnames[-2:] == ["DOSES.txt", "commitment.json"]
    assert "released syringe" in " ".join(
        str(row[0]) for row in book["DOSES.txt"].values
    )


def test_a_workbook_that_was_changed_is_found(
    trial: Protocol, key: Path, actor: By, tmp_path: Path
) -> None:
    statistician, path = actor("statistician"), tmp_path / "changed.xlsx"
    unblinded(actor)
    made = unblinded_export(statistician, "xlsx", key, reason="final analysis", at=NOW)
    book = openpyxl.load_workbook(io.BytesIO(made.content()))
    sheet = book["commitment.json"]
    line = next(r[0] for r in sheet.iter_rows() if "ketamine" in str(r[0].value))
    line.value = line.value.replace("ketamine", "midazolam")
    book.save(path)
    said = list(wrong_with(load(path), concealed_list.commitment().hash))
    assert any("was published" in what for what in said)


@pytest.mark.parametrize("role", ["statistician", "investigator"])
def test_a_blinded_workbook_holds_no_commitment(
    trial: Protocol, key: Path, actor: By, tmp_path: Path, role: str
) -> None:
    path = tmp_path / "blinded.xlsx"
    path.write_bytes(export(actor(role), "xlsx", at=NOW).content())
    with pytest.raises(ConductError, match=r"EQ946.*commitment\.json"):
        load(path)


def test_not_before_two_people_unblind_the_trial(
    trial: Protocol, key: Path, actor: By
) -> None:
    with pytest.raises(ConductError, match="EQ961"):
        unblinded_data(actor("statistician"), key, reason="curious and sorry", at=NOW)
    closed(actor)
    with pytest.raises(ConductError, match="EQ961"):
        unblinded_data(actor("statistician"), key, reason="curious and sorry", at=NOW)


@pytest.mark.parametrize("reason", [" ", "x", "because", "xxxxxxxxxxxx", "1234567890"])
def test_not_without_a_reason_of_substance(
    trial: Protocol, key: Path, actor: By, reason: str
) -> None:
    unblinded(actor)
    with pytest.raises(ConductError, match="EQ962"):
        unblinded_data(actor("statistician"), key, reason=reason, at=NOW)


@pytest.mark.parametrize(
    "role", ["investigator", "administrator", "monitor", "pharmacist"]
)
def test_nobody_else(trial: Protocol, key: Path, actor: By, role: str) -> None:
    unblinded(actor)
    with pytest.raises(AccessError):
        unblinded_data(actor(role), key, reason="final analysis", at=NOW)


def test_a_file_lists_every_syringe(trial: Protocol, key: Path, actor: By) -> None:
    statistician = actor("statistician")
    unblinded(actor)
    made = unblinded_export(
        statistician, "csv", key, reason="final analysis", at=NOW
    ).content()
    with ZipFile(io.BytesIO(made)) as archive:
        rows = list(csv.DictReader(archive.read("syringes.csv").decode().splitlines()))
        words = archive.read("DOSES.txt").decode()
    assert [row["number"] for row in rows] == [syringes.syringes_of()[0].number]
    assert rows[0]["volume_ml"] in ("1.76", "1.59")
    assert (rows[0]["filled_by"], rows[0]["checked_by"]) == ("pharmacist", "second")
    assert "released syringe" in words


def test_a_discarded_syringe_is_accounted_for(
    trial: Protocol, key: Path, actor: By
) -> None:
    (used,) = syringes.syringes_of()
    content = syringes.content_of(key, used.number)
    spare = syringes.fill_syringe(
        key, "P0001", "infusion-2", content, actor="pharmacist", at=NOW
    )
    why = f"=1+1 {content.drug} leaked"
    syringes.discard_syringe(key, spare.number, reason=why, actor="pharmacist", at=NOW)
    statistician = actor("statistician")
    unblinded(actor)
    made = unblinded_export(
        statistician, "csv", key, reason="final analysis", at=NOW
    ).content()
    with ZipFile(io.BytesIO(made)) as archive:
        rows = list(csv.DictReader(archive.read("syringes.csv").decode().splitlines()))
    assert [row["number"] for row in rows] == [used.number, spare.number]
    assert rows[0]["discarded_by"] == rows[0]["discarded_because"] == ""
    assert (rows[1]["discarded_by"], rows[1]["checked_by"]) == ("pharmacist", "")
    assert rows[1]["discarded_because"] == f"'{why}"  # and no formula
    assert rows[1]["discarded_at"].startswith("2027-01-04")


def test_a_blinded_file_holds_no_syringe(trial: Protocol, key: Path, actor: By) -> None:
    number = syringes.syringes_of()[0].number
    for role in ("statistician", "investigator", "monitor"):
        made = export(actor(role), "csv", at=NOW).content()
        with ZipFile(io.BytesIO(made)) as archive:
            assert "syringes.csv" not in archive.namelist()
            text = "".join(archive.read(n).decode() for n in archive.namelist())
        assert number not in text
        assert "dose_mg" not in text
        assert "volume" not in text
