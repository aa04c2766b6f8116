"""Progress of calculations that take more than two seconds, in terminals and notebooks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

T = TypeVar("T")
PATIENCE = 2.0  # seconds before anything is shown


@contextmanager
def progress(label: str, total: float) -> Iterator[Callable[[float], None]]:
    """A bar on the error output that appears after two seconds and disappears at the end.

    Nothing is shown where the error output is neither a terminal nor a notebook, so that
    logs stay clean, and nothing inside another bar.

    Args:
        label: what is calculated, such as ``multiple imputation``.
        total: steps.

    Yields:
        A function that adds steps.
    """
    console = _console()
    if console is None or _Active.now:
        yield _nothing
        return
    bar = _bar(console)
    task = bar.add_task(label, total=total)
    shown = False

    def advance(steps: float) -> None:
        nonlocal shown
        bar.advance(task, steps)
        waited = bar.tasks[0].elapsed or 0.0
        if not shown and waited >= PATIENCE:
            shown = True
            bar.start()

    _Active.now = True
    try:
        yield advance
    finally:
        _Active.now = False
        if shown:
            bar.stop()


def watched(label: str, items: Iterable[T], total: float) -> Iterator[T]:
    """The items themselves, with the progress of a loop over them."""
    with progress(label, total) as advance:
        for item in items:
            yield item
            advance(1)


class _Active:
    """Whether a bar is running in this process."""

    now = False


def _nothing(steps: float) -> None:
    """Of a calculation that nobody watches."""
    del steps


def _console() -> Console | None:
    """Where progress can be seen; None in scripts, tests and worker processes."""
    from rich.console import Console

    console = Console(stderr=True)
    return console if console.is_terminal or console.is_jupyter else None


def _bar(console: Console) -> Progress:
    from rich.progress import (
        BarColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
