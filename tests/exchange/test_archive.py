"""A ZIP file of several tables is read like a folder of them."""

import tomllib
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

import equipoise as eq
from equipoise.errors import DataError
from equipoise.exchange.archive import unpacked
from equipoise.exchange.mapping_proposal import propose_mapping
from tests.exchange.small import LONG, MAPPING, protocol
from tests.exchange.test_file_joins import DM, QS


def packed(folder: Path, **files: str) -> Path:
    path = folder / "export.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def test_a_zip_file_is_drafted_and_read(tmp_path: Path) -> None:
    files = {"trial/dm.csv": DM, "trial/qs.csv": QS, "trial/readme.pdf": "x"}
    path = packed(tmp_path, **files, **{"__MACOSX/._dm.csv": "x"})
    made = propose_mapping(path, protocol())
    assert list(tomllib.loads(made.text)["files"]) == ["dm.csv", "qs.csv"]
    text = made.text.replace("NOT RECOGNIZED", "not needed")
    (tmp_path / "mapping.toml").write_text(text, "utf-8")
    data = eq.read_data(path, protocol())
    assert len(data.participants) == 3
    assert data.origin.files == ("dm.csv", "qs.csv")


def test_a_mapping_in_the_zip_file_is_used(tmp_path: Path) -> None:
    several = MAPPING.replace("protocol =", "#")
    body = several.split("participant", 1)[1]
    text = 'schema = 1\n[files."a.csv"]\nparticipant' + body.replace(
        "[[columns]]", '[[files."a.csv".columns]]'
    )
    path = packed(tmp_path, **{"a.csv": LONG, "mapping.toml": text})
    assert len(eq.read_data(path, protocol()).participants) == 2


def test_a_zip_file_without_a_mapping_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path, **{"a.csv": LONG})
    with pytest.raises(DataError, match="EQ330") as refusal:
        eq.read_data(path, protocol())
    assert f"equipoise map {path} " in refusal.value.problems[0].fix
    assert refusal.value.problems[0].where == str(tmp_path / "mapping.toml")


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"readme.pdf": "x"}, "EQ349"),
        ({"a/x.csv": LONG, "b/x.csv": LONG}, "EQ349"),
        ({"x.csv": "0" * 200_000_000}, "EQ340"),
    ],
    ids=["no data", "one name twice", "bomb"],
)
def test_a_zip_file_that_cannot_be_read(
    tmp_path: Path, files: dict[str, str], code: str
) -> None:
    with (
        pytest.raises(DataError, match=code),
        unpacked(packed(tmp_path, **files)),
    ):
        pass


def test_a_broken_zip_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(DataError, match="EQ340"), unpacked(path):
        pass


def test_a_member_outside_of_the_folder_is_not_unpacked(tmp_path: Path) -> None:
    path = packed(tmp_path, **{"../../evil.csv": LONG, "a.csv": LONG})
    with unpacked(path) as folder:
        assert [one.name for one in folder.iterdir()] == ["a.csv"]


def test_any_other_path_is_unchanged(tmp_path: Path) -> None:
    with unpacked(tmp_path) as folder:
        assert folder == tmp_path


def test_a_zip_file_of_one_table_is_drafted_and_read(tmp_path: Path) -> None:
    """A draft of one file has no names of files: the path of the ZIP file is enough."""
    path = packed(tmp_path, **{"export/a.csv": LONG, "notes.pdf": "x"})
    (tmp_path / "mapping.toml").write_text(MAPPING, "utf-8")
    assert len(eq.read_data(path, protocol()).participants) == 2


def test_data_in_a_zip_file_that_cannot_be_read_are_not_passed_over(
    tmp_path: Path,
) -> None:
    path = packed(tmp_path, **{"dm.csv": DM, "ae.zip": "PK", "sites/lab.XLS": "x"})
    made = propose_mapping(path, protocol())
    assert "ae.zip" in tomllib.loads(made.text)["ignore_files"]
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(made.text.replace("NOT RECOGNIZED", "not needed"), "utf-8")
    assert len(eq.read_data(path, protocol()).participants) == 3
    text = made.text.replace("NOT RECOGNIZED", "not needed").partition("\n[ignore_f")[0]
    mapping.write_text(text, "utf-8")
    with pytest.raises(DataError, match=r"EQ334.*ae\.zip, lab\.XLS"):
        eq.read_data(path, protocol())


def test_a_zip_file_of_zip_files_says_so(tmp_path: Path) -> None:
    path = packed(tmp_path, **{"a/inner.zip": "PK"})
    with pytest.raises(DataError, match=r"only files .*inner\.zip") as refusal:
        eq.inspect_data(path, protocol())
    assert "unpack" in refusal.value.problems[0].fix
