"""The wording that is shown is on record, and is the one that was checked."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import entries
from equipoise.conduct.audit.verify import verify
from equipoise.conduct.study import wordings
from equipoise.conduct.study.wordings import show, wording_of
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW

MADRS = 'schema = 1\ninstrument = "madrs"\nsource = "ours"\nrecall = "past week"\n'


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    settings.HOME = tmp_path
    yield tmp_path
    wordings._wording.cache_clear()


def said() -> list[str | None]:
    rows = entries(STUDY).filter(act="wording")
    return list(rows.values_list("value", flat=True))


def test_a_wording_is_shown_from_when_it_is_on_record(study: Protocol) -> None:
    assert wording_of("madrs") is None
    show({"madrs": MADRS}, actor="terminal", at=NOW)
    made = wording_of("madrs")
    assert made is not None
    assert made.recall == "past week"
    assert wording_of("caps5") is None
    first = said()
    assert len(first) == 1
    assert str(first[0]).startswith("madrs ")
    show({"madrs": MADRS}, actor="terminal", at=NOW)
    assert said() == first  # the same again is no news


def test_a_change_and_the_end_of_a_wording_are_on_record(study: Protocol) -> None:
    show({"madrs": MADRS}, actor="terminal", at=NOW)
    show({"madrs": MADRS.replace("week", "month")}, actor="terminal", at=NOW)
    changed = wording_of("madrs")
    assert changed is not None
    assert changed.recall == "past month"
    show({}, actor="terminal", at=NOW)
    assert wording_of("madrs") is None
    found = said()
    assert len(set(found)) == 3
    assert found[-1] == "madrs none"
    assert not verify().findings
