"""A mapping that was written is read as it was meant, whatever columns are called."""

import tomllib
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.exchange.file_proposal import FileProposal, VisitColumns
from equipoise.exchange.files import Source
from equipoise.exchange.mapping_draft import draft
from equipoise.exchange.recognition import Confidence, Finding
from equipoise.exchange.recognize_dates import Start

# What heads and labels of real files hold, and what TOML gives a meaning to.
NAMES = st.text("ab1 \"\\'#=[]{}.,\n\r\t\x00\x1f\x7fé😀", min_size=1, max_size=6)


def written(**parts: Any) -> str:
    name = parts.pop("name", "export.csv")
    notes = parts.pop("notes", ())
    cells = pd.DataFrame({"id": ["1"]})
    known: dict[str, Any] = {
        "source": Source(name, cells, notes=notes), "file": {}, "participant": "id",
        "sure": True, "why": "by its name", "visits": None, "start": None,
        "findings": (), "ignored": {}, "unmapped": (),
    }  # fmt: skip
    return draft("one-infusion", [FileProposal(**(known | parts))])


def finding(
    column: str, why: str = "by its name", sure: Confidence = "high"
) -> Finding:
    return Finding((column,), {"to": "participants.sex"}, why, sure)


@pytest.mark.property
@given(
    column=NAMES,
    why=NAMES,
    values=st.dictionaries(NAMES, st.none() | st.just("baseline"), max_size=3),
    ignored=st.dictionaries(NAMES, NAMES, max_size=3),
)
def test_whatever_things_are_called_the_file_can_be_read(
    column: str, why: str, values: dict[str, str | None], ignored: dict[str, str]
) -> None:
    text = written(
        name=why,
        notes=(why,),
        participant=column,
        why=why,
        visits=VisitColumns((column,), values, why, len(values)),
        findings=[Finding((column,), {"to": "x", "values": {why: column}}, why, "low")],
        ignored=ignored,
    )
    read = tomllib.loads(text)
    assert read["participant"] == {"column": column}
    assert read["visit"]["column"] == column
    known = {k: v for k, v in values.items() if v is not None}
    assert read["visit"].get("values", {}) == known
    assert read["columns"] == [{"column": column, "to": "x", "values": {why: column}}]
    assert read.get("ignore", {}) == ignored


def test_a_small_mapping_by_hand() -> None:
    made = written(
        file={"decimal": ","},
        visits=VisitColumns(
            ("event", "arm"), {"V0": "baseline", "?": None}, "event of REDCap", 2
        ),
        start=Start("start", "%Y-%m-%d", "a date that could be day 0", sure=False),
        findings=[finding("sex"), finding("grp", "perhaps", "low")],
        ignored={"shoe size": "not needed", "x___*": "not needed"},
    )
    assert (
        made
        == """\
# Mapping of export.csv, proposed by Equipoise.
# Read every entry and correct it. A comment in capitals marks what has to be checked or
# filled in; delete the word when you have done so. Until then the file is rejected
# (EQ355).
schema = 1
protocol = "one-infusion"

[file]
decimal = ","

# by its name
[participant]
column = "id"

# event of REDCap
[visit]
column = ["event", "arm"]

[visit.values]  # an empty text: rows without a visit
V0 = "baseline"
# CHECK: which visit? "?" = ""
# CHECK: 2 values are not shown, because of possible personal data: list each

# CHECK: a date that could be day 0
[day0]
column = "start"
format = "%Y-%m-%d"

# by its name
[[columns]]
column = "sex"
to = "participants.sex"

# CHECK: perhaps
[[columns]]
column = "grp"
to = "participants.sex"

# columns that are not read, and why; one line for many: "lab_*" = "not needed"
[ignore]
"shoe size" = "not needed"
"x___*" = "not needed"
"""
    )


def test_a_visit_that_is_not_clear_is_left_to_a_person() -> None:
    # Written as a value it would be a guess that looks like a decision.
    made = written(visits=VisitColumns(("v",), {"T9": None}, "by its name", 0))
    assert "values" in tomllib.loads(made)["visit"]
    assert tomllib.loads(made)["visit"]["values"] == {}
    assert '# CHECK: which visit? T9 = ""' in made


def test_what_there_is_not_is_not_written() -> None:
    read = tomllib.loads(written())
    assert read.keys() == {"schema", "protocol", "participant"}
