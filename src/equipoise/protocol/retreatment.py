"""Visits that a loss of response triggers: their checks, limits and description."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from equipoise.errors import Problem
from equipoise.protocol.calendar import Retreatment, Visit
from equipoise.protocol.estimand import Definition, Endpoint
from equipoise.protocol.model import Protocol
from equipoise.protocol.names import Names
from equipoise.protocol.schedule import decided_at


def problems(protocol: Protocol, names: Names, origin: str) -> Iterator[Problem]:
    """EQ126 for limits that no visit uses, that are stated twice or cannot be reached."""
    limits = protocol.schedule.retreatments
    count = Counter(limit.trigger for limit in limits)
    for limit in limits:
        where = f"{origin}, schedule.retreatments[{limit.trigger}]"
        yield from names.refer("definition", limit.trigger, f"{where}.trigger")
        for what, fix in _contradictions(protocol, limit, count[limit.trigger]):
            yield Problem(code="EQ126", what=what, where=where, fix=fix)


def _contradictions(
    protocol: Protocol, limit: Retreatment, count: int
) -> Iterator[tuple[str, str]]:
    visits = protocol.schedule.triggered([limit.trigger])
    if count > 1:
        yield f"the limits of {limit.trigger!r} are stated twice", "state them once"
    if limit.trigger not in [loss.id for loss in protocol.losses()] or not visits:
        yield (
            f"no visit is triggered by {limit.trigger!r}",
            f'add only_if = "{limit.trigger}", a loss-of definition, to the visits that '
            "it triggers",
        )
        return
    if limit.maximum > len(visits):
        yield (
            f"the maximum is {limit.maximum}, but the schedule has {len(visits)} of these "
            "visits",
            f"give a maximum of at most {len(visits)}, or plan more visits",
        )
    latest = visits[-1].day + visits[-1].window[1]
    span = latest - visits[0].day - visits[0].window[0]
    if len(visits) > 1 and limit.maximum > 1 and limit.interval_days > span:
        yield (
            f"{limit.interval_days} days between two visits are more than the {span} "
            "days from the first to the last one",
            "give a shorter interval",
        )


def descriptions(protocol: Protocol) -> list[str]:
    """A sentence for each loss of response that triggers visits, as in a protocol.

    It names the visits, the deciding ratings, the treatment, the largest number for one
    participant and the fewest days between two.
    """
    return [
        _description(protocol, loss, visits)
        for loss in protocol.losses()
        if (visits := protocol.schedule.triggered([loss.id]))
    ]


def _description(
    protocol: Protocol, loss: Definition, visits: tuple[Visit, ...]
) -> str:
    schedule = protocol.schedule
    label = {visit.id: visit.label for visit in schedule.visits}
    each = ", ".join(
        f"{visit.label} (day {visit.day}; decided at "
        f"{label.get(decided_at(protocol, loss.id, visit.id) or '', 'no visit')})"
        for visit in visits
    )
    what = "infusion" if visits[0].infusion is not None else "visit"
    limit = schedule.retreatment(loss.id)
    most = limit.maximum if limit else len(visits)
    text = (
        f"triggered by {loss.label!r}: {each}. Participants have it whose response was "
        f"present at {label[str(loss.at)]} and absent at the deciding rating; at most "
        f"{most} for one participant"
    )
    if limit is not None and limit.interval_days > 1:
        text += f", at least {limit.interval_days} days apart"
    if what == "infusion":
        text += "; each arm receives its own treatment, so that the blind is kept"
    return text


def rated_after(protocol: Protocol, endpoint: Endpoint) -> tuple[Visit, ...]:
    """Triggered visits before the visit of an endpoint's estimate.

    Ratings after them are analyzed whatever was given: the triggered treatment is part of
    the treatment whose effect is estimated (treatment policy, ICH E9(R1) A.3.2). A time
    to the loss that triggers them ends before, so that nothing comes after it.
    """
    order = [visit.id for visit in protocol.schedule.visits]
    variable = endpoint.variable
    at = variable.at
    if at is None or at not in order:
        return ()
    return tuple(v for v in protocol.triggered() if v.id in order[: order.index(at)])


def handling(protocol: Protocol) -> str:
    """How ratings after a triggered treatment are handled; empty without any."""
    labels = [e.label for e in protocol.endpoints if rated_after(protocol, e)]
    if not labels:
        return ""
    return (
        "Ratings after a treatment that a loss of response triggered are analyzed: it is "
        "part of the treatment of the estimand (treatment policy). This concerns: "
        f"{'; '.join(labels)}."
    )
