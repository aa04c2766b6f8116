"""Every syringe is opened at the end, also one that was thrown away."""

from dataclasses import replace
from pathlib import Path

import pytest

from equipoise.conduct.allocation import services
from equipoise.conduct.allocation.key import make_key
from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.allocation.services.test_syringes import CONTENT, fill
from tests.conduct.conftest import NOW


def test_contents_come_in_the_order_of_filling(study: Protocol, key: Path) -> None:
    first = fill(key)
    services.check_syringe(first, agrees=False, actor="q", at=NOW)
    second = fill(key, content=replace(CONTENT, volume_ml="0.81"))
    services.check_syringe(second, agrees=True, actor="q", at=NOW)
    found = services.contents(key)
    assert [one.syringe.number for one in found] == [first, second]
    assert [one.syringe.agrees for one in found] == [False, True]
    assert [one.content.volume_ml for one in found] == ["0.82", "0.81"]


def test_what_was_discarded_says_why(study: Protocol, key: Path) -> None:
    first = fill(key)
    services.discard_syringe(key, first, reason="leaked", actor="p", at=NOW)
    fill(key)
    found = services.contents(key)
    assert [(one.syringe.discarded_by, one.why) for one in found] == [
        ("p", "leaked"), ("", "")
    ]  # fmt: skip


def test_a_trial_without_syringes_has_none(study: Protocol, key: Path) -> None:
    assert services.contents(key) == []


def test_another_key_opens_nothing(study: Protocol, key: Path, tmp_path: Path) -> None:
    fill(key)
    other = tmp_path / "other.key"
    make_key(other)
    with pytest.raises(ConductError, match="EQ932"):
        services.contents(other)
