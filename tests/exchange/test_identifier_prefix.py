"""A stated prefix joins the identifiers of two files, and never two people of one."""

import tomllib
from itertools import count
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import equipoise as eq
from equipoise.cli.commands import app
from equipoise.errors import DataError, Problem
from equipoise.exchange.identifier_prefix import (
    become_one,
    fitting_rule,
    with_prefix,
)
from equipoise.exchange.mapping_proposal import propose_mapping
from tests.exchange.small import TUTORIAL, protocol, rows
from tests.exchange.test_trial_participants import FILES, PEOPLE, RATINGS, trial

SHORT = RATINGS.replace("P-", "")
ADDED = FILES.replace('"subject" }', '"subject", add_prefix = "P-" }')
DROPPED = FILES.replace('column = "id" }', 'column = "id", drop_prefix = "P-" }')
NAMES = st.text("P-0012", min_size=1, max_size=5).map(str.strip)
folders = count()


def unmatched(folder: Path, ratings: str, mapping: str = FILES) -> list[Problem]:
    """The problems of a trial of two files."""
    with pytest.raises(DataError) as refusal:
        trial(folder, ratings=ratings, mapping=mapping)
    return list(refusal.value.problems)


def test_nothing_is_added_unless_the_mapping_says_so(tmp_path: Path) -> None:
    (problem,) = unmatched(tmp_path, SHORT)
    assert problem.code == "EQ306"
    assert (
        'write add_prefix = "P-" at participant of ratings.csv: every identifier then '
        "matches" in problem.fix
    )


def test_the_stated_prefix_gives_the_data_of_equal_identifiers(tmp_path: Path) -> None:
    plain = trial(tmp_path)
    found = trial(tmp_path, ratings=SHORT, mapping=ADDED)
    pd.testing.assert_frame_equal(found.recorded_scores, plain.recorded_scores)
    assert found.participants.equals(plain.participants)
    assert (
        "ratings.csv: 3 identifiers in 5 rows read with the prefix 'P-' added, as the "
        "mapping states." in found.origin.reading
    )


def test_the_prefix_may_be_dropped_from_the_participants(tmp_path: Path) -> None:
    found = trial(tmp_path, ratings=SHORT, mapping=DROPPED)
    assert found.participants["participant"].tolist() == ["001", "002", "003"]
    assert len(found.recorded_scores) == 5
    swapped = PEOPLE.replace("P-", "S1/")
    both = DROPPED.replace('"P-"', '"S1/", add_prefix = "P-"')
    found = trial(tmp_path, people=swapped, mapping=both)
    assert found.participants["participant"].tolist() == ["P-001", "P-002", "P-003"]


def test_numbers_of_a_spreadsheet_need_zeros_too(tmp_path: Path) -> None:
    bare = SHORT.replace("00", "")
    (problem,) = unmatched(tmp_path, bare)
    rule = 'add_prefix = "P-", ignore = ["leading zeros"]'
    assert f"write {rule} at participant" in problem.fix
    stated = FILES.replace('"subject" }', f'"subject", {rule} }}')
    found = trial(tmp_path, ratings=bare, mapping=stated)
    assert found.recorded_scores["participant"].nunique() == 3


def test_two_people_who_would_become_one_are_rejected(tmp_path: Path) -> None:
    people = PEOPLE + "001,midazolam\n"
    with pytest.raises(DataError) as refusal:
        trial(tmp_path, people=people, ratings=SHORT, mapping=DROPPED)
    first, *others = refusal.value.problems
    assert first.code == "EQ306"
    assert "'001', 'P-001' as '001'" in first.what
    assert rows(first, "participant") == ["P-001", "001"]
    assert {other.code for other in others} <= {"EQ306"}


def test_a_rule_that_does_not_fit_says_what_it_did(tmp_path: Path) -> None:
    wrong = ADDED.replace('"P-"', '"Q-"')
    (problem,) = unmatched(tmp_path, SHORT, wrong)
    assert problem.where == "ratings.csv, column subject, the prefix 'Q-' added"
    assert "'Q-001'" in problem.what
    assert "add_prefix" not in problem.fix


def test_a_rule_is_proposed_only_if_it_is_the_only_one_for_all() -> None:
    assert fitting_rule(["1", "2"], ["A1", "A2", "B1", "B2"]) == ""
    assert fitting_rule(["001", "900"], ["P-001", "P-002"]) == ""
    assert fitting_rule(["P-001", "P-002"], ["001", "002"]) == 'drop_prefix = "P-"'
    assert fitting_rule(["1", "01"], ["P1", "P2"]) == ""
    assert fitting_rule([], ["P1"]) == ""
    assert fitting_rule(["1", "2"], ["A-001", "A-002", "B-001"]) == ""
    assert fitting_rule(["01", "02"], ["101", "102", "103"]) == 'add_prefix = "1"'


def test_a_number_is_not_the_end_of_a_longer_one() -> None:
    """P-01 before 1 and 3 would name the participants 11 and 13."""
    known = [f"P-{n:03}" for n in range(1, 25)]
    rule = 'add_prefix = "P-", ignore = ["leading zeros"]'
    assert fitting_rule(["1", "3", "5"], known) == rule
    assert fitting_rule(["1", "3", "15"], known) == rule
    assert fitting_rule(["1", "3"], ["P-011", "P-013", "P-014"]) == ""


@pytest.mark.property
@given(texts=st.sets(NAMES, min_size=1), add=NAMES, drop=NAMES)
def test_two_people_become_one_only_if_it_is_told(
    texts: set[str], add: str, drop: str
) -> None:
    """Law: the rule keeps people apart, or names every one that it does not."""
    listed = sorted(texts)
    assert become_one(listed, add) == {}
    merged = become_one(listed, add, drop)
    told = {text for same in merged.values() for text in same}
    kept = [with_prefix(text, add, drop) for text in listed if text not in told]
    assert len(set(kept)) == len(kept)
    assert not {*kept} & {*merged}
    assert all(map(str.strip, kept))


@pytest.mark.property
@given(known=st.sets(NAMES, min_size=1), texts=st.sets(NAMES, min_size=1))
def test_a_proposed_rule_never_makes_one_person_of_two(
    known: set[str], texts: set[str]
) -> None:
    rule = fitting_rule(texts, known)
    if rule and "ignore" not in rule:
        key, _, value = rule.partition(" = ")
        made = {with_prefix(t, **{key.split("_")[0]: value.strip('"')}) for t in texts}
        assert len(made) == len(texts)
        assert made <= known


@pytest.mark.property
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(NAMES, min_size=1, max_size=4, unique=True), prefix=NAMES)
def test_no_prefix_changes_how_many_people_a_file_has(
    tmp_path: Path, texts: list[str], prefix: str
) -> None:
    """Law: as many people as identifiers in the list of participants, or an error."""
    folder = tmp_path / str(next(folders))
    folder.mkdir()
    distinct = [f"q{'x' * n}{text}" for n, text in enumerate(texts)]
    people = "id,arm\n" + "".join(f"{text},ketamine\n" for text in distinct)
    stated = DROPPED.replace('"P-"', f'"q{prefix}"')
    short = with_prefix(distinct[0], drop=f"q{prefix}")
    ratings = f"subject,visit,madrs\n{short},baseline,30\n"
    codes = set()
    try:
        found = trial(folder, people=people, ratings=ratings, mapping=stated)
        assert len(found.participants) == len(texts)
    except DataError as error:
        codes = {problem.code for problem in error.problems}
    assert codes <= {"EQ306"}


def test_the_draft_names_the_rule(tmp_path: Path) -> None:
    """Two files of a stranger: the export, and a sheet of numbered ratings."""
    export = pd.read_csv(TUTORIAL / "export.csv", dtype=str, keep_default_na=False)
    export.to_csv(tmp_path / "people.csv", index=False)
    events = pd.DataFrame({"subject": ["001", "002"], "ae_term": ["Fall", "Nausea"]})
    events.to_csv(tmp_path / "ae.csv", index=False)
    out = tmp_path / "mapping.toml"
    words = ["map", str(tmp_path), "--protocol", str(TUTORIAL / "protocol.toml")]
    done = CliRunner().invoke(app, [*words, "--out", str(out)])
    assert done.exit_code == 0, done.output
    text = out.read_text("utf-8")
    draft = " ".join(text.replace("\n# ", " ").split())
    assert "all are with the keys below" in draft
    assert "CHECK: 0 of the 2 participants" in draft
    entry = tomllib.loads(text)["files"]["ae.csv"]["participant"]
    assert entry == {"column": "subject"}  # nothing is joined that nobody has read
    assert '\ncolumn = "subject"\n# add_prefix = "P-"\n' in text
    stated = tomllib.loads(text.replace("# add_prefix", "add_prefix"))
    assert stated["files"]["ae.csv"]["participant"]["add_prefix"] == "P-"


def test_the_draft_gives_each_key_of_the_rule_a_line(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "ae.csv").write_text("subject,ae_term\n1,Fall\n2,Nausea\n")
    text = propose_mapping(tmp_path, protocol()).text
    lines = '# add_prefix = "P-"\n# ignore = ["leading zeros"]\n'
    assert lines in text
    stated = tomllib.loads(text.replace(lines, lines.replace("# ", "")))
    assert stated["files"]["ae.csv"]["participant"] == {
        "column": "subject",
        "add_prefix": "P-",
        "ignore": ["leading zeros"],
    }


def test_corrections_name_the_participant_of_the_trial(tmp_path: Path) -> None:
    entry = """
[[corrections]]
participant = "P-001"
visit = "baseline"
column = "madrs"
from = "30"
to = "31"
reason = "typed wrongly"
who = "A. Keller"
when = 2026-06-02
"""
    found = trial(tmp_path, ratings=SHORT, mapping=ADDED + entry)
    assert isinstance(found, eq.TrialData)
    first = found.recorded_scores.iloc[0]
    assert (first["participant"], first["value"]) == ("P-001", 31)
