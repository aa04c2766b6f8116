"""Reading a protocol: everything that is wrong, at once, with place and remedy."""

from pathlib import Path

import pytest

from equipoise import library
from equipoise.errors import ProtocolError
from equipoise.exchange.protocols import inspect, load_protocol

TUTORIAL = Path("docs/tutorials/your-trial/protocol.toml")


def codes(tmp_path: Path, *changes: tuple[str, str]) -> list[str]:
    """Codes of the problems of the tutorial's protocol after some changes."""
    text = TUTORIAL.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "protocol.toml"
    path.write_text(text, "utf-8")
    return sorted({problem.code for problem in inspect(path)[1]})


@pytest.mark.parametrize("name", library.names("protocols"))
def test_every_protocol_of_the_library_is_without_problems(name: str) -> None:
    assert inspect(name)[1] == []


def test_the_tutorial_is_without_problems(tmp_path: Path) -> None:
    assert codes(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("schema = 1", "schema = ", "EQ101"),
        ('label = "Day 7"', 'labl = "Day 7"', "EQ102"),
        ("day = 7", 'day = "seven"', "EQ102"),
        ('id = "day-7"', 'id = "day-1"', "EQ103"),
        ('baseline = "baseline"', 'baseline = "basline"', "EQ104"),
        ('versus = "midazolam"', 'versus = "midazolan"', "EQ104"),
        ('score = "madrs.total"\nthreshold', 'score = "madrs.sum"\nthreshold', "EQ104"),
        ('reference = "invented for a tutorial"', 'reference = ""', "EQ102"),
        (
            "[size]\nparticipants = 24\nassumed = true",
            "[size]\nparticipants = 24",
            "EQ105",
        ),
        ('id = "madrs"\nby', 'id = "madrs2"\nby', "EQ111"),
    ],
)
def test_each_fault_has_its_code(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert code in codes(tmp_path, (old, new))


def test_one_fault_does_not_hide_another(tmp_path: Path) -> None:
    found = codes(
        tmp_path,
        ('label = "Day 7"', 'labl = "Day 7"'),
        ("block_sizes = [4]", "block_sizes = [3]"),
        ('at = "day-1"', 'at = "day-2"'),
    )
    assert {"EQ102", "EQ104", "EQ109"} <= set(found)


def test_a_misspelt_key_is_guessed_and_placed_by_ids(tmp_path: Path) -> None:
    path = tmp_path / "protocol.toml"
    text = TUTORIAL.read_text("utf-8").replace('label = "Day 7"', 'labl = "Day 7"')
    path.write_text(text, "utf-8")
    with pytest.raises(ProtocolError) as refusal:
        load_protocol(path)
    assert "did you mean 'label'?" in str(refusal.value)
    assert "schedule.visits[day-7]" in str(refusal.value)
