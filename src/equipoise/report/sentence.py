"""The result in short: one sentence, and a strip of numbers."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.analyze.result import Estimate, Results
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.cells import Cell, Cells, interval, number, score_label, words
from equipoise.report.table import Lookup

DIGITS = 2


@dataclass(frozen=True, slots=True)
class KeyNumber:
    """One number of the strip: what it is, the number, and what belongs to it."""

    label: str
    value: Cells
    below: Cells = ()


def primary(protocol: Protocol) -> Endpoint:
    """The first primary endpoint; a checked protocol has one."""
    return next(e for e in protocol.endpoints if e.level == "primary")


def headline(protocol: Protocol, results: Results) -> Cells:
    """What the trial found, in one sentence, with its uncertainty.

    An endpoint that could not be estimated is said so, with the reason.
    """
    endpoint = primary(protocol)
    answer = results[endpoint.id]
    if answer.estimate is None:
        return words(f"{endpoint.label}: {answer.note or 'cannot be estimated'}.")
    pair = endpoint.estimand.treatment
    arm, versus = protocol.arm(pair.arm).label, protocol.arm(pair.versus).label
    scale, unit = _scale(endpoint)
    if endpoint.type == "time-to-event":
        return (
            Cell(f"{endpoint.label}: median with {arm} "),
            number(answer, "estimate", 1),
            Cell(" days ("),
            *_uncertainty(answer, 1),
            Cell(")."),
        )
    direction = "lower" if answer.estimate < 0 else "higher"
    return (
        Cell(f"{endpoint.label}: with {arm} it was "),
        number(answer, "estimate", DIGITS, scale, size=True),
        Cell(f"{unit} {direction} than with {versus} ("),
        *_uncertainty(answer, scale),
        Cell(f"){_meaning(protocol, endpoint, answer)}."),
    )


def key_numbers(protocol: Protocol, results: Results) -> list[KeyNumber]:
    """What a reader looks for first: who was analysed, the difference, its p-value."""
    find = Lookup(results)
    endpoint = primary(protocol)
    answer = results[endpoint.id]
    made = [KeyNumber("Randomized", (number(find("flow.randomized"), "n", 0),))]
    if answer.n is not None:
        made.append(KeyNumber("In the primary analysis", (number(answer, "n", 0),)))
    if endpoint.type != "time-to-event":
        scale, unit = _scale(endpoint)
        level = f"{100 * (answer.level or endpoint.analysis.level):g} % CI "
        made += [
            KeyNumber(
                f"Difference{unit and ','}{unit}",
                (number(answer, "estimate", DIGITS, scale),),
                (Cell(level), *interval(answer, DIGITS, scale)),
            ),
            KeyNumber("p, primary endpoint", (number(answer, "p"),)),
        ]
    effect = find(f"{endpoint.id}.effect-size.{answer.visit}")
    if effect is not None and endpoint.variable.score is not None:
        score = score_label(protocol, endpoint.variable.score)
        below = words(f"{score}, in SD")
        made.append(KeyNumber("Standardized difference", (number(effect),), below))
    return made + _shares(protocol, find)


def _shares(protocol: Protocol, find: Lookup) -> list[KeyNumber]:
    """The first binary endpoint that counts, as a percentage of each arm."""
    for endpoint in protocol.endpoints:
        if endpoint.type == "binary" and endpoint.level != "exploratory":
            pair = endpoint.estimand.treatment
            first, second = (
                number(find(f"{endpoint.id}.proportion.{arm}"), digits=0, scale=100)
                for arm in (pair.arm, pair.versus)
            )
            label = protocol.definition(endpoint.variable.definition or "").kind
            against = f" %, {protocol.arm(pair.versus).label}"
            below = f"{protocol.arm(pair.arm).label}; "
            return [
                KeyNumber(
                    label.capitalize(),
                    (first, Cell(" %")),
                    (Cell(below), second, Cell(against)),
                )
            ]
    return []


def _scale(endpoint: Endpoint) -> tuple[int, str]:
    if endpoint.type in ("binary", "incidence"):
        return 100, " percentage points"
    if endpoint.variable.measure == "percent-change":
        return 1, " percentage points"
    return 1, ""


def _uncertainty(answer: Estimate, scale: int) -> Cells:
    level = f"{100 * (answer.level or 0.95):g} % CI "
    found: Cells = (Cell(level), *interval(answer, DIGITS, scale))
    if answer.lower is None or answer.upper is None:
        found = words("no interval")
    if answer.p is not None:
        p = number(answer, "p")
        sign = "" if p.text[0] in "<>" else "= "
        found = (*found, Cell(f"; p {sign}"), p)
    return (*found, Cell("; "), number(answer, "n", 0), Cell(" participants"))


def _meaning(protocol: Protocol, endpoint: Endpoint, answer: Estimate) -> str:
    """Whom the direction favours, where the interval excludes no difference."""
    if answer.lower is None or answer.upper is None:
        return ""
    if answer.lower <= 0 <= answer.upper:
        return ", which is compatible with no difference"
    benefit = _lower_is_better(protocol, endpoint)
    if benefit is None:
        return ""
    favours = benefit == ((answer.estimate or 0.0) < 0)
    pair = endpoint.estimand.treatment
    return f", in favour of {protocol.arm(pair.arm if favours else pair.versus).label}"


def _lower_is_better(protocol: Protocol, endpoint: Endpoint) -> bool | None:
    """Direction of benefit of an endpoint; None where the protocol does not say."""
    if endpoint.type == "incidence":
        return True
    if endpoint.variable.score is not None:
        return protocol.better(endpoint.variable.score) == "lower"
    if endpoint.variable.definition is None:
        return None
    return protocol.definition(endpoint.variable.definition).kind == "relapse"
