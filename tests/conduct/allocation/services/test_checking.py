"""One check by another person; an answer that differs may be given again once."""

from pathlib import Path

import pytest

from equipoise.conduct.allocation.services import pharmacy_register, syringes
from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.allocation.services.test_syringes import discard, fill
from tests.conduct.conftest import NOW


def answer(key: Path, number: str, *, agrees: bool, actor: str = "q") -> bool | None:
    said = {"strength": "5", "lot": "secret-lot", "volume_ml": "1"}
    return syringes.answer_check(
        key, number, agrees=agrees, said=said, actor=actor, at=NOW
    ).agrees


def test_who_filled_does_not_check(study: Protocol, key: Path) -> None:
    number = fill(key)
    with pytest.raises(ConductError, match="EQ939"):
        syringes.check_syringe(number, agrees=True, actor="p", at=NOW)
    syringes.check_syringe(number, agrees=True, actor="q", at=NOW)
    with pytest.raises(ConductError, match="EQ939"):
        syringes.check_syringe(number, agrees=True, actor="r", at=NOW)


def test_a_discarded_syringe_is_not_checked(study: Protocol, key: Path) -> None:
    number = fill(key)
    discard(key, number)
    with pytest.raises(ConductError, match=r"EQ939.*out of use by p"):
        syringes.check_syringe(number, agrees=True, actor="q", at=NOW)


def test_the_first_answer_that_differs_is_not_the_last(
    study: Protocol, key: Path
) -> None:
    number = fill(key)
    assert answer(key, number, agrees=False) is None
    assert (syringes.tries(number), syringes.syringe(number).stands) == (1, True)
    assert answer(key, number, agrees=True) is True
    (kept,) = pharmacy_register.history(key, f"syringe {number}")
    assert (kept.kind, kept.actor, kept.said["lot"]) == ("answered", "q", "secret-lot")


def test_the_second_is(study: Protocol, key: Path) -> None:
    number = fill(key)
    answer(key, number, agrees=False)
    assert answer(key, number, agrees=False, actor="r") is False
    assert syringes.syringe(number).stands is False
    for agrees in (True, False):
        with pytest.raises(ConductError, match="EQ939"):
            answer(key, number, agrees=agrees)
    assert syringes.tries(number) == 2
    assert syringes.tries(fill(key)) == 0  # another syringe begins anew


def test_who_prepared_cannot_use_a_try_up(study: Protocol, key: Path) -> None:
    number = fill(key)
    with pytest.raises(ConductError, match="EQ939"):
        answer(key, number, agrees=False, actor="p")
    assert syringes.tries(number) == 0
