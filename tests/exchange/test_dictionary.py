"""A REDCap data dictionary as fields."""

from pathlib import Path

import pytest

from equipoise.errors import DataError
from equipoise.exchange.dictionary import Field, read_dictionary
from tests.exchange.small import TUTORIAL


def test_the_dictionary_of_the_tutorial() -> None:
    fields = read_dictionary(TUTORIAL / "dictionary.csv")
    assert fields["gender"] == Field(
        name="gender",
        form="enrolment",
        type="radio",
        label="Sex",
        choices={"1": "Female", "2": "Male"},
    )
    assert fields["madrs_01"].choices["-99"] == "not done"
    assert fields["infusion_date"].validation == "date_dmy"
    assert fields["madrs_sum"].choices == {}  # a calculation is no choice


def test_markup_commas_and_yes_no(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text(
        '"Variable / Field Name","Field Type","Field Label",'
        '"Choices, Calculations, OR Slider Labels"\n'
        'a,radio,"<b>How</b>  much?","0, none, at all | 1, <i>some</i>"\n'
        "b,yesno,Alone,\n"
    )
    fields = read_dictionary(path)
    assert fields["a"].label == "How much?"
    assert fields["a"].choices == {"0": "none, at all", "1": "some"}
    assert fields["b"].choices == {"1": "Yes", "0": "No"}


def test_another_file_is_refused() -> None:
    with pytest.raises(DataError, match="data dictionary") as refusal:
        read_dictionary(TUTORIAL / "export.csv")
    assert refusal.value.code == "EQ333"


API = """\
field_name,form_name,field_type,field_label,select_choices_or_calculations,\
text_validation_type_or_show_slider_number,identifier,branching_logic
record_id,start,text,Participant,,,,
name,start,text,Name,,,y,
gender,start,radio,Sex,"1, Female | 2, Male",,,
weight,start,text,Weight,,number,,[gender] = '1'
bmi,start,calc,BMI,"round([weight]/([height]^2),1)",,,
"""


def test_the_dictionary_of_the_api(tmp_path: Path) -> None:
    path = tmp_path / "metadata.csv"
    path.write_text(API)
    fields = read_dictionary(path)
    assert list(fields) == ["record_id", "name", "gender", "weight", "bmi"]
    assert fields["gender"].choices == {"1": "Female", "2": "Male"}
    assert [f.name for f in fields.values() if f.identifier] == ["name"]
    assert fields["weight"].validation == "number"
    assert fields["weight"].branching == "[gender] = '1'"
    assert fields["bmi"].calculation == "round([weight]/([height]^2),1)"
    assert fields["bmi"].choices == {}
