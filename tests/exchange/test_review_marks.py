"""A draft that nobody has read is not used; a mapping that was read is."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import equipoise as eq
from equipoise import library
from equipoise.errors import DataError
from equipoise.exchange.mapping_proposal import propose_mapping
from equipoise.exchange.review_marks import not_reviewed, review_marks
from tests.exchange.small import LONG, MAPPING, TUTORIAL, protocol, read, refused


def marks(text: str) -> list[tuple[int, str]]:
    return [(one.line, one.mark) for one in review_marks(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a = 1\n# CHECK: which?\n", [(2, "CHECK")]),
        ("# perhaps: CHECK\n", [(1, "CHECK")]),
        ("a = 1  # CHECK\n", [(1, "CHECK")]),
        ('# CHECK: which visit? V1 = "x"\n', [(1, "CHECK")]),
        ('x = "NOT RECOGNIZED: map it"\n', [(1, "NOT RECOGNIZED")]),
        ("x = 'NOT RECOGNIZED'\n", [(1, "NOT RECOGNIZED")]),
        ('x = """\nNOT RECOGNIZED: map it"""\n', [(2, "NOT RECOGNIZED")]),
        ('x = "CHECK: not needed?"\n', [(1, "CHECK")]),
        ('ignore = { x = "NOT RECOGNIZED" }\n', [(1, "NOT RECOGNIZED")]),
        # A column may be called like a mark, and a reason may use its words.
        ('column = "CHECK_1"\n', []),
        ('"CHECK" = "not needed"\n', []),
        ('["NOT RECOGNIZED"]\n', []),
        ('x = "asked for a double check"\n', []),
        ("# read and checked; recognized by its name\n", []),
        ('x = "a # CHECK in a text"\n', []),
        ("", []),
    ],
)
def test_marks_of_comments_and_reasons(text: str, found: list[tuple[int, str]]) -> None:
    assert marks(text) == found


def test_the_message_names_every_line_at_once() -> None:
    text = "\n".join(["# CHECK: this", "a = 1", "# CHECK: that"])
    (problem,) = not_reviewed(text, origin="mapping.toml")
    assert problem.code == "EQ355"
    assert "2 entries" in problem.what
    assert problem.where == "mapping.toml, lines 1, 3"
    assert problem.records is not None
    assert problem.records["line"].tolist() == [1, 3]


def test_a_draft_is_refused_until_its_marks_are_deleted(tmp_path: Path) -> None:
    marked = MAPPING.replace("[[columns]]", "# CHECK: is it?\n[[columns]]", 1)
    problem = refused(tmp_path, LONG, marked)["EQ355"]
    assert "delete the words" in problem.fix
    read(tmp_path, LONG, marked.replace("CHECK: is it?", "yes: the coordinator"))


def test_an_accepted_draft_is_recorded_as_such(tmp_path: Path) -> None:
    marked = MAPPING + "# CHECK\n"
    data = read(tmp_path, LONG, marked, accept=("EQ355",))
    (told,) = data.origin.accepted
    assert told.startswith("EQ355: 1 entry of the mapping marked CHECK")


@pytest.mark.parametrize("name", library.names("mappings"))
def test_no_mapping_of_the_library_has_marks(name: str) -> None:
    assert review_marks(library.text("mappings", name)) == []


def test_the_mapping_of_the_tutorial_has_no_marks() -> None:
    assert review_marks((TUTORIAL / "mapping.toml").read_text("utf-8")) == []


@pytest.mark.property
@given(st.text("#\"'\\\n =CHECKa[]", max_size=40))
def test_any_text_can_be_searched(text: str) -> None:
    for one in review_marks(text):
        assert 1 <= one.line <= text.count("\n") + 1


def test_every_doubt_of_a_proposal_is_a_mark(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("id,visit,madrs,odd\nA,V?,20,\nA,baseline,30,x\nB,baseline,28,\n")
    made = propose_mapping(path, protocol())
    low = [one for one in made.reasons if one.confidence == "low"]
    assert low
    assert made.unmapped == ("odd",)
    assert len(marks(made.text)) >= len(low) + len(made.unmapped)
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(made.text, "utf-8")
    with pytest.raises(DataError, match="EQ355"):
        eq.read_data(path, protocol())
