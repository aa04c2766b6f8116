"""The leak test as a whole: a planted leak fails its check, and only its check."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from equipoise.exchange.protocols import load_protocol
from equipoise.leaktest import number_tests, run
from equipoise.leaktest.crawl import Seen
from equipoise.leaktest.run import BLINDED, Check, leaktest
from equipoise.randomize.methods import allocation_sequence
from equipoise.rehearse_conduct.users import Vial

FEDER = load_protocol("feder2021")
PEOPLE = 200


@dataclass
class World:
    """What the trials of a leak test show; each plant is a leak."""

    plants: dict[tuple[str, int], str] = field(default_factory=dict)  # role, trial
    log: str = "2027 equipoise.web P0001 saved a form\n"
    hidden: list[str] = field(default_factory=list)  # what hidden columns gave
    error: int = 404  # status of what is asked for wrongly
    told_by_kits: bool = False
    lists: list[int] = field(default_factory=list)
    left: dict[int, str] = field(default_factory=dict)  # trial -> a message, shown once


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    """A leak test whose trials are made here, and take no time."""
    made, log = World(), tmp_path / "application.log"

    @contextmanager
    def performed(*_: object, list_seed: int, **__: object) -> Iterator[tuple]:
        made.lists.append(list_seed)
        log.write_text(made.log)
        person = SimpleNamespace(
            get=lambda *_, **__: made.left.pop(len(made.lists), None),
            send=lambda **_: None,
        )
        cast = SimpleNamespace(
            parts=[SimpleNamespace(identifier="P0001")],
            kits={"P0001": f"{100_000 + len(made.lists)}"},
            syringes={},
            vials={"ketamine": Vial("ZQ-7101", "10")},
            stage=SimpleNamespace(log=log),
            browser=lambda *_: person,
        )
        yield cast, None

    def crawl(role: str, *_: object) -> Iterator[Seen]:
        trial = len(made.lists)
        yield Seen(role, "/", 200, f"Kit {100_000 + trial} of P0001")
        planted = made.plants.get((role, trial), "nothing")
        yield Seen(role, "/participants/P0001/", 200, planted)
        yield Seen(role, "/list/", 200, made.left.get(trial, "no message"))

    def provoked(role: str, *_: object) -> list[Seen]:
        return [Seen(role, "/no-such-page/", made.error, "nothing here")]

    def counted(*_: object) -> list[number_tests.Tested]:
        passed = not made.told_by_kits
        return [number_tests.Tested("kit numbers and arms", "r = 0.9", 0.0, passed)]

    monkeypatch.setattr(run, "performed", performed)
    monkeypatch.setattr(run, "crawl", crawl)
    monkeypatch.setattr(run, "provoked", provoked)
    monkeypatch.setattr(run, "hidden", lambda *_: made.hidden)
    monkeypatch.setattr(run, "numbers", counted)
    monkeypatch.setattr(run, "end_of", lambda _: None)
    return made


def failed() -> list[str]:
    checks = leaktest("feder2021", seed=1, n=4, people=PEOPLE)
    return [check.name for check in checks if not check.passed]


def test_every_blinded_role_is_looked_through() -> None:
    # All but the pharmacist, who fills the syringes, and must know.
    assert set(BLINDED) == {
        "administrator", "coordinator", "rater", "infusion team", "investigator",
        "statistician", "monitor", "participant",
    }  # fmt: skip


def test_where_nothing_leaks_everything_passes(world: World) -> None:
    checks = leaktest("feder2021", seed=1, n=4, people=PEOPLE)
    assert [check.name for check in checks if not check.passed] == []
    names = {check.name for check in checks}
    assert {f"words read as {role}" for role in BLINDED} <= names
    assert {"the log", "the same under another schedule"} <= names


def test_the_second_trial_has_another_list(world: World) -> None:
    # Under the same list a page that shows arms would be no different either.
    leaktest("feder2021", seed=1, n=4, people=PEOPLE)
    first, second = (allocation_sequence(FEDER, 4, seed=s or 0) for s in world.lists)
    assert world.lists[0] == 1
    assert sum(a != b for a, b in zip(first, second, strict=True)) >= 2


@pytest.mark.parametrize("role", ["rater", "monitor"])
def test_an_arm_on_a_page_fails_the_check_of_its_role(world: World, role: str) -> None:
    for trial in (1, 2):
        world.plants[role, trial] = "<td>Midazolam</td>"
    assert failed() == [f"words read as {role}"]


def test_a_lot_on_a_page_fails_the_check_of_its_role(world: World) -> None:
    for trial in (1, 2):
        world.plants["monitor", trial] = "<td>lot zq-7101</td>"
    assert failed() == ["words read as monitor"]


def test_a_page_that_differs_under_another_list_fails(world: World) -> None:
    world.plants["coordinator", 2] = "a colour"
    assert failed() == ["the same under another schedule"]


@pytest.fixture
def open_world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """An open trial, in which who treats reads another arm under another list."""
    plain, performed = run.crawl, run.performed

    def crawl(role: str, *more: object) -> Iterator[Seen]:
        yield from plain(role, *more)
        label = ("Treatment as usual", "Beat the Blues")[len(world.lists) - 1]
        page = f"<dt>Allocated to</dt><dd><strong>{label}</strong></dd>"
        if role in ("coordinator", "investigator") or (role, 0) in world.plants:
            yield Seen(role, "/participants/P0001/treatment/", 200, page)

    @contextmanager
    def stand_in(*_: object, list_seed: int, **__: object) -> Iterator[object]:
        with performed(list_seed=list_seed) as (cast, _):
            yield cast

    monkeypatch.setattr(run, "crawl", crawl)
    monkeypatch.setattr(run, "stood_in", stand_in)
    return world


def looked_through() -> list[Check]:
    return leaktest("beat-the-blues", seed=1, n=4, people=PEOPLE)


def failed_open() -> list[str]:
    return [check.name for check in looked_through() if not check.passed]


def test_in_an_open_trial_who_treats_reads_the_arm(open_world: World) -> None:
    checks = {check.name: check for check in looked_through()}
    assert all(check.passed for check in checks.values())
    assert (
        "the trial is open-label: coordinator and investigator"
        in checks["blinding"].found
    )
    assert checks["the treatment is disclosed to treating staff"].found.endswith(
        "2 responses"
    )


@pytest.mark.parametrize("role", ["rater", "statistician", "monitor", "participant"])
def test_in_an_open_trial_nobody_else_may(open_world: World, role: str) -> None:
    open_world.plants[role, 0] = "reads it"
    assert failed_open() == [f"words read as {role}", "the same under another schedule"]


def test_who_treats_reads_it_nowhere_else(open_world: World) -> None:
    for trial in (1, 2):
        open_world.plants["coordinator", trial] = "<td>Treatment as usual</td>"
    assert failed_open() == ["words read as coordinator"]


def test_a_message_that_is_left_from_before_is_no_difference(world: World) -> None:
    """The fourth form was saved; in the other trial it was the fifth, at the same time."""
    world.left[2] = "saved"
    assert failed() == []


def test_an_arm_in_the_log_fails(world: World) -> None:
    world.log += "2027 equipoise.vault opened ketamine for P0001\n"
    assert failed() == ["the log"]


def test_a_kit_that_tells_fails(world: World) -> None:
    world.told_by_kits = True
    assert failed() == ["kit numbers and arms"]


def test_a_hidden_column_that_gives_something_fails(world: World) -> None:
    world.hidden = ["sort=arm changes the order"]
    assert failed() == ["sorting and filtering by a hidden column"]


def test_a_request_that_breaks_the_application_fails(world: World) -> None:
    world.error = 500
    assert failed() == ["no error is a failure"]


def test_a_trial_of_one_arm_has_nothing_to_leak(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    single = FEDER.model_copy(update={"arms": FEDER.arms[:1]})
    monkeypatch.setattr(run, "texts", lambda _: (single, "", {}))
    (only,) = leaktest("feder2021")
    assert only.passed
    assert world.lists == []


def test_a_log_is_compared_without_its_times() -> None:
    one = "09:00:00,1 equipoise.web saved\n09:00:01,2 equipoise.web read\nother: x\n"
    two = "17:30:59,9 equipoise.web read\n17:31:00,1 equipoise.web saved\n"
    assert run._undated(one) == run._undated(two)
    assert run._undated(one) != run._undated(two.replace("read", "exported"))


def test_many_findings_are_counted_and_the_first_ones_shown() -> None:
    many = [f"leak {n}" for n in range(run.MOST_SHOWN + 5)]
    made = run._check("the log", many, "1 address")
    assert not made.passed
    assert made.found.endswith(f"leak {run.MOST_SHOWN - 1}; and 5 more")
    assert run._check("the log", [], "1 address") == Check("the log", "1 address", True)


def test_a_row_says_pass_or_fail() -> None:
    assert Check("x", "y", True).row() == {"check": "x", "result": "pass", "found": "y"}
    assert Check("x", "y", False).row()["result"] == "FAIL"
