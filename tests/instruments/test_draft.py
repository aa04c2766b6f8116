from __future__ import annotations

from equipoise.instruments.draft import Draft
from tests.instruments.small import small


def test_parts_are_found_by_kind_and_by_name() -> None:
    instrument = small()
    draft = Draft(
        parts={
            "items.a": instrument.items["a"],
            "scores.total": instrument.scores["total"],
            "changes.0": instrument.changes[0],
        },
        items=("a",),
        scores=("total",),
        primary_score="total",
    )
    assert list(draft.item) == ["a"]
    assert list(draft.score) == ["total"]
    assert list(draft.meanings) == ["changes.0"]
