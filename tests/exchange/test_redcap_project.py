"""The fields of a project, from the XML file that REDCap exports."""

from pathlib import Path

import pytest

from equipoise.errors import DataError, LibraryError
from equipoise.exchange.dictionary import read_dictionary
from equipoise.exchange.redcap_project import project_fields
from tests.shared_data import shared

HEAD = (
    '<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" '
    'xmlns:redcap="https://projectredcap.org"><Study><MetaDataVersion>'
)
TAIL = "</MetaDataVersion></Study></ODM>"


def test_a_public_project_with_identifiers_choices_and_a_calculation() -> None:
    fields = read_dictionary(shared("data/redcap/dag.project.xml"))
    assert fields["sex"].choices == {"0": "Female", "1": "Male"}
    assert {n for n, f in fields.items() if f.identifier} == {
        *("first_name", "last_name", "address", "telephone", "email", "dob"),
    }
    assert fields["bmi"].calculation == "round(([weight]*10000)/(([height])^(2)),1)"
    assert fields["weight"].validation == "integer"
    assert {f.form for f in fields.values()} == {"demographics"}
    assert "redcap_data_access_group" not in fields


def test_a_public_project_with_checkboxes_on_nine_forms() -> None:
    fields = read_dictionary(shared("data/redcap/longitudinal.project.xml"))
    assert fields["gym"].type == "checkbox"
    assert fields["gym"].choices["4"] == "Friday"
    assert len({f.form for f in fields.values()}) == 9


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEAD + TAIL, "EQ333"),
        ("<ODM/>", "EQ333"),
        ("<ODM", "EQ340"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><ODM>&a;</ODM>', "EQ340"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "p.xml"
    path.write_text(text, "utf-8")
    with pytest.raises(DataError) as refusal:
        project_fields(path)
    assert refusal.value.code == code


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="EQ002"):
        project_fields(tmp_path / "p.xml")
