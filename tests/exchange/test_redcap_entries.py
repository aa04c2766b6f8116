"""REDCap exports with one row for each value (EAV) are drafted like raw ones."""

import csv
import io
import re
import runpy
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import equipoise as eq
from equipoise.dataset.trialdata import TrialData
from equipoise.errors import DataError
from equipoise.exchange.mapping_proposal import Proposal, propose_mapping
from equipoise.exchange.redcap_entries import is_entries
from tests.exchange.small import protocol, refused

Row = dict[str, str]
HEAD = "record,redcap_event_name,field_name,value\n"


@cache
def example() -> dict[str, str]:
    made: dict[str, str] = runpy.run_path("docs/how-to/redcap/make_exports.py")[
        "exports"
    ]()
    return made


def lines() -> list[Row]:
    return list(csv.DictReader(io.StringIO(example()["entries.csv"])))


def written(rows: list[Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def proposed(folder: Path, text: str, *, labels: bool = True) -> Proposal:
    (folder / "export.csv").write_text(text, "utf-8")
    (folder / "labels.csv").write_text(example()["dictionary.csv"], "utf-8")
    dictionary = folder / "labels.csv" if labels else None
    return propose_mapping(folder / "export.csv", protocol(), dictionary)


def read(folder: Path, text: str) -> TrialData:
    """The data as its draft reads them, after its marks were read and deleted."""
    draft = proposed(folder, text).text
    draft = re.sub("# CHECK: .*", "", draft).replace("NOT RECOGNIZED", "not needed")
    (folder / "mapping.toml").write_text(draft, "utf-8")
    return eq.read_data(
        folder / "export.csv", protocol(), mapping=folder / "mapping.toml"
    )


def estimates(data: TrialData) -> dict[str, float | None]:
    return {one.id: one.estimate for one in eq.analyze(protocol(), data).estimates}


def test_from_the_draft_to_the_estimates_of_the_raw_export(tmp_path: Path) -> None:
    found = read(tmp_path, example()["entries.csv"])
    expected = read(tmp_path, example()["raw.csv"])
    assert estimates(found) == estimates(expected)
    assert len(found.answers) == len(expected.answers)
    assert len(found.recorded_scores) == len(expected.recorded_scores)


def test_the_draft_says_what_that_of_the_raw_export_says(tmp_path: Path) -> None:
    def told(text: str, *, labels: bool) -> set[tuple[str, str, str]]:
        made = proposed(tmp_path, text, labels=labels)
        names = [one for one in made.reasons if one.proposal != "participant"]
        return {(r.column, r.proposal, r.confidence) for r in names}

    for labels in (True, False):
        raw = told(example()["raw.csv"], labels=labels)
        assert told(example()["entries.csv"], labels=labels) == raw
        assert ("madrs_01", "items.madrs", "high" if labels else "low") in raw


def test_nothing_of_a_person_is_in_the_draft(tmp_path: Path) -> None:
    text = example()["entries.csv"].replace("A.B.", "anna@example.org")
    for labels in (True, False):
        assert "anna@" not in proposed(tmp_path, text, labels=labels).text


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_means_nothing(
    tmp_path_factory: pytest.TempPathFactory, order: Random
) -> None:
    folder = tmp_path_factory.mktemp("order")
    rows = lines()
    expected = read(folder, written(rows)).answers
    order.shuffle(rows)
    keys = ["participant", "visit", "item"]
    found = read(folder, written(rows)).answers
    one, other = (t.sort_values(keys)[[*keys, "value"]] for t in (found, expected))
    assert one.to_numpy().tolist() == other.to_numpy().tolist()


def test_several_answers_of_one_field_are_never_read_as_one(tmp_path: Path) -> None:
    rows = lines()
    more = [
        {**row, "value": "1" if row["value"] == "2" else "2"}
        for row in rows
        if row["field_name"] in ("comorbid", "gender")
    ]
    made = proposed(tmp_path, written([*rows, *more]))
    assert {"comorbid", "gender"} <= set(made.unmapped)
    for name in ("comorbid", "gender"):
        assert f'{name} = "NOT RECOGNIZED (each of several answers' in made.text
    assert "participants.sex" not in made.text
    (tmp_path / "m.toml").write_text(made.text, "utf-8")
    with pytest.raises(DataError, match="EQ355"):
        eq.read_data(tmp_path / "export.csv", protocol(), mapping=tmp_path / "m.toml")


def test_a_wrong_total_is_found(tmp_path: Path) -> None:
    rows = lines()
    row = next(row for row in rows if row["field_name"] == "madrs_sum")
    row["value"] = str(int(row["value"]) + 1)
    with pytest.raises(DataError, match="EQ312"):
        read(tmp_path, written(rows))


EVENTS = ("ae_term", "ae_severity", "ae_start_date")


REPEATS = ("redcap_repeat_instrument", "redcap_repeat_instance")


def with_events(*events: tuple[str, str, str, str]) -> list[Row]:
    """The rows with adverse events on a repeating form: person, and its three parts."""
    rows = [
        {k: row[k] for k in ("record", "redcap_event_name")}
        | dict.fromkeys(REPEATS, "")
        | {k: row[k] for k in ("field_name", "value")}
        for row in lines()
    ]
    for number, (person, *values) in enumerate(events, 1):
        form = dict(zip(REPEATS, ("adverse_events", str(number)), strict=True))
        place = {"record": person, "redcap_event_name": "day_7_arm_1", **form}
        parts = zip(EVENTS, values, strict=True)
        rows += [place | {"field_name": n, "value": v} for n, v in parts if v]
    return rows


def test_parts_of_an_event_are_read_together_by_their_form(tmp_path: Path) -> None:
    rows = with_events(
        ("P-001", "headache", "mild", "12-03-2026"),
        ("P-001", "nausea", "severe", "13-03-2026"),
        ("P-002", "headache", "", "14-03-2026"),
    )
    rows.reverse()
    made = proposed(tmp_path, written(rows))
    form = ", ".join(f'"{n}"' for n in ("record", "redcap_event_name", *REPEATS))
    assert f"form = [{form}]" in made.text
    data = read(tmp_path, written(rows))
    found = data.events.astype(object).where(data.events.notna(), None)
    told = found[["participant", "term", "severity"]].to_numpy().tolist()
    assert sorted(told, key=str) == [
        ["P-001", "headache", "mild"],
        ["P-001", "nausea", "severe"],
        ["P-002", "headache", None],
    ]
    assert found["started_day"].notna().all()
    assert any("3 adverse events are read together" in n for n in data.origin.reading)
    plain = estimates(read(tmp_path, example()["entries.csv"]))
    all_rows = estimates(data)
    assert {name: all_rows[name] for name in plain} == plain


def test_a_part_that_a_form_has_twice_is_rejected(tmp_path: Path) -> None:
    rows = with_events(("P-001", "headache", "mild", "12-03-2026"))
    draft = proposed(tmp_path, written(rows)).text
    draft = re.sub("# CHECK: .*", "", draft).replace("NOT RECOGNIZED", "not needed")
    again = [*rows, {**rows[-3], "value": "nausea"}]
    problem = refused(tmp_path, written(again), draft)["EQ357"]
    assert "2 rows have ae_term of the same form" in problem.what


def test_parts_of_an_event_in_separate_rows_are_not_read(tmp_path: Path) -> None:
    text = f"{HEAD}1,a,ae_term,headache\n1,a,ae_severity,mild\n1,b,ae_term,nausea\n"
    rule = """\
schema = 1
participant = { column = "record" }
pivot = { code = "field_name", value = "value" }
[[columns]]
column = "ae_term"
to = "events.term"
[[columns]]
column = "ae_severity"
to = "events.severity"
[ignore]
redcap_event_name = "not needed"
"""
    problem = refused(tmp_path, text, rule)["EQ357"]
    assert "ae_term" in problem.what
    assert "form = [" in problem.fix


def test_the_field_of_the_record_may_be_named_as_its_column(tmp_path: Path) -> None:
    text = example()["entries.csv"].replace(",record_id,", ",record,")
    assert len(read(tmp_path, text).answers)
    other = text.replace(",record,P-001", ",record,P-999", 1)
    with pytest.raises(DataError, match="EQ357"):
        read(tmp_path, other)


def test_repeating_forms_and_a_first_instance_of_all_others(tmp_path: Path) -> None:
    names = ("redcap_repeat_instrument", "redcap_repeat_instance")
    once = [
        {**{k: row[k] for k in ("record", "redcap_event_name")}, **more}
        | {k: row[k] for k in ("field_name", "value")}
        for row in lines()
        for more in [dict(zip(names, ("", "1"), strict=True))]
    ]
    plain = read(tmp_path, example()["entries.csv"])
    assert estimates(read(tmp_path, written(once))) == estimates(plain)
    visits = list(dict.fromkeys(row["redcap_event_name"] for row in lines()))
    form = "madrs"
    repeated = []
    for row in lines():
        number = str(visits.index(row["redcap_event_name"]) + 1)
        rated = row["field_name"].startswith(("madrs", "visit_date"))
        if not rated and number != "1":
            continue
        place = (form, number) if rated else ("", "")
        repeated.append(
            {"record": row["record"], **dict(zip(names, place, strict=True))}
            | {k: row[k] for k in ("field_name", "value")}
        )
    made = proposed(tmp_path, written(repeated))
    assert '"madrs / 2" = "day-1"' in made.text
    assert estimates(read(tmp_path, written(repeated))) == estimates(plain)


def test_in_a_folder_it_is_data_and_not_the_dictionary(tmp_path: Path) -> None:
    (tmp_path / "entries.csv").write_text(example()["entries.csv"], "utf-8")
    (tmp_path / "labels.csv").write_text(example()["dictionary_api.csv"], "utf-8")
    made = propose_mapping(tmp_path, protocol())
    assert "labels.csv is used as the data dictionary." in made.notes
    assert ("gender", "participants.sex") in {
        (one.column, one.proposal) for one in made.reasons
    }


@pytest.mark.parametrize(
    "other",
    [
        ["record", "field_name"],
        ["field_name", "form_name", "field_type", "field_label"],
        ["record", "field_name", "value", "rater"],
        ["id", "field_name", "value"],
    ],
)
def test_other_files_are_not_taken_for_one(other: list[str]) -> None:
    assert not is_entries(other)
