"""The record of the interim analyses of a trial: what each one found and decided.

Later boundaries depend on the actual information of the earlier analyses, so the record is
part of the data of the trial. Each entry carries the SHA-256 of the entry before it. A
planned analysis that was not held is an entry too, with the reason.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from equipoise.errors import DesignError
from equipoise.protocol.interim import InterimAnalyses
from equipoise.protocol.model import Protocol

SCHEMA = "equipoise-interim/1"
FIRST = "0" * 64  # the hash before the first entry
Decision = Literal["efficacy", "reverse", "futility", "continue"]
WHERE = "record of the interim analyses"


class Chained(BaseModel):
    """What every entry has.

    Attributes:
        analysis: its number in ``[interim]``, from 1.
        cutoff: last date of its data, such as ``2027-03-01``; of an analysis that was not
            held, the date on which that was decided.
        allocation: ``dummy`` in a dry run on shuffled arms.
        plan: the rules of ``[interim]`` that later boundaries depend on.
        previous: ``sha256`` of the entry before.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    analysis: int
    cutoff: str
    protocol: str
    version: str
    protocol_hash: str
    allocation: Literal["actual", "dummy"]
    plan: dict[str, Any]
    software: str
    previous: str = FIRST
    sha256: str = ""

    def sealed(self, previous: str) -> Self:
        """The entry after another, with its own hash."""
        after = self.model_copy(update={"previous": previous, "sha256": ""})
        return after.model_copy(update={"sha256": after.digest()})

    def digest(self) -> str:
        """SHA-256 of everything but ``sha256``."""
        content = self.model_dump(mode="json", exclude={"sha256"})
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


class NotHeld(Chained):
    """A planned interim analysis that was not held. It spends no error.

    Attributes:
        reason: why; it must not be a result of the trial that compares the arms, other
            than a futility boundary that was crossed.
    """

    reason: str


class Entry(Chained):
    """One interim analysis.

    Attributes:
        planned: maximum information of the plan, in ``unit``.
        information: actual, in ``unit``.
        z: in the direction of benefit.
        estimate: with ``std_error``, ``df`` (None for the normal distribution) and
            unadjusted interval, as in the results of an analysis.
        efficacy: boundary that stops for efficacy; None at infinity.
        futility: boundary that stops for futility; None for none.
        decision: boundary that was crossed, ``reverse`` for that against benefit.
    """

    data_hash: str
    virtual: bool
    unit: str
    planned: float
    information: float
    z: float
    estimate: float
    std_error: float | None
    df: float | None
    lower: float | None
    upper: float | None
    level: float | None
    p: float
    participants: dict[str, int]
    efficacy: float | None
    futility: float | None
    decision: Decision


Recorded = Entry | NotHeld


def held(entries: Sequence[Recorded]) -> tuple[Entry, ...]:
    """The analyses of a record that were held."""
    return tuple(entry for entry in entries if isinstance(entry, Entry))


def rules_of(plan: InterimAnalyses) -> dict[str, Any]:
    """What of ``[interim]`` must not change between analyses.

    The planned times are not part of it: the boundaries of a spending function remain
    valid at other times, as long as these do not depend on the results.
    """
    keys = {
        "endpoint", "efficacy", "parameter", "futility", "futility_parameter",
        "binding", "alpha", "power",
    }  # fmt: skip
    return plan.model_dump(mode="json", include=keys)


def to_text(entries: Sequence[Recorded]) -> str:
    """The file of a record."""
    rows = [entry.model_dump(mode="json") for entry in entries]
    content = {"schema": SCHEMA, "analyses": rows}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def from_text(text: str, *, origin: str) -> tuple[Recorded, ...]:
    """The entries of a file of ``to_text``.

    Args:
        text: content of the file.
        origin: its name, for messages.

    Raises:
        DesignError: EQ838, it is not such a file, or was changed.
    """
    try:
        content = json.loads(text)
        if content["schema"] != SCHEMA:
            raise ValueError(content["schema"])
        entries: tuple[Recorded, ...] = tuple(
            (NotHeld if "reason" in row else Entry).model_validate(row)
            for row in content["analyses"]
        )
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        raise DesignError.single(
            "EQ838",
            f"{origin} is not a record of interim analyses",
            where=WHERE,
            fix="name the file looks.json that `equipoise interim` wrote",
        ) from error
    previous = FIRST
    for entry in entries:
        if entry.previous != previous or entry.digest() != entry.sha256:
            raise DesignError.single(
                "EQ838",
                f"{origin} was changed after analysis {entry.analysis} was recorded",
                where=f"{WHERE}, analysis {entry.analysis}",
                fix="restore the file as `equipoise interim` wrote it; the page of the "
                "analysis prints its SHA-256",
            )
        previous = entry.sha256
    return entries


def earlier_analyses(
    protocol: Protocol,
    plan: InterimAnalyses,
    entries: Sequence[Recorded],
    before: int,
    *,
    allocation: Literal["actual", "dummy"],
) -> tuple[Recorded, ...]:
    """The analyses before one, all of this trial and under the same rules.

    Args:
        protocol: of the trial.
        plan: its ``[interim]``.
        entries: of the record.
        before: number of the analysis, from 1; one more than those of the plan for
            whatever was recorded.
        allocation: of this analysis.

    Returns:
        The entries with a lower number.

    Raises:
        DesignError: EQ838, an analysis is missing from the record, is of another trial,
            of a dry run or of other rules, or has stopped the trial.
    """
    known = tuple(entry for entry in entries if entry.analysis < before)
    for entry in known:
        _refuse(entry, _contradictions(protocol, plan, entry, allocation))
        _refuse(entry, _after_stop(plan, entry))
    _refuse_missing(known, before)
    return known


def all_analyses(
    protocol: Protocol,
    plan: InterimAnalyses,
    entries: Sequence[Recorded],
    *,
    allocation: Literal["actual", "dummy"],
) -> tuple[Recorded, ...]:
    """Every interim analysis of a trial that has ended, from the first to the last.

    Args:
        protocol: of the trial.
        plan: its ``[interim]``.
        entries: of the record.
        allocation: of the final analysis.

    Returns:
        The entries. The last one is that which ended the trial (``ended_by``), or that of
        the last interim analysis of the plan, perhaps not held.

    Raises:
        DesignError: EQ838, as ``earlier_analyses``; or an analysis that stopped the trial
            is followed by another.
    """
    for entry in entries:
        _refuse(entry, _contradictions(protocol, plan, entry, allocation))
    for entry in entries[:-1]:
        _refuse(entry, _after_stop(plan, entry))
    ended = bool(entries) and ended_by(plan, entries[-1])
    _refuse_missing(entries, len(entries) + 1 if ended else len(plan.analyses))
    return tuple(entries)


def ended_by(plan: InterimAnalyses, entry: Recorded) -> bool:
    """Whether a trial ended at an analysis: by a boundary, or at the maximum information.

    A trial may continue after a futility boundary that is not binding.
    """
    if isinstance(entry, NotHeld):
        return False
    stops = ("efficacy", "reverse", *(("futility",) if plan.binding else ()))
    return entry.decision in stops or entry.information >= entry.planned


def _refuse(entry: Recorded, found: list[tuple[str, str]]) -> None:
    for what, fix in found:
        raise DesignError.single(
            "EQ838", what, where=f"{WHERE}, analysis {entry.analysis}", fix=fix
        )


def _refuse_missing(known: Sequence[Recorded], before: int) -> None:
    missing = sorted(set(range(1, before)) - {entry.analysis for entry in known})
    if missing:
        names = ", ".join(map(str, missing))
        raise DesignError.single(
            "EQ838",
            f"analysis {names} is missing from the record: the error spent at earlier "
            "interim analyses is unknown, and with it the boundary of this one",
            where=WHERE,
            fix="run `equipoise interim` for the earlier analyses at their own cut-off, "
            "or name their record (looks.json) with --record; an analysis that was not "
            "held is recorded with --not-held",
        )


def _contradictions(
    protocol: Protocol,
    plan: InterimAnalyses,
    entry: Recorded,
    allocation: Literal["actual", "dummy"],
) -> list[tuple[str, str]]:
    found = []
    if entry.protocol != protocol.trial.id:
        found.append(
            (
                f"the record is of trial {entry.protocol}, not of {protocol.trial.id}",
                "name the record of this trial",
            )
        )
    if entry.allocation != allocation:
        found.append(
            (
                f"the analysis was made on the {entry.allocation} allocation, and this "
                f"one is on the {allocation} allocation",
                "keep dry runs with --dummy in another output folder",
            )
        )
    if entry.plan != rules_of(plan):
        found.append(
            (
                "the rules of [interim] were changed after the analysis: boundaries "
                "chosen after seeing results do not keep the type I error",
                "use the protocol with the rules of the first analysis",
            )
        )
    return found


def _after_stop(plan: InterimAnalyses, entry: Recorded) -> list[tuple[str, str]]:
    if isinstance(entry, NotHeld) or not ended_by(plan, entry):
        return []
    reason = entry.decision if entry.decision != "continue" else "maximum information"
    return [
        (
            f"the trial stopped at analysis {entry.analysis}: {reason}",
            "there is no interim analysis after it; analyze the final data with "
            "`equipoise analyze --record`",
        )
    ]


def refuse_replacement(entry: Recorded, recorded: Sequence[Recorded]) -> None:
    """An analysis that is recorded can be repeated only with the same result.

    Args:
        entry: new.
        recorded: of the file that it would be written to.

    Raises:
        DesignError: EQ838, it differs from the record, or comes before its last analysis.
    """
    for known in recorded:
        if known.analysis < entry.analysis or known.sha256 == entry.sha256:
            continue
        raise DesignError.single(
            "EQ838",
            f"analysis {known.analysis} is already recorded, and this result of analysis "
            f"{entry.analysis} differs from the record or precedes it",
            where=f"{WHERE}, analysis {known.analysis}",
            fix="keep the record, on which the decision was taken; write a corrected "
            "analysis to another folder, with --record for the earlier ones",
        )
