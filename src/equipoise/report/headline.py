"""The primary result in one sentence."""

from __future__ import annotations

from equipoise.analyze.noninferiority import Verdict, verdict
from equipoise.analyze.planned_test import planned_log_rank
from equipoise.analyze.result import Estimate, Results
from equipoise.numerics.rounding import fixed, p_text
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.margin import margin_text
from equipoise.protocol.model import Protocol
from equipoise.report.table_cells import ci, decimals, in_sentence, lowered, plural

DIFFERENCES = ("continuous", "binary", "incidence")


def headline(protocol: Protocol, results: Results) -> str:
    """Primary result of the trial in one sentence, with its uncertainty.

    The difference, its interval and the words *a minus b* have the same sign. An endpoint
    that could not be estimated is named, with the reason.
    """
    endpoint = next(e for e in protocol.endpoints if e.level == "primary")
    return finding(protocol, results, endpoint)


def finding(protocol: Protocol, results: Results, endpoint: Endpoint) -> str:
    """The result of one endpoint in one sentence."""
    answer = results[endpoint.id]
    stopped = results.select(endpoint=endpoint.id, analysis="unadjusted")
    after = "; adjusted for the interim analyses" if stopped else ""
    if endpoint.type == "time-to-event":
        return f"{endpoint.label}: {_time(protocol, results, endpoint)}{after}."
    if answer.estimate is None:
        return f"{endpoint.label}: {answer.note or 'cannot be estimated'}."
    if endpoint.type not in DIFFERENCES:
        digits = decimals(protocol).error
        size = signed(answer.estimate, digits)
        return f"{endpoint.label}: {size} ({bounds(answer, 1, digits)})."
    return (
        f"{endpoint.label}: {_difference(protocol, results, endpoint, answer)}{after}."
    )


def _difference(
    protocol: Protocol, results: Results, endpoint: Endpoint, answer: Estimate
) -> str:
    digits, scale, unit, name = _measure(protocol, endpoint)
    pair = endpoint.estimand.treatment
    arm, versus = (in_sentence(protocol, a) for a in (pair.arm, pair.versus))
    if endpoint.type == "continuous":
        compared = f"{arm} minus {versus}"
    else:
        ours, theirs = (_count(results, endpoint, a) for a in (pair.arm, pair.versus))
        compared = f"{arm}{ours} minus {versus}{theirs}"
    p = _p_of_difference(results, endpoint, answer)
    size = signed((answer.estimate or 0.0) * scale, digits)
    return (
        f"{name} {size} {unit} ({bounds(answer, scale, digits)}{p}), {compared}, "
        f"{_meaning(protocol, endpoint, answer)}; {_numbers(protocol, results, endpoint)}"
    )


def _p_of_difference(results: Results, endpoint: Endpoint, answer: Estimate) -> str:
    """P of the planned test: of a difference, or one-sided of non-inferiority."""
    if endpoint.analysis.margin is None:
        return "" if answer.p is None else f"; {p_equals(answer.p)}"
    test = results.by_id.get(f"{endpoint.id}.noninferiority")
    if test is None or test.p is None:
        return ""
    return f"; non-inferiority, one-sided {p_equals(test.p)}"


def _measure(protocol: Protocol, endpoint: Endpoint) -> tuple[int, int, str, str]:
    """Decimals, scale, unit and name of the difference."""
    known = decimals(protocol)
    if endpoint.type != "continuous":
        return known.difference, 100, "percentage points", "risk difference"
    name = (
        "adjusted mean difference"
        if endpoint.analysis.covariates
        else ("mean difference")
    )
    at = endpoint.variable.at
    if at is not None:
        label = lowered(protocol.schedule.visit(at).label)
        start = " ".join(label.lower().split()[:2])
        if start not in endpoint.label.lower():
            name = f"{name} at {label}"
    percent = endpoint.variable.measure == "percent-change"
    return known.score, 1, "percentage points" if percent else "points", name


def _count(results: Results, endpoint: Endpoint, arm: str) -> str:
    row = results.by_id.get(f"{endpoint.id}.count.{arm}")
    if row is None or row.estimate is None or row.n is None:
        return ""
    percent = "" if row.percent is None else f" ({fixed(row.percent, 0)}%)"
    return f" {fixed(row.estimate, 0)}/{row.n}{percent}"


def _people(n: int | None) -> str:
    """How many participants; a number that is not known is not shown as 0."""
    return "unknown number of participants" if n is None else plural(n, "participant")


def _numbers(protocol: Protocol, results: Results, endpoint: Endpoint) -> str:
    """How many were analyzed, and how many of them were rated at the visit."""
    text = f"{_people(results[endpoint.id].n)} analyzed"
    rated = rated_at(protocol, results, endpoint)
    if rated is None or endpoint.variable.at is None:
        return text
    visit = lowered(protocol.schedule.visit(endpoint.variable.at).label)
    return f"{text}, {rated} rated at {visit}"


def rated_at(
    protocol: Protocol, results: Results, endpoint: Endpoint, arm: str | None = None
) -> int | None:
    """Participants of the two arms, or of one, who were rated at the primary visit.

    None where the results do not say: the number of rated participants is that of the
    adjusted means of a continuous endpoint.
    """
    if endpoint.type != "continuous" or endpoint.variable.at is None:
        return None
    pair = endpoint.estimand.treatment
    rows = results.by_id
    found = [
        rows.get(f"{endpoint.id}.ls-mean.{endpoint.variable.at}.{name}")
        for name in ((pair.arm, pair.versus) if arm is None else (arm,))
    ]
    counts = [row.n for row in found if row is not None and row.n is not None]
    return sum(counts) if len(counts) == len(found) else None


def _meaning(protocol: Protocol, endpoint: Endpoint, answer: Estimate) -> str:
    """Which arm the direction favors, where the interval excludes no difference."""
    if answer.lower is None or answer.upper is None:
        return "without an interval"
    shown = verdict(protocol, endpoint, answer)
    if shown is not None:
        return _against_margin(protocol, endpoint, answer, shown)
    return _direction(protocol, endpoint, answer)


def _against_margin(
    protocol: Protocol, endpoint: Endpoint, answer: Estimate, shown: Verdict
) -> str:
    """The verdict on non-inferiority first, then the direction of the difference."""
    pair = endpoint.estimand.treatment
    arm, versus = (in_sentence(protocol, a) for a in (pair.arm, pair.versus))
    margin = f"margin of {margin_text(endpoint)}"
    text = {
        "non-inferior": f"{arm} is non-inferior to {versus} (the interval excludes the "
        f"{margin})",
        "inferior": f"{arm} is inferior to {versus} by more than the {margin}",
        "inconclusive": f"non-inferiority of {arm} is not shown (the interval includes the "
        f"{margin})",
    }[shown]
    if shown == "inferior":
        return text
    return f"{text}, {_direction(protocol, endpoint, answer)}"


def _direction(protocol: Protocol, endpoint: Endpoint, answer: Estimate) -> str:
    """Which arm a difference favors whose interval has both limits."""
    if answer.lower is None or answer.upper is None:
        return "without an interval"
    if answer.lower <= 0 <= answer.upper:
        return "compatible with no difference"
    better = _better(protocol, endpoint)
    if better is None:
        return "the interval excludes no difference"
    favors = (better == "lower") == ((answer.estimate or 0.0) < 0)
    pair = endpoint.estimand.treatment
    arm = in_sentence(protocol, pair.arm if favors else pair.versus)
    return f"in favor of {arm}"


def _better(protocol: Protocol, endpoint: Endpoint) -> str | None:
    """Whether a lower or a higher value of the variable is a benefit, if known."""
    variable = endpoint.variable
    if endpoint.type == "incidence":
        return "lower"
    if variable.definition is not None:
        kind = protocol.definition(variable.definition).kind
        return "lower" if kind == "relapse" else "higher"
    if variable.score is None:
        return None
    return protocol.better(variable.score)


def _time(protocol: Protocol, results: Results, endpoint: Endpoint) -> str:
    """Medians of the arms, events, and the hazard ratio where it can be given."""
    rows = results.by_id
    pair = endpoint.estimand.treatment
    digits = decimals(protocol)
    parts = []
    for arm in (pair.arm, pair.versus):
        median, events = (
            rows.get(f"{endpoint.id}.{k}.{arm}") for k in ("median", "events")
        )
        count = ""
        if events is not None and events.estimate is not None:
            people = _people(events.n)
            count = f", {fixed(events.estimate, 0)} events in {people}"
        text = "median not reached"
        if median is not None and median.estimate is not None:
            level = bounds(median, 1, digits.days)
            text = f"median {fixed(median.estimate, digits.days)} days ({level})"
        parts.append(f"{in_sentence(protocol, arm)} {text}{count}")
    ratio = rows.get(f"{endpoint.id}.hazard-ratio")
    if ratio is None or ratio.estimate is None:
        return "; ".join([*parts, "the hazard ratio is not estimable"])
    test = rows.get(planned_log_rank(endpoint))
    name = {
        "unstratified": "log-rank",
        "stratified": "stratified log-rank",
        "fleming-harrington": "weighted log-rank",
        "max-combo": "max-combo",
    }[endpoint.analysis.planned]
    p = "" if test is None or test.p is None else f"; {name} {p_equals(test.p)}"
    meaning = ""
    if ratio.lower is not None and ratio.upper is not None:
        none = ratio.lower <= 1 <= ratio.upper
        meaning = ", compatible with no difference" if none else ""
    size = fixed(ratio.estimate, digits.ratio)
    return "; ".join(
        [*parts, f"hazard ratio {size} ({bounds(ratio, 1, digits.ratio)}{p}){meaning}"]
    )


def bounds(answer: Estimate, scale: int, digits: int) -> str:
    """``95% CI −15.5 to −1.7``, with the reason for a missing limit as *no CI*."""
    if answer.lower is None and answer.upper is None:
        return "no CI"
    lower, upper = (
        "not reached" if limit is None else signed(limit * scale, digits)
        for limit in (answer.lower, answer.upper)
    )
    return f"{ci(answer.level)} {lower} to {upper}"


def signed(value: float, digits: int) -> str:
    """A number of a sentence, with the minus sign U+2212."""
    return fixed(value, digits).replace("-", "−")


def p_equals(p: float) -> str:
    """``P = .02``, ``P < .001`` or ``P > .99``."""
    text = p_text(p)
    return f"P {text[0]} {text[1:]}" if text[0] in "<>" else f"P = {text}"
