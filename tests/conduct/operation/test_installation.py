"""The protocol put into force, once and as a whole."""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from equipoise import library
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.database import vault_address
from equipoise.conduct.operation.installation import found, make_databases, make_tables
from equipoise.conduct.study.models import ConsentVersion, ProtocolVersion, Site
from equipoise.conduct.study.protocols import in_force
from equipoise.errors import ConductError
from tests.conduct.conftest import NOW


@pytest.mark.parametrize("name", ["feder2021", "beat-the-blues", "antidepressant"])
def test_every_protocol_of_the_library_founds_a_trial(db: None, name: str) -> None:
    made = found(name, {}, at=NOW)
    assert made.new
    assert in_force().trial.id == made.protocol.trial.id
    assert [s.code for s in Site.objects.all()] == ["main"]
    assert ConsentVersion.objects.get().label == "1.0"
    acts = list(Entry.objects.filter(chain=STUDY).values_list("act", flat=True))
    assert acts == ["protocol", "site", "consent version"]


def test_founded_twice_nothing_is_written_twice(db: None) -> None:
    found("feder2021", {"a": "Alpha"}, at=NOW)
    count = Entry.objects.count()
    again = found("feder2021", {}, at=NOW)
    assert not again.new
    assert Entry.objects.count() == count
    found("feder2021", {"a": "Alpha", "b": "Beta"}, at=NOW)
    assert [s.code for s in Site.objects.all()] == ["a", "b"]
    assert Entry.objects.count() == count + 2  # the site, and its row in the register


def test_a_site_is_founded_with_its_time_zone(db: None) -> None:
    sites, zones = {"a": "Alpha", "b": "Beta"}, {"a": "America/New_York"}
    at = datetime(2027, 1, 5, 3, 0, tzinfo=UTC)  # ten in the evening before, at a
    for _ in range(2):
        found("feder2021", sites, at=at, zones=zones)
    known = dict(Site.objects.values_list("code", "timezone"))
    assert known == {"a": "America/New_York", "b": "UTC"}
    assert Entry.objects.get(act="time zone").value == "a: UTC -> America/New_York"
    # Consent is valid from the first moment at every site.
    assert ConsentVersion.objects.get().valid_from == date(2027, 1, 4)


@pytest.mark.parametrize(
    "zones",
    [{"a": "Mars/Olympus"}, {"x": "Europe/Berlin"}, {"a": "Europe/Berlin"}],
)
def test_a_time_zone_that_cannot_be_is_refused(db: None, zones: dict[str, str]) -> None:
    found("feder2021", {"a": "Alpha"}, at=NOW)
    with pytest.raises(ConductError) as refused:
        found("feder2021", {"a": "Alpha"}, at=NOW, zones=zones)
    assert refused.value.code == "EQ957"
    assert Site.objects.get().timezone == "UTC"


def test_another_trial_is_refused(db: None) -> None:
    found("feder2021", {}, at=NOW)
    with pytest.raises(ConductError) as refused:
        found("beat-the-blues", {}, at=NOW)
    assert refused.value.code == "EQ951"


def test_an_amendment_needs_a_reason_and_keeps_the_old_version(
    db: None, tmp_path: Path
) -> None:
    found("feder2021", {}, at=NOW)
    path = tmp_path / "amended.toml"
    text = library.text("protocols", "feder2021")
    text = text.replace('title = "', 'title = "Amended: ', 1)
    path.write_text(text.replace('version = "1.0"', 'version = "1.1"', 1), "utf-8")
    for reason in ("", "  "):
        with pytest.raises(ConductError) as refused:
            found(path, {}, at=NOW, amendment=reason)
        assert refused.value.code == "EQ953"
        assert "trial.title" in str(refused.value)
    made = found(path, {}, at=NOW, amendment="a clearer title")
    assert [change.place for change in made.changes] == [
        "trial.title",
        "trial.version",
    ]
    assert ProtocolVersion.objects.count() == 2
    assert Entry.objects.latest("id").reason == "a clearer title"


def test_an_amendment_needs_a_version_that_no_earlier_protocol_has(
    db: None, tmp_path: Path
) -> None:
    found("feder2021", {}, at=NOW)
    text = library.text("protocols", "feder2021")
    other = text.replace("participants = 30", "participants = 140", 1)
    path = tmp_path / "protocol.toml"
    path.write_text(other, "utf-8")
    with pytest.raises(ConductError, match="EQ123") as refused:
        found(path, {}, at=NOW, amendment="a larger trial")
    assert "version 1.0" in str(refused.value)
    assert ProtocolVersion.objects.count() == 1
    path.write_text(other.replace('version = "1.0"', 'version = "1.1"', 1), "utf-8")
    assert found(path, {}, at=NOW, amendment="a larger trial").changes
    # Back to the first content: it is a third version, not the first again.
    with pytest.raises(ConductError, match="EQ123"):
        found("feder2021", {}, at=NOW, amendment="as before")
    path.write_text(text.replace('version = "1.0"', 'version = "1.2"', 1), "utf-8")
    assert found(path, {}, at=NOW, amendment="as before").changes
    assert in_force().size.participants == 30


def test_tables_are_made_once(study: object) -> None:
    make_tables()
    assert ProtocolVersion.objects.count() == 1


def test_a_server_that_is_away_is_said_so_without_the_password() -> None:
    with pytest.raises(ConductError) as refused:
        make_databases("postgresql://trial:hunter2@127.0.0.1:1/feder")
    assert refused.value.code == "EQ902"
    assert "hunter2" not in str(refused.value)


@pytest.mark.skipif(
    os.environ.get("CONDUCT_DATABASE") != "postgresql", reason="of PostgreSQL alone"
)
def test_both_databases_are_made_where_they_are_missing() -> None:
    import psycopg

    from tests.conduct.served import new_database

    address = new_database()[1]
    for _ in range(2):
        make_databases(address)
    for each in (address, vault_address(address)):
        psycopg.connect(each).close()
