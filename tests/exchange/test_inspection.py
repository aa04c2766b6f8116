"""The data as read: the page is written also if they are refused, and discloses nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import equipoise as eq
from equipoise.errors import DataError, LibraryError
from equipoise.exchange.inspection import Inspection
from equipoise.report.inspection.disclosure import showable
from tests.exchange.small import LONG, MAPPING, START, TUTORIAL, feder, protocol, read

ARM = '[[columns]]\ncolumn = "arm"'
BLINDED = (
    MAPPING.partition(ARM)[0]
    + "[[columns]]"
    + MAPPING.partition(ARM)[2].split("[[columns]]", 1)[1]
    + '[ignore]\narm = "blinded"\n'
)


def look(
    folder: Path,
    text: str = LONG,
    mapping: str | None = MAPPING,
    *,
    trial: eq.Protocol | None = None,
    accept: Sequence[str] = (),
) -> Inspection:
    """The inspection of a CSV text."""
    file, rule = folder / "export.csv", folder / "rules.toml"
    file.write_text(text, "utf-8")
    if mapping is not None:
        rule.write_text(mapping, "utf-8")
    named = None if mapping is None else rule
    return eq.inspect_data(file, trial or protocol(), mapping=named, accept=accept)


def words(found: Inspection) -> str:
    """The texts of the page, without tags and styles."""
    body = re.sub(r"<style>.*?</style>", "", found.html, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", " ", body)


def tutorial(folder: Path, change: dict[tuple[int, str], str]) -> Path:
    """The export of the tutorial with some cells changed."""
    frame = pd.read_csv(TUTORIAL / "export.csv", dtype=str, keep_default_na=False)
    for (row, column), text in change.items():
        if column not in frame:
            frame[column] = ""
        frame.loc[row, column] = text
    frame.to_csv(folder / "export.csv", index=False)
    return folder / "export.csv"


def test_sound_data_are_shown_and_not_refused(tmp_path: Path) -> None:
    found = look(tmp_path)
    assert not found.refused
    assert repr(found) == (
        "Inspection(export.csv: 2 participants, 0 problems, would be analyzed)"
    )
    assert found._repr_html_().startswith("<iframe")
    page = found.save(tmp_path / "out" / "page.html")
    assert page.read_text("utf-8") == found.html
    assert "http" not in found.html.replace("http-equiv", "")


def test_the_page_is_written_also_if_the_data_are_refused(tmp_path: Path) -> None:
    found = look(tmp_path, LONG.replace("P2,V1,M", "P2,V9,M"))
    assert found.refused
    assert found.problems["code"].iloc[0] == "EQ343"
    text = words(found)
    assert "An analysis of these data is refused" in text
    assert "V9" in text, "an unknown visit is named"
    assert found.findings.tables["recorded_scores"]["visit"].notna().sum() == 3


@pytest.mark.parametrize(
    "mapping",
    [
        None,
        "schema = 1\n",
        "not toml [",
        MAPPING.replace('"id"', '"no such column"'),
        MAPPING.replace('column = "visit"', 'column = "no such column"'),
        MAPPING.replace('{ column = "start"', '{ column = "no such column"'),
        MAPPING.replace("one-infusion", "another"),
    ],
)
def test_without_a_usable_mapping_the_file_is_shown(
    tmp_path: Path, mapping: str | None
) -> None:
    found = look(tmp_path, mapping=mapping)
    assert found.refused
    assert found.findings.files[0].rows == 4
    assert "export.csv" in words(found)


def test_a_file_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="EQ002"):
        eq.inspect_data(tmp_path / "none.csv", protocol())


cells = st.sampled_from(
    ["30", "61", "-1", "", "x", "2026-03-10", "P1", "K", "V0", "1.5"]
)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 7), cells), max_size=6))
def test_an_inspection_refuses_exactly_what_the_analysis_refuses(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int, str]]
) -> None:
    """Whatever the cells contain: same verdict, and no raw error."""
    folder = tmp_path_factory.mktemp("any")
    lines = [line.split(",") for line in LONG.splitlines()]
    for row, column, text in changes:
        lines[row + 1][column] = text
    text = "\n".join(",".join(line) for line in lines) + "\n"
    found = look(folder, text)
    assert found.html
    try:
        read(folder, text)
    except DataError as refusal:
        codes = {problem.code for problem in refusal.problems}
        assert found.refused
        assert codes <= set(found.problems["code"])
    else:
        assert not found.refused


@settings(max_examples=6)
@given(st.permutations(["K", "K", "M", "M"]))
def test_while_blinded_the_page_is_the_same_for_every_allocation(
    tmp_path_factory: pytest.TempPathFactory, arms: list[str]
) -> None:
    """Noninterference: a page that does not depend on the arms reveals none."""
    folder = tmp_path_factory.mktemp("blinded")
    before = look(folder, mapping=BLINDED).html
    lines = LONG.splitlines()
    for n, arm in enumerate(arms, start=1):
        cells = lines[n].split(",")
        lines[n] = ",".join([*cells[:2], arm, *cells[3:]])
    after = look(folder, "\n".join(lines) + "\n", BLINDED)
    assert after.html == before
    assert "by arm" not in words(after).replace(
        "nothing on this page is shown by arm", ""
    )


def test_while_blinded_a_dose_is_in_no_row_of_a_problem(tmp_path: Path) -> None:
    mapping = BLINDED.replace(
        "[ignore]\n",
        '[[columns]]\ncolumn = "dose"\nto = "exposures.dose_mg"\nvisit = "infusion"\n'
        "[ignore]\n",
    )

    def page(first: str, second: str) -> Inspection:
        text = LONG.replace("madrs\n", "madrs,dose\n", 1)
        doses = iter([first, first, second, second])
        head, *lines = text.splitlines()
        lines = [f"{line},{next(doses)}" for line in lines]
        return look(tmp_path, "\n".join([head, *lines]) + "\n", mapping)

    found = page("41.5", "3.25")
    assert "EQ313" in set(found.problems["code"])
    assert "41.5" not in found.html
    assert found.html == page("3.25", "41.5").html
    assert "41.5" not in json.dumps(found.summary(), default=str)
    wrong = page("41.5 mg", "3.25 mg")
    assert "EQ337" in set(wrong.problems["code"])
    assert "41.5" not in wrong.html


def test_names_and_comments_do_not_get_onto_the_page(tmp_path: Path) -> None:
    secret = "Anna Meyer"
    changes = {
        (7, "madrs_05"): secret,
        (8, "visit_date"): secret,
        (9, "redcap_event_name"): secret,
        (3, "comment"): f"{secret}, tel. 0171 1234567",
        (3, "birth"): "12.03.1980",
        (12, "record_id"): "",
        (12, "comment"): secret,
    }
    found = eq.inspect_data(
        tutorial(tmp_path, changes), protocol(), mapping=TUTORIAL / "mapping.toml"
    )
    assert {"EQ334", "EQ337", "EQ338", "EQ343", "EQ344"} <= set(found.problems["code"])
    for out in (found.html, json.dumps(found.summary(), default=str)):
        for text in (secret, "Meyer", "0171", "1980"):
            assert text not in out


@given(st.text(min_size=1, max_size=60))
def test_a_text_of_one_participant_is_never_shown_with_a_word_that_nobody_knows(
    text: str,
) -> None:
    shown = showable(pd.Series([text]), pd.Series(["P1"]), dates=True).iloc[0]
    if shown:
        assert sum(letter.isalpha() for letter in text) <= 3
        assert "@" not in text


def test_numbers_of_the_page_are_those_of_the_tables() -> None:
    data = eq.read_data(TUTORIAL / "export.csv", protocol())
    found = eq.inspect_data(TUTORIAL / "export.csv", protocol())
    for name, frame in data.tables():
        assert len(found.findings.tables[name]) == len(frame), name
    table = found.completeness
    rated = data.scores.dropna(subset="value")
    having = table[(table["subject"] == "madrs") & (table["state"] == "complete")]
    assert len(having) == len(rated[rated["n_missing"] == 0])
    summary = found.summary()
    assert summary["tables"] == {
        name: len(frame) if len(frame) else None for name, frame in data.tables()
    }


def test_each_cell_of_a_column_is_read_empty_missing_or_unread(tmp_path: Path) -> None:
    changes = {(7, "madrs_05"): "x", (8, "madrs_05"): "-99", (9, "madrs_05"): ""}
    found = eq.inspect_data(
        tutorial(tmp_path, changes), protocol(), mapping=TUTORIAL / "mapping.toml"
    )
    columns = found.columns[found.columns["reason"] == ""]
    parts = columns[["read", "empty", "missing", "unread"]].sum(axis=1)
    assert (parts == columns["rows"]).all()
    item = columns[columns["column"] == "madrs_05"].iloc[0]
    assert (item["unread"], item["missing"], item["codes"]) == (1, 2, "'-99': 2")


def test_what_was_not_collected_is_never_zero(tmp_path: Path) -> None:
    found = look(tmp_path)
    assert found.summary()["tables"]["events"] is None  # type: ignore[index]
    rows = dict(
        re.findall(
            r'data-head="Table">([^<]+)</td>.*?"Rows">([^<]+)<', found.html, re.DOTALL
        )
    )
    assert rows["Adverse events"] == "not collected"
    confirmed = look(
        tmp_path,
        mapping=MAPPING.replace(
            "schema = 1\n", 'schema = 1\ncollected_and_empty = ["events"]\n', 1
        ),
    )
    assert confirmed.summary()["tables"]["events"] == 0  # type: ignore[index]
    assert "not looked at" in set(found.completeness["state"])


def test_an_impossible_value_is_named_with_its_row(tmp_path: Path) -> None:
    found = eq.inspect_data(
        tutorial(tmp_path, {(1, "madrs_03"): "9"}),
        protocol(),
        mapping=TUTORIAL / "mapping.toml",
    )
    rows = next(p.rows for p in found.findings.problems if p.problem.code == "EQ212")
    assert rows[["participant", "row", "column"]].iloc[0].tolist() == [
        "P-001", 3, "madrs_03",
    ]  # fmt: skip
    assert 'class="bad"' in found.html


def test_accepted_problems_do_not_refuse(tmp_path: Path) -> None:
    text = LONG.replace("P1,V0,K,1,30", "P1,V0,K,1,17").replace(
        "P1,V1,K,1,30", "P1,V1,K,1,17"
    )
    assert look(tmp_path, text).refused
    found = look(tmp_path, text, accept=("EQ309",))
    assert not found.refused
    assert "Accepted: EQ309" in words(found)
    assert look(tmp_path, text, accept=("EQ309", "EQ301")).refused, "EQ314"


def test_a_folder_that_equipoise_wrote_is_shown(tmp_path: Path) -> None:
    data = read(tmp_path)
    eq.write_data(data, tmp_path / "out")
    found = eq.inspect_data(tmp_path / "out", protocol())
    assert not found.refused
    assert len(found.completeness) > 0
    (tmp_path / "out" / "trial.json").write_text("{}")
    assert eq.inspect_data(tmp_path / "out", protocol()).refused


def test_a_join_states_who_is_matched(tmp_path: Path) -> None:
    people, ratings = tmp_path / "people.csv", tmp_path / "ratings.csv"
    people.write_text("id,arm\nP-1,K\nP-2,M\n")
    ratings.write_text("id,m\nP-1,30\np1,28\n")
    (tmp_path / "mapping.toml").write_text(
        'schema = 1\n[files."people.csv"]\nparticipant = { column = "id" }\n'
        '[[files."people.csv".columns]]\ncolumn = "arm"\nto = "participants.arm"\n'
        'values = { K = "ketamine", M = "midazolam" }\n'
        '[files."ratings.csv"]\nparticipant = { column = "id" }\n'
        '[[files."ratings.csv".columns]]\ncolumn = "m"\nto = "score.madrs.total"\n'
        'visit = "baseline"\n'
    )
    found = eq.inspect_data(tmp_path, protocol())
    text = words(found)
    assert "Participants across files" in text
    assert "P-1, p1" in text, "the same identifier but for case and punctuation"


def test_events_of_unknown_identifiers_are_not_called_uncollected(
    tmp_path: Path,
) -> None:
    (tmp_path / "people.csv").write_text("id,arm\nP-1,K\nP-2,M\n")
    (tmp_path / "ae.csv").write_text("id,term\nP1,died of something\n")
    (tmp_path / "mapping.toml").write_text(
        'schema = 1\n[files."people.csv"]\nparticipant = { column = "id" }\n'
        '[[files."people.csv".columns]]\ncolumn = "arm"\nto = "participants.arm"\n'
        'values = { K = "ketamine", M = "midazolam" }\n'
        '[files."ae.csv"]\nparticipant = { column = "id" }\n'
        '[[files."ae.csv".columns]]\ncolumn = "term"\nto = "events.term"\n'
    )
    found = eq.inspect_data(tmp_path, protocol())
    assert "EQ306" in set(found.problems["code"])
    text = " ".join(words(found).split())
    assert "Adverse events none read" in text
    assert "none were collected" not in text
    assert "no other identifier" not in text
    assert "died" not in text


def test_a_wide_file_does_not_claim_to_have_looked_at_other_visits(
    tmp_path: Path,
) -> None:
    mapping = (
        START
        + '[[columns]]\ncolumn = "m"\nto = "score.madrs.total"\nvisit = "baseline"\n'
    )
    found = look(tmp_path, "id,m\nP1,30\nP2,\n", mapping)
    table = found.completeness.set_index(["participant", "visit", "subject"])["state"]
    assert table["P1", "baseline", "madrs"] == "complete"
    assert table["P2", "baseline", "madrs"] == "absent"
    assert table["P1", "day-7", "madrs"] == "not looked at"


def test_many_participants_share_rows_of_the_map(tmp_path: Path) -> None:
    rows = "".join(f"P{n:03},{'30' if n % 3 else ''}\n" for n in range(300))
    mapping = (
        START
        + '[[columns]]\ncolumn = "m"\nto = "score.madrs.total"\nvisit = "baseline"\n'
    )
    found = look(tmp_path, "id,m\n" + rows, mapping)
    assert "200 participants" in found.html
    assert "100 participants" in found.html
    assert len(found.html) < 200_000


def test_the_reference_protocol_is_shown_with_simulated_data(tmp_path: Path) -> None:
    from equipoise.exchange.scenarios import load_scenario
    from equipoise.simulate.trial import simulate

    data = simulate(feder(), load_scenario("feder2021"), seed=5, n=8)
    eq.write_data(data, tmp_path / "data")
    found = eq.inspect_data(tmp_path / "data", feder())
    assert not found.refused
    assert "Simulated participants" in words(found)


def test_a_zip_file_is_inspected_as_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    rule = MAPPING.replace("schema = 1\n", "")
    people = 'schema = 1\n[files."export.csv"]\n'
    head, *columns = rule.split("[[columns]]")
    text = people + "\n".join(
        line for line in head.splitlines() if not line.startswith("protocol")
    )
    text += "".join(f'[[files."export.csv".columns]]{c}' for c in columns)
    (folder / "export.csv").write_text(LONG, "utf-8")
    (folder / "mapping.toml").write_text(text, "utf-8")
    packed = tmp_path / "export.zip"
    with ZipFile(packed, "w") as archive:
        for path in folder.iterdir():
            archive.write(path, f"deep/{path.name}")
    found = eq.inspect_data(packed, protocol())
    same = eq.inspect_data(folder, protocol())
    assert found.problems.equals(same.problems)
    assert found.columns.equals(same.columns)
    assert "export.zip" in words(found)
    assert str(tmp_path) not in found.html
    (tmp_path / "broken.zip").write_bytes(packed.read_bytes()[:200])
    with pytest.raises(DataError) as refusal:
        eq.inspect_data(tmp_path / "broken.zip", protocol())
    assert refusal.value.code == "EQ340"
