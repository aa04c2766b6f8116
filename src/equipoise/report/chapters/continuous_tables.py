"""Tables of continuous endpoints: planned analysis, visits, observed values, tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from equipoise.analyze.continuous.model_tests import TERMS
from equipoise.analyze.plan import visits
from equipoise.analyze.result import Estimate, Results
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Lookup, Row, Table, interval, share
from equipoise.report.by_arm import ArmTable, Cells, Column
from equipoise.report.table_cells import Cell, Decimals, Field, ci, decimals, number

GROUP = "14.2"
INDENT = "\u2003"
BLANK: Cells = (Cell(""),)


def continuous_table(protocol: Protocol, results: Results) -> Table | None:
    """The planned comparison of each continuous endpoint at the visit of its estimate."""
    endpoints = continuous_endpoints(protocol)
    if not endpoints:
        return None
    find, digits, named = Lookup(results), decimals(protocol), confidence(endpoints)
    table = ArmTable(
        protocol,
        [arm.id for arm in protocol.arms],
        (Column("n/N", "n"), Column(f"adjusted mean ({named})", "mean")),
        (f"Mean difference ({named})", "SE (df)", "P", f"d ({named})"),
        first="Endpoint",
    )
    for endpoint in endpoints:
        answer = results[endpoint.id]
        at = answer.visit
        table.row(
            called(endpoint),
            None,
            interval(answer, digits.score),
            error_and_df(answer, digits.error),
            (number(answer, "p"),),
            interval(find(f"{endpoint.id}.effect-size-t.{at}"), digits.error),
            n=_rated(find, endpoint, at),
            mean=_interval_of(find, f"{endpoint.id}.ls-mean.{at}", digits.score),
        )
    note = " ".join(
        (
            "Adjusted means and differences of the mixed model at the visit of the "
            "estimate, in the unit of each endpoint. n/N: participants rated at that "
            "visit, of the analysis set.",
            signs(protocol, endpoints),
            "d: 2t/√df, with the sign of the difference. P values are not adjusted for "
            "multiplicity.",
            *remarks(results, endpoints),
        )
    )
    return finished(
        table.made("continuous", "Continuous endpoints: planned analysis", note),
        endpoints,
    )


def primary_table(protocol: Protocol, results: Results, endpoint: Endpoint) -> Table:
    """The planned analysis of one endpoint, one number a row."""
    find, digits = Lookup(results), decimals(protocol)
    answer, named = results[endpoint.id], ci(endpoint.analysis.level)
    at, start = str(endpoint.variable.at), protocol.schedule.baseline
    label, score = visit_label(protocol, at), digits.score
    own = endpoint.id
    table = ArmTable(
        protocol,
        [arm.id for arm in protocol.arms],
        (Column(""),),
        (f"{compared(protocol, endpoint)}",),
        first="Statistic",
    )
    table.row(
        f"Rated at {label}, n/N", _rated(find, endpoint, at), _both(find, own, at)
    )
    table.row("Baseline, observed mean (SD)", _mean_sd(find, own, start, digits))
    table.row(f"{label}, observed mean (SD)", _mean_sd(find, own, at, digits))
    if find(f"{own}.observed-change.{at}.{protocol.arms[0].id}"):
        table.row(
            f"Change to {label}, observed mean (SD)",
            _mean_sd(find, own, at, digits, "observed-change"),
        )
    mean = f"{own}.ls-mean.{at}"
    table.row(f"Adjusted mean ({named})", _interval_of(find, mean, score))
    table.row(f"{INDENT}SE", _field_of(find, mean, "std_error", digits.error))
    table.row(f"{INDENT}df", _field_of(find, mean, "df", 1))
    if find(f"{own}.ls-mean-score.{at}.{protocol.arms[0].id}"):
        table.row(
            f"Adjusted mean score at {label} ({named})",
            _interval_of(find, f"{own}.ls-mean-score.{at}", score),
        )
    table.row(f"Mean difference ({named})", None, interval(answer, score))
    table.row(f"{INDENT}SE", None, (number(answer, "std_error", digits.error),))
    table.row(f"{INDENT}df", None, (number(answer, "df", 1),))
    table.row(f"{INDENT}P", None, (number(answer, "p"),))
    effect = find(f"{own}.effect-size-t.{at}")
    table.row(f"d, 2t/√df ({named})", None, interval(effect, digits.error))
    means = " at the mean of the covariates" if endpoint.analysis.covariates else ""
    note = " ".join(
        (
            f"Adjusted means of the mixed model{means} over the ratings of the model; the "
            "adjusted mean score is the adjusted mean change plus the mean baseline of "
            "these ratings.",
            signs(protocol, [endpoint]),
            *remarks(results, [endpoint]),
        )
    )
    title = f"{endpoint.label}: {endpoint.level} analysis"
    return finished(table.made(f"{own}-primary", title, note), [endpoint])


def visits_table(protocol: Protocol, results: Results, endpoint: Endpoint) -> Table:
    """Adjusted means and the difference at each visit of the model, and their average."""
    find, digits = Lookup(results), decimals(protocol)
    own, named = endpoint.id, ci(endpoint.analysis.level)
    table = ArmTable(
        protocol,
        [arm.id for arm in protocol.arms],
        (Column("n", "n"), Column("adjusted mean (SE)", "mean")),
        (f"Mean difference ({named})", "SE (df)", "P"),
        first="Visit",
    )
    for visit in visits(protocol, endpoint):
        row = find(f"{own}.difference.{visit}")
        table.row(
            visit_label(protocol, visit),
            None,
            interval(row, digits.score),
            error_and_df(row, digits.error),
            (number(row, "p"),),
            n=_field_of(find, f"{own}.ls-mean.{visit}", "n", 0),
            mean=_mean_se(find, f"{own}.ls-mean.{visit}", digits.score, digits.error),
        )
    average = find(f"{own}.difference.average")
    if average is not None:
        table.row(
            "Average of the visits",
            None,
            interval(average, digits.score),
            error_and_df(average, digits.error),
            (number(average, "p"),),
        )
    note = " ".join(
        (
            "n: ratings of the model. Adjusted means of the mixed model.",
            "The average gives each visit of the model the same weight.",
            signs(protocol, [endpoint]),
            "–: visit not in the model, or no estimate.",
        )
    )
    title = f"{endpoint.label}: adjusted means by visit"
    return finished(table.made(f"{own}-visits", title, note), [endpoint])


def observed_table(protocol: Protocol, results: Results, endpoint: Endpoint) -> Table:
    """Observed values by visit and arm: n, mean, SD, median, and change."""
    find, digits = Lookup(results), decimals(protocol)
    own, start = endpoint.id, protocol.schedule.baseline
    table = ArmTable(
        protocol, [arm.id for arm in protocol.arms], (Column(""),), first="Visit"
    )
    for visit in (start, *visits(protocol, endpoint)):
        table.heading(visit_label(protocol, visit))
        table.row(f"{INDENT}Rated, n/N", _rated(find, endpoint, visit))
        table.row(f"{INDENT}Mean (SD)", _mean_sd(find, own, visit, digits))
        median = f"{own}.observed-median.{visit}"
        table.row(f"{INDENT}Median", _field_of(find, median, "estimate", digits.score))
        if visit != start and endpoint.variable.measure != "value":
            table.row(
                f"{INDENT}Change from baseline, mean (SD)",
                _mean_sd(find, own, visit, digits, "observed-change"),
            )
    percent = endpoint.variable.measure == "percent-change"
    note = "n/N: participants rated, of the analysis set. Ratings that the estimand "
    note += "excludes are not counted." + (" Change in percent." if percent else "")
    title = f"{endpoint.label}: observed values by visit"
    return finished(table.made(f"{own}-observed-values", title, note), [endpoint])


def f_tests_table(protocol: Protocol, results: Results) -> Table | None:
    """F tests of treatment, visit and their interaction in the model of each endpoint."""
    find = Lookup(results)
    rows: list[Row] = []
    endpoints = continuous_endpoints(protocol)
    for endpoint in endpoints:
        tests = [
            (label, find(f"{endpoint.id}.test.{name}"), f"{endpoint.id}.test.{name}")
            for name, label in TERMS.values()
        ]
        if not any(row is not None for _, row, _ in tests):
            continue
        rows.append((called(endpoint), (BLANK,) * 4))
        for label, row, name in tests:
            if row is not None:
                cells = (
                    (number(row, "statistic", 2),),
                    (number(find(f"{name}.numerator-df"), "estimate", 0),),
                    (number(row, "df", 1),),
                    (number(row, "p"),),
                )
                rows.append((f"{INDENT}{label[:1].upper()}{label[1:]}", cells))
    if not rows:
        return None
    adjusted = any(endpoint.analysis.covariates for endpoint in endpoints)
    means = "at the mean of the covariates over the ratings of the model"
    where = f"; that of the visit {means}" if adjusted else ""
    table = Table(
        "model-tests",
        "Continuous endpoints: tests of treatment, visit, and treatment by visit",
        ("Term", "F", "Numerator df", "Denominator df", "P"),
        tuple(rows),
        "Type III F tests in the mixed model of each endpoint, over all its visits"
        f"{where}. –: not testable.",
    )
    return finished(table, endpoints)


def continuous_endpoints(protocol: Protocol) -> list[Endpoint]:
    """Continuous endpoints, in the order of the protocol."""
    return [e for e in protocol.endpoints if e.type == "continuous"]


def called(endpoint: Endpoint) -> str:
    """An endpoint with its level."""
    return f"{endpoint.label} ({endpoint.level})"


def confidence(endpoints: Sequence[Endpoint]) -> str:
    """``95% CI``, or ``CI`` where the endpoints have different levels."""
    levels = {endpoint.analysis.level for endpoint in endpoints}
    return ci(levels.pop()) if len(levels) == 1 else "CI"


def compared(protocol: Protocol, endpoint: Endpoint) -> str:
    """``Ketamine minus Midazolam``."""
    pair = endpoint.estimand.treatment
    return f"{protocol.arm(pair.arm).label} minus {protocol.arm(pair.versus).label}"


def visit_label(protocol: Protocol, visit: str) -> str:
    """Label of a visit."""
    return next(v.label for v in protocol.schedule.visits if v.id == visit)


def signs(protocol: Protocol, endpoints: Sequence[Endpoint]) -> str:
    """What the sign of a difference means, once for all endpoints of a table."""
    pairs = {
        (e.estimand.treatment.arm, e.estimand.treatment.versus): e for e in endpoints
    }
    words = [f"Differences: {compared(protocol, e)}." for e in pairs.values()]
    first = "the first"
    if len(pairs) == 1:
        first = protocol.arm(endpoints[0].estimand.treatment.arm).label
    better = {protocol.better(str(e.variable.score)) for e in endpoints}
    if better == {"lower"}:
        words.append(f"Below 0: lower (better) with {first}.")
    elif better == {"higher"}:
        words.append(f"Above 0: higher (better) with {first}.")
    else:
        words.append(f"Below 0: lower with {first}.")
    return " ".join(words)


def remarks(results: Results, endpoints: Sequence[Endpoint]) -> list[str]:
    """What must be known of each answer, from its note; each text once."""
    about: dict[str, list[str]] = {}
    for endpoint in endpoints:
        note = results[endpoint.id].note
        if note:
            about.setdefault(note, []).append(endpoint.label)
    said = []
    for note, labels in about.items():
        text = f"{note[0].upper()}{note[1:]}."
        if len(endpoints) == 1:
            said.append(text)
        elif len(labels) == len(endpoints):
            said.append(f"All endpoints: {note}.")
        else:
            said.append(f"{'; '.join(labels)}: {note}.")
    return said


def finished(table: Table, endpoints: Sequence[Endpoint]) -> Table:
    """The table with its analysis set, if all its endpoints share one, and its group."""
    sets = {endpoint.estimand.population for endpoint in endpoints}
    return replace(table, population=sets.pop() if len(sets) == 1 else "", group=GROUP)


def error_and_df(row: Estimate | None, digits: int) -> Cells:
    """Standard error, and degrees of freedom in parentheses."""
    if row is None or row.std_error is None:
        return (number(row, "std_error", digits),)
    return (
        number(row, "std_error", digits),
        Cell(" ("),
        number(row, "df", 1),
        Cell(")"),
    )


Of = Callable[[str], Cells]


def counted(find: Lookup, name: str) -> Of:
    """``n/N`` of an arm, from the estimate ``name.arm``."""
    return lambda arm: share(find(f"{name}.{arm}"))


def _rated(find: Lookup, endpoint: Endpoint, visit: str | None) -> Of:
    return counted(find, f"{endpoint.id}.rated.{visit}")


def _both(find: Lookup, endpoint: str, visit: str) -> Cells:
    """Rated in the two arms of the comparison."""
    return share(find(f"{endpoint}.rated.{visit}"))


def _interval_of(find: Lookup, name: str, digits: int) -> Of:
    return lambda arm: interval(find(f"{name}.{arm}"), digits)


def _field_of(find: Lookup, name: str, field: Field, digits: int) -> Of:
    return lambda arm: (number(find(f"{name}.{arm}"), field, digits),)


def _pair(first: Cell, second: Cell) -> Cells:
    return (first, Cell(" ("), second, Cell(")"))


def _mean_se(find: Lookup, name: str, digits: int, error: int) -> Of:
    def cells(arm: str) -> Cells:
        row = find(f"{name}.{arm}")
        if row is None or row.estimate is None:
            return (number(row, digits=digits),)
        return _pair(number(row, digits=digits), number(row, "std_error", error))

    return cells


def _mean_sd(
    find: Lookup, endpoint: str, visit: str, digits: Decimals, name: str = "observed"
) -> Of:
    def cells(arm: str) -> Cells:
        row = find(f"{endpoint}.{name}.{visit}.{arm}")
        if row is None or row.estimate is None:
            return (number(row, digits=digits.score),)
        sd = find(f"{endpoint}.{name}-sd.{visit}.{arm}")
        return _pair(number(row, digits=digits.score), number(sd, digits=digits.error))

    return cells
