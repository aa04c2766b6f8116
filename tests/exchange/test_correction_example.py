"""The entry that a message proposes is a correction that the mapping accepts."""

from pathlib import Path

import pytest

import equipoise as eq
from equipoise.errors import DataError, Problem
from equipoise.exchange.correction_example import correction_example, with_example
from tests.exchange.small import LONG, MAPPING, TUTORIAL, protocol


def proposed(message: str, right: str) -> str:
    """The entry in a message, with the new value, as lines of a mapping."""
    entry = message[message.index("[[corrections]]") :]
    lines = [line.strip() for line in entry.splitlines()]
    kept = lines[: next(n for n, x in enumerate(lines) if x.startswith("when")) + 1]
    text = "\n".join(kept).replace("the right value", right)
    return text.replace("2027-01-31", "2026-06-02")


@pytest.mark.parametrize(
    ("wrong", "right", "code"),
    [
        ("P2,V1,M,2,41,2026-03-13,2026-03-12,x26", "26", "EQ337"),
        ("P2,V1,M,2,41,13 March,2026-03-12,26", "2026-03-13", "EQ338"),
        ("P2,V1,M,2,41,2026-03-13,2026-03-12,260", "26", "EQ308"),
        ("P2,V1,M,2,410,2026-03-13,2026-03-12,26", "41", "EQ309"),
    ],
)
def test_the_proposed_correction_leads_to_the_data(
    tmp_path: Path, wrong: str, right: str, code: str
) -> None:
    text = LONG.replace("P2,V1,M,2,41,2026-03-13,2026-03-12,26", wrong)
    if code == "EQ309":  # the same in every row of the participant
        text = text.replace("P2,V0,M,2,41", "P2,V0,M,2,")
    (tmp_path / "a.csv").write_text(text, "utf-8")
    place = tmp_path / "mapping.toml"
    place.write_text(MAPPING, "utf-8")
    with pytest.raises(DataError, match=code) as error:
        eq.read_data(tmp_path / "a.csv", protocol())
    place.write_text(f"{MAPPING}\n{proposed(str(error.value), right)}\n", "utf-8")
    found = eq.read_data(tmp_path / "a.csv", protocol())
    assert any(f"corrected to {right}" in said for said in found.origin.corrections)


def test_an_impossible_response_is_corrected_as_proposed(tmp_path: Path) -> None:
    export = (TUTORIAL / "export.csv").read_text("utf-8")
    first, wrong = "12-03-2026,1,2,3,2,3,1,4", "12-03-2026,1,2,33,2,3,1,4"
    assert first in export
    (tmp_path / "a.csv").write_text(export.replace(first, wrong), "utf-8")
    mapping = (TUTORIAL / "mapping.toml").read_text("utf-8")
    place = tmp_path / "mapping.toml"
    place.write_text(mapping, "utf-8")
    with pytest.raises(DataError, match="EQ212") as error:
        eq.read_data(tmp_path / "a.csv", protocol())
    message = str(error.value)
    assert 'field = "item.madrs.3"' in message
    assert 'visit = "day-1"' in message
    place.write_text(f"{mapping}\n{proposed(message, '3')}\n", "utf-8")
    assert len(eq.read_data(tmp_path / "a.csv", protocol()).origin.corrections) == 1


def test_any_other_problem_is_unchanged() -> None:
    one = Problem(code="EQ301", what="a", where="b", fix="c")
    assert with_example(one) is one


def test_quotation_marks_and_minutes_are_written_as_toml() -> None:
    text = correction_example(
        {"participant": 'P"1', "visit": None, "minute": 40.0}, "a\\b", field="x"
    )
    assert r'participant = "P\"1"' in text
    assert r'from = "a\\b"' in text
    assert "minute = 40" in text
    assert "visit" not in text
