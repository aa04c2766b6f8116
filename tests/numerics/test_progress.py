"""Progress is shown after two seconds in a terminal or notebook, and nowhere else."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from rich.console import Console

from equipoise.numerics import progress as module
from equipoise.numerics.progress import progress, watched


class Clock:
    """Seconds that only the test moves."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def screen(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """A terminal that the test reads."""
    text = io.StringIO()
    console = Console(file=text, force_terminal=True, width=80, get_time=clock)
    monkeypatch.setattr(module, "_console", lambda: console)
    return text


def test_nothing_is_shown_before_two_seconds(screen: io.StringIO, clock: Clock) -> None:
    with progress("bootstrap", 10) as advance:
        for _ in range(10):
            clock.now += 0.19
            advance(1)
    assert screen.getvalue() == ""


def test_a_bar_with_its_label_appears_after_two_seconds(
    screen: io.StringIO, clock: Clock
) -> None:
    with progress("bootstrap", 10) as advance:
        for _ in range(4):
            clock.now += 0.6
            advance(1)
        assert "bootstrap" in screen.getvalue()
        assert "40%" in screen.getvalue()


def test_a_bar_inside_another_is_silent(screen: io.StringIO, clock: Clock) -> None:
    with progress("outer", 2) as outer:
        assert list(watched("inner", clocked(clock), 3)) == [0, 1, 2]
        assert screen.getvalue() == ""
        outer(1)
        assert "outer" in screen.getvalue()
        assert "inner" not in screen.getvalue()


def clocked(clock: Clock) -> Iterator[int]:
    for number in range(3):
        clock.now += 5
        yield number


def test_the_next_bar_may_show_after_an_error(
    screen: io.StringIO, clock: Clock
) -> None:
    with pytest.raises(ValueError, match="lost"), progress("first", 2):
        raise ValueError("lost")
    with progress("second", 2) as advance:
        clock.now += 3
        advance(1)
        assert "second" in screen.getvalue()


def test_where_nobody_looks_nothing_is_written(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    assert list(watched("scripts", range(3), 3)) == [0, 1, 2]
    assert capfd.readouterr() == ("", "")
