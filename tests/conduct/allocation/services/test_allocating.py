"""The sealed list: one kit a person, in order, whoever asks at the same time."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connections

from equipoise.conduct.allocation import services
from equipoise.protocol.model import Protocol
from equipoise.randomize.sequence import allocation_sequence
from tests.conduct.conftest import NOW


def allocate(protocol: Protocol, key: Path, participant: str) -> str:
    try:
        made = services.allocate(protocol, key, participant, {}, actor="c", at=NOW)
        return made.number
    finally:
        connections.close_all()


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_fifty_at_once_get_fifty_places_in_order(study: Protocol, key: Path) -> None:
    names = [f"P{i:04d}" for i in range(50)]
    with ThreadPoolExecutor(8) as pool:
        kits = list(pool.map(lambda n: allocate(study, key, n), names))
    assert len(set(kits)) == 50
    assert services.head().count == 50
    assert services.verify(key) == []
    opened = services.open_all(key, reason="test", actor="s", at=NOW)
    wanted = allocation_sequence(study, 50, seed=7)
    assert [row.arm for row in opened] == wanted


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_fifty_clicks_for_one_person_are_one_kit(study: Protocol, key: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        kits = set(pool.map(lambda _: allocate(study, key, "P0001"), range(50)))
    assert len(kits) == 1
    assert services.head().count == 1
