"""The problems of an inspection, and its counts for a program."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from equipoise.errors import CODES
from equipoise.report.inspection.completeness import aggregated, completeness
from equipoise.report.inspection.findings import Findings, FoundProblem

TABLE_NAMES = {
    "participants": "participants",
    "visits": "visits",
    "answers": "item responses",
    "recorded_scores": "recorded scores",
    "exposures": "infusions",
    "measurements": "measurements",
    "events": "adverse events",
    "dispositions": "dispositions",
    "guesses": "treatment guesses",
}


def affected(found: FoundProblem) -> int | None:
    """Number of its rows; None where a problem is not in rows."""
    records = found.problem.records
    return None if records is None else len(records)


def problem_table(findings: Findings) -> pd.DataFrame:
    """One row for each problem: what, where, how to fix it, and whether to accept it."""
    rows = [
        {
            "code": found.problem.code,
            "stage": found.stage,
            "acceptable": found.acceptable,
            "accepted": found.accepted,
            "rows": affected(found),
            "what": found.what,
            "where": found.problem.where,
            "fix": found.fix,
        }
        for found in findings.problems
    ]
    columns = [
        "code",
        "stage",
        "acceptable",
        "accepted",
        "rows",
        "what",
        "where",
        "fix",
    ]
    return pd.DataFrame(rows, columns=columns).astype({"rows": "Int64"})


def acceptable(findings: Findings) -> list[tuple[str, int, int, str, bool]]:
    """What ``--accept`` would accept: code, problems, rows, consequence, accepted."""
    able = [found for found in findings.problems if found.acceptable]
    problems = Counter(found.problem.code for found in able)
    rows = dict.fromkeys(problems, 0)
    taken = dict.fromkeys(problems, True)
    for found in able:
        rows[found.problem.code] += affected(found) or 0
        taken[found.problem.code] &= found.accepted
    return [
        (code, count, rows[code], CODES[code].meaning, taken[code])
        for code, count in sorted(problems.items())
    ]


def summary(findings: Findings) -> dict[str, object]:
    """The counts of the page; a table that was not collected is None, not 0."""
    tables = {
        name: len(findings.tables[name]) if findings.collected(name) else None
        for name in TABLE_NAMES
    }
    origin = findings.origin if findings.unblinded else findings.origin.blinded()
    return {
        "source": findings.source,
        "protocol": findings.protocol.trial.id,
        "refused": findings.refused,
        "blinded": not findings.unblinded,
        "files": [
            {
                "name": part.name,
                "rows": part.rows,
                "columns": len(part.columns) if part.rows is not None else None,
                "participants": None
                if part.participants is None
                else int(part.participants.nunique()),
                "ignored": dict(part.ignored),
                "not_mapped": list(part.unmapped),
                "notes": list(part.notes),
            }
            for part in findings.files
        ],
        "reading": list(origin.reading),
        "corrections": list(origin.corrections),
        "tables": tables,
        "completeness": aggregated(completeness(findings)).to_dict("records"),
        "columns": _records(findings.columns),
        "problems": [
            row | {"records": _records(found.rows)}
            for row, found in zip(
                _records(problem_table(findings)), findings.problems, strict=True
            )
        ],
        "acceptable": [
            {"code": code, "problems": n, "rows": rows, "accepted": taken}
            for code, n, rows, _, taken in acceptable(findings)
        ],
    }


def _records(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Rows as a program reads them: None where there is no value."""
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(k): v for k, v in row.items()} for row in plain.to_dict("records")]
