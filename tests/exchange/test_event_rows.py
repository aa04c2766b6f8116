"""Law: an event has the parts of its form, and no part moves to another form."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.exchange.event_rows import (
    event_parts,
    spread_events,
    with_whole_events,
)
from equipoise.exchange.files import Source
from equipoise.exchange.long_items import selected
from equipoise.exchange.mapping_rows import Pivot
from tests.exchange.small import one_file, source

PARTS = ["ae_term", "ae_severity"]
PIVOT = Pivot(code="field_name", value="value", form=("record", "instance"))
MAPPING = """\
schema = 1
participant = { column = "record" }
pivot = { code = "field_name", value = "value", form = ["record", "instance"] }
columns = [
  { column = "ae_term", to = "events.term" },
  { column = "ae_severity", to = "events.severity" },
]
"""


def entries(rows: list[tuple[str, str, str, str]]) -> Source:
    """A file with a column for each part, as after the pivot."""
    cells = pd.DataFrame(rows, columns=["record", "instance", "field_name", "value"])
    made = {
        part: cells["value"].where(cells["field_name"] == part, "") for part in PARTS
    }
    return Source("x.csv", cells.assign(**made).rename_axis("row"))


@pytest.mark.property
@given(
    forms=st.dictionaries(
        st.tuples(st.sampled_from("AB"), st.sampled_from("123")),
        st.sets(st.sampled_from(PARTS), min_size=1),
        min_size=1,
    ),
    order=st.randoms(use_true_random=False),
)
def test_each_form_is_one_event_with_its_own_parts(
    forms: dict[tuple[str, str], set[str]], order: object
) -> None:
    rows = [
        (*form, part, f"{part} of {form}")
        for form, parts in forms.items()
        for part in parts
    ]
    order.shuffle(rows)  # type: ignore[attr-defined]
    file = entries(rows)
    assert not list(spread_events(file, PARTS, PIVOT))
    cells = with_whole_events(file, PARTS, PIVOT).cells
    held = cells[(cells[PARTS] != "").any(axis=1)]
    assert len(held) == len(forms)
    for _, row in held.iterrows():
        form = (row["record"], row["instance"])
        for part in PARTS:
            there = part in forms[form]
            assert row[part] == (f"{part} of {form}" if there else "")


def test_a_stated_form_and_its_columns(tmp_path: Path) -> None:
    text = "record,instance,field_name,value\nA,1,ae_term,Fall\nA,1,ae_severity,mild\n"
    how = one_file(MAPPING)
    found = selected(source(tmp_path, text), how)
    assert found.cells["ae_severity"].tolist() == ["mild", ""]
    assert event_parts(found, how, PIVOT) == PARTS
    plain = Pivot(code="field_name", value="value")
    (problem,) = spread_events(found, PARTS, plain)
    assert 'form = ["record"' in problem.fix
    assert with_whole_events(found, PARTS, plain) is found
