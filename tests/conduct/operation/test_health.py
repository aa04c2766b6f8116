"""How each part is."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connections

from equipoise.conduct.error_responses import AWAY
from equipoise.conduct.operation.checkpoint_schedule import anchor_now
from equipoise.conduct.operation.health import OLD, parts
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW


def unwell(key: Path, anchors: Path, **later: float) -> dict[str, str]:
    found = parts(key.parent, anchors, key, at=NOW + timedelta(**later))
    return {part.name: part.said for part in found if not part.well}


def test_all_is_well(study: Protocol, key: Path, tmp_path: Path) -> None:
    anchor_now(tmp_path / "a", at=NOW)
    assert unwell(key, tmp_path / "a") == {}
    later = OLD.total_seconds()
    assert "60 minutes" in unwell(key, tmp_path / "a", seconds=later)["anchors"]


def test_a_database_that_is_away(
    study: Protocol, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError("could not connect as trial:hunter2")

    anchor_now(tmp_path / "a", at=NOW)
    monkeypatch.setattr(connections["vault"], "cursor", away)
    assert unwell(key, tmp_path / "a") == {"vault": AWAY.what}


def test_a_key_that_is_gone_and_anchors_that_are_broken(
    study: Protocol, key: Path, tmp_path: Path
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "anchors.jsonl").write_text("{}\nnot json\n")
    key.unlink()
    assert set(unwell(key, tmp_path / "a")) == {"key of the vault", "anchors"}
