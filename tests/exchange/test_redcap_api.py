"""Reading through the API: complete or refused, and the token appears nowhere."""

import csv
import socket
import traceback
from pathlib import Path

import pytest

import equipoise as eq
from equipoise.errors import DataError, LibraryError
from equipoise.exchange.redcap_api import Download, read_redcap
from equipoise.exchange.redcap_connection import (
    TOKEN,
    Connection,
    Token,
    checked_url,
)
from tests.exchange.mock_redcap import SECRET, TUTORIAL, Project, serving
from tests.exchange.small import protocol


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, SECRET)


def saved(project: Project, folder: Path, **more: int) -> Download:
    with serving(project) as url:
        return read_redcap(url, folder, **more)


def refused(project: Project, folder: Path) -> str:
    with pytest.raises(DataError) as refusal:
        saved(project, folder)
    assert refusal.value.code in ("EQ359", "EQ341")
    shown = "".join(traceback.format_exception(refusal.value))
    assert SECRET.lower() not in shown.lower()
    assert refusal.value.__cause__ is None
    assert not folder.exists()
    return str(refusal.value)


def test_the_saved_files_are_those_of_the_tutorial(tmp_path: Path) -> None:
    project = Project(identifier="nothing")
    made = saved(project, tmp_path / "out", batch=7)
    assert (made.participants, made.version) == (24, "14.5.2")
    assert [p.name for p in made.files] == [
        *("dictionary.csv", "events.csv", "forms_of_events.csv", "project.json"),
        "records.csv",
        "repeating_forms.csv",
    ]
    with (tmp_path / "out/records.csv").open() as file:
        rows = list(csv.DictReader(file))
    with (TUTORIAL / "export.csv").open() as file:
        expected = list(csv.DictReader(file))
    assert made.rows == len(rows) == len(expected)
    for row, other in zip(rows, expected, strict=True):
        assert row.pop("redcap_data_access_group") == "north"
        assert row == other
    assert made.missing_codes == {"-99": "not done", "UNK": "Unknown"}
    parts = [r for r in project.requests if r["content"] == "record"]
    assert len(parts) == 1 + 4  # the list of participants, and 24 in parts of 7
    assert {r["rawOrLabel"] for r in parts} == {"raw"}


def test_the_saved_files_are_read_by_the_mapping_of_the_tutorial(
    tmp_path: Path,
) -> None:
    saved(Project(identifier="nothing"), tmp_path / "out")
    text = (TUTORIAL / "mapping.toml").read_text()
    ignore = 'redcap_data_access_group = "the site is a field"\n'
    (tmp_path / "m.toml").write_text(text.replace("[ignore]\n", f"[ignore]\n{ignore}"))
    files = (tmp_path / "out/records.csv", TUTORIAL / "export.csv")
    mappings = (tmp_path / "m.toml", TUTORIAL / "mapping.toml")
    read, expected = (
        eq.read_data(file, protocol(), mapping=rule)
        for file, rule in zip(files, mappings, strict=True)
    )
    assert read.answers.equals(expected.answers)
    assert read.participants.equals(expected.participants)


def test_identifiers_are_not_even_requested(tmp_path: Path) -> None:
    project = Project(identifier="site")
    made = saved(project, tmp_path / "out")
    assert made.left_out == ("site",)
    asked = {v for r in project.requests for k, v in r.items() if "fields[" in k}
    assert "site" not in asked
    assert {"record_id", "madrs_complete"} <= asked
    head = (tmp_path / "out/records.csv").read_text().splitlines()[0]
    assert ",site," not in head
    saved(project, tmp_path / "all", identifiers=True)
    assert ",site," in (tmp_path / "all/records.csv").read_text().splitlines()[0]


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (403, '{"error":"You do not have permissions"}', "rejects the token"),
        (400, '{"error":"The value of content is not valid"}', "content is not valid"),
        (400, f'{{"error":"bad token {SECRET}"}}', "(token)"),
        (404, "<html>no</html>", "no API at this address"),
        (500, "boom", "HTTP status 500"),
        (503, "", "offline"),
        (200, "<!DOCTYPE html><title>Log in</title>", "web page"),
        (200, '{"error":"no rights"}', "no rights"),
    ],
)
def test_errors_of_the_server(
    tmp_path: Path, status: int, body: str, said: str
) -> None:
    assert said in refused(Project({"version": (status, body)}), tmp_path / "out")


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    project = Project({"version": (302, "")}, {"Location": "http://evil.example/api/"})
    assert "redirects to http://evil.example/api/" in refused(project, tmp_path / "out")


@pytest.mark.parametrize(
    ("content", "body", "said"),
    [
        ("metadata", "a,b\n1,2\n", "not the expected table"),
        ("metadata", 'field_name,form_name\n"x', "not the expected table"),
        ("record", "record_id\n", "no records"),
        ("record", "", "no records"),
        ("record", "record_id,a\n1\n", "not the expected table"),
    ],
)
def test_strange_answers(tmp_path: Path, content: str, body: str, said: str) -> None:
    assert said in refused(Project({content: (200, body)}), tmp_path / "out")


def test_an_incomplete_answer_is_refused(tmp_path: Path) -> None:
    class Losing(Project):
        def records(self, asked: dict[str, str]) -> str:
            lines = super().records(asked).splitlines()
            parts = any(name.startswith("records[") for name in asked)
            return "\n".join(x for x in lines if not (parts and x.startswith("P-003")))

    assert "1 of 24 participants is missing" in refused(Losing(), tmp_path / "out")


def test_a_large_answer_ends(tmp_path: Path) -> None:
    with serving(Project()) as url:
        connection = Connection(url, Token(SECRET), most_bytes=100)
        with pytest.raises(DataError, match="larger than 100 bytes"):
            connection.text("metadata")


def test_a_silent_server_ends() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/api/"
        with pytest.raises(DataError, match="no answer") as refusal:
            Connection(url, Token(SECRET), timeout=0.2).text("version")
    assert SECRET not in "".join(traceback.format_exception(refusal.value))
    with pytest.raises(DataError, match="cannot be reached"):
        Connection(url, Token(SECRET)).text("version")


@pytest.mark.parametrize(
    "url",
    [
        "http://redcap.example.org/api/",
        "ftp://redcap.example.org/",
        "https://user:pass@redcap.example.org/api/",
        f"https://redcap.example.org/api/?token={SECRET}",
        "redcap.example.org",
        "https://[",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_token_is_sent_to_no_such_address(url: str) -> None:
    with pytest.raises(DataError) as refusal:
        checked_url(url)
    assert refusal.value.code == "EQ359"
    assert SECRET not in str(refusal.value)
    assert "pass@" not in str(refusal.value)


def test_addresses_of_servers() -> None:
    for url in ("https://redcap.example.org:8443/api/", "http://localhost:80/api/"):
        assert checked_url(url) == url


@pytest.mark.parametrize("value", ["", " ", "short", SECRET * 2, SECRET[:-1] + "!"])
def test_a_value_that_is_not_a_token(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN, value)
    with pytest.raises(DataError) as refusal:
        Token.from_environment()
    assert refusal.value.code == "EQ359"
    assert not value.strip() or value.strip() not in str(refusal.value)


def test_a_token_does_not_show_itself() -> None:
    token = Token(SECRET)
    assert SECRET not in repr(token) + str(token) + f"{Connection('https://x/', token)}"


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("mine")
    with pytest.raises(LibraryError, match="not empty"):
        read_redcap("https://redcap.example.org/api/", tmp_path)
