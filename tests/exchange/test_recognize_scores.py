"""How the columns that could be a score are weighed."""

from dataclasses import replace

import pytest

from equipoise.exchange.column_profile import Look
from equipoise.exchange.dictionary import Field
from equipoise.exchange.recognition import Finding, Scene
from equipoise.exchange.recognize_scores import candidates
from tests.exchange.small import protocol
from tests.exchange.test_recognize_participants import look

WIDE = tuple(map(str, range(8, 48, 4)))


def scene() -> Scene:
    return Scene(protocol=protocol(), looks={}, decimal=".", long=True)


def found(one: Look, *said: str, named: bool = True) -> list[Finding]:
    target = ("madrs", "total" if named else None, None)
    return list(candidates(one, scene(), target, said=said, items=None))


def column(*texts: str, rows: int = 60, field: Field | None = None) -> Look:
    return replace(look("madrs", *texts, once=False, field=field), rows=rows)


def test_each_kind_of_evidence_has_its_points() -> None:
    (plain,) = found(column(*WIDE))
    (total,) = found(column(*WIDE), "total")
    (score,) = found(column(*WIDE), "score")
    (band,) = found(column(*WIDE), "severity")
    (calc,) = found(column(*WIDE, field=Field("m", type="calc")), "total")
    (label,) = found(column(*WIDE, field=Field("m", label="Total of MADRS")), "total")
    (once,) = found(replace(column(*WIDE), once=True), "total")
    (broken,) = found(column(*WIDE, "20.5"), "total")
    assert total.points > score.points > plain.points > band.points
    assert calc.points > label.points > total.points
    assert once.points < total.points
    assert broken.points < total.points


@pytest.mark.parametrize("texts", [("1",), ("0", "1"), ("0", "1", "2", "3")])
def test_a_tick_or_a_band_is_no_score(texts: tuple[str, ...]) -> None:
    assert found(column(*texts), named=False) == []
    (one,) = found(column(*texts), "total")  # its name is that of a total
    assert one.confidence == "low"
    assert "small part of the range" in one.why


def test_impossible_values_are_no_score() -> None:
    assert found(column("61"), "total") == []
    assert found(column("often"), "total") == []
    (one,) = found(column(*WIDE, "-99", "n/a"), "total")
    assert one.rule["missing"] == ["-99", "n/a"]


def test_a_decimal_mark_of_its_own() -> None:
    (one,) = found(column("10,5", "40"), "total")
    assert one.rule["decimal"] == ","
