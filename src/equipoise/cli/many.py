"""``equipoise simulate --trials``: operating characteristics as a table."""

from __future__ import annotations

from pathlib import Path

from equipoise.cli import terminal
from equipoise.protocol.model import Protocol
from equipoise.simulate.truth import Truth

DIGITS = 4


def characteristics(
    protocol: Protocol,
    truth: Truth,
    out: Path,
    seed: int,
    n: int | None,
    number: int,
    workers: int,
    precision: float | None,
    null: bool,
    as_json: bool,
) -> list[dict[str, str]]:
    """Runs the trials and writes ``characteristics.csv`` beside them.

    Returns:
        One row an endpoint, its numbers as texts.
    """
    from equipoise.exchange.publish import write_files
    from equipoise.exchange.runs import trials
    from equipoise.simulate.operating.chunk import Run
    from equipoise.simulate.operating.null import without_effect
    from equipoise.simulate.operating.summary import characteristics as summarized
    from equipoise.simulate.operating.truths import true_values

    people = without_effect(truth, protocol) if null else truth
    run = Run(protocol, people, n or protocol.size.participants, seed)
    with terminal.progress(as_json=as_json) as tell:
        found = trials(
            run, number, out, workers=workers, precision=precision, progress=tell
        )
        tell("the true difference, from one very large trial")
        truths = true_values(run.question(), people, seed)
    table = summarized(run.question(), found, truths)
    write_files(out, {"characteristics.csv": table.to_csv(index=False).encode()})
    rows = table.round(DIGITS).astype(object)
    rows = rows.where(rows.notna(), "")
    shown = [c for c in rows.columns if not c.startswith(("q0", "q9", "median"))]
    return [
        {str(name): str(value) for name, value in row.items()}
        for row in rows[shown].to_dict("records")
    ]
