"""Stand-ins fill in what they may, and try answers until somebody is eligible."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from equipoise.errors import ConductError
from equipoise.exchange.protocols import load_protocol
from equipoise.leaktest import placeholder_participants as stand_in_module
from equipoise.leaktest.placeholder_participants import (
    BEGIN,
    STEPS,
    _answer,
    _StandIn,
    stood_in,
)
from equipoise.rehearse_conduct.browser import Answer
from equipoise.rehearse_conduct.setup import STAFF

TRIAL = load_protocol("beat-the-blues")
FORM = "instrument:bdi2"


class Application:
    """Lets in who has at least so many points, and notes what was posted."""

    def __init__(self, least: int) -> None:
        self.least, self.points = least, -1
        self.posted: list[tuple[str, str]] = []

    def __getitem__(self, name: str) -> Any:
        return SimpleNamespace(
            ask=lambda path, content, at: {},
            get=lambda path, at: self.get(name, path),
            send=lambda method, path, at, content: self.send(name, path, content),
        )

    def get(self, name: str, path: str) -> Answer:
        if path.endswith("/forms"):
            mine = {"visit": "baseline", "minute": None, "status": "empty"}
            forms = [mine | {"form": FORM, "may_fill": name == "p0001"}]
            return Answer(200, {}, json.dumps(forms).encode())
        field = {"name": "item1", "kind": "number", "min": 0, "max": 10, "choices": []}
        return Answer(200, {}, json.dumps({"fields": [field]}).encode())

    def send(self, name: str, path: str, content: dict[str, Any]) -> Answer:
        if path.endswith("/randomize"):
            fits = self.points >= self.least
            return Answer(200 if fits else 409, {}, b'{"kit": "123456", "new": true}')
        self.posted.append((name, path))
        if "bdi2" in path:
            self.points = int(content["values"]["item1"])
        return Answer(200, {}, b"{}")


def stand_in(least: int) -> tuple[Application, Any]:
    known = Application(least)
    cast = SimpleNamespace(kits={}, done=Counter())
    cast.browser = lambda role, name="": known[
        name.lower() if role == "participant" else role
    ]
    return known, _StandIn(cast, TRIAL, "P0001", BEGIN)


def test_the_first_answers_that_fit_are_taken() -> None:
    known, one = stand_in(least=4)
    part = one.pass_through()
    assert one._cast.kits == {"P0001": "123456"}
    assert part.identifier == "P0001"
    assert ("investigator", "/api/participants/P0001/forms/consent") in known.posted
    assert any(deed.by == "participant" and deed.form == FORM for deed in part.after)


def test_nobody_who_fits_is_said() -> None:
    _, one = stand_in(least=11)
    with pytest.raises(ConductError, match="EQ964") as refusal:
        one.pass_through()
    assert "--scenario" in str(refusal.value)


@pytest.mark.parametrize(
    ("field", "answers"),
    [
        ({"kind": "number", "min": 0, "max": 10}, ["0", "10"]),
        ({"kind": "number", "min": None, "max": None}, ["20", "70"]),
        ({"kind": "choice", "choices": [{"value": "a"}, {"value": "b"}]}, ["a", "b"]),
        ({"kind": "date"}, ["2027-01-04", "2027-01-04"]),
        ({"kind": "datetime"}, ["2027-01-04T09:00", "2027-01-04T09:00"]),
        ({"kind": "text"}, ["free text", "free text"]),
    ],
)
def test_answers_go_from_the_lowest_to_the_highest(field: dict, answers: list) -> None:
    at: datetime = BEGIN
    assert [_answer(field, level, at) for level in (0, STEPS)] == answers


def test_everybody_who_is_set_up_gets_a_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The set-up makes an account of everybody of a rehearsal, and needs one for each."""
    asked: list[str] = []

    @contextmanager
    def staged(folder: Path, plan: dict[str, Any], people: list[str]) -> Iterator[Any]:
        asked.extend(people)
        raise LookupError
        yield

    monkeypatch.setattr(stand_in_module, "staged", staged)
    trial = stood_in("beat-the-blues", TRIAL, n=2, list_seed=1, progress=print)
    with pytest.raises(LookupError), trial:
        pass
    assert set(asked) == {*STAFF, "p0001", "p0002"}
