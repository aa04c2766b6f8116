"""Tables of the blind: guesses, indices, and the effect with a guess held fixed."""

from __future__ import annotations

from equipoise.analyze.result import Results
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.cells import Cell, number
from equipoise.report.content import Lookup, Row, Table, interval

HELD = (
    ("unadjusted", "In those who guessed, nothing held fixed"),
    ("adjusted-belief", "Held fixed: the arm that was guessed"),
    ("adjusted-correct", "Held fixed: whether the guess was right"),
    ("adjusted-acute", "Held fixed: mean peak of the acute effect"),
)


def guesses_table(protocol: Protocol, results: Results, endpoint: Endpoint) -> Table:
    """Guesses by arm, and the indices."""
    find = Lookup(results)
    pair = endpoint.estimand.treatment
    arms = (pair.arm, pair.versus)
    named = [(arm, f"Guessed {protocol.arm(arm).label}") for arm in arms]
    rows: list[Row] = []
    for name, label in (*named, ("unknown", "Did not know")):
        cells = tuple(
            (
                number(find(f"{endpoint.id}.guess.{name}.{arm}"), digits=0),
                Cell("/"),
                number(find(f"{endpoint.id}.guess.{name}.{arm}"), "n", 0),
            )
            for arm in arms
        )
        rows.append((label, (*cells, (Cell(""),))))
    bang = tuple(interval(find(f"{endpoint.id}.bang.{arm}")) for arm in arms)
    rows.append(("Bang's index (CI)", (*bang, (Cell(""),))))
    james = interval(find(f"{endpoint.id}.james"))
    rows.append(("James' index (CI)", ((Cell(""),), (Cell(""),), james)))
    heads = [f"{protocol.arm(arm).label}, n/N" for arm in arms]
    return Table(
        f"{endpoint.id}-guesses",
        endpoint.label,
        ("", *heads, "Both"),
        tuple(rows),
        "Bang: 1 all guess right, 0 chance, −1 all guess wrong. James: 1 nobody knows, "
        "0.5 chance, 0 all know; unblinded if its interval lies below 0.5.",
    )


def influence_table(
    protocol: Protocol, results: Results, endpoint: Endpoint
) -> Table | None:
    """The effect on the outcome, with and without the guess held fixed."""
    if endpoint.variable.effect_on is None:
        return None
    find = Lookup(results)
    target = protocol.endpoint(endpoint.variable.effect_on)
    planned = results[target.id]
    rows: list[Row] = [
        ("As planned, everybody", (interval(planned), (number(planned, "p"),)))
    ]
    for name, label in HELD:
        row = find(f"{endpoint.id}.{name}")
        if row is not None:
            rows.append((label, (interval(row), (number(row, "p"),))))
    value = find(f"{endpoint.id}.e-value")
    cells = (number(value), Cell("; for the interval "), number(value, "lower"))
    rows.append(("E-value", (cells, (Cell(""),))))
    return Table(
        f"{endpoint.id}-influence",
        f"{endpoint.label}: {target.label}",
        ("Analysis", "Difference (CI)", "p"),
        tuple(rows),
        "E-value: the risk ratio that an unmeasured cause, such as expectancy, would need "
        "with both the arm and the outcome to explain the effect. A dash: the guess and "
        "the arm cannot be told apart, or too few guessed.",
    )
