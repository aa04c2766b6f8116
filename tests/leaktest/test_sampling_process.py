"""Real allocations as the leak test takes them, clean and with a leak planted."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.allocation.key import Vault
from equipoise.conduct.allocation.models import Allocation
from equipoise.conduct.allocation.services import concealed_list, syringes, verification
from equipoise.conduct.allocation.services.assignment import Kit
from equipoise.conduct.api import interface
from equipoise.conduct.enrolment.allocation_list import seal
from equipoise.conduct.operation.installation import found
from equipoise.leaktest import sampling_process
from equipoise.leaktest.allocation_sample import every_test
from equipoise.leaktest.sampling_process import drawn
from equipoise.protocol.model import Protocol
from tests.leaktest.conftest import BOTH

pytestmark = BOTH
STATISTICIAN = Actor("statistician", {"statistician": frozenset({"*"})})
Draw = Callable[[int], list[str]]


@pytest.fixture(autouse=True)
def the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kits and syringes at random, and the same in every run.

    Twenty tests at a level of 0.0005 raise a false alarm once in a hundred runs.
    """
    draws = random.Random(2)  # noqa: S311  no secret: a test that can be repeated
    known = SimpleNamespace(
        randbelow=draws.randrange,
        token_bytes=draws.randbytes,
        randbits=draws.getrandbits,
    )
    for module in (concealed_list, syringes):
        monkeypatch.setattr(module, "secrets", known)


@pytest.fixture
def draw(
    db: None, feder: Protocol, key: Path, anchors: Path
) -> Callable[[int], list[str]]:
    """Allocates so many, and names the tests that fail."""

    def after(people: int) -> list[str]:
        now = timezone.now()  # that of the requests
        found("feder2021", {}, at=now)
        seal(
            places=people, key=key, anchors=anchors, actor=STATISTICIAN, at=now, seed=5
        )
        said = drawn(people, key=key, anchors=anchors)
        assert verification.verify(key, feder) == []
        return [test.name for test in every_test(feder, said, 3) if not test.passed]

    return after


def test_requests_tell_nothing(draw: Draw) -> None:
    assert draw(40) == []


def test_the_service_tells_nothing(draw: Draw, by_service: None) -> None:
    assert draw(120) == []


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Arms of the list, as whoever makes kit numbers could know them."""
    arms: list[str] = []
    plain = concealed_list._arms

    def known(*what: Any) -> list[str]:
        arms.extend(plain(*what))
        return arms

    monkeypatch.setattr(concealed_list, "_arms", known)
    return arms


def numbers(arms: list[str], how: Callable[[int, bool], int]) -> Callable[[int], Any]:
    def made(count: int) -> Iterator[str]:
        plain = sealing_kits(count)
        for place in range(count):
            number = how(int(plain[place]), arms[place] == "ketamine")
            yield f"{number:06d}"

    return made


sealing_kits = concealed_list._kits


def test_the_parity_of_kits_is_found(
    draw: Draw, by_service: None, listed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        concealed_list, "_kits", numbers(listed, lambda n, k: n // 2 * 2 + k)
    )
    assert "parity of the kit and arm" in draw(120)


def test_kits_in_order_are_found(
    draw: Draw, by_service: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        concealed_list, "_kits", lambda count: sorted(sealing_kits(count))
    )
    assert draw(120) == ["kit number and order"]


def test_kits_of_one_half_for_each_arm_are_found(
    draw: Draw, by_service: None, listed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    halves = numbers(listed, lambda n, k: n // 2 + 500_000 * k)
    monkeypatch.setattr(concealed_list, "_kits", halves)
    told = draw(120)
    assert "kit number and arm" in told
    assert "the next arm from the nearest kit" in told


def test_syringes_that_tell_are_found(
    draw: Draw, by_service: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number for each arm's own range, and a content that is not filled up."""
    plain_number, plain_seal = syringes._number, Vault.seal
    last = {"ketamine": False}

    def fill(*args: Any, **named: Any) -> Any:
        last["ketamine"] = args[3].drug == "ketamine"
        return plain_fill(*args, **named)

    def number() -> str:
        text = plain_number()
        return ("1" if last["ketamine"] else "2") + text[1:]

    def seal_short(self: Vault, text: str, bound: str, *, block: int = 64) -> bytes:
        return plain_seal(self, text, bound, block=1)

    plain_fill = syringes.fill_syringe
    monkeypatch.setattr(syringes, "fill_syringe", fill)
    monkeypatch.setattr(syringes, "_number", number)
    monkeypatch.setattr(Vault, "seal", seal_short)
    told = draw(120)
    assert "first digit of the syringe and arm" in told
    assert "size of a syringe in the database and arm" in told
    assert "size in the database and arm" in told


def leaking(key: Path, leak: Callable[[Kit, bool], Kit]) -> Callable[..., Kit]:
    """The act behind the request, by somebody who looks at the arm."""
    plain = interface.randomize

    def made(person: Any, **named: Any) -> Kit:
        kit = plain(person, **named)
        row = Allocation.objects.get(participant=person.identifier)
        arm = Vault(key).open(row.arm, f"participant {person.identifier}")
        return leak(kit, arm == "ketamine")

    return made


def test_an_answer_that_takes_longer_is_found(
    draw: Draw, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A millisecond by arm, on a clock without the noise of this machine."""
    clock = [0.0]

    def slow(kit: Kit, ketamine: bool) -> Kit:
        clock[0] += 0.02 + 0.001 * ketamine
        return kit

    monkeypatch.setattr(sampling_process, "perf_counter", lambda: clock[0])

    monkeypatch.setattr(interface, "randomize", leaking(key, slow))
    assert "time of the request and arm" in draw(30)


def test_an_answer_that_is_a_byte_longer_is_found(
    draw: Draw, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def long(kit: Kit, ketamine: bool) -> Kit:
        return Kit(kit.number + " " * ketamine, kit.new)

    monkeypatch.setattr(interface, "randomize", leaking(key, long))
    assert "size of the answer and arm" in draw(30)


def test_a_list_that_is_no_list_of_the_method_is_found(
    draw: Draw, by_service: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Arms in turn: the next one is always known."""
    from equipoise.conduct.allocation.services import assignment  # noqa: F401

    def turns(*_: Any) -> list[str]:
        return ["ketamine", "midazolam"] * 60

    monkeypatch.setattr(concealed_list, "_arms", turns)
    assert "the next arm from all arms before" in draw(120)
