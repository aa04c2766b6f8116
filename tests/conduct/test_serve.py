"""A trial from a terminal: founded once, taken up again, killed, amended, refused."""

import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from equipoise import library
from tests.conduct.served import environment, inside, new_database, run, started

AGAIN = "from equipoise.conduct.study.models import *; print({})"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def get(address: str) -> tuple[int, str]:
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310
        return answer.status, answer.read().decode()


def until_well(port: int) -> None:
    for _ in range(300):  # a busy machine starts slowly
        try:
            if get(f"http://localhost:{port}/health")[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server does not answer")


@pytest.mark.parametrize("protocol", ["feder2021", "beat-the-blues"])
def test_a_working_trial_on_a_fresh_machine(tmp_path: Path, protocol: str) -> None:
    folder, port = tmp_path / "trial", free_port()
    arguments = ["serve", protocol, "--folder", folder, "--bind", f"localhost:{port}"]
    left = folder / "exports" / "7.file"  # of a server that was killed
    left.parent.mkdir(parents=True)
    left.touch()
    with started(*arguments, "--site", "a=Alpha", *new_database()) as server:
        until_well(port)
        status, page = get(f"http://localhost:{port}/accounts/login/")
        assert status == 200
        assert "Sign in" in page
        assert not left.exists()
        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=30)
    token = re.search(r"/setup/\?token=(\S+)", said)
    assert token
    assert f"Open http://localhost:{port}/" in said
    assert "password" not in said.replace("default password", "")
    for name in ("secret.key", "vault.key", "trial.json", "setup.token"):
        assert (folder / name).stat().st_mode & 0o077 == 0
    assert token[1] not in (folder / "setup.token").read_text()
    assert (folder / "anchors" / "anchors.jsonl").read_text().count("\n") >= 1
    sites = inside(folder, AGAIN.format("[s.name for s in Site.objects.all()]"))
    assert "Alpha" in sites


def test_it_is_taken_up_again_with_its_keys(tmp_path: Path) -> None:
    folder = tmp_path / "trial"
    base = ["serve", "feder2021", "--folder", folder, "--prepare-only"]
    first = run(*base, *new_database())
    keys = [(folder / name).read_bytes() for name in ("secret.key", "vault.key")]
    second = run(*base)
    assert [(folder / n).read_bytes() for n in ("secret.key", "vault.key")] == keys
    tokens = [re.search(r"token=(\S+)", done.stdout)[1] for done in (first, second)]
    assert tokens[0] != tokens[1]
    count = inside(folder, AGAIN.format("ProtocolVersion.objects.count()"))
    assert count.strip() == "1"


def test_a_demonstration_says_who_can_log_in(tmp_path: Path) -> None:
    folder = tmp_path / "trial"
    base = ["serve", "beat-the-blues", "--folder", folder, "--prepare-only"]
    first = run(*base, "--demo", *new_database())
    again = run(*base, "--demo")
    for role in ("administrator", "rater", "investigator", "participant", "monitor"):
        assert role in first.stdout
    assert "pharmacist" not in first.stdout  # a trial without infusions has none
    assert first.stdout == again.stdout
    assert "/setup/" not in first.stdout
    refused = run(*base, status=1)
    assert "EQ951" in refused.stderr
    elsewhere = run(*base, "--demo", "--bind", "0.0.0.0:8000", status=1)
    assert "EQ902" in elsewhere.stderr


def test_an_amendment_is_shown_and_needs_a_reason(tmp_path: Path) -> None:
    folder, amended = tmp_path / "trial", tmp_path / "protocol.toml"
    text = library.text("protocols", "feder2021")
    version = re.search(r'^version = "(.*)"$', text, re.M)[1]
    amended.write_text(text.replace(f'version = "{version}"', 'version = "9.9"', 1))
    run("serve", "feder2021", "--folder", folder, "--prepare-only", *new_database())
    base = ["serve", amended, "--folder", folder, "--prepare-only"]
    refused = run(*base, status=1)
    assert "EQ953" in refused.stderr
    assert "trial.version" in refused.stderr
    done = run(*base, "--accept-amendment", "another version")
    assert "amended: trial.version" in done.stdout
    count = inside(folder, AGAIN.format("ProtocolVersion.objects.count()"))
    assert count.strip() == "2"
    other = run(
        "serve", "beat-the-blues", "--folder", folder, "--prepare-only", status=1
    )
    assert "EQ951" in other.stderr


DIES = """
import os, runpy, signal, sys
from django.db.migrations.recorder import MigrationRecorder
place, noted, written, watched = sys.argv.pop(1), [], [], []
def die(): os.kill(os.getpid(), signal.SIGKILL)
def note(self, app, name):
    from equipoise.conduct.audit import record  # once the settings are there
    if not noted: watched.append(record.write); record.write = write
    noted.append(app)
    if place == "tables" and app == "audit": die()  # made, and not noted yet
    plain(self, app, name)
def write(made):
    written.extend(made)
    watched[0](made)
    if len(written) >= {"people": 9}.get(place, 999): die()
plain, MigrationRecorder.record_applied = MigrationRecorder.record_applied, note
sys.argv[0] = "equipoise"
runpy.run_module("equipoise", run_name="__main__")
"""


@pytest.mark.parametrize("place", ["tables", "people"])
def test_killed_while_it_is_made_it_begins_again(tmp_path: Path, place: str) -> None:
    folder, database = tmp_path / "trial", new_database()
    base = ["serve", "feder2021", "--folder", folder, "--demo", "--empty",
            "--prepare-only"]  # fmt: skip
    killed = subprocess.run(  # noqa: S603  our own lines
        [sys.executable, "-c", DIES, place, *map(str, base), *database],
        env=environment(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    done = run(*base, *database)
    assert "pharmacist" in done.stdout
    code = (
        "from equipoise.conduct.audit.verify import verify;"
        "from equipoise.conduct.access.models import Membership;"
        "print(len(verify().findings), Membership.objects.count())"
    )
    assert inside(folder, code).split() == ["0", "9"]


def test_databases_that_are_gone_are_missed_and_not_made_anew(tmp_path: Path) -> None:
    folder, database = tmp_path / "trial", new_database()
    base = ["serve", "feder2021", "--folder", folder, "--prepare-only"]
    run(*base, *database)
    if database:
        name = conninfo_to_dict(database[1])["dbname"]
        with psycopg.connect(database[1], dbname="postgres", autocommit=True) as one:
            one.execute(f'DROP DATABASE "{name}"')
    else:
        (folder / "trial.sqlite3").rename(tmp_path / "moved")
    refused = run(*base, status=1)
    assert "EQ902" in refused.stderr
    assert "Traceback" not in refused.stderr
    if not database:
        assert "trial.sqlite3" in refused.stderr
        assert not (folder / "trial.sqlite3").exists()
        assert "EQ902" in run("audit", "verify", folder, status=1).stderr


def test_production_names_everything_that_is_missing(tmp_path: Path) -> None:
    refused = run(
        *["serve", "feder2021", "--folder", tmp_path / "t", "--production"],
        *["--prepare-only", *new_database()],
        status=1,
    )
    assert refused.stderr.count("EQ903") == 3  # hosts, TLS, anchors
    done = run(
        *["serve", "feder2021", "--folder", tmp_path / "t", "--production"],
        *["--host", "trial.example.org", "--behind-proxy", "127.0.0.1"],
        *["--anchors", tmp_path / "anchors", "--prepare-only", *new_database()],
    )
    assert "https://trial.example.org/setup/" in done.stdout


def test_an_address_that_is_none_is_refused(tmp_path: Path) -> None:
    for address in ("mysql://a@b/c", "postgresql://nobody@127.0.0.1:1/none"):
        refused = run(
            *["serve", "feder2021", "--folder", tmp_path / "t", "--database", address],
            "--prepare-only",
            status=1,
        )
        assert "EQ902" in refused.stderr
