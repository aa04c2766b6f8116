"""Exports: by role, blinded, the same bytes from the same snapshot."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import get_args
from zipfile import ZipFile

import pandas as pd
import pytest
from django.contrib.auth.models import User
from django.template.loader import get_template

from equipoise.conduct.access.actor import Actor, actor_of
from equipoise.conduct.access.models import Membership
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.export.services import export, stated
from equipoise.conduct.export.writers import FORMATS, Format
from equipoise.conduct.study.models import Site
from equipoise.dataset.trialdata import TrialData
from equipoise.errors import AccessError, ConductError
from equipoise.exchange.data import read_data
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.exported import restored, trial_data

By = Callable[[str], Actor]


def table(content: bytes, name: str) -> list[dict[str, str]]:
    with ZipFile(io.BytesIO(content)) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode())))


def test_the_tables_hold_what_was_written_down(trial: Protocol, actor: By) -> None:
    data = trial_data(actor("coordinator"), at=NOW)
    assert type(data) is TrialData
    people = data.participants.set_index("participant")
    assert people.loc["P0001", "age"] == 31.5
    assert people["randomized_at"].notna().tolist() == [True, False]
    reached = data.dispositions.groupby("participant")["milestone"].agg(set)
    assert reached["P0001"] == {
        "screened",
        "consented",
        "randomized",
        "treatment-started",
    }
    assert reached["P0002"] == {"screened", "consented", "excluded"}
    out = data.dispositions
    why = out[out["milestone"] == "excluded"]["reason"].item()
    assert why == "High risk of suicide"
    assert len(data.answers) == 30
    assert data.answers["rater"].unique().tolist() == ["rater"]
    assert data.exposures["weight_kg"].tolist() == [70.5]
    assert data.measurements["unit"].tolist() == ["mmHg", "%", "beats/min", "mmHg"]
    assert data.events["started_day"].tolist() == [0]
    assert data.guesses["guess"].tolist() == ["ketamine"]
    states = data.visits.groupby("participant")["status"].agg(list)
    assert states["P0002"] == ["done"]
    assert set(states["P0001"]) == {"done", "planned"}


@pytest.mark.parametrize(
    "role", ["coordinator", "investigator", "statistician", "monitor"]
)
def test_no_blinded_export_has_a_column_that_unblinds(
    trial: Protocol, actor: By, role: str
) -> None:
    content = export(actor(role), "csv", at=NOW).content()
    for name, hidden in (("participants", {"arm"}), ("exposures", {"drug", "dose_mg"})):
        rows = table(content, name)
        assert rows
        assert not hidden & rows[0].keys()


@pytest.mark.parametrize(
    "role", ["rater", "infusion team", "pharmacist", "administrator"]
)
def test_who_may_not_export_gets_nothing(trial: Protocol, actor: By, role: str) -> None:
    with pytest.raises(AccessError):
        export(actor(role), "csv", at=NOW)
    assert not Entry.objects.filter(chain=STUDY, act="export").exists()


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_the_same_snapshot_gives_the_same_bytes(
    trial: Protocol, actor: By, form: Format
) -> None:
    one = export(actor("coordinator"), form, at=NOW)
    other = export(actor("coordinator"), form, at=NOW)
    assert one.content() == other.content()
    assert one.name == other.name


def test_every_format_holds_the_same(trial: Protocol, actor: By) -> None:
    who = actor("coordinator")
    data = trial_data(who, at=NOW)
    parquet = ZipFile(io.BytesIO(export(who, "parquet", at=NOW).content()))
    tables = {
        name: pd.read_parquet(io.BytesIO(parquet.read(f"{name}.parquet")))
        for name in (*dict(data.tables()), *data.provided)
    }
    assert set(data.provided) == {"alerts", "laboratory"}
    assert TrialData.from_tables(trial, tables).content_hash == data.content_hash
    book = io.BytesIO(export(who, "xlsx", at=NOW).content())
    sheet = pd.read_excel(book, sheet_name="answers")
    assert len(sheet) == len(data.answers)
    assert sheet["value"].tolist() == data.answers["value"].tolist()


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_an_export_is_read_without_a_mapping(
    trial: Protocol, actor: By, tmp_path: Path, form: Format
) -> None:
    who = actor("coordinator")
    with ZipFile(io.BytesIO(export(who, form, at=NOW).content())) as archive:
        archive.extractall(tmp_path)
    data, again = trial_data(who, at=NOW), read_data(tmp_path, trial)
    assert again.content_hash == data.content_hash
    assert set(again.provided) == {"alerts", "laboratory"}


def test_a_formula_is_a_text(trial: Protocol, actor: By) -> None:
    who = actor("coordinator")
    row = table(export(who, "csv", at=NOW).content(), "events")[0]
    assert row["term"].startswith("'=")
    assert restored(row["term"]) == '=HYPERLINK("http://x")'
    book = io.BytesIO(export(who, "xlsx", at=NOW).content())
    sheet = pd.read_excel(book, sheet_name="events")
    assert sheet["term"].item() == '=HYPERLINK("http://x")'


def test_another_site_is_not_there(trial: Protocol) -> None:
    user = User.objects.create_user("far")
    south = Site.objects.get(code="south")
    Membership.objects.create(
        user=user, role="coordinator", site=south, since=NOW, granted_by="setup"
    )
    content = export(actor_of(user, at=NOW), "csv", at=NOW).content()
    assert table(content, "participants") == []


def test_who_exported_what_is_written_down(trial: Protocol, actor: By) -> None:
    made = export(actor("monitor"), "csv", at=NOW)
    made.content()
    entry = Entry.objects.get(chain=STUDY, act="export")
    assert (entry.actor, entry.value) == ("monitor", made.snapshot.hash)


def test_every_format_has_one_entry_and_its_button() -> None:
    assert tuple(FORMATS) == get_args(Format)
    page = get_template("export/export.html").template.source
    for name, entry in FORMATS.items():
        assert f'value="{name}"' in page
        assert f"({entry.label})" in page
        assert stated({"format": name}) == name
    assert stated({}) == "csv"
    with pytest.raises(ConductError, match="EQ965"):
        stated({"format": "sas"})
