"""A disclosed list is the one that was committed to, or an auditor sees that it is not."""

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from equipoise.errors import ConductError
from equipoise.exchange.disclosed_list import (
    NAME,
    Disclosed,
    committed,
    load,
    wrong_with,
)
from equipoise.exchange.protocols import load_protocol
from equipoise.protocol.governance import Randomization
from equipoise.protocol.model import Protocol
from equipoise.randomize.methods import allocation_sequence, minimized

SALT = bytes(range(32))


@pytest.fixture(scope="module")
def feder() -> Protocol:
    return load_protocol("feder2021")


@pytest.fixture
def told(feder: Protocol) -> Disclosed:
    """Twelve places of which three were given."""
    arms = allocation_sequence(feder, 12, seed=7)
    lines = tuple(f"all\t{i}\t{100000 + i}\t{arm}" for i, arm in enumerate(arms, 1))
    given = tuple(
        {
            "participant": f"P{i}",
            "kit": f"{100000 + i}",
            "arm": arms[i - 1],
            "factors": {},
        }
        for i in (1, 2, 3)
    )
    return Disclosed(
        committed(lines, 7, SALT), 7, SALT, lines, given, {"trial": "feder2021"}
    )


def test_it_is_recomputed_as_the_file_says(told: Disclosed, tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text(told.text(), "utf-8")
    content = json.loads(path.read_text("utf-8"))
    text = "\n".join([content["seed"], *content["list"]])
    by_hand = sha256(bytes.fromhex(content["salt"]) + text.encode()).hexdigest()
    assert by_hand == content["commitment"]
    assert load(path) == told
    with ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.write(path, NAME)
    assert load(tmp_path / "export.zip") == told


def test_what_was_committed_to_holds(told: Disclosed, feder: Protocol) -> None:
    assert not list(wrong_with(told, told.commitment.upper() + " ", feder))


def changed(told: Disclosed, number: int) -> tuple[str, ...]:
    arms = {"ketamine": "midazolam", "midazolam": "ketamine"}
    parts = told.lines[number].split("\t")
    line = "\t".join([*parts[:3], arms[parts[3]]])
    return (*told.lines[:number], line, *told.lines[number + 1 :])


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda t: {"lines": changed(t, 9)}, "its file states"),
        (lambda t: {"seed": 8}, "its file states"),
        (lambda t: {"salt": bytes(32)}, "its file states"),
        (lambda t: {"lines": t.lines[:-1]}, "its file states"),
        (lambda t: {"allocations": t.allocations[1:]}, "next allocation"),
        (
            lambda t: {"allocations": ({**t.allocations[0], "kit": "1"},)},
            "is not in the list",
        ),
        (
            lambda t: {"allocations": ({**t.allocations[0], "arm": "x"},)},
            "differs from the list",
        ),
    ],
)
def test_a_change_is_seen(
    told: Disclosed, change: Callable[[Disclosed], dict], what: str
) -> None:
    assert what in " ".join(wrong_with(replace(told, **change(told))))


def test_a_list_that_was_made_to_fit_is_seen(told: Disclosed, feder: Protocol) -> None:
    """Another list with a commitment of its own: the published hash and the seed tell."""
    lines = changed(told, 9)
    other = replace(told, lines=lines, commitment=committed(lines, 7, SALT))
    assert not list(wrong_with(other))
    assert "was published" in " ".join(wrong_with(other, told.commitment))
    assert "gives another list" in " ".join(wrong_with(other, "", feder))


def test_a_minimization_is_worked_out_again(told: Disclosed, feder: Protocol) -> None:
    plan = Randomization(method="minimization", strata=("sex",), probability=0.8)
    trial = feder.model_copy(update={"randomization": plan})
    people = [{"sex": "F" if n % 3 else "M"} for n in range(9)]
    lines = tuple(f"all\t{n}\t{n}\t" for n in range(1, 10))
    arms = [draw.arm for draw in minimized(trial, people, seed=7)]
    rows = tuple(
        {"participant": f"P{n}", "kit": str(n), "arm": arm, "factors": who}
        for n, (arm, who) in enumerate(zip(arms, people, strict=True), start=1)
    )
    made = Disclosed(committed(lines, 7, SALT), 7, SALT, lines, rows, {})
    assert not list(wrong_with(made, "", trial))
    other = (*rows[:-1], {**rows[-1], "factors": {"sex": "M"}}, rows[0])
    found = wrong_with(replace(made, allocations=other), "", trial)
    assert "gives other arms" in " ".join(found)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"commitment": "x", "seed": "y"}', "PK\x03\x04 no"]
)
def test_what_is_no_list_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / NAME
    path.write_text(content, "utf-8")
    with pytest.raises(ConductError, match="EQ946"):
        load(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConductError, match="EQ946"):
        load(tmp_path / "none.json")
