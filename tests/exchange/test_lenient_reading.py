"""Reading goes on where an analysis is refused."""

from pathlib import Path

import pytest

import equipoise as eq
from equipoise.errors import DataError
from equipoise.exchange.lenient_reading import read_leniently
from tests.exchange.small import LONG, MAPPING, protocol


def test_a_file_without_its_visit_column_is_read_as_far_as_possible(
    tmp_path: Path,
) -> None:
    (tmp_path / "export.csv").write_text(LONG.replace("visit,", "event,", 1))
    (tmp_path / "mapping.toml").write_text(MAPPING)
    read = read_leniently(tmp_path / "export.csv", protocol(), None)
    assert next(stage for stage, _ in read.problems) == "files"
    assert len(read.tables["participants"]) == 2
    assert read.files[0].rows is not None


def test_without_a_mapping_the_cells_are_read(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text(LONG)
    read = read_leniently(tmp_path / "export.csv", protocol(), None)
    assert [problem.code for _, problem in read.problems] == ["EQ330"]
    assert read.files[0].source is not None
    assert not read.tables


def test_a_problem_of_one_of_several_files_names_it(tmp_path: Path) -> None:
    part = MAPPING.partition("participant =")[2].replace("[[columns]]", "[[X.columns]]")
    text = 'schema = 1\n[files."a.csv"]\nparticipant =' + part.replace(
        "[[X", '[[files."a.csv"'
    ).replace('column = "age"', 'column = "agee"')
    (tmp_path / "mapping.toml").write_text(text, "utf-8")
    (tmp_path / "a.csv").write_text(LONG, "utf-8")
    with pytest.raises(DataError) as refusal:
        eq.read_data(tmp_path, protocol())
    places = {problem.where for problem in refusal.value.problems}
    assert 'mapping, files."a.csv", columns, agee' in places
    shown = eq.inspect_data(tmp_path, protocol()).problems["where"]
    assert 'mapping, files."a.csv", columns, agee' in set(shown)
