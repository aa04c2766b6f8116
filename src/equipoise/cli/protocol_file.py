"""Commands on protocol files: ``check``, ``schedule`` and ``amend``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from equipoise.cli import options, terminal
from equipoise.cli.interim_notice import notice_interim
from equipoise.errors import ProtocolError, refuse
from equipoise.numerics.garbage_collection import rarely_collected

if TYPE_CHECKING:  # kept out of `equipoise --help`: pydantic takes a quarter second
    from equipoise.protocol.model import Protocol
    from equipoise.protocol.schedule import PlannedVisit


@rarely_collected()
def check(protocol: options.ProtocolName, as_json: options.Json = False) -> None:
    """Check a protocol and report all its problems.

    If the protocol plans interim analyses, their boundaries are printed, the maximum
    information as a multiple of that of a trial without them, and the expected one.

    Example:
      equipoise check feder2021
      equipoise check my-trial/protocol.toml
      equipoise check my-trial/protocol.toml --json
    """
    from equipoise.exchange.protocols import inspect

    model, problems = inspect(protocol)
    refuse(ProtocolError, problems)
    if model is None:
        return
    facts = summary(model)
    if model.interim is not None:
        from equipoise.cli.interim_plan import numbers, texts

        facts |= {"interim": numbers(model)} if as_json else texts(model)
    terminal.say(facts, as_json=as_json)


def schedule(
    protocol: options.ProtocolName,
    day0: options.Day,
    responder: options.Responder = None,
    holiday: options.Holidays = None,
    as_json: options.Json = False,
) -> None:
    """Print the visits of one participant with their windows.

    If the protocol says so, a visit on a weekend or holiday moves within its window.

    Example: day 0, the first infusion, is Monday 4 January 2027.
      equipoise schedule feder2021 --day0 2027-01-04 --responder
      equipoise schedule feder2021 --day0 2027-01-04 --holiday 2027-01-18 --json
    """
    from equipoise.exchange.protocols import load_protocol
    from equipoise.protocol.schedule import calendar

    holidays = tuple(day.date() for day in holiday or ())
    trial = load_protocol(protocol)
    notice_interim(trial, "the visits of a participant do not depend on them")
    visits = calendar(trial, day0.date(), responder=responder, holidays=holidays)
    terminal.say_table(visit_rows(visits), as_json=as_json)


def amend(
    old: options.ProtocolName, new: options.ProtocolName, as_json: options.Json = False
) -> None:
    """Print the differences between two versions of a protocol.

    Formatting, comments and the order of keys are ignored. The hash of each version is
    printed too. Protocols that differ must have different versions (EQ123).

    Example:
      equipoise amend protocol-1.0.toml protocol-1.1.toml
    """
    from equipoise.exchange.protocols import load_protocol
    from equipoise.protocol.amend import unnamed_version

    before, after = load_protocol(old), load_protocol(new)
    terminal.say(amendment(before, after), as_json=as_json)
    refuse(ProtocolError, unnamed_version(before, after))


def summary(protocol: Protocol) -> dict[str, object]:
    """Contents of a protocol without problems, as counts and ids."""
    from equipoise.design.stated_size import size_notes
    from equipoise.protocol.amend import content_hash
    from equipoise.protocol.check import sourced
    from equipoise.protocol.notes import notes

    statements = [statement for _, statement in sourced(protocol)]
    remarks = [*notes(protocol), *size_notes(protocol)]
    assumed = sum(statement.assumed for statement in statements)
    return {
        "protocol": f"{protocol.trial.id} {protocol.trial.version}",
        "title": protocol.trial.title,
        "arms": ", ".join(arm.id for arm in protocol.arms),
        "visits": len(protocol.schedule.visits),
        "instruments": ", ".join(use.id for use in protocol.instruments),
        "endpoints": len(protocol.endpoints),
        "assumptions": f"{assumed} of {len(statements)} statements have no source",
        "hash": content_hash(protocol),
        "problems": "none",
        **({"notes": remarks} if remarks else {}),
    }


def amendment(old: Protocol, new: Protocol) -> dict[str, object]:
    """Differences between two versions."""
    from equipoise.protocol.amend import content_hash, differences

    return {
        "old": f"{old.trial.version} {content_hash(old)}",
        "new": f"{new.trial.version} {content_hash(new)}",
        "changes": [str(change) for change in differences(old, new)] or ["none"],
    }


def visit_rows(visits: Sequence[PlannedVisit]) -> list[dict[str, str]]:
    """One row for each dated visit, as text."""
    return [
        {
            "visit": item.visit.id,
            "day": str(item.visit.day),
            "date": item.date.isoformat(),
            "weekday": f"{item.date:%a}",
            "window": f"{item.earliest.isoformat()} to {item.latest.isoformat()}",
            "due": item.due,
            "note": item.note,
        }
        for item in visits
    ]
