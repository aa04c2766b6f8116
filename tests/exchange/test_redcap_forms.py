"""A box that is not ticked is "no" only where somebody has seen the form."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.exchange.files import Source
from equipoise.exchange.redcap_forms import as_answered, box, forms
from tests.exchange.small import MAPPING, read, source

HEAD = (
    "record_id,redcap_event_name,age,ill___1,ill___2,ill____99,start_complete,"
    "q,q_complete"
)
LABELS = (
    "Record ID,Event Name,Age,Ill (choice=Pain),Ill (choice=PTSD),"
    "Ill (choice=Unknown),Complete?,Q,Complete? (2)"
)


def answered(folder: Path, *rows: str, head: str = HEAD) -> Source:
    table = source(folder, "\n".join([head, *rows]) + "\n")
    return as_answered(table, set(table.cells.columns))


def boxes(table: Source) -> list[str]:
    return ["".join(t or "." for t in row) for row in table.cells.iloc[:, 3:6].values]


def test_the_status_after_the_fields_tells_the_form(tmp_path: Path) -> None:
    for head, last in ((HEAD, "q_complete"), (LABELS, "Complete? (2)")):
        table = source(tmp_path, f"{head}\n1,e,3,0,0,0,2,1,2\n")
        first, second = forms(table)
        assert first.columns[1] in ("age", "Age")
        assert (second.columns, second.status) == ((head.split(",")[7],), last)


def test_names_of_boxes() -> None:
    assert box("race___1") == ("race", "1")
    assert box("race____99") == ("race", "_99")
    assert box("Race? (choice=Asian (all))") == ("Race?", "Asian (all)")
    assert box("Race (choice=A) (2)") == ("Race", "A")
    assert box("race_1") is None


@pytest.mark.parametrize(
    ("row", "read"),
    [
        ("1,e,30,0,0,0,2,,", "000"),  # complete: no disease
        ("1,e,30,0,0,0,1,,", "000"),  # unverified: somebody has filled it in
        ("1,e,,0,0,0,0,,", "..."),  # blank
        ("1,e,,0,0,0,,,", "..."),  # never opened
        ("1,e,30,0,0,0,0,,", "..."),  # incomplete, and no box ticked
        ("1,e,30,1,0,0,0,,", "100"),  # incomplete, but the question is answered
        ("1,e,30,0,0,1,2,,", "..1"),  # complete, and the answer is: unknown
    ],
)
def test_what_is_an_answer(tmp_path: Path, row: str, read: str) -> None:
    found = answered(tmp_path, row)
    assert boxes(found) == [read]
    assert any("has no answer in 1 of 1 row:" in n for n in found.notes) == (
        "." in read
    )


def test_a_labelled_export_is_read_alike(tmp_path: Path) -> None:
    no, yes = "Unchecked", "Checked"
    rows = [f"1,e,,{no},{no},{no},Incomplete,,", f"2,e,3,{yes},{no},{no},Complete,,"]
    found = answered(tmp_path, *rows, head=LABELS)
    assert boxes(found) == ["...", f"{yes}{no}{no}"]


def test_without_a_status_a_row_without_anything_is_blank(tmp_path: Path) -> None:
    head = "id,age,ill___1,ill___2"
    found = answered(tmp_path, "1,,0,0", "2,30,0,0", head=head)
    assert found.cells["ill___1"].tolist() == ["", "0"]
    assert "no status of the form of 'ill': in 1 row " in found.notes[-1]


def test_values_of_an_incomplete_form_are_reported(tmp_path: Path) -> None:
    found = answered(tmp_path, "1,e,3,0,0,0,2,5,0", "2,e,3,0,0,0,2,5,2")
    assert found.notes == (
        "'q_complete' marks a form as incomplete that has values, which are read: row 2",
    )


def test_another_file_is_unchanged(tmp_path: Path) -> None:
    table = source(tmp_path, "id,a_complete,b___1\n1,yes,x\n")
    assert as_answered(table, {"a_complete", "b___1"}) is table


@given(
    st.lists(
        st.tuples(st.sampled_from(["0", "1"]), st.sampled_from(["0", "1"])), min_size=1
    ),
    st.sampled_from(["", "0"]),
)
def test_no_blank_form_ever_says_no(
    tmp_path_factory: pytest.TempPathFactory, ticks: list[tuple[str, str]], status: str
) -> None:
    """Law: in a form that is not finished, "no" needs a tick in the same question."""
    rows = [f"{n},e,,{a},{b},0,{status},," for n, (a, b) in enumerate(ticks)]
    found = answered(tmp_path_factory.mktemp("law"), *rows)
    for (a, b), mark in zip(ticks, boxes(found), strict=True):
        assert ("0" in mark) == ("1" in (a, b))
        assert mark.count("1") == (a, b).count("1")


def test_a_blank_form_of_redcap_never_says_no(tmp_path: Path) -> None:
    text = (
        "id,visit,arm,sex,age,start,ill___1,ill___2,start_complete,madrs,madrs_complete\n"
        "P1,V0,K,1,30,2026-03-11,0,0,2,30,2\nP1,V1,,,,,0,0,0,20,0\n"
        "P2,V0,M,2,41,2026-03-12,0,0,0,28,2\nP2,V1,,,,,0,0,,26,2\n"
    )
    mapping = MAPPING.replace('to = "visits.actual_day"', 'to = "participants.site"')
    mapping = mapping.replace(
        'column = "date"\n', 'column = "ill___1"\nvalues = { 1 = "ill", 0 = "well" }\n'
    ).replace('format = "%Y-%m-%d"\n\n', "\n")
    mapping += '[ignore]\n"ill___2" = "x"\n"*_complete" = "status of a form"\n'
    data = read(tmp_path, text, mapping)
    site = data.participants.set_index("participant")["site"]
    assert site["P1"] == "well"
    assert site.isna()["P2"]
    assert any("'ill' has no answer in 3 of 4 rows" in n for n in data.origin.reading)
    assert any("'madrs_complete' marks a form" in n for n in data.origin.reading)
