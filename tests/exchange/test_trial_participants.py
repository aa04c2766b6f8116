"""One person is one participant: who takes part, and what is rejected."""

from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import equipoise as eq
from equipoise.errors import DataError, Problem
from tests.exchange.small import LONG, MAPPING, protocol, read, refused, rows

PEOPLE = "id,arm\nP-001,ketamine\nP-002,midazolam\nP-003,ketamine\n"
RATINGS = "subject,visit,madrs\n" + "".join(
    f"P-00{n},{visit},{value}\n"
    for n, visit, value in (
        (1, "baseline", 30),
        (1, "day-1", 12),
        (2, "baseline", 28),
        (2, "day-1", 27),
        (3, "baseline", 31),
    )
)
FILES = """\
schema = 1
[files."people.csv"]
participant = { column = "id" }
columns = [{ column = "arm", to = "participants.arm" }]
[files."ratings.csv"]
participant = { column = "subject" }
visit = { column = "visit" }
columns = [{ column = "madrs", to = "score.madrs.total" }]
"""
EVENTS = """\
[files."ae.csv"]
participant = { column = "subject" }
columns = [{ column = "term", to = "events.term" }]
"""


def trial(
    folder: Path,
    ae: str | None = None,
    *,
    people: str = PEOPLE,
    ratings: str = RATINGS,
    mapping: str = FILES + EVENTS,
) -> eq.TrialData:
    """The data of a folder of two or three files."""
    texts = {"people.csv": people, "ratings.csv": ratings, "mapping.toml": mapping}
    if ae is None:
        texts["mapping.toml"] = mapping.replace(EVENTS, "")
    else:
        texts["ae.csv"] = "subject,term\n" + ae
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return eq.read_data(folder, protocol())


def problem(folder: Path, ae: str | None = None, **texts: str) -> Problem:
    """The only problem with which the files are rejected."""
    with pytest.raises(DataError) as refusal:
        trial(folder, ae, **texts)
    (found,) = refusal.value.problems
    return found


@pytest.mark.parametrize(
    "text", ["P001", "p-001", "P-1", "P-001.", "P\u2011001", "P-0O1"]
)
def test_events_under_another_spelling_are_rejected_with_the_nearest(
    tmp_path: Path, text: str
) -> None:
    found = problem(tmp_path, f"{text},Fall\nP-002,Nausea\n")
    assert found.code == "EQ306"
    assert "did you mean 'P-001'?" in found.what
    assert rows(found, "row") == ["2"]
    assert found.where == "ae.csv, column subject"


def test_ratings_and_measurements_are_rejected_like_events(tmp_path: Path) -> None:
    found = problem(tmp_path, ratings=RATINGS.replace("P-003", "P-013"))
    assert found.code == "EQ306"
    assert "'P-013'" in found.what


def test_a_rule_of_the_mapping_joins_spellings_and_says_so(tmp_path: Path) -> None:
    ae = "P001,Fall\nP001,Nausea\nP-002,Fall\n"
    found = problem(tmp_path, ae)
    assert 'ignore = ["punctuation"]' in found.fix
    rule = EVENTS.replace('"subject" }', '"subject", ignore = ["punctuation"] }')
    data = trial(tmp_path, ae, mapping=FILES + rule)
    assert data.events["participant"].tolist() == ["P-001", "P-001", "P-002"]
    assert any("'P001' as 'P-001' (2 rows)" in text for text in data.origin.reading)


def test_numbers_are_compared_as_they_are_written(tmp_path: Path) -> None:
    people = "id,arm\n1,ketamine\n2,midazolam\n"
    ratings = "subject,visit,madrs\n1,baseline,30\n2,baseline,28\n"
    for text, words in (("1.0", '"decimal zeros"'), ("01", '"leading zeros"')):
        found = problem(tmp_path, f"{text},Fall\n", people=people, ratings=ratings)
        assert "did you mean '1'?" in found.what
        assert words in found.fix


def test_another_column_with_the_identifiers_is_named(tmp_path: Path) -> None:
    people = "id,usubjid,arm\n1001,T-1001,ketamine\n1002,T-1002,midazolam\n"
    ratings = "subject,visit,madrs\n1001,baseline,30\n1002,baseline,28\n"
    rule = (FILES + EVENTS).replace(
        '[{ column = "arm", to = "participants.arm" }]\n',
        '[{ column = "arm", to = "participants.arm" }]\nignore = { usubjid = "unused" }\n',
        1,
    )
    found = problem(
        tmp_path,
        "T-1001,Fall\nT-1002,Fall\n",
        people=people,
        ratings=ratings,
        mapping=rule,
    )
    assert "map column 'usubjid' of people.csv as participant" in found.fix


def test_the_file_that_lists_everyone_can_be_stated(tmp_path: Path) -> None:
    """Screened participants are in the file without arms, not in the allocation."""
    screened = RATINGS + "P-009,baseline,12\n"
    found = problem(tmp_path, ratings=screened)
    assert "'P-009'" in found.what
    rule = FILES.replace(
        '[files."ratings.csv"]\n', '[files."ratings.csv"]\npeople = true\n'
    )
    data = trial(tmp_path, ratings=screened, mapping=rule)
    assert "P-009" in data.participants["participant"].tolist()
    assert any("has no arm: 'P-009'" in text for text in data.origin.reading)


def test_files_of_which_none_lists_participants_are_rejected(tmp_path: Path) -> None:
    rule = FILES.replace(
        'columns = [{ column = "arm", to = "participants.arm" }]',
        'ignore = { arm = "blinded" }',
    )
    assert problem(tmp_path, mapping=rule).code == "EQ310"


@pytest.mark.parametrize("text", ["p-002", "P-02", "P 002", "P-002.", "P\u2013002"])
@pytest.mark.parametrize("blinded", [False, True])
def test_two_spellings_in_one_file_are_rejected_also_while_blinded(
    tmp_path: Path, text: str, blinded: bool
) -> None:
    table = "id,visit,arm,madrs\nP-001,V0,K,30\nP-002,V0,M,28\n"
    rule = (
        MAPPING.split("day0 =")[0]
        + "\n[[columns]]"
        + MAPPING.split("[[columns]]")[-1]
        + ('[ignore]\narm = "blinded"\n' if blinded else "")
    )
    if not blinded:
        rule += "\n[[columns]]" + MAPPING.split("[[columns]]")[1]
    found = refused(tmp_path, table + f"{text},V0,M,20\n", rule)
    assert set(found) == {"EQ306"}
    assert "did you mean" in found["EQ306"].what
    distinct = rule.replace('"id" }', f'"id", distinct = ["{text}"] }}')
    assert len(read(tmp_path, table + f"{text},V0,M,20\n", distinct).participants) == 3


def test_joined_spellings_of_one_file_are_one_participant(tmp_path: Path) -> None:
    rule = MAPPING.replace('"id" }', '"id", ignore = ["case"] }', 1)
    text = LONG.replace("P2,V1", "p2,V1")
    data = read(tmp_path, text, rule)
    assert data.content_hash == read(tmp_path).content_hash
    assert any("'p2' as 'P2' (1 row)" in note for note in data.origin.reading)


def test_a_participant_with_two_arms_in_two_files_is_rejected(tmp_path: Path) -> None:
    rule = FILES.replace(
        '"score.madrs.total" }',
        '"score.madrs.total" }, { column = "arm", to = "participants.arm" }',
    )
    head, *lines = RATINGS.splitlines()
    ratings = "\n".join([head + ",arm", *(line + ",midazolam" for line in lines)])
    assert problem(tmp_path, ratings=ratings + "\n", mapping=rule).code == "EQ339"


def test_an_empty_or_blank_arm_is_never_a_group_of_its_own(tmp_path: Path) -> None:
    for text in ('""', "  "):
        data = trial(tmp_path, people=PEOPLE + f"P-004,{text}\n")
        assert data.participants["arm"].dropna().nunique() == 2
    assert problem(tmp_path, people=PEOPLE + "P-004,ketamin\n").code == "EQ307"
    data = trial(tmp_path, people=PEOPLE + "P-004,ketamine \n")
    assert data.participants["arm"].tolist().count("ketamine") == 3


folders = count()
someone = st.sampled_from(
    ["P-001", "P-002", "P-003", "P001", "p-2", "X", "4", "P-003 "]
)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(someone, max_size=5, min_size=1))
def test_adding_a_file_never_changes_who_is_in_the_trial(
    tmp_path: Path, people: list[str]
) -> None:
    """Law: the participants stay the same, or the file is rejected."""
    folder = tmp_path / str(next(folders))
    folder.mkdir()
    before = trial(folder).participants
    codes, after = set(), None
    try:
        after = trial(folder, "".join(f"{name},Fall\n" for name in people))
    except DataError as error:
        codes = {found.code for found in error.problems}
    known = set(people) <= set(before["participant"])
    assert codes == (set() if known else {"EQ306"})
    if after is not None:
        assert after.participants.equals(before)
        assert len(after.events) == len(people)


def test_a_row_without_an_identifier_is_one_problem(tmp_path: Path) -> None:
    with pytest.raises(DataError) as refusal:
        trial(tmp_path, "P-001,Fall\n,Nausea\n")
    assert [problem.code for problem in refusal.value.problems] == ["EQ344"]


def test_only_a_column_of_identifiers_is_proposed_instead(tmp_path: Path) -> None:
    """The text of an identifier may also be the number of a site, or a total."""
    people = "id,arm,s\nP-001,ketamine,10\nP-002,midazolam,{}\nP-003,ketamine,20\n"
    listed = '"people.csv"]\nparticipant = { column = "id" }'
    ignored = (FILES + EVENTS).replace(listed, f'{listed}\nignore = {{ s = "site" }}')
    for site, proposed in (("10", False), ("30", True)):
        with pytest.raises(DataError) as refusal:
            trial(tmp_path, "10,Fall\n", people=people.format(site), mapping=ignored)
        fix = refusal.value.problems[0].fix
        assert ("map column 's' of people.csv" in fix) == proposed
