"""Keys of a file that are stated besides the mapping."""

import pytest

from equipoise.errors import DataError
from equipoise.exchange.mapping import ManyFiles, parse_mapping
from equipoise.exchange.stated_format import with_format
from tests.exchange.small import MAPPING, one_file

FOLDER = 'schema = 1\n[files."a.xlsx"]\nparticipant = { column = "id" }\n'


def test_a_key_is_added_and_reported() -> None:
    made, notes = with_format(one_file(MAPPING), {"sheet": "data", "header_row": [2]})
    assert one_file(MAPPING).file.sheet is None
    assert made.file.sheet == "data"
    assert notes == (
        'Stated as an option and not by the mapping: sheet = "data", header_row = 2.',
    )


@pytest.mark.parametrize("nothing", [None, {}, {"sheet": None, "skip_rows": ()}])
def test_nothing_stated_changes_nothing(nothing: dict[str, object] | None) -> None:
    assert with_format(one_file(MAPPING), nothing) == (one_file(MAPPING), ())


def test_the_only_file_of_a_folder_is_meant() -> None:
    mapping = parse_mapping(FOLDER, origin="m")
    made, _ = with_format(mapping, {"sheet": "data"})
    assert isinstance(made, ManyFiles)
    assert made.files["a.xlsx"].file.sheet == "data"


def test_the_same_value_in_both_places_is_no_contradiction() -> None:
    text = MAPPING.replace("participant =", 'file = { sheet = "data" }\nparticipant =')
    made, _ = with_format(one_file(text), {"sheet": "data"})
    assert made == one_file(text)


@pytest.mark.parametrize(
    ("text", "stated", "said"),
    [
        ('file = { sheet = "a" }\n', {"sheet": "b"}, 'the option --sheet "b"'),
        ("", {"shet": "b"}, "'shet' is unknown"),
        ("", {"delimiter": "ab"}, "delimiter"),
    ],
)
def test_what_cannot_be_is_rejected(
    text: str, stated: dict[str, object], said: str
) -> None:
    mapping = one_file(MAPPING.replace("participant =", f"{text}participant ="))
    with pytest.raises(DataError, match="EQ332") as refusal:
        with_format(mapping, stated)
    assert said in str(refusal.value)
