"""Actions in turn: in the order of time whichever thread they are in, and never stuck."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

import pytest

from equipoise.rehearse_conduct.demo_today import Action
from equipoise.rehearse_conduct.demo_trial import Stopped, Turns, _walk

START = datetime(2027, 1, 4, tzinfo=UTC)


def lanes(done: list[int], fails: int | None = None) -> list[list[Action]]:
    """Four lanes of twenty actions at times that no two share; every third in turn."""

    def do(minute: int) -> None:
        if minute == fails:
            raise ZeroDivisionError
        if minute % 3 == 0:
            done.append(minute)

    draw = Random(7)  # noqa: S311  no secret
    minutes = list(range(80))
    draw.shuffle(minutes)
    return [
        [
            Action(START + timedelta(minutes=m), partial(do, m), in_turn=m % 3 == 0)
            for m in sorted(minutes[first : first + 20])
        ]
        for first in range(0, 80, 20)
    ]


def walked(every: list[list[Action]]) -> list[BaseException | None]:
    together = [action for lane in every for action in lane if action.in_turn]
    turns = Turns(sorted(together, key=lambda action: action.at))
    with ThreadPoolExecutor(len(every)) as pool:
        jobs = [pool.submit(_walk, lane, turns, lambda _: None) for lane in every]
        return [job.exception(timeout=30) for job in jobs]


def test_what_is_shared_is_done_in_the_order_of_time() -> None:
    done: list[int] = []
    assert walked(lanes(done)) == [None] * 4
    assert done == [m for m in range(80) if m % 3 == 0]


@pytest.mark.parametrize("fails", [0, 30, 31])
def test_one_that_fails_lets_nobody_wait(fails: int) -> None:
    done: list[int] = []
    errors = [type(error) for error in walked(lanes(done, fails)) if error is not None]
    assert errors.count(ZeroDivisionError) == 1
    assert set(errors) <= {ZeroDivisionError, Stopped}
    assert done == sorted(done)
