"""Writes what the interim analyses of a rehearsed trial found, and says it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from equipoise.exchange.output_files import write_files
from equipoise.interim.record import NotHeld, to_text
from equipoise.protocol.model import Protocol
from equipoise.report.interim.page import RECORD_FILE, files, recommendation
from equipoise.simulate.interim_course import Course


def save_course(protocol: Protocol, course: Course, folder: Path) -> None:
    """Writes the page and numbers of each interim analysis, and their record.

    Args:
        protocol: of the trial.
        course: of its interim analyses; without any, nothing is written.
        folder: made if it does not exist.

    Raises:
        LibraryError: EQ003, the folder cannot be written to.
    """
    if not course.record:
        return
    made: dict[str, bytes] = {}
    for result in course.results:
        made |= files(protocol, result)
    write_files(folder, made | {RECORD_FILE: to_text(course.record).encode()})


def say_course(course: Course, tell: Callable[[str], None]) -> None:
    """Says what each interim analysis recommended, and when; or why it was not held."""
    for result in course.results:
        tell(
            f"interim analysis {result.number}, data up to {result.cutoff.isoformat()}: "
            f"{recommendation(result)}"
        )
    for entry in course.record:
        if isinstance(entry, NotHeld):
            tell(f"interim analysis {entry.analysis} was not held: {entry.reason}")
