"""Tables of blinding: guesses of the allocation, indices, and the adjusted effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from equipoise.analyze.result import Results
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Lookup, Row, Table, interval
from equipoise.report.by_arm import ArmTable, Column
from equipoise.report.chapters.continuous_tables import BLANK, compared, counted
from equipoise.report.table_cells import Cell, ci, decimals, number

GROUP = "14.2"
ASKED = {
    "participant": "participants who were asked (did not know included)",
    "rater": "participants whose rater was asked (did not know included)",
}
WHO = {
    "participant": "Participants who were asked",
    "rater": "Participants whose rater was asked",
}
NAMED = {
    "participant": "participants who named an arm",
    "rater": "participants whose rater named an arm",
}


def guesses_table(protocol: Protocol, results: Results, endpoint: Endpoint) -> Table:
    """Guesses by arm, and the indices of Bang and James."""
    find, digits = Lookup(results), decimals(protocol)
    pair, own = endpoint.estimand.treatment, endpoint.id
    arms, named = (pair.arm, pair.versus), ci(endpoint.analysis.level)
    table = ArmTable(
        protocol, arms, (Column("n/N"),), ("Both arms",), first="Guess or index"
    )
    guesses = [(arm, f"Guessed {protocol.arm(arm).label}") for arm in arms]
    for name, label in (*guesses, ("unknown", "Did not know")):
        table.row(label, counted(find, f"{own}.guess.{name}"))
    table.row(
        f"Bang index ({named})",
        lambda arm: interval(find(f"{own}.bang.{arm}"), digits.error),
    )
    table.row(
        f"James index ({named})", None, interval(find(f"{own}.james"), digits.error)
    )
    result = table.made(
        f"{own}-guesses",
        endpoint.label,
        'N: participants asked, with "did not know" as an answer. Bang index: 1 if all '
        "guesses are right, 0 by chance, −1 if all are wrong. James index: 1 if no "
        "participant can name the arm, 0.5 by chance, 0 if all name it correctly; an "
        "interval below 0.5 indicates unblinding.",
    )
    return replace(
        result,
        population=endpoint.estimand.population,
        group=GROUP,
        subtitle=asked_subtitle(results, endpoint, arms),
    )


def asked_subtitle(results: Results, endpoint: Endpoint, arms: Sequence[str]) -> str:
    """``Participants who were asked, N = 30``: whom the guesses are about."""
    find = Lookup(results)
    text = WHO[endpoint.variable.guesses or "participant"]
    rows = [find(f"{endpoint.id}.guess.unknown.{arm}") for arm in arms]
    if any(row is None or row.estimate is None for row in rows):
        return text
    return f"{text}, N = {sum(row.n or 0 for row in rows if row is not None)}"


def influence_table(
    protocol: Protocol, results: Results, endpoint: Endpoint
) -> Table | None:
    """The effect on the outcome, unadjusted and adjusted for the guess."""
    if endpoint.variable.effect_on is None:
        return None
    find, digits = Lookup(results), decimals(protocol)
    target = protocol.endpoint(endpoint.variable.effect_on)
    guesses = endpoint.variable.guesses or "participant"
    asked, named = ASKED[guesses], NAMED[guesses]
    analyses = (
        ("unadjusted", f"Unadjusted, {asked}"),
        ("unadjusted-named", f"Unadjusted, {named}"),
        ("adjusted-belief", f"Adjusted for the arm guessed, {asked}"),
        ("adjusted-correct", f"Adjusted for whether the guess was correct, {asked}"),
        ("adjusted-acute", "Adjusted for the mean peak of the acute effect"),
    )
    planned = results[target.id]
    lines = [("Planned analysis, all participants", planned)]
    for name, label in analyses:
        row = find(f"{endpoint.id}.{name}")
        if row is not None:
            lines.append((label, row))
    rows: list[Row] = [
        (
            label,
            (
                (number(row, "n", 0),),
                interval(row, digits.score),
                (number(row, "p"),),
            ),
        )
        for label, row in lines
    ]
    value = find(f"{endpoint.id}.e-value")
    limit = (number(value), Cell("; for the interval "), number(value, "lower"))
    rows.append(("E-value", ((number(value, "n", 0),), limit, BLANK)))
    reasons = [
        f"{label}: {row.note}."
        for label, row in lines
        if row.estimate is None and row.note
    ]
    remark = (
        f" {value.note[0].upper()}{value.note[1:]}." if value and value.note else ""
    )
    return Table(
        f"{endpoint.id}-influence",
        f"{endpoint.label}: adjusted analyses of {_lowered(target.label)}",
        (
            "Analysis",
            "n",
            f"Mean difference ({ci(target.analysis.level)})",
            "P",
        ),
        tuple(rows),
        " ".join(
            (
                f"Differences: {compared(protocol, target)}. n: participants in the model. "
                f"E-value (VanderWeele and Ding).{remark}",
                *reasons,
            )
        ),
        population=target.estimand.population,
        group=GROUP,
        subtitle="Participants as stated in each row",
    )


def _lowered(label: str) -> str:
    """A label inside a title: ``change in …``, but ``CAPS-5 …``."""
    plain = label[:1].isupper() and label[1:2].islower()
    return f"{label[0].lower()}{label[1:]}" if plain else label
