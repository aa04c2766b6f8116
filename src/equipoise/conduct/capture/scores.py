"""Scores of forms, calculated from their items and never stored.

They determine response, due follow-up visits, and loss of response.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.conduct.capture.current_values import Current
from equipoise.instruments.model import Instrument
from equipoise.instruments.rules import Sheet
from equipoise.protocol.calendar import Visit
from equipoise.protocol.estimand import Definition
from equipoise.protocol.model import Protocol
from equipoise.protocol.relapse import first_relapse, is_met, relapse_visits
from equipoise.protocol.schedule import decided_at


def score_of(instrument: Instrument, answers: Mapping[str, str]) -> float | None:
    """The primary score of one form; None where the rule for missing items has no score."""
    return _scores_of(instrument, [answers], instrument.primary_score)[0]


@dataclass(frozen=True, slots=True)
class Total:
    """The primary score of a form that is being filled in."""

    label: str
    value: float | None  # so far, if not ``final``; None if it cannot be calculated
    highest: float
    missing: int  # items without a response or with a missing code
    final: bool  # whether it is the score of the current form

    def __str__(self) -> str:
        more = f"{self.missing} not answered" if self.missing else ""
        if self.value is None:
            return f"{self.label}: not known yet; {more}"
        said = f"{self.label}: {self.value:.6g} of {self.highest:g}"
        if more and self.final:
            said += ", prorated"
        return f"{said}; {more}" if more else said


def total_so_far(instrument: Instrument, answers: Mapping[str, str]) -> Total | None:
    """The primary score of the responses so far, by the rule of the instrument.

    Items without a response count as 0 so far, where 0 is the lowest response to each.
    None for a single item.
    """
    if len(instrument.items) < 2:
        return None
    name = instrument.primary_score
    score = instrument.scores[name]
    column = np.array(
        [[float(answers.get(item) or "nan") for item in instrument.items]]
    )
    worked = Sheet(instrument, column.T).score(name)
    value, missing = float(worked.value[0]), int(worked.n_missing[0])
    final = value == value
    if not final and all(item.allowed[0] == 0 for item in instrument.items.values()):
        value = float(Sheet(instrument, np.nan_to_num(column).T).score(name).value[0])
    known = value if value == value and answers else None
    return Total(score.label, known, score.range[1], missing, final)


def named_score(
    protocol: Protocol, name: str, answers: Mapping[str, str]
) -> float | None:
    """The score ``instrument.score`` of one form."""
    return named_scores(protocol, name, [answers])[0]


def named_scores(
    protocol: Protocol, name: str, forms: Sequence[Mapping[str, str]]
) -> list[float | None]:
    """The score ``instrument.score`` of many forms together."""
    instrument, _, score = name.partition(".")
    return _scores_of(protocol.scales[instrument], forms, score)


def _scores_of(
    scale: Instrument, forms: Sequence[Mapping[str, str]], score: str
) -> list[float | None]:
    if not scale.items or not forms:
        return [float(said[score]) if said.get(score) else None for said in forms]
    rows = [[float(said.get(item) or "nan") for item in scale.items] for said in forms]
    values = Sheet(scale, np.array(rows).T).score(score).value
    return [None if value != value else float(value) for value in values]


Scored = Mapping[str, float]  # visit -> value of one score
Scores = Callable[[str], Scored]  # score -> its values


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss of response."""

    label: str  # of the definition
    visit: str  # label of the first visit at which the response was lost
    visit_id: str  # its id
    score: str  # name of the score, with its values at baseline, then, and now
    baseline: float | None  # None: not rated, where the definition needs none
    then: float
    now: float


def scores_of(protocol: Protocol, known: Current) -> Scores:
    """Scores of the complete forms of one participant."""

    def scored(score: str) -> dict[str, float]:
        form = f"instrument:{score.partition('.')[0]}"
        ids = [v.id for v in protocol.schedule.visits if known.is_complete(form, v.id)]
        values = named_scores(protocol, score, [known.answers(form, v) for v in ids])
        found = zip(ids, values, strict=True)
        return {visit: value for visit, value in found if value is not None}

    return scored


def holds(
    protocol: Protocol, definition: Definition, baseline: float | None, value: float
) -> bool:
    """Whether a definition of any rule except ``loss-of`` is known to be met."""
    better = protocol.better(definition.score or "")
    values, start = np.array([value], float), np.array([baseline], float)
    return bool(is_met(definition, better, values, start)[0][0])


def judged_at(protocol: Protocol, definition_id: str) -> str | None:
    """The visit at which a definition decides: of its loss, of an endpoint, or the last.

    The last is the last visit of the treatment phase with this score.
    """
    for other in protocol.definitions:
        if other.rule == "loss-of" and other.of == definition_id:
            return other.at
    for endpoint in protocol.endpoints:
        if endpoint.variable.definition == definition_id and endpoint.variable.at:
            return endpoint.variable.at
    score = protocol.definition(definition_id).score or ""
    instrument = score.partition(".")[0]
    rated = [
        visit.id
        for visit in protocol.schedule.visits
        if visit.phase == "treatment"
        and any(
            a.instrument == instrument for a in protocol.schedule.assessments(visit)
        )
    ]
    return rated[-1] if rated else None


def responder(protocol: Protocol, scores: Scores, definition_id: str) -> bool | None:
    """Whether a participant meets a definition; None while it is unknown."""
    definition = protocol.definition(definition_id)
    at = judged_at(protocol, definition_id)
    if at is None or definition.score is None:
        return None
    scored = scores(definition.score)
    baseline = scored.get(protocol.schedule.baseline)
    if at not in scored or baseline is None:
        return None
    return holds(protocol, definition, baseline, scored[at])


def judged(
    protocol: Protocol, scores: Scores
) -> tuple[dict[str, bool | None], list[Loss]]:
    """Results of definitions, and losses of response, from scores.

    Results are definition on which visits depend -> whether it is met; and visit that a
    loss of response triggers -> whether the response was lost at the rating before it.
    """
    needed = {v.only_if for v in protocol.schedule.visits if v.only_if is not None}
    needed -= {loss.id for loss in protocol.losses()}
    verdict = {name: responder(protocol, scores, name) for name in sorted(needed)}
    for visit in protocol.triggered():
        at = decided_at(protocol, str(visit.only_if), visit.id)
        verdict[visit.id] = lost_at(protocol, scores, visit, at)
    lost = (
        _loss(protocol, scores, definition)
        for definition in protocol.definitions
        if definition.rule == "loss-of" and definition.of
    )
    return verdict, [loss for loss in lost if loss is not None]


def lost_at(
    protocol: Protocol, scores: Scores, visit: Visit, at: str | None
) -> bool | None:
    """Whether a response of time zero is absent at a later visit; None while unknown.

    Args:
        protocol: in force.
        scores: of one participant.
        visit: that the loss triggers.
        at: id of the later visit.
    """
    loss = protocol.loss_before(visit)
    if loss is None:
        return None
    of = protocol.definition(str(loss.of))
    scored = scores(of.score or "")
    start, values = scored.get(protocol.schedule.baseline), (str(loss.at), str(at))
    compares = of.rule not in ("at-most", "at-least")
    if start is None and compares:
        return None
    met = [
        holds(protocol, of, start, scored[v]) if v in scored else None for v in values
    ]
    if met[0] is False:
        return False
    return None if None in met else not met[1]


def _loss(protocol: Protocol, scores: Scores, definition: Definition) -> Loss | None:
    of = protocol.definition(definition.of or "")
    scored = scores(of.score or "")
    if definition.at not in scored:
        return None
    visits, start = relapse_visits(protocol, definition), protocol.schedule.baseline
    values = [scored.get(visit, np.nan) for visit in (start, *visits)]
    baseline, row = np.array(values[:1]), np.array([values[1:]])
    better = protocol.better(of.score or "")
    relapse = first_relapse(*is_met(of, better, row, baseline[:, None]))
    if not relapse.event[0]:
        return None
    visit = protocol.schedule.visit(visits[relapse.visit[0]])
    score = protocol.scales[(of.score or "").partition(".")[0]].name
    then, now = scored[visits[0]], scored[visit.id]
    return Loss(
        definition.label, visit.label, visit.id, score, scored.get(start), then, now
    )
