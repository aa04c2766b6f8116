"""Files with one row per item, and row filters."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import equipoise as eq
from equipoise.dataset.trialdata import TrialData
from equipoise.exchange.files import Source
from equipoise.exchange.long_items import selected
from equipoise.exchange.row_filter import matches
from tests.exchange.small import one_file, read, refused, rows, source

QS = """\
USUBJID,QSCAT,QSTESTCD,QSSTRESN,VISIT
P1,MADRS,MADRS01,3,BASELINE
P1,MADRS,MADRS02,4,BASELINE
P1,SWLS,SWLS01,6,BASELINE
P1,MADRS,MADRS01,1,DAY 1
P2,MADRS,MADRS01,2,BASELINE
P2,SWLS,SWLS01,7,BASELINE
"""
HEAD = """\
schema = 1
participant = { column = "USUBJID" }
visit = { column = "VISIT", values = { BASELINE = "baseline", "DAY 1" = "day-1" } }
"""
PIVOT = """
[pivot]
code = "QSTESTCD"
value = "QSSTRESN"
"""
ITEMS = """
[[columns]]
column = "MADRS01"
to = "item.madrs.1"
[[columns]]
column = "MADRS02"
to = "item.madrs.2"
"""
FILTER = '\n[where]\nQSCAT = "MADRS"\n'


def answers(data: TrialData) -> dict[tuple[str, str, str], float]:
    table = data.answers
    keys = zip(table["participant"], table["visit"], table["item"], strict=True)
    return dict(zip(keys, table["value"], strict=True))


def test_codes_become_columns_and_a_filter_counts_the_rows_not_read(
    tmp_path: Path,
) -> None:
    data = read(tmp_path, QS, HEAD + FILTER + PIVOT + ITEMS)
    assert answers(data) == {
        ("P1", "baseline", "1"): 3,
        ("P1", "baseline", "2"): 4,
        ("P1", "day-1", "1"): 1,
        ("P2", "baseline", "1"): 2,
    }
    counts, items, *_ = data.origin.reading
    assert counts == (
        "export.csv: 4 of 6 rows are read, where QSCAT is 'MADRS'; 2 rows are not read "
        "(QSCAT: SWLS 2)."
    )
    assert "one row per item" in items
    assert "2 codes in 4 rows" in items


def test_a_code_that_nobody_mapped_is_not_dropped(tmp_path: Path) -> None:
    problem = refused(
        tmp_path, QS, HEAD + PIVOT + ITEMS + '[ignore]\nQSCAT = "known"\n'
    )
    assert list(problem) == ["EQ334"]
    assert "SWLS01" in problem["EQ334"].what
    ignored = (
        '[ignore]\nQSCAT = "known"\n"SWLS*" = "not an instrument of the protocol"\n'
    )
    data = read(tmp_path, QS, HEAD + PIVOT + ITEMS + ignored)
    assert len(data.answers) == 4
    assert "SWLS*: not an instrument of the protocol" in data.origin.not_read


def test_an_item_twice_is_a_duplicate_with_the_rows_of_the_file(tmp_path: Path) -> None:
    twice = QS + "P1,MADRS,MADRS02,4,BASELINE\n"
    problem = refused(tmp_path, twice, HEAD + FILTER + PIVOT + ITEMS)["EQ348"]
    assert rows(problem, "row") == ["3", "8"]


def test_a_wrong_value_is_reported_in_its_own_row(tmp_path: Path) -> None:
    wrong = QS.replace("P2,MADRS,MADRS01,2", "P2,MADRS,MADRS01,two")
    problem = refused(tmp_path, wrong, HEAD + FILTER + PIVOT + ITEMS)["EQ337"]
    assert rows(problem, "row") == ["6"]
    assert rows(problem, "MADRS01") == ["two"]


def test_items_by_a_template(tmp_path: Path) -> None:
    lines = [f"P1,X,M{n:02},1,BASELINE" for n in range(1, 11)]
    text = "\n".join([QS.splitlines()[0], *lines])
    rule = (
        '[[columns]]\ncolumn = "M{item:02}"\nto = "items.madrs"\n[where]\nQSCAT = "X"'
    )
    data = read(tmp_path, text, HEAD + PIVOT + rule)
    assert len(data.answers) == 10


def test_without_the_pivot_the_message_says_what_to_do(tmp_path: Path) -> None:
    rule = '[[columns]]\ncolumn = "QSSTRESN"\nto = "score.madrs.total"\n'
    ignore = '[ignore]\nQSCAT = "x"\nQSTESTCD = "x"\n'
    problem = refused(tmp_path, QS, HEAD + rule + ignore)["EQ348"]
    assert "[pivot]" in problem.fix


def test_an_entry_value_export_of_redcap(tmp_path: Path) -> None:
    text = """\
record,redcap_event_name,field_name,value
1,baseline_arm_1,age,34
1,baseline_arm_1,madrs_1,4
1,day_1_arm_1,madrs_1,2
2,baseline_arm_1,age,51
"""
    rule = """\
schema = 1
participant = { column = "record" }
visit = { column = "redcap_event_name", values = { baseline_arm_1 = "baseline", \
day_1_arm_1 = "day-1" } }
pivot = { code = "field_name", value = "value" }
[[columns]]
column = "age"
to = "participants.age"
[[columns]]
column = "madrs_1"
to = "item.madrs.1"
"""
    data = read(tmp_path, text, rule)
    assert data.participants["age"].tolist() == [34, 51]
    assert answers(data) == {("1", "baseline", "1"): 4, ("1", "day-1", "1"): 2}


@pytest.mark.parametrize(
    ("text", "more", "code", "word"),
    [
        (QS, '[where]\nQSCAT = "MADR"\n', "EQ357", "did you mean 'MADRS'"),
        (QS, '[where]\nQSCATEGORY = "MADRS"\n', "EQ333", "QSCATEGORY"),
        (QS, "[where]\nQSCAT = 1.5\n", "EQ332", "1.5"),
        (QS.replace("P1,SWLS,SWLS01", "P1,SWLS,"), "", "EQ357", "1 row has no code"),
        (QS.replace("SWLS01", "VISIT"), "", "EQ357", "VISIT"),
    ],
)
def test_what_cannot_be_read_is_rejected(
    tmp_path: Path, text: str, more: str, code: str, word: str
) -> None:
    problem = refused(tmp_path, text, HEAD + PIVOT + ITEMS + more)[code]
    assert word in f"{problem.what} {problem.fix} {problem.where}"


def test_a_filter_of_one_entry_reads_its_rows_and_counts_the_others(
    tmp_path: Path,
) -> None:
    text = """\
USUBJID,DSDECOD,DSSTDY
P1,COMPLETED,43
P2,LOST TO FOLLOW-UP,15
P3,DEATH,9
P3,PROTOCOL DEVIATION,8
"""
    rule = """\
schema = 1
participant = { column = "USUBJID" }
[[columns]]
column = "DSSTDY"
to = "dispositions.study-completed"
where = { DSDECOD = "COMPLETED" }
first_day = 1
[[columns]]
column = "DSSTDY"
to = "dispositions.lost-to-follow-up"
where = { DSDECOD = ["LOST TO FOLLOW-UP", "LOST"] }
first_day = 1
"""
    data = read(tmp_path, text, rule)
    table = data.dispositions
    found = zip(table["participant"], table["milestone"], table["day"], strict=True)
    assert set(found) == {
        ("P1", "study-completed", 42),
        ("P2", "lost-to-follow-up", 14),
    }
    assert data.origin.reading[0] == (
        "export.csv: column DSSTDY: 2 values are not read, because no entry of the "
        "mapping has the rows (DSDECOD: DEATH 1, PROTOCOL DEVIATION 1)."
    )


@given(st.lists(st.integers(-400, 400).filter(bool), min_size=1, max_size=5))
def test_study_days_without_a_day_0_keep_their_distances(days: list[int]) -> None:
    """Day -1 is the day before day 1, and every other day is one day further."""
    from equipoise.exchange.rows import about
    from equipoise.exchange.targets import resolve
    from equipoise.exchange.values import values
    from tests.exchange.small import protocol

    lines = [f"P{n},{day}" for n, day in enumerate(days)]
    how = one_file(
        'schema = 1\nparticipant = { column = "id" }\n[[columns]]\ncolumn = "AESTDY"\n'
        'to = "events.started_day"\nfirst_day = 1\n'
    )
    file = _source("\n".join(["id,AESTDY", *lines]))
    plan = resolve(how, file, protocol())
    known = about(file, how, protocol())
    made = values(file, plan.assignments[0], how, known.frame, known.day0)
    assert not made.problems
    assert list(made.frame["value"]) == [d - 1 if d > 0 else d for d in days]


def test_day_0_does_not_exist_in_such_a_count(tmp_path: Path) -> None:
    rule = (
        'schema = 1\nparticipant = { column = "id" }\n[[columns]]\ncolumn = "AESTDY"\n'
        'to = "events.started_day"\nfirst_day = 1\n'
    )
    problem = refused(tmp_path, "id,AESTDY\nP1,0\n", rule)["EQ337"]
    assert "other than 0" in problem.what


@given(
    st.lists(st.sampled_from(["a", "b", "", "1", "1.0"]), min_size=1, max_size=20),
    st.lists(st.sampled_from(["a", "b", "", "1"]), min_size=1, max_size=3),
)
def test_a_row_is_either_read_or_counted(cells: list[str], stated: list[str]) -> None:
    file = _source("\n".join(["id,x", *(f"P{n},{c}" for n, c in enumerate(cells))]))
    read_rows = matches(file.cells, {"x": tuple(stated)})
    wanted = {"1" if s in ("1", "1.0") else s for s in stated}
    own = [("1" if c == "1.0" else c) in wanted for c in cells]
    assert list(read_rows) == own
    if any(own):
        how = one_file(
            'schema = 1\nparticipant = { column = "id" }\n[where]\n'
            f"x = {stated!r}".replace("'", '"')
        )
        made = selected(file, how)
        assert len(made.cells) == sum(own)
        left = len(own) - sum(own)
        said = "1 row is" if left == 1 else f"{left} rows are"
        assert f"; {said} not read" in made.notes[0]


def _source(text: str) -> Source:
    import io

    import pandas as pd

    frame = pd.read_csv(io.StringIO(text), dtype="string", keep_default_na=False)
    frame.index = pd.RangeIndex(2, len(frame) + 2, name="row")
    return Source("export.csv", frame)


BDS = """\
USUBJID,PARAMCD,AVISIT,AVAL,DTYPE,ADY,ADTF
P1,TOT,Baseline,30,,1,
P1,TOT,Day 1,20,,2,
P2,TOT,Baseline,28,,1,
P2,TOT,Day 1,28,LOCF,2,
"""
ADAM = """\
schema = 1
participant = { column = "USUBJID" }
visit = { column = "AVISIT", values = { Baseline = "baseline", "Day 1" = "day-1" } }
pivot = { code = "PARAMCD", value = "AVAL" }
[[columns]]
column = "TOT"
to = "score.madrs.total"
[[columns]]
column = "ADY"
to = "visits.actual_day"
first_day = 1
[ignore]
ADTF = "flag"
DTYPE = "derivation"
"""


def test_imputed_rows_are_never_read_as_observed(tmp_path: Path) -> None:
    problem = refused(tmp_path, BDS, ADAM)["EQ357"]
    assert rows(problem, "row") == ["5"]
    assert 'DTYPE = ""' in problem.fix
    stated = ADAM.replace("[ignore]", '[where]\nDTYPE = ["", "LOCF"]\n[ignore]')
    assert "LOCF" in refused(tmp_path, BDS, stated)["EQ357"].what
    observed = ADAM.replace("[ignore]", '[where]\nDTYPE = ""\n[ignore]')
    data = read(tmp_path, BDS, observed)
    assert data.recorded_scores["value"].tolist() == [30, 20, 28]
    assert "DTYPE: LOCF 1" in data.origin.reading[0]


def test_summaries_of_observed_values_are_read_where_the_filter_names_them(
    tmp_path: Path,
) -> None:
    text = BDS.replace("LOCF", "AVERAGE")
    assert "AVERAGE" in refused(tmp_path, text, ADAM)["EQ357"].what
    stated = ADAM.replace("[ignore]", '[where]\nDTYPE = ["", "AVERAGE"]\n[ignore]')
    assert len(read(tmp_path, text, stated).recorded_scores) == 4


def test_imputed_dates_are_not_read_as_observed(tmp_path: Path) -> None:
    text = BDS.replace("LOCF,2,", ",2,D")
    problem = refused(tmp_path, text, ADAM)["EQ357"]
    assert rows(problem, "row") == ["5"]
    stated = ADAM.replace("first_day = 1", 'first_day = 1\nwhere = { ADTF = "" }')
    data = read(tmp_path, text, stated)
    assert data.visits["actual_day"].isna().sum() == 1
    assert len(data.recorded_scores) == 4


@pytest.mark.parametrize(
    "text", ["2014-03", "2014", "2014---05", "2014-3-5", "--03-05"]
)
def test_a_partial_date_is_never_completed(tmp_path: Path, text: str) -> None:
    lines = f"id,consent\nP1,2014-03-05\nP2,{text}\n"
    for form in ("", 'format = "ISO 8601"\n'):
        rule = (
            'schema = 1\nparticipant = { column = "id" }\n[[columns]]\n'
            f'column = "consent"\nto = "participants.consented_at"\n{form}'
        )
        assert rows(refused(tmp_path, lines, rule)["EQ338"], "consent") == [text]
        data = read(tmp_path, lines, rule + f'missing = ["{text}"]\n')
        assert data.participants["consented_at"].isna().tolist() == [False, True]


def test_a_date_with_a_time_and_a_zone_is_the_day_as_written(tmp_path: Path) -> None:
    text = (
        "id,start,ae,term\nP1,2014-03-05,2014-03-06T23:30-05:00,a\n"
        "P2,2014-03-05,20140307,b\n"
    )
    rule = (
        'schema = 1\nparticipant = { column = "id" }\n'
        'day0 = { column = "start", format = "ISO 8601" }\n[[columns]]\n'
        'column = "ae"\nto = "events.started_day"\nformat = "ISO 8601"\n'
        '[[columns]]\ncolumn = "term"\nto = "events.term"\n'
    )
    assert read(tmp_path, text, rule).events["started_day"].tolist() == [1, 2]


def test_a_format_without_a_day_is_rejected() -> None:
    from equipoise.errors import DataError

    with pytest.raises(DataError, match="without a day"):
        one_file(
            'schema = 1\nparticipant = { column = "id" }\n[[columns]]\ncolumn = "x"\n'
            'to = "participants.consented_at"\nformat = "%Y-%m"\n'
        )


def test_a_file_of_the_formats_is_pivoted_as_well(tmp_path: Path) -> None:
    made = source(tmp_path, QS)
    how = one_file(HEAD + PIVOT)
    assert list(selected(made, how).cells["MADRS02"]) == ["", "4", "", "", "", ""]
    assert isinstance(eq.__version__, str)


def test_what_every_row_of_a_visit_repeats_is_read_once(tmp_path: Path) -> None:
    days = {"BASELINE": "1", "DAY 1": "2", "VISIT": "QSDY"}
    lines = [f"{line},{days[line.split(',')[-1]]}" for line in QS.splitlines()]
    rule = (
        '[[columns]]\ncolumn = "QSDY"\nto = "visits.actual_day"\nfirst_day = 1\n'
        + FILTER
    )
    data = read(tmp_path, "\n".join(lines), HEAD + PIVOT + ITEMS + rule)
    assert data.visits["actual_day"].tolist() == [0, 1, 0]
    lines[2] = lines[2].removesuffix(",1") + ",3"
    problem = refused(tmp_path, "\n".join(lines), HEAD + PIVOT + ITEMS + rule)["EQ348"]
    assert rows(problem, "row") == ["2", "3"]
