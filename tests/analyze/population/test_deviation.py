"""The kinds of deviation."""

from equipoise.analyze.population.deviation import LABELS, RATING, Deviation


def test_labels_are_distinct_and_no_kind_looks_like_a_rating() -> None:
    assert len(set(LABELS.values())) == len(LABELS)
    assert not any(kind.startswith(RATING) for kind in LABELS)


def test_a_deviation_is_known_unless_stated_otherwise() -> None:
    assert Deviation("P1", "dose", "Infusion 1", "too much").known
