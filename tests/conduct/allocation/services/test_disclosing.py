"""After the end the whole list is disclosed, and gives the commitment of its sealing."""

from pathlib import Path

from equipoise.conduct.allocation import services
from equipoise.conduct.allocation.disclosure import wrong_with
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW


def test_it_gives_what_was_published(study: Protocol, key: Path) -> None:
    published = services.commitment().hash
    for number in range(5):
        services.allocate(study, key, f"P{number}", {}, actor="c", at=NOW)
    shown = services.open_all(key, reason="end", actor="s", at=NOW)
    told = services.disclose(key, study.trial.id)
    assert not list(wrong_with(told, published, study))
    assert [r["arm"] for r in told.allocations] == [row.arm for row in shown]
    assert told.about["trial"] == "feder2021"
    assert len(told.lines) == 60
