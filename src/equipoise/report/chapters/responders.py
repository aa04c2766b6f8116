"""Who benefits: what the trial could find, the joint test, and each candidate."""

from __future__ import annotations

from equipoise.analyze.result import Estimate, Results
from equipoise.learn.estimates import TOPIC, candidate_id
from equipoise.learn.responders import analyzed_endpoint
from equipoise.protocol.candidates import UNKNOWN
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import (
    Block,
    Bullets,
    Lookup,
    Paragraph,
    Row,
    Section,
    Table,
    interval,
)
from equipoise.report.chapters.continuous_tables import BLANK, finished, signs
from equipoise.report.responders import SD_DIGITS, expected
from equipoise.report.structure import unplaced
from equipoise.report.table_cells import ci, decimals, number, sentence_case


def responders(protocol: Protocol, results: Results) -> Section | None:
    """The chapter; None where the protocol has no candidates."""
    find = Lookup(results)
    rule = find(f"{TOPIC}.rule")
    if rule is None:
        return None
    joint = find(f"{TOPIC}.joint")
    if joint is None:
        return unplaced([Paragraph(f"{sentence_case(str(rule.note))}.", id=rule.id)])
    endpoint = analyzed_endpoint(protocol)
    blocks: list[Block] = [
        Paragraph(str(rule.note), id=rule.id),
        _trial(protocol, find, endpoint),
        _candidates(protocol, results, endpoint),
    ]
    excluded = results.select(endpoint=TOPIC, analysis="excluded-candidate")
    if excluded:
        blocks.append(Bullets(tuple(str(row.note) for row in excluded)))
    return unplaced(blocks)


def _trial(protocol: Protocol, find: Lookup, endpoint: Endpoint) -> Table:
    digits = decimals(protocol)
    rows: list[Row] = []
    for name, label, shown in (
        ("randomized", "Smallest difference found, randomized, SD", SD_DIGITS),
        ("rated", "Smallest difference found, with an outcome, SD", SD_DIGITS),
        ("sd", "SD of the outcome within arms", digits.error),
        ("effect", "Difference of the arms", digits.score),
        ("joint", "Joint test that no candidate changes the effect", digits.score),
        ("gap", "Difference of the effect between predicted halves", digits.score),
        ("autoc", "Ranking by predicted benefit: AUTOC", digits.score),
        ("qini", "Ranking by predicted benefit: Qini", digits.score),
        ("concordance", "c-for-benefit", SD_DIGITS),
        ("slope", "Slope of the benefit on its prediction", SD_DIGITS),
    ):
        row = find(f"{TOPIC}.{name}")
        value = BLANK if name == "joint" else interval(row, shown)
        tested = row is not None and row.p is not None
        p = (number(row, "p"),) if tested else BLANK
        rows.append((label, ((number(row, "n", 0),), value, p)))
    joint, gap = find(f"{TOPIC}.joint"), find(f"{TOPIC}.gap")
    table = Table(
        f"{TOPIC}-trial",
        f"{endpoint.label}: what the trial can find about who benefits",
        ("Number", "Participants, n", f"Value ({ci(0.95)})", "P"),
        tuple(rows),
        "Smallest difference of the effect between two groups of equal size that is found "
        f"with {_note(find(f'{TOPIC}.randomized'))}. Joint test: {_note(joint)}. Predicted "
        "halves: effect in the half predicted to differ in one direction minus that in "
        "the other, each participant predicted from others (20 repeats of 5 folds); "
        f"{_note(gap)}; 0 on average where the effect is the same for all. AUTOC, Qini, "
        "c-for-benefit (0.5 by chance), slope (1 if calibrated) and their P values: of the "
        "same predictions and allocations. Outcome: minus "
        "its regression on the covariates of the endpoint, without the arm.",
    )
    return finished(table, [endpoint])


def _candidates(protocol: Protocol, results: Results, endpoint: Endpoint) -> Table:
    digits = decimals(protocol)
    find = Lookup(results)
    rows: list[Row] = []
    for one in protocol.candidates:
        key = candidate_id(one)
        for row in results.select(endpoint=TOPIC, analysis="candidate-interaction"):
            if row.id != key and not row.id.startswith(f"{key}."):
                continue
            label = str(row.note)
            sd = find(f"{row.id}.sd")
            shown = digits.error if one.transformation == "none" else SD_DIGITS
            unit = (number(sd, digits=shown),)
            own = (number(row, "n", 0),), unit, interval(row, digits.score)
            if one.direction != UNKNOWN:
                label = f"{label} ({expected(protocol, one)})"
            rows.append((label, (*own, (number(row, "p"),))))
    table = Table(
        f"{TOPIC}-candidates",
        f"{endpoint.label}: difference of the effect by candidate",
        (
            "Candidate",
            "Participants, n",
            "1 SD",
            f"Difference of the effect ({ci(endpoint.analysis.level)})",
            "P",
        ),
        tuple(rows),
        "For a number: for 1 SD; for a category (–): between the groups. Intervals: HC3, t "
        f"with n − 4 degrees of freedom. {signs(protocol, [endpoint])} P values "
        "of single candidates are not adjusted for their number; the joint test is. In the "
        "joint test a missing value is the mean of the others, whatever the arm. Post hoc: "
        "not declared before unblinding; such a candidate suggests what another trial "
        "could test.",
    )
    return finished(table, [endpoint])


def _note(row: Estimate | None) -> str:
    return "" if row is None else str(row.note)
