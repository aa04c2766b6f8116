"""How fast a database of entries is verified: 50,000 entries a second, on one core.

Run with ``pytest benchmarks/bench_audit.py``, and on PostgreSQL with
``CONDUCT_DATABASE=postgresql``.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest

from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.record import append
from equipoise.conduct.audit.verify import verify

CHAINS, SAVES, ITEMS = 50, 200, 20
RATE = 50_000  # entries a second
START = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


@pytest.mark.django_db(databases=["default", "vault"])
def test_entries_verify_fast_enough(capsys: pytest.CaptureFixture[str]) -> None:
    """A database of 200,000 entries."""
    for number in range(CHAINS):
        for save in range(SAVES):
            facts = [
                Fact(
                    "answer",
                    "instrument:caps5",
                    f"week-{save}",
                    None,
                    str(i),
                    str(i % 5),
                )
                for i in range(ITEMS)
            ]
            at = START + timedelta(minutes=save, microseconds=number)
            append(f"P{number:04d}", facts, actor="rater", protocol="p" * 64, at=at)
    begun = perf_counter()
    found = verify()
    rate = found.entries / (perf_counter() - begun)
    with capsys.disabled():
        print(f"\n{found.entries:,} entries, {rate:,.0f} a second")
    assert not found.findings
    assert found.entries == CHAINS * SAVES * ITEMS
    assert rate >= RATE
