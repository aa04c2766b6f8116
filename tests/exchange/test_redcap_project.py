"""The fields of a project, from the XML file that REDCap exports."""

from pathlib import Path

import pytest

from equipoise.errors import DataError, LibraryError
from equipoise.exchange.dictionary import missing_codes, read_dictionary
from equipoise.exchange.mapping_proposal import propose_mapping
from equipoise.exchange.redcap_project import project_fields
from tests.exchange.small import protocol
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


def test_missing_data_codes_of_a_project_are_drafted(tmp_path: Path) -> None:
    """A code in a column of numbers would otherwise hide the column."""
    item = "<ItemDef OID='{0}' redcap:Variable='{0}' redcap:FieldType='text'/>"
    codes = "NI, No information | -77, Not asked | 55, Refused"
    variables = f"<redcap:MissingDataCodes>{codes}</redcap:MissingDataCodes>"
    head = HEAD.replace("<MetaData", f"<GlobalVariables>{variables}</GlobalVariables>$")
    head = head.replace("$", "<MetaData")
    project = tmp_path / "project.xml"
    project.write_text(
        head + item.format("record_id") + item.format("age") + TAIL, "utf-8"
    )
    assert missing_codes(project) == {
        "NI": "No information",
        "-77": "Not asked",
        "55": "Refused",
    }
    (tmp_path / "a.csv").write_text("record_id,age\n1,NI\n2,34\n3,55\n", "utf-8")
    made = propose_mapping(tmp_path / "a.csv", protocol(), project)
    assert 'missing = ["NI", "-77", "55"]' in made.text
    assert 'to = "participants.age"' in made.text
    assert any("NI (No information)" in note for note in made.notes)


def test_a_dictionary_in_csv_and_a_project_without_codes_state_none() -> None:
    assert missing_codes(None) == missing_codes(Path("dictionary.csv")) == {}
    assert missing_codes(shared("data/redcap/dag.project.xml")) == {}


@pytest.mark.parametrize(
    "text", ["", "[]", "[" * 200_000, '{"missing_data_codes": 0}', "\0", "{}"]
)
def test_another_file_of_that_name_states_no_codes(tmp_path: Path, text: str) -> None:
    (tmp_path / "project.json").write_text(text, "utf-8")
    assert missing_codes(tmp_path / "dictionary.csv") == {}
    codes = '{"missing_data_codes": "NI, No information", "project_id": 7}'
    (tmp_path / "project.json").write_text(codes, "utf-8")
    found = missing_codes(tmp_path / "dictionary.csv")
    assert found == {"NI": "No information"}


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="EQ002"):
        project_fields(tmp_path / "p.xml")
