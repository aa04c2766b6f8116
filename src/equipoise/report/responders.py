"""What a trial says about who benefits, as sentences, a table, a page and numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from equipoise.numerics.rounding import fixed, p_text
from equipoise.protocol.amend import content_hash
from equipoise.protocol.candidates import HIGHER, LOWER, UNKNOWN, Candidate
from equipoise.protocol.labels import score_label
from equipoise.report.blocks import Block, Document, Paragraph, Section, TextTable
from equipoise.report.figures.predicted_benefit import predictions_figures
from equipoise.report.formats.html_page import page
from equipoise.report.headline import p_equals
from equipoise.report.table_cells import in_sentence, plural
from equipoise.version import __version__

if TYPE_CHECKING:
    from equipoise.learn.predicted_benefit import Compared
    from equipoise.learn.responders import Line, Responders
    from equipoise.protocol.model import Protocol

PAGE, NUMBERS = "responders.html", "responders.json"
DUMMY = (
    "Dummy allocation: the arms were shuffled. Nothing here is a result of the trial."
)
SD_DIGITS, DIGITS = 2, 1


@dataclass(frozen=True, slots=True)
class Told:
    """The result in the order in which it is read.

    Attributes:
        could: the smallest interaction that the trial finds.
        test: the joint test.
        head: of the table of candidates.
        rows: one for each candidate.
        notes: below it.
        gap: the cross-fitted gap.
        ranking: how well the predictions behind it rank, and are calibrated.
        excluded: candidates that were not analyzed, each with the reason.
        verdict: whether there is a rule, and why not.
        card: terms and texts of the rule; empty without one.
    """

    could: str
    test: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: str
    gap: str
    ranking: str
    excluded: tuple[str, ...]
    verdict: str
    card: tuple[tuple[str, str], ...]


def told(protocol: Protocol, found: Responders) -> Told:
    """The sentences and the table of a result.

    Args:
        protocol: of the trial.
        found: by ``responders``.
    """
    return Told(
        could=_could(found),
        test=_test(protocol, found),
        head=("Candidate", "Standing", "Expected", "Compared", "Difference", "P"),
        rows=tuple(_row(protocol, found, line) for line in found.lines),
        notes=_notes(protocol, found),
        gap=_gap(found),
        ranking=_ranking(found),
        excluded=tuple(
            f"{one.code} {one.what}. Fix: {one.fix}." for one in found.excluded
        ),
        verdict=found.verdict,
        card=found.card,
    )


def files(
    protocol: Protocol, found: Responders, facts: Mapping[str, Any]
) -> dict[str, bytes]:
    """Name -> content of the page and the numbers.

    Args:
        protocol: of the trial.
        found: by ``responders``.
        facts: data_sha256, seed, allocation (``actual`` or ``dummy``) and virtual.
    """
    numbers = json.dumps(content(protocol, found, facts), indent=2, ensure_ascii=False)
    return {
        PAGE: page(_document(protocol, found, facts)),
        NUMBERS: f"{numbers}\n".encode(),
    }


def content(
    protocol: Protocol, found: Responders, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """All numbers, never rounded."""
    pair = found.endpoint.estimand.treatment
    return {
        "trial": protocol.trial.id,
        "protocol_sha256": content_hash(protocol),
        "software": f"equipoise {__version__}",
        **facts,
        "endpoint": found.endpoint.id,
        "contrast": f"{pair.arm} - {pair.versus}",
        "randomized": found.randomized,
        "n": found.n,
        "sd": found.sd,
        "effect": found.effect,
        "detectable_sd": {
            "randomized": found.planned.halves,
            "with_outcome": found.detectable.halves,
            "per_sd_of_candidate": found.detectable.per_sd,
        },
        "joint_test": {
            "p": found.test.p,
            "std_error": found.test.std_error,
            "draws": found.test.draws,
            "allocation": found.allocations.method,
            "statistics": {
                name: {"value": value, "p": p}
                for name, (value, p) in found.test.by_statistic.items()
            },
        },
        "candidates": [_numbers(line) for line in found.lines],
        "cross_fitted_gap": asdict(found.gap),
        "predictions": _listed(asdict(found.predicted)),
        "excluded": [
            {"code": one.code, "what": one.what, "where": one.where, "fix": one.fix}
            for one in found.excluded
        ],
        "smallest_sample": found.needed,
        "worthwhile": found.worthwhile,
        "rule": _rule(found),
        "reasons": list(found.reasons),
    }


def _rule(found: Responders) -> dict[str, Any] | None:
    if not found.card or found.rule is None or isinstance(found.rule, str):
        return None
    columns = [line.column.label for line in found.lines]
    return {"columns": columns, **asdict(found.rule), "card": dict(found.card)}


def _numbers(line: Line) -> dict[str, Any]:
    column, limits = line.column, line.interval or (None, None, None)
    return {
        "name": column.candidate.name,
        "label": column.label,
        "level": column.level,
        "post_hoc": column.post_hoc,
        "direction": column.candidate.direction,
        "reason": column.candidate.reason,
        "transformation": column.candidate.transformation,
        "missing": column.missing,
        "per": 1.0 if column.level is not None else column.sd,
        "estimate": limits[0],
        "lower": limits[1],
        "upper": limits[2],
        "p": None if line.found is None else line.found.p,
    }


def _could(found: Responders) -> str:
    def reach(size: float, n: int) -> str:
        return f"{fixed(size, SD_DIGITS)} SD with {plural(n, 'participant')}"

    lacking = found.randomized - found.n
    rated = ""
    if lacking:
        size = reach(found.detectable.halves, found.n)
        rated = f", and {size} who have an outcome"
    points = fixed(found.detectable.halves * found.sd, DIGITS)
    return (
        "Smallest difference of the effect between two groups of equal size that this "
        "trial finds with 80% power (two-sided error 5%): "
        f"{reach(found.planned.halves, found.randomized)}{rated}, that is {points} "
        f"{found.unit} at an SD of {fixed(found.sd, DIGITS)} within arms. For a "
        "candidate that is a number: half of it for each SD. The difference of the arms "
        f"itself is {_signed(found.effect)} {found.unit}."
    )


def _test(protocol: Protocol, found: Responders) -> str:
    test = found.test
    shown = test.p <= 1 - found.level
    meaning = (
        "the effect differs between participants"
        if shown
        else "no evidence that the effect differs between participants, nor that it is "
        "the same"
    )
    strata = protocol.randomization.strata
    how = found.allocations.method + (f" by {', '.join(strata)}" if strata else "")
    order = (
        "" if found.allocations.ordered else ", participants in the order of the data"
    )
    return (
        f"Joint test that no candidate changes the effect: {p_equals(test.p)} "
        f"(Monte Carlo error {fixed(test.std_error, 3)}); {meaning}. "
        f"The allocation was drawn again {test.draws} times ({how}{order})."
    )


def _row(protocol: Protocol, found: Responders, line: Line) -> tuple[str, ...]:
    column = line.column
    if column.level is not None:
        compared = "between groups"
    elif column.candidate.transformation == "none":
        compared = f"for {fixed(column.sd, DIGITS)} {column.unit}".strip() + " (1 SD)"
    else:
        compared = f"for {fixed(column.sd, SD_DIGITS)} (1 SD)"
    limits = line.interval
    if limits is None or line.found is None or line.found.p is None:
        size, p = "cannot be estimated: too few in an arm", "–"
    else:
        low, high = (_signed(x) for x in limits[1:])
        size, p = f"{_signed(limits[0])} ({low} to {high})", p_text(line.found.p)
    standing = "post hoc" if column.post_hoc else "declared"
    label = column.label
    if column.missing:
        label += f" ({column.missing} missing)"
    return label, standing, expected(protocol, column.candidate), compared, size, p


def expected(protocol: Protocol, candidate: Candidate) -> str:
    """Who is expected to benefit more, for a table."""
    if candidate.direction in (HIGHER, LOWER):
        return f"more benefit where it is {candidate.direction}"
    if candidate.direction == UNKNOWN:
        return "not stated"
    known = next(c for c in protocol.characteristics if c.id == candidate.name)
    label = known.labels.get(candidate.direction, candidate.direction)
    return f"{label} benefits more"


def _notes(protocol: Protocol, found: Responders) -> str:
    pair, variable = found.endpoint.estimand.treatment, found.endpoint.variable
    arm, versus = (in_sentence(protocol, a) for a in (pair.arm, pair.versus))
    better = "below" if protocol.better(variable.score or "") == "lower" else "above"
    parts = [
        f"Difference of the effect ({arm} minus {versus}), in {found.unit} of "
        f"{score_label(protocol, variable.score or '')}, with its "
        f"{fixed(100 * found.level, 0)}% interval (HC3, t with n − 4 degrees of "
        f"freedom). {better.capitalize()} 0: more benefit. P values of single "
        "candidates are not adjusted for their number; the joint test is."
    ]
    missing = [line.column.label for line in found.lines if line.column.missing]
    if missing:
        parts.append(
            "In the joint test a missing value is the mean of the others, whatever the "
            f"arm: {', '.join(missing)}."
        )
    if any(line.column.post_hoc for line in found.lines):
        parts.append(
            "Post hoc candidates were not declared before unblinding: they suggest what "
            "another trial could test."
        )
    return " ".join(parts)


def _gap(found: Responders) -> str:
    gap = found.gap
    low, high = _signed(gap.lower), _signed(gap.upper)
    return (
        "Difference of the effect between the half predicted to differ in one direction "
        "and the other half, each participant predicted from others (20 repeats of 5 "
        f"folds): {_signed(gap.estimate)} {found.unit} (95% interval {low} to {high}; "
        f"one-sided {p_equals(gap.p)}, {gap.draws} redrawn allocations). It is 0 "
        "on average where the effect is the same for all."
    )


def _ranking(found: Responders) -> str:
    one = found.predicted

    def compared(values: Compared, k: int, digits: int) -> str:
        number, low, high = (
            fixed(row[k], digits).replace("-", "−")
            for row in (values.value, values.lower, values.upper)
        )
        return f"{number} (without heterogeneity {low} to {high})"

    return (
        "Ranking by these predictions, highest predicted benefit first, next to the range "
        f"of 95% of redrawn allocations without heterogeneity: AUTOC "
        f"{compared(one.areas, 0, DIGITS)}, Qini {compared(one.areas, 1, DIGITS)} "
        f"{found.unit}; c-for-benefit {compared(one.concordance, 0, 2)}; slope of the "
        f"benefit on its prediction {compared(one.slope, 0, SD_DIGITS)}."
    )


def _listed(values: dict[str, Any]) -> dict[str, Any]:
    """Arrays as lists."""
    return {
        key: _listed(value) if isinstance(value, dict) else value.tolist()
        for key, value in values.items()
    }


def _signed(value: float) -> str:
    return fixed(value, DIGITS).replace("-", "−")


def _document(
    protocol: Protocol, found: Responders, facts: Mapping[str, Any]
) -> Document:
    said = told(protocol, found)
    dummy = facts["allocation"] == "dummy"
    banners = [DUMMY] if dummy else []
    if facts["virtual"]:
        banners.append("The participants are simulated.")
    table = TextTable(
        "candidates",
        "Difference of the effect by candidate",
        said.head,
        said.rows,
        said.notes,
        kind="Table",
        number="1",
    )
    blocks: list[Block] = [
        Paragraph(said.could, kind="headline"),
        Paragraph(said.test),
        table,
        *(Paragraph(text) for text in said.excluded),
        Paragraph(said.gap),
        Paragraph(said.ranking),
        *predictions_figures(found.predicted, found.unit, dummy=dummy),
        Paragraph(said.verdict, kind="headline"),
    ]
    if said.card:
        head = ("Item", "Text")
        blocks.append(TextTable("rule", "Rule", head, said.card, kind="Table"))
    terms = (
        ("Protocol", f"{protocol.trial.id}, {content_hash(protocol)}"),
        ("Data", str(facts["data_sha256"])),
        ("Allocation", str(facts["allocation"])),
        ("Draws", f"{found.test.draws}, seed {facts['seed']}"),
        ("Software", f"equipoise {__version__}"),
    )
    return Document(
        title="Responders",
        subtitle=protocol.trial.title,
        about=f"{found.endpoint.label}; {plural(found.n, 'participant')} with an outcome",
        banners=tuple(banners),
        watermark="DRAFT · DUMMY ALLOCATION" if dummy else "",
        sections=(Section("responders", "", "Who benefits", "", tuple(blocks)),),
        facts=terms,
        title_page=terms,
    )
