"""Proposes the mapping of a CDISC dataset by the names that the standards define."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from equipoise.errors import listing
from equipoise.errors.counted import counted
from equipoise.exchange import (
    cdisc,
    cdisc_dispositions,
    cdisc_exposures,
    cdisc_items,
    key_columns,
)
from equipoise.exchange.cdisc import FIRST, ISO, NAMED
from equipoise.exchange.cdisc_visits import by_study_day
from equipoise.exchange.column_profile import normal
from equipoise.exchange.dictionary import Field
from equipoise.exchange.file_proposal import FileProposal, propose_file
from equipoise.exchange.files import Source
from equipoise.exchange.recognition import Finding
from equipoise.exchange.recognize_dates import Start
from equipoise.protocol.model import Protocol

PEOPLE = ("ADSL", "DM")  # datasets with one row for each participant


def propose_cdisc(
    source: Source,
    file: Mapping[str, Any],
    protocol: Protocol,
    fields: Mapping[str, Field],
) -> FileProposal | None:
    """The mapping of a CDISC dataset; None if the file is not one.

    Args:
        source: the file.
        file: keys of ``[file]`` with which it was read.
        protocol: of the trial.
        fields: of the data dictionary; empty without one.
    """
    kind = cdisc.dataset(source)
    if kind is None:
        return None
    plain = _plain(source, file, protocol, fields)
    plain = _with_days(plain, source, kind, protocol)
    if kind == "EX":
        days = cdisc_exposures.by_study_day(source, protocol)
        visits = days or plain.visits or cdisc_exposures.by_visit(source, protocol)
        plain = replace(plain, visits=visits)
    by = cdisc_items.pivot(source, kind)
    known = cdisc_items.codes(source, by) if by is not None else []
    own = [*_columns(source, kind, protocol), *_visit_day(source, plain, kind)]
    own += cdisc_items.findings(known, protocol)
    if kind in PEOPLE:
        own = _with_others(own, plain.findings)
    start = _start(source, kind)
    claimed = {column for one in own for column in one.columns}
    claimed |= {column for one in own for column in one.rule.get("where", ())}
    claimed |= {start.column} if start else set()
    claimed |= {by.code, by.value} if by else set()
    claimed |= {cdisc.PERSON, *(plain.visits.columns if plain.visits else ())}
    where = _where(source, kind)
    free = [c for c in source.cells if c not in claimed and c not in where]
    missing = _missing_characteristics(own, protocol) if kind in PEOPLE else True
    ignored = {str(c): _reason(str(c), source, open_=missing) for c in free}
    other = [code for code in known if code.name not in claimed]
    ignored |= _codes(other, kind)
    return replace(
        plain,
        source=source,
        participant=cdisc.PERSON,
        sure=True,
        why=f"identifies a participant in every dataset of CDISC; this one is {kind}",
        start=start,
        findings=tuple(own),
        ignored=ignored,
        unmapped=tuple(n for n, why in ignored.items() if why.startswith("NOT")),
        where=where,
        pivot={"code": by.code, "value": by.value} if by else {},
    )


def without_repeats(found: list[FileProposal]) -> list[FileProposal]:
    """Proposals that read what every dataset repeats of a participant only once."""
    kinds = [cdisc.dataset(one.source) for one in found]
    owner = next((n for n, kind in enumerate(kinds) if kind in PEOPLE), None)
    if owner is None:
        return found
    people = found[owner].source
    known = {str(c) for c in people.cells} | {"TRTP", "TRTA"}
    made = []
    for n, one in enumerate(found):
        again = {
            column
            for column, why in one.ignored.items()
            if why.startswith(("NOT", "CHECK")) and column in known
            if n != owner and kinds[n]
        }
        why = f"of the participant, as in {people.name}"
        ignored = {c: why if c in again else text for c, text in one.ignored.items()}
        unmapped = tuple(c for c in one.unmapped if c not in again)
        made.append(replace(one, ignored=ignored, unmapped=unmapped))
    return made


def _plain(
    source: Source,
    file: Mapping[str, Any],
    protocol: Protocol,
    fields: Mapping[str, Field],
) -> FileProposal:
    """What the names and values state without CDISC, and the visit of CDISC."""
    cells = source.cells
    others = ["AVISITN", "VISITNUM", "VISITDY"]
    others += ["VISIT"] if "AVISIT" in cells else []
    narrow = replace(source, table=cells.drop(columns=others, errors="ignore"))
    found = propose_file(narrow, file, protocol, fields, cdisc.PERSON)
    told = key_columns.visits(narrow, cdisc.PERSON, protocol)
    if told is None or found.visits is None:
        return found
    # The texts of VISIT and AVISIT are those of the schedule: nothing is hidden.
    shown = {text: found.visits.values.get(text, v) for text, v in told.values.items()}
    return replace(found, visits=replace(found.visits, values=shown, hidden=0))


def _codes(known: list[cdisc_items.Code], kind: str) -> dict[str, str]:
    """Reason for each code that is not read; one for all codes of a form."""
    if kind in ("VS", "LB", "EG"):
        return {code.name: "not a measurement of the protocol" for code in known}
    stems: dict[str, list[cdisc_items.Code]] = {}
    for code in known:
        stems.setdefault(code.name[:-2], []).append(code)
    found = {}
    for stem, codes in stems.items():
        category = codes[0].category
        if len(codes) > 1 and len(stem) > 1 and category:
            found[f"{stem}??"] = _unknown(f"{category}, {counted(len(codes), 'code')}")
        else:
            found |= {code.name: _unknown(code.label) for code in codes}
    return found


def _reason(column: str, source: Source, *, open_: bool) -> str:
    """Why a column is not read.

    Args:
        column: its name.
        source: the dataset.
        open_: whether a characteristic of the protocol has no column yet.
    """
    cells = source.cells[column]
    if (cells == "").all():
        return "empty in this file"
    if cdisc.is_population(column):
        people = source.cells[cdisc.PERSON]
        out = people[cells != "Y"].nunique()
        return cdisc.population_reason(out, people.nunique())
    if not open_ and cdisc.is_characteristic(column):
        return "not a characteristic of the protocol"
    return cdisc.reason(column) or _unknown(source.labels.get(column, ""))


def _missing_characteristics(own: list[Finding], protocol: Protocol) -> bool:
    """Whether a characteristic of the protocol has no column yet."""
    filled = {str(one.rule["to"]) for one in own}
    named = {f"participants.{part.id}" for part in protocol.characteristics}
    return not named <= filled


def _unknown(label: str) -> str:
    shown = f" ({label})" if label else ""
    return f"NOT RECOGNIZED{shown}: map it, or state why it is not needed"


def _with_others(own: list[Finding], others: tuple[Finding, ...]) -> list[Finding]:
    """Findings by name, and the characteristics of the protocol."""
    taken = {column for one in own for column in one.columns}
    filled = {str(one.rule["to"]) for one in own}
    more = [
        one
        for one in others
        if str(one.rule["to"]).startswith("participants.")
        and str(one.rule["to"]) not in filled
        and not taken & set(one.columns)
        and not str(one.rule["to"]).endswith("_at")
    ]
    return [*own, *more]


def _start(source: Source, kind: str) -> Start | None:
    """The first day of treatment, which is day 1 of every study day."""
    name = {"DM": "RFSTDTC", "ADSL": "TRTSDT"}.get(kind)
    if name is None or name not in source.cells or (source.cells[name] == "").all():
        return None
    why = (
        "first day of treatment, day 1 of the study days of CDISC: compare it with the "
    )
    return Start(name, ISO, f"{why}anchor of the protocol", True)


def _where(source: Source, kind: str) -> dict[str, str]:
    """Rows of observed values that are chosen for the analysis."""
    if kind != "BDS":
        return {}
    found = {}
    for column, value in (("DTYPE", ""), ("ANL01FL", "Y")):
        if column in source.cells and (source.cells[column] != value).any():
            found[column] = value
    return found


def _columns(source: Source, kind: str, protocol: Protocol) -> Iterator[Finding]:
    if kind in PEOPLE:
        yield from _participants(source, protocol)
        yield from cdisc_dispositions.dated(source, kind)
    if kind in ("AE", "ADAE"):
        yield from _events(source)
    if kind == "DS":
        yield from cdisc_dispositions.milestones(source)
    if kind == "EX" and {"VISIT", "EXSTDY"} & set(source.cells):
        yield from cdisc_exposures.infusions(source)


def _participants(source: Source, protocol: Protocol) -> Iterator[Finding]:
    cells = source.cells
    arm = next((c for c in ("ARM", "TRT01P") if c in cells), None)
    if arm is not None:
        yield _arm(arm, [str(text) for text in cells[arm].unique() if text], protocol)
    if "SITEID" in cells:
        yield Finding(("SITEID",), {"to": "participants.site"}, NAMED, "high")


def _arm(column: str, texts: list[str], protocol: Protocol) -> Finding:
    """The randomized arm; participants without one have no arm."""
    values: dict[str, str] = {}
    for text in texts:
        said = normal(text)
        fits = [
            arm.id
            for arm in protocol.arms
            if said in (normal(arm.id), normal(arm.label))
            or said.startswith(f"{normal(arm.label)} ")
        ]
        if said in cdisc.NOT_ASSIGNED:
            values[text] = ""
        elif len(fits) == 1:
            values[text] = fits[0]
    lost = [repr(text) for text in texts if text not in values]
    why = "planned arm of CDISC, as randomized; screen failures have none"
    why += f"; list under `values` which arm is {listing(lost)}" if lost else ""
    rule: dict[str, Any] = {"to": "participants.arm"}
    rule |= {"values": values} if values else {}
    return Finding((column,), rule, why, "low" if lost or not values else "high")


def _events(source: Source) -> Iterator[Finding]:
    cells = source.cells
    names = {str(c) for c in cells}
    filled: set[str] = set()
    for column, (to, keys) in cdisc.AE.items():
        if column not in names or to in filled or (cells[column] == "").all():
            continue
        filled.add(to)
        rule: dict[str, Any] = {"to": to, **keys}
        flag = f"{column[:-2]}DTF"
        if column.endswith("DY") and flag in names and (cells[flag] != "").any():
            rule["where"] = {flag: ""}
        first = FIRST if "first_day" in keys else ""
        yield Finding((column,), rule, f"{NAMED}{first}", "high")
    for column, to in (("AESTDTC", "started"), ("AEENDTC", "stopped")):
        to = f"events.{to}_day"
        if column in names and to not in filled:
            yield from cdisc_dispositions.date(source, column, to)
    if "AEENRTPT" in names and set(cells["AEENRTPT"]) <= {"", "ONGOING"}:
        rule = {"to": "events.ongoing", "values": {"ONGOING": "1"}}
        yield Finding(("AEENRTPT",), rule, NAMED, "high")
    if "AEREL" in names:
        texts = [str(text) for text in cells["AEREL"].unique() if text]
        values = {t: cdisc.RELATED[t] for t in texts if t in cdisc.RELATED}
        rule = {"to": "events.related", "values": values}
        why = "states which assessments count as related"
        yield Finding(("AEREL",), rule, why, "low")


def _day(source: Source, kind: str) -> str | None:
    """The column of the study day of an assessment."""
    name = {"QS": "QSDY", "VS": "VSDY", "LB": "LBDY", "BDS": "ADY"}.get(kind)
    return name if name in source.cells else None


def _with_days(
    plain: FileProposal, source: Source, kind: str, protocol: Protocol
) -> FileProposal:
    name = _day(source, kind)
    if name is None or plain.visits is None or len(plain.visits.columns) > 1:
        return plain
    visits = by_study_day(plain.visits, source, name, protocol)
    return replace(plain, visits=visits)


def _visit_day(source: Source, plain: FileProposal, kind: str) -> Iterator[Finding]:
    """The study day of the assessments of a file by visit."""
    name = _day(source, kind)
    if name is None or plain.visits is None or kind in ("VS", "LB"):
        return
    rule: dict[str, Any] = {"to": "visits.actual_day", "first_day": 1}
    flag = "ADTF"
    if kind == "BDS" and flag in source.cells and (source.cells[flag] != "").any():
        rule["where"] = {flag: ""}
    yield Finding((name,), rule, f"{NAMED}{FIRST}", "high")
