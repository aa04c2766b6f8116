"""Cards of a randomization list: the arm is only on those of the key."""

import json
from collections.abc import Mapping

import pytest

from equipoise.exchange.protocols import load_protocol
from equipoise.randomize.allocation_list import allocation_list
from equipoise.report import randomization_cards

TRIAL = load_protocol("feder2021")
SEED = 2**99
MADE = allocation_list(TRIAL, 5, seed=SEED, sites=["Zürich *1*"])


@pytest.fixture
def content(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    seen: list[str] = []

    def keep(_: str, files: Mapping[str, bytes]) -> bytes:
        seen.append(files["cards.json"].decode())
        return b""

    monkeypatch.setattr(randomization_cards, "compiled", keep)
    return seen


def test_the_cards_are_a_pdf_that_does_not_depend_on_the_day() -> None:
    made = randomization_cards.cards(MADE)
    assert made.startswith(b"%PDF-")
    assert made == randomization_cards.cards(MADE)


def test_only_the_cards_of_the_key_state_arm_and_seed(content: list[str]) -> None:
    randomization_cards.cards(MADE)
    randomization_cards.cards(MADE, key=True)
    plain, key = content
    labels = [arm.label for arm in TRIAL.arms]
    assert not any(f'"arm": "{label}"' in plain for label in labels)
    assert str(SEED) not in plain
    assert str(SEED) in key
    right = {arm.id: arm.label for arm in TRIAL.arms}
    for card, one in zip(json.loads(key)["cards"], MADE.allocations, strict=True):
        assert (card["code"], card["arm"]) == (one.code, right[one.arm])
    for text in content:
        assert MADE.commitment in text
