"""The primary result in one sentence."""

from __future__ import annotations

from equipoise.analyze.result import Estimate, Results
from equipoise.numerics.rounding import fixed, p_text
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol

DIGITS = 2


def headline(protocol: Protocol, results: Results) -> str:
    """What the trial found, in one sentence, with its uncertainty.

    An endpoint that could not be estimated is said so, with the reason.
    """
    endpoint = next(e for e in protocol.endpoints if e.level == "primary")
    answer = results[endpoint.id]
    if answer.estimate is None:
        return f"{endpoint.label}: {answer.note or 'cannot be estimated'}."
    pair = endpoint.estimand.treatment
    arm, versus = protocol.arm(pair.arm).label, protocol.arm(pair.versus).label
    scale, unit = (100, " percentage points") if endpoint.type == "binary" else (1, "")
    size = fixed(abs(answer.estimate) * scale, DIGITS)
    if endpoint.type not in ("continuous", "binary"):
        return f"{endpoint.label}: {arm}, {size} ({_interval(answer, scale)})."
    direction = "lower" if answer.estimate < 0 else "higher"
    p = "" if answer.p is None else f"; p {_p(answer.p)}"
    return (
        f"{endpoint.label}: with {arm} it was {size}{unit} {direction} than with "
        f"{versus} ({_interval(answer, scale)}{p}; {answer.n} participants)"
        f"{_meaning(protocol, endpoint, answer)}."
    )


def _meaning(protocol: Protocol, endpoint: Endpoint, answer: Estimate) -> str:
    """Whom the direction favours, where the interval excludes no difference."""
    if (
        answer.lower is not None
        and answer.upper is not None
        and (answer.lower <= 0 <= answer.upper)
    ):
        return ", which is compatible with no difference"
    if endpoint.variable.score is None or endpoint.variable.measure == "value":
        return ""
    better = protocol.better(endpoint.variable.score)
    favours = (better == "lower") == ((answer.estimate or 0.0) < 0)
    pair = endpoint.estimand.treatment
    arm = protocol.arm(pair.arm if favours else pair.versus).label
    return f", in favour of {arm}"


def _interval(answer: Estimate, scale: int) -> str:
    if answer.lower is None or answer.upper is None:
        return "no interval"
    level = f"{100 * (answer.level or 0.95):g} % CI"
    lower, upper = (
        fixed(answer.lower * scale, DIGITS),
        fixed(answer.upper * scale, DIGITS),
    )
    return f"{level} {lower} to {upper}".replace("-", "−")


def _p(p: float) -> str:
    text = p_text(p)
    return f"{text[0]} {text[1:]}" if text[0] in "<>" else f"= {text}"
