"""Anchors on a schedule."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from django.db import connections

from equipoise.conduct.allocation.services import assignment, hash_chains
from equipoise.conduct.audit.checkpoints import against, read
from equipoise.conduct.audit.verify import verify
from equipoise.conduct.folder import Trial
from equipoise.conduct.operation.checkpoint_schedule import anchor_now, beside, repeat
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW


def test_an_anchor_states_chains_and_vault(
    study: Protocol, key: Path, tmp_path: Path
) -> None:
    assignment.allocate(study, key, "P0001", {}, actor="c", at=NOW)
    anchor_now(tmp_path / "a", at=NOW)
    (made,) = read(tmp_path / "a")
    assert made.heads["study"][0] == 2  # the protocol and the sealed list
    assert made.vault == hash_chains.heads()["allocations"]
    assert made.vault[0] == 1
    assert against(verify(), tmp_path / "a") == []


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_two_servers_write_one_after_the_other(study: Protocol, tmp_path: Path) -> None:
    def write(minute: int) -> None:
        try:
            anchor_now(tmp_path, at=NOW + timedelta(minutes=minute))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(12)))
    assert len(list(read(tmp_path))) == 12
    assert against(verify(), tmp_path) == []


def test_it_goes_on_after_a_failure_and_stops_when_told(
    study: Protocol,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    turns, waited = [], []

    def fails_once(folder: Path, *, at: object) -> None:
        turns.append(at)
        if len(turns) == 1:
            raise OSError("No space left on device")

    monkeypatch.setattr(
        "equipoise.conduct.operation.checkpoint_schedule.anchor_now", fails_once
    )
    monkeypatch.setattr(connections, "close_all", lambda: None)
    with caplog.at_level(logging.ERROR):
        repeat(
            tmp_path,
            minutes=0.05,
            now=lambda: NOW,
            wait=waited.append,
            stop=lambda: len(turns) == 3,
        )
    assert len(turns) == 3
    assert waited == [1.0] * 6
    assert "no external checkpoint was written" in caplog.text


def test_the_first_anchor_is_there_before_a_request_is_answered(
    study: Protocol, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the health page of a trial that was just started would be unwell."""
    child = MagicMock()
    monkeypatch.setattr(
        "equipoise.conduct.operation.checkpoint_schedule.subprocess", child
    )
    monkeypatch.setattr(connections, "close_all", lambda: None)
    with beside(Trial(tmp_path)):
        assert len(list(read(Trial(tmp_path).anchors_folder))) == 1
    child.Popen.return_value.terminate.assert_called_once()
