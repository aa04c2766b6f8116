"""Tables of binary endpoints: planned analysis, supporting analyses, by visit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from equipoise.analyze.binary.response_by_visit import rated_visits
from equipoise.analyze.result import Estimate, Results
from equipoise.analyze.strata import strata_text
from equipoise.dataset.collected import NOT_COLLECTED
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Lookup, Row, Table, interval, share
from equipoise.report.by_arm import ArmTable, Cells, Column
from equipoise.report.table_cells import Cell, ci, decimals, number

GROUP = "14.2"
INDENT = "\u2003"
SUPPORTING = (  # estimate, label of its row, kind of number
    ("newcombe", "Risk difference, Newcombe interval, percentage points", "percent"),
    ("adjusted-risk-difference", "Risk difference adjusted for {}, percentage points",
     "percent"),
    ("risk-ratio", "Risk ratio, score interval", "ratio"),
    ("odds-ratio", "Odds ratio, score interval", "ratio"),
    ("nnt", "Number needed to treat", "days"),
    ("boschloo", "Boschloo's exact test", "ratio"),
    ("barnard", "Barnard's exact test", "ratio"),
    ("stratified-risk-difference",
     "Risk difference, {strata} (Mantel-Haenszel), percentage points", "percent"),
    ("stratified-score-difference",
     "Risk difference, {strata}, score interval, percentage points", "percent"),
    ("unstratified-risk-difference", "Risk difference without strata, percentage points",
     "percent"),
    ("cmh", "Cochran-Mantel-Haenszel test, {strata}", "ratio"),
)  # fmt: skip
TESTS = ("boschloo", "barnard", "cmh", "fisher")  # without an estimate
BEHIND = ("missing", "reached.composite", "reached.hypothetical")
EVENTS_NOT_KNOWN = (
    "Not known whether an intercurrent event changed an outcome: "
    f"{NOT_COLLECTED['dispositions']}"
)


def responses_table(protocol: Protocol, results: Results) -> Table | None:
    """The planned analysis of each binary endpoint, and the participants behind it."""
    endpoints = _binary(protocol)
    if not endpoints:
        return None
    find, digits = Lookup(results), decimals(protocol)
    interval_heading = confidence(endpoints)
    table = ArmTable(
        protocol,
        [arm.id for arm in protocol.arms],
        (Column("n/N (%)"),),
        (f"Risk difference, percentage points ({interval_heading})", "P"),
        first="Endpoint",
    )
    for endpoint in endpoints:
        answer = results[endpoint.id]
        table.row(
            f"{endpoint.label} ({endpoint.level})",
            counted(find, f"{endpoint.id}.count", f"{endpoint.id}.proportion"),
            interval(answer, digits.difference, scale=100),
            (number(answer, "p"),),
        )
        for kind in BEHIND:
            rows = [find(f"{endpoint.id}.{kind}.{arm.id}") for arm in protocol.arms]
            if any(row is not None and row.estimate for row in rows):
                text = next(str(row.note) for row in rows if row is not None)
                table.row(
                    INDENT + _sentence_case(text.rpartition(":")[0]),
                    counted(find, f"{endpoint.id}.{kind}"),
                )
    notes = [
        f"Risk difference: {compared(protocol, endpoints)}, with the interval of "
        f"Miettinen and Nurminen{_in_strata(protocol, endpoints)}. "
        f"P: {_planned(protocol, endpoints)}, the planned test of "
        "each endpoint, not adjusted for multiplicity.",
        *(
            [
                "The planned test of an endpoint with a margin is that of non-inferiority, "
                "in the table of non-inferiority."
            ]
            if any(e.analysis.margin is not None for e in endpoints)
            else []
        ),
        *_not_estimable(results[e.id] for e in endpoints),
        *_nothing_behind(find, protocol, endpoints),
    ]
    return _finished(
        table.made(
            "proportions", "Binary endpoints: planned analysis", " ".join(notes)
        ),
        endpoints,
    )


def supporting_table(protocol: Protocol, results: Results) -> Table | None:
    """Other effect measures and tests of each binary endpoint, marked as supporting."""
    endpoints = _binary(protocol)
    if not endpoints:
        return None
    find, digits = Lookup(results), decimals(protocol)
    places = {"percent": digits.difference, "ratio": digits.ratio, "days": digits.days}
    rows: list[Row] = []
    notes: list[str] = []
    for endpoint in endpoints:
        reasons: list[tuple[str, str]] = []
        rows.append(
            (f"{endpoint.label} ({endpoint.level})", ((Cell(""),), (Cell(""),)))
        )
        for name, label, kind in _measures(endpoint):
            row = find(f"{endpoint.id}.{name}")
            if row is None:
                continue
            text = label.format(
                covariates_text(protocol, endpoint),
                strata=strata_text(protocol, endpoint),
            )
            scale = 100 if kind == "percent" else 1
            cells = with_reason(row, places[kind], scale), p_cell(row)
            rows.append((INDENT + text, cells))
            if reason_of(row):
                short = text.removesuffix(", percentage points")
                reasons.append((short[:1].lower() + short[1:], reason_of(row)))
        if reasons:
            notes.append(f"{endpoint.label}. {grouped(reasons)}")
    note = (
        f"All rows are supporting analyses ({compared(protocol, endpoints)}); their P "
        "values do not come from planned tests. The number needed to treat has no "
        "interval if the interval of the risk difference includes 0. "
    )
    return _finished(
        Table(
            "response-measures",
            "Binary endpoints: supporting analyses",
            ("Measure", f"Estimate ({confidence(endpoints)})", "P"),
            tuple(rows),
            (note + " ".join(notes)).strip(),
        ),
        endpoints,
    )


def _measures(endpoint: Endpoint) -> list[tuple[str, str, str]]:
    """``SUPPORTING``, with the test that is not the planned one."""
    if endpoint.analysis.planned == "unstratified":
        return list(SUPPORTING)
    others = [row for row in SUPPORTING if row[0] != "cmh"]
    return [*others, ("fisher", "Fisher's exact test", "ratio")]


def _planned(protocol: Protocol, endpoints: Sequence[Endpoint]) -> str:
    """Which test the P values are from."""
    stratified = [e for e in endpoints if e.analysis.planned == "stratified"]
    if not stratified:
        return "Fisher's exact test, two-sided"
    if len(stratified) < len(endpoints):
        names = "; ".join(endpoint.label for endpoint in stratified)
        text = f"of {names} the Cochran-Mantel-Haenszel test"
        return f"Fisher's exact test, {text}; two-sided"
    text = strata_text(protocol, stratified[0])
    return f"the Cochran-Mantel-Haenszel test, {text}, two-sided"


def _in_strata(protocol: Protocol, endpoints: Sequence[Endpoint]) -> str:
    """Which differences are within strata; empty where none is."""
    stratified = [e for e in endpoints if e.analysis.planned == "stratified"]
    if not stratified:
        return ""
    how = f"{strata_text(protocol, stratified[0])}, with Mantel-Haenszel weights"
    if len(stratified) == len(endpoints):
        return f", {how}"
    return f" (of {'; '.join(e.label for e in stratified)} {how})"


def by_visit_table(protocol: Protocol, results: Results) -> Table | None:
    """Participants with each outcome at every visit at which all are rated."""
    endpoints = [
        e
        for e in _binary(protocol)
        if e.level != "exploratory" and len(rated_visits(protocol, e)) > 1
    ]
    if not endpoints:
        return None
    find = Lookup(results)
    labels = {visit.id: visit.label for visit in protocol.schedule.visits}
    table = ArmTable(
        protocol,
        [arm.id for arm in protocol.arms],
        (Column("n/N (%)"),),
        first="Endpoint and visit",
    )
    for endpoint in endpoints:
        definition = protocol.definition(endpoint.variable.definition or "")
        table.heading(definition.label)
        for visit in rated_visits(protocol, endpoint):
            table.row(
                INDENT + labels[visit],
                counted(
                    find,
                    f"{endpoint.id}.by-visit-count.{visit}",
                    f"{endpoint.id}.by-visit.{visit}",
                ),
            )
    note = (
        "Participants without a value and intercurrent events up to the visit count as in "
        "the endpoint. Descriptive: not tested."
    )
    return _finished(
        table.made("response-by-visit", "Binary endpoints by visit", note), endpoints
    )


def counted(
    find: Lookup, count: str, proportion: str | None = None
) -> Callable[[str], Cells]:
    """Makes the cells of an arm from the estimates ``count.arm``, ``proportion.arm``."""

    def cells(arm: str) -> Cells:
        part = None if proportion is None else find(f"{proportion}.{arm}")
        return share(find(f"{count}.{arm}"), part)

    return cells


def confidence(endpoints: Sequence[Endpoint]) -> str:
    """``95% CI``, or without the level where the endpoints differ in it."""
    levels = {endpoint.analysis.level for endpoint in endpoints}
    return ci(levels.pop()) if len(levels) == 1 else "CI"


def with_reason(row: Estimate, digits: int, scale: float = 1) -> Cells:
    """An estimate with its interval; ``not estimable`` where it is not a number.

    A limit that is not a number is printed so too; the note of the table gives the
    reason. A test without an estimate stays blank.
    """
    if row.estimate is None:
        if row.p is not None or row.analysis in TESTS:
            return (Cell(""),)
        infinite = "infinite" in str(row.note)
        return (Cell("infinite" if infinite else "not estimable", row.id),)
    if row.lower is row.upper is None:
        cells = interval(row, digits, scale)
        missing = "interval not estimable" in str(row.note)
        return (*cells, Cell(" (not estimable)")) if missing else cells
    return tuple(
        Cell("not estimable", part.id)
        if part.field in ("lower", "upper") and getattr(row, part.field) is None
        else part
        for part in interval(row, digits, scale)
    )


def p_cell(row: Estimate) -> Cells:
    """A P value; blank where there is no test, ``not estimable`` where it failed."""
    if row.p is not None:
        return (number(row, "p"),)
    tests = (
        "adjusted-risk-difference",
        "rmst-difference",
        "hazard-ratio",
        "time-ratio",
    )
    if row.analysis in tests:
        return (Cell("not estimable", row.id),)
    if row.analysis in TESTS:
        return (Cell("not computed", row.id),)
    return (Cell(""),)


def grouped(reasons: Iterable[tuple[str, str]]) -> str:
    """Sentences ``Label, label: reason.``, each reason once."""
    labels: dict[str, list[str]] = {}
    for label, reason in reasons:
        labels.setdefault(reason, []).append(label)
    sentences = (f"{', '.join(names)}: {text}." for text, names in labels.items())
    return " ".join(text[:1].upper() + text[1:] for text in sentences)


def reason_of(row: Estimate) -> str:
    """The part of a note that gives the reason for what is not a number."""
    marks = ("not estimable", "infinite", "not tested", "not computed")
    parts = str(row.note or "").removeprefix("supporting: ").split("; ")
    return "; ".join(part for part in parts if any(mark in part for mark in marks))


def covariates_text(protocol: Protocol, endpoint: Endpoint) -> str:
    """Covariates of an endpoint by label."""
    labels = {item.id: item.label for item in protocol.characteristics}
    names = ["baseline score" if c == "baseline" else labels.get(c, c)
             for c in endpoint.analysis.covariates]  # fmt: skip
    return ", ".join(names) or "covariates"


def _binary(protocol: Protocol) -> list[Endpoint]:
    return [e for e in protocol.endpoints if e.type == "binary"]


def _finished(table: Table, endpoints: Sequence[Endpoint]) -> Table:
    """With the number group, and the analysis set where all endpoints share it."""
    sets = {endpoint.estimand.population for endpoint in endpoints}
    population = sets.pop() if len(sets) == 1 else ""
    return replace(table, group=GROUP, population=population)


def compared(protocol: Protocol, endpoints: Sequence[Endpoint]) -> str:
    """``Ketamine minus Midazolam``, for each pair that is compared."""
    pairs = {
        f"{protocol.arm(pair.arm).label} minus {protocol.arm(pair.versus).label}": None
        for pair in (endpoint.estimand.treatment for endpoint in endpoints)
    }
    return ", ".join(pairs)


def _nothing_behind(
    find: Lookup, protocol: Protocol, endpoints: Sequence[Endpoint]
) -> list[str]:
    """Sentences for what has no row: nothing missing, no event, or not known."""
    said: dict[str, list[Endpoint]] = {}
    for endpoint in endpoints:
        for kinds, none in (
            (BEHIND[:1], "Every participant had a value"),
            (BEHIND[1:], "No intercurrent event changed an outcome"),
        ):
            rows = [
                row
                for kind in kinds
                for arm in protocol.arms
                if (row := find(f"{endpoint.id}.{kind}.{arm.id}")) is not None
            ]
            if any(row.estimate is None for row in rows):
                said.setdefault(EVENTS_NOT_KNOWN, []).append(endpoint)
            elif rows and not any(row.estimate for row in rows):
                said.setdefault(none, []).append(endpoint)
    return [
        f"{text}{'' if len(of) == len(endpoints) else f' ({_listed(of)})'}."
        for text, of in said.items()
    ]


def _not_estimable(rows: Iterable[Estimate]) -> list[str]:
    return [f"{row.note}." for row in rows if row.estimate is None and row.note]


def _listed(endpoints: Sequence[Endpoint]) -> str:
    return "; ".join(endpoint.label for endpoint in endpoints)


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
