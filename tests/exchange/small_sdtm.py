"""A small study in SDTM for the protocol of the tutorial: one infusion, MADRS."""

from __future__ import annotations

from pathlib import Path

STUDY = "STUDYID,DOMAIN,USUBJID"
DM = """\
SUBJID,RFSTDTC,RFICDTC,DTHDTC,SITEID,AGE,AGEU,SEX,ARMCD,ARM,ACTARM
001,2027-03-02,2027-02-25,,01,34,YEARS,F,KET,Ketamine,Ketamine
002,2027-03-03,2027-02-26,,01,51,YEARS,M,MID,Midazolam,Midazolam
001,2027-03-09,2027-03-01,,02,42,YEARS,F,MID,Midazolam,Midazolam
002,2027-03-10,2027-03-02,,02,29,YEARS,M,KET,Ketamine,Ketamine
003,,2027-03-02,,02,60,YEARS,M,,Screen Failure,Screen Failure
"""
PEOPLE = ["S-01-001", "S-01-002", "S-02-001", "S-02-002", "S-02-003"]
ITEMS = {  # answers of each participant to the ten items
    ("S-01-001", "BASELINE", 1): "3333333330",
    ("S-01-001", "DAY 2", 2): "1111111110",
    ("S-01-002", "BASELINE", 1): "3333333333",
    ("S-01-002", "DAY 2", 2): "3333333330",
    ("S-02-001", "BASELINE", -1): "4333333333",
    ("S-02-001", "DAY 2", 2): "3333333300",
    ("S-02-002", "BASELINE", 1): "4433333333",
    ("S-02-002", "DAY 2", 2): "2222222222",
}
AE = """\
S-01-001,1,DIZZINESS,Dizziness,MILD,N,RELATED,2027-03-02,2027-03-02,1,1
S-02-001,1,RASH,Rash,MODERATE,N,NOT RELATED,2027-03,,,
S-02-002,1,FALL,Fall,SEVERE,Y,UNLIKELY RELATED,2027-03-09,2027-03-12,-1,3
"""
DS = """\
S-01-001,1,PROTOCOL MILESTONE,INFORMED CONSENT OBTAINED,-5
S-01-001,2,DISPOSITION EVENT,COMPLETED,8
S-01-002,1,DISPOSITION EVENT,WITHDRAWAL BY SUBJECT,3
S-02-001,1,DISPOSITION EVENT,COMPLETED,8
S-02-002,1,DISPOSITION EVENT,COMPLETED,9
S-02-003,1,DISPOSITION EVENT,SCREEN FAILURE,
"""


def write_study(folder: Path) -> Path:
    """Writes dm, ae, ds and qs as CSV files.

    Args:
        folder: an existing folder.
    """
    head, *lines = DM.splitlines()
    rows = [f"S,DM,{p},{line}" for p, line in zip(PEOPLE, lines, strict=True)]
    _write(folder / "dm.csv", f"{STUDY},{head}", rows)
    names = "AESEQ,AETERM,AEDECOD,AESEV,AESER,AEREL,AESTDTC,AEENDTC,AESTDY,AEENDY"
    _write(
        folder / "ae.csv", f"{STUDY},{names}", [f"S,AE,{x}" for x in AE.splitlines()]
    )
    names = "DSSEQ,DSCAT,DSDECOD,DSSTDY"
    _write(
        folder / "ds.csv", f"{STUDY},{names}", [f"S,DS,{x}" for x in DS.splitlines()]
    )
    names = "QSSEQ,QSTESTCD,QSTEST,QSCAT,QSORRES,QSSTRESC,QSSTRESN,VISITNUM,VISIT,QSDY"
    rows = []
    for (who, visit, day), answers in ITEMS.items():
        at = "1" if visit == "BASELINE" else "2"
        texts = [(f"MADR01{n:02}", f"Item {n}", a) for n, a in enumerate(answers, 1)]
        rows += [
            f"S,QS,{who},{len(rows) + k},{code},MADRS-{label},MADRS,{a},{a},{a},{at},"
            f"{visit},{day}"
            for k, (code, label, a) in enumerate(texts, 1)
        ]
    _write(folder / "qs.csv", f"{STUDY},{names}", rows)
    return folder


def _write(path: Path, head: str, rows: list[str]) -> None:
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
