"""No participant can be recognized from a proposed mapping."""

import csv
import string
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.errors import DataError
from equipoise.exchange.column_profile import Look, words
from equipoise.exchange.dictionary import Field
from equipoise.exchange.mapping_proposal import propose_mapping
from equipoise.exchange.shown_values import hint, listable, personal, vocabulary
from tests.exchange.small import protocol


def look(name: str, *texts: str, n: int = 5, field: Field | None = None) -> Look:
    return Look(
        column=name,
        words=words(name),
        texts=texts,
        field=field,
        once=True,
        people=dict.fromkeys(texts, n),
        rows=n * len(texts),
    )


@pytest.mark.parametrize(
    "name",
    [
        *("first_name", "surname", "initials", "Pat.Initials", "dob", "date_of_birth"),
        *(
            "email",
            "e-mail",
            "Phone2",
            "mobile_phone",
            "home_address",
            "zip",
            "postcode",
        ),
        *("mrn", "medical record number", "ip_address", "comments", "ae_comment"),
        *("other_specify", "rater", "interviewer", "screening_number", "SUBJID_id"),
    ],
)
def test_columns_of_personal_data_by_name(name: str) -> None:
    assert personal(look(name, "1", "2"))
    assert "not shown" in hint(look(name, "1", "2"), sure=True)


@pytest.mark.parametrize(
    "field",
    [
        Field("x", identifier=True),
        Field("x", type="radio", choices={"1": "A"}, identifier=True),
        Field("x", type="notes"),
        Field("x", validation="date_dmy"),
        Field("x", validation="email"),
        Field("x", label="Name of your doctor"),
    ],
)
def test_columns_of_personal_data_by_the_dictionary(field: Field) -> None:
    texts = ("a", "b") if field.type in ("text", "notes") else ("1", "2")
    assert personal(look("x", *texts, field=field))


def test_values_are_shown_if_several_participants_share_each() -> None:
    assert hint(look("med_cond", "0", "1"), sure=True) == "its values: 0, 1"
    assert hint(look("med_cond", "0", "1", n=2), sure=True) == ""
    assert hint(look("med_cond", "0", "1"), sure=False) == ""
    assert hint(look("x", "1", "2", "3", "4", "5", "6"), sure=True) == ""


def test_a_rare_category_is_counted_and_not_named() -> None:
    one = look("x", "1", "2", "3")
    rare = Look(**{**vars(one), "people": {"1": 40, "2": 30, "3": 1}})
    assert hint(rare, sure=True) == "its values: 1, 2, and 1 not shown"


@pytest.mark.parametrize("text", ["Smith", "Anna", "5550101", "1980", "12345"])
def test_a_name_or_a_long_number_is_no_code_however_often_it_is_there(
    text: str,
) -> None:
    assert hint(look("x", text), sure=True) == ""


def test_choices_are_words_of_the_dictionary() -> None:
    field = Field("x", type="radio", choices={"1": "Pain", "2": "PTSD"})
    assert hint(look("x", "2", n=1, field=field), sure=False) == (
        "its choices: 1 = Pain, 2 = PTSD"
    )


@pytest.mark.parametrize(
    ("text", "n", "listed"),
    [
        ("Ketamine", 1, True),  # a word of the protocol
        ("ket", 1, True),
        ("12", 1, True),
        ("Ketamine 0.5 mg/kg", 1, False),
        ("Ketamine 0.5 mg/kg", 2, True),
        ("Ketamine for anna@example.org", 9, False),
        ("seen on 2026-03-04", 9, False),
        ("555-0101-22", 9, False),
    ],
)
def test_what_may_be_listed_as_a_value(text: str, n: int, listed: bool) -> None:
    known = vocabulary(protocol())
    assert listable(text, [look("x", text, n=n)], known, sure=True) is listed


# --- for any file, nothing that belongs to one participant is copied

NAMES = (
    *("first_name", "email", "phone", "dob", "comment", "x", "madrs", "madrs_total"),
    *("madrs_1", "group", "arm", "sex", "age", "visit_note", "site", "ae_term"),
    *("infusion_date", "ae_severity", "visit_date", "patient_guess", "weight"),
)
SECRETS = (
    *("Anna Example", "anna@example.org", "555-0101", "1980-02-03", "03.02.1980"),
    *(
        "3 - told by Anna Example",
        "ketamine, says Anna Example",
        "Female? Anna Example",
    ),
    *("4930123456", "192.168.7.33", "SW1A 1AA", "baseline of Anna Example", "80331"),
)
HEAD = st.lists(st.sampled_from(NAMES), min_size=1, max_size=6, unique=True)
CELL = st.sampled_from(["", "1", "2", "0", "yes", "ketamine", "F", "NA", *SECRETS])


@pytest.mark.property
@settings(max_examples=60, deadline=None)
@given(head=HEAD, data=st.data(), key=st.sampled_from(["record_id", "who"]))
def test_no_cell_of_one_participant_is_in_the_draft(
    head: list[str], data: st.DataObject, key: str
) -> None:
    rows = data.draw(
        st.lists(
            st.lists(CELL, min_size=len(head), max_size=len(head)),
            min_size=1,
            max_size=8,
        )
    )
    # Each secret belongs to one participant: it is there once at most.
    seen: set[str] = set()
    for row in rows:
        for n, cell in enumerate(row):
            row[n] = "" if cell in seen else cell
            seen |= {cell} & set(SECRETS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow([key, "visit", *head])
            for n, row in enumerate(rows):
                table.writerow([f"Q-{n // 2:04}", ["baseline", "day-1"][n % 2], *row])
        try:
            text = propose_mapping(path, protocol()).text
        except DataError as refusal:  # the shape of the file is not clear
            text = str(refusal)
    for secret in SECRETS:
        assert secret not in text
    assert "Q-000" not in text  # identifiers of participants


@pytest.mark.property
@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(string.ascii_letters + " ", min_size=6, max_size=12), min_size=2)
)
def test_free_text_is_never_copied(texts: list[str]) -> None:
    secrets = [f"Zq{text.strip()}qZ" for text in texts]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        lines = [f"P{n},{text},{text}" for n, text in enumerate(secrets)]
        path.write_text("\n".join(["id,visit,x", *lines]) + "\n")
        text = propose_mapping(path, protocol()).text
    assert not any(secret in text for secret in secrets)


@pytest.mark.parametrize("cell", ["anna@example.org", "555-0101-22", "1980-02-03"])
def test_data_in_the_place_of_names_are_refused_and_not_shown(
    tmp_path: Path, cell: str
) -> None:
    path = tmp_path / "export.csv"
    path.write_text(f"P1,{cell},3\nP2,x,4\n")
    with pytest.raises(DataError, match=r"EQ342|EQ351") as refusal:
        propose_mapping(path, protocol())
    assert cell not in str(refusal.value)
