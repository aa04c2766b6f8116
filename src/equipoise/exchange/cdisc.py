"""Datasets of CDISC, recognized by their own names.

Source: SDTM Implementation Guide 3.4 (DM, AE, DS, QS, VS) and ADaM Implementation Guide
1.3 (ADSL, the basic data structure, occurrence data).
"""

from __future__ import annotations

from collections.abc import Collection
from fnmatch import fnmatchcase
from typing import Any

from equipoise.errors.counted import counted
from equipoise.exchange.files import Source

ISO = "ISO 8601"  # of the names *DTC
NAMED = "by its name in CDISC"  # reasons of findings
FIRST = "; day 1 becomes day 0 of the protocol"
PERSON = "USUBJID"  # one person has one, in every dataset; SUBJID is that of a site
NOT_ASSIGNED = {  # texts of ARM and TRT01P of participants without a randomized arm
    "screen failure",
    "scrnfail",
    "not assigned",
    "notassgn",
    "not treated",
    "nottrt",
}
# Target of a column, its options, and the reason.
AE: dict[str, tuple[str, dict[str, Any]]] = {
    "AETERM": ("events.term", {}),
    "AESTDY": ("events.started_day", {"first_day": 1}),
    "AEENDY": ("events.stopped_day", {"first_day": 1}),
    "ASTDY": ("events.started_day", {"first_day": 1}),
    "AENDY": ("events.stopped_day", {"first_day": 1}),
    "AESEV": (
        "events.severity",
        {"values": {"MILD": "mild", "MODERATE": "moderate", "SEVERE": "severe"}},
    ),
    "AESER": ("events.serious", {"values": {"Y": "1", "N": "0"}}),
    "AEACN": ("events.action", {}),
    "AEOUT": ("events.outcome", {}),
    "AESDTH": ("events.death", {"values": {"Y": "1", "N": "0"}}),
    "AESLIFE": ("events.life_threatening", {"values": {"Y": "1", "N": "0"}}),
    "AESHOSP": ("events.hospitalization", {"values": {"Y": "1", "N": "0"}}),
    "AESDISAB": ("events.disability", {"values": {"Y": "1", "N": "0"}}),
    "AESCONG": ("events.congenital_anomaly", {"values": {"Y": "1", "N": "0"}}),
    "AESMIE": ("events.medically_important", {"values": {"Y": "1", "N": "0"}}),
}
RELATED = {  # AEREL; `UNLIKELY RELATED` is for the reader of the mapping to decide
    "RELATED": "1",
    "POSSIBLY RELATED": "1",
    "POSSIBLE": "1",
    "PROBABLY RELATED": "1",
    "PROBABLE": "1",
    "DEFINITELY RELATED": "1",
    "Y": "1",
    "NOT RELATED": "0",
    "UNRELATED": "0",
    "NONE": "0",
    "N": "0",
    "UNLIKELY RELATED": "0",
    "UNLIKELY": "0",
    "REMOTE": "0",
}
POPULATIONS = ("ITT", "SAF", "EFF", "FAS", "PPROT", "MITT", "RAND", "ENRL")
CHARACTERISTICS = (  # of participants, by pattern
    *("AGE", "SEX", "SEXN", "RACE", "RACEN", "ETHNIC", "ETHNICN", "COUNTRY"),
    *("*GR?", "*GR?N", "BMIBL", "HEIGHTBL", "WEIGHTBL", "EDUCLVL", "DUR*", "DISONS*"),
)
REASONS = {  # why a column of CDISC is not read, by pattern
    "STUDYID": "identifier of the study",
    "DOMAIN": "name of the dataset",
    "SUBJID": "identifier within the site; USUBJID identifies the participant",
    "?*SEQ": "number of the record",
    "*GRPID": "links records",
    "*LNKID": "links records",
    "*SPID": "identifier of the sponsor",
    "*TEST": "label of the code",
    "PARAM": "label of the code",
    "PARAMN": "number of the code",
    "PARCAT?": "category",
    "*CAT": "category",
    "*SCAT": "category",
    "??ORRES*": "result as collected; the standardized result is read",
    "??STRESC": "the numeric result is read",
    "??STRESU": "unit; state it for each measurement",
    "EPOCH": "follows from the visit or day",
    "VISIT": "visit of the data collection; the analysis visit is read",
    "VISITNUM": "number of the visit",
    "VISITDY": "planned day of the visit",
    "AVISITN": "number of the visit",
    "BASE*": "derived from the values at baseline",
    "CHG*": "derived from the values",
    "PCHG*": "derived from the values",
    "AW*": "window of the analysis visit",
    "ARMCD": "code of ARM",
    "ACTARM*": "arm as treated; the randomized arm is read",
    "ARMNRS": "reason for having no arm",
    "TRT??A*": "arm as treated; the randomized arm is read",
    "TRT01P": "planned arm; ARM is read",
    "TRT??PN": "number of the arm",
    "TRTPN": "number of the arm",
    "TRTAN": "number of the arm",
    "BRTHDTC": "date of birth, not needed",
    "AGEU": "unit of the age",
    "TRTEDT*": "last date of treatment",
    "TRTDUR*": "derived from the dates of treatment",
    "AVGDD": "derived from the doses",
    "CUMDOSE": "derived from the doses",
    "VISNUMEN": "number of the visit",
    "VISIT*DT": "date of a visit; the visits of the assessments are read",
    "RFENDT": "end of participation; the dispositions are read",
    "EOSDT": "end of the study; the dispositions are read",
    "DMDTC": "date of the collection",
    "DMDY": "study day of the collection",
    "DSTERM": "verbatim term; the standardized term is read",
    "DSDY": "study day of the collection",
    "??STAT": "states that a test was not done; rows without a result are not read",
    "??REASND": "why a test was not done",
    "??BLFL": "flag",
    "EXDOSU": "unit of the dose",
    "EXDOSFRM": "form of the drug; the protocol states it",
    "EXDOSFRQ": "frequency of the doses; the protocol states it",
    "EXROUTE": "route; the protocol states it",
    "EXSTDY": "study day; its visit is read",
    "EXENDY": "study day; its visit is read",
    "??EVAL": "who assessed",
    "??NAM": "name of the laboratory",
    "*FL": "flag",
    "*FN": "flag",
    "AELLT*": "level of MedDRA",
    "AEPTCD": "level of MedDRA",
    "AEHLT*": "level of MedDRA",
    "AEHLGT*": "level of MedDRA",
    "AEBODSYS": "level of MedDRA",
    "AEBDSYCD": "level of MedDRA",
    "AESOC*": "level of MedDRA",
    "AEDECOD": "preferred term; the verbatim term is read",
    "AESCAN": "criterion of seriousness that the data of a trial do not have",
    "AESOD": "criterion of seriousness that the data of a trial do not have",
    "AEENTPT": "date of the assessment whether the event is ongoing",
    "VSDY": "study day of the record; its visit is read",
    "LBDY": "study day of the record; its visit is read",
    "*DTF": "states which dates were imputed",
    "*STDTC": "date; the study day is read",
    "*ENDTC": "date; the study day is read",
    "??DTC": "date; the study day is read",
    "ADT": "date; the study day is read",
    "ASTDT": "date; the study day is read",
    "AENDT": "date; the study day is read",
}


def dataset(source: Source) -> str | None:
    """The kind of a dataset of CDISC; None if the file is not one.

    Args:
        source: the file.

    Returns:
        The domain of SDTM, such as ``DM``; ``SUPP`` for its supplemental qualifiers; or
        ``ADSL``, ``ADAE`` or ``BDS`` of ADaM.

    Example:
        >>> import pandas as pd
        >>> cells = pd.DataFrame({"USUBJID": ["1"], "DOMAIN": ["AE"], "AETERM": ["x"]})
        >>> dataset(Source("ae.csv", cells))
        'AE'
    """
    columns = {str(column) for column in source.cells.columns}
    if PERSON not in columns:
        return None
    if "PARAMCD" in columns and columns & {"AVAL", "AVALC"}:
        return "BDS"
    if {"QNAM", "QVAL"} <= columns:
        return "SUPP"
    if "DOMAIN" in columns:
        domains = [text for text in source.cells["DOMAIN"].unique() if text]
        return str(domains[0]) if len(domains) == 1 else None
    if "AETERM" in columns or "AEDECOD" in columns:
        return "ADAE"
    return "ADSL" if "TRT01P" in columns else _findings(columns)


def _findings(columns: Collection[str]) -> str | None:
    """The domain of a file of findings without DOMAIN, by the names of its columns."""
    for column in columns:
        domain = column.removesuffix("TESTCD")
        results = {f"{domain}{end}" for end in ("ORRES", "STRESC", "STRESN")}
        if column != domain and len(domain) == 2 and results & {*columns}:
            return domain
    return None


def reason(column: str) -> str | None:
    """Why a column is not read, None if no rule of CDISC states it."""
    found = (why for name, why in REASONS.items() if fnmatchcase(column, name))
    return next(found, None)


def is_population(column: str) -> bool:
    """Whether a column states who belongs to a population, such as ``SAFFL``.

    Args:
        column: name of a column of ADaM.
    """
    return column.endswith("FL") and column.removesuffix("FL") in POPULATIONS


def population_reason(out: int, total: int) -> str:
    """Why a population is not read, marked if it excludes a participant.

    Args:
        out: number of participants outside the population.
        total: number of participants.
    """
    sets = "the analysis sets are derived from the data as the protocol states"
    if not out:
        return f"population with all participants; {sets}"
    return (
        f"CHECK: flag of a population without {out} of "
        f"{counted(total, 'participant')}, not read; {sets}: compare {total - out} with "
        "the set of the report, define the set under [[analysis_sets]] of the protocol "
        "if it differs, then delete this word"
    )


def is_characteristic(column: str) -> bool:
    """Whether a column of DM or ADSL describes participants.

    Args:
        column: its name.
    """
    return any(fnmatchcase(column, name) for name in CHARACTERISTICS)
