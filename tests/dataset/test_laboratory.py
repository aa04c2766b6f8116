"""Laboratory results from the form of an export."""

from typing import Any

from equipoise import library
from equipoise.dataset.laboratory import laboratory_rows, results_of
from equipoise.dataset.tables import OPTIONAL
from equipoise.protocol.form_file import parse_form
from equipoise.protocol.grades import ReferenceRange

FORM = parse_form(library.text("forms", "laboratory"), origin="laboratory.toml")
ROW: dict[str, Any] = {
    "participant": "P0001",
    "visit": "screening",
    "timepoint_min": None,
    "number": 2,
    "LBDTC": "when",
    "ALT_LBORRES": 130.0,
    "ALT_LBORRESU": "U/L",
    "ALT_LBORNRHI": 40.0,
    "ALT_LBNRIND": "HIGH",
    "ALT_LBCLSIG": True,
    "ALT_LBTOXGR": 2.0,
    "HGB_LBORRES": 12.8,
    "HGB_LBORRESU": "g/dL",
    "TSH_LBTOXGR": "1",
    "TSH_LBORRES": 9.0,
    "missing_codes": "K_LBORRES: not assessed; LBNAM: unknown",
}


def rows(sex: str = "", ranges: tuple[ReferenceRange, ...] = ()) -> dict[str, Any]:
    form = FORM.model_copy(update={"ranges": ranges})
    return {row["name"]: row for row in laboratory_rows(form, ROW, sex)}


def test_each_result_is_a_row_with_what_belongs_to_it() -> None:
    found = rows()
    assert list(found) == ["HGB", "K", "ALT", "TSH"]
    assert found["ALT"] == {
        "visit": "screening", "timepoint_min": None, "number": 2, "form": "laboratory",
        "name": "ALT", "label": "Alanine aminotransferase", "value": 130.0,
        "unit": "U/L", "low": None, "high": 40.0, "indicator": "HIGH",
        "significant": True, "grade": 2.0, "sampled_at": "when",
        "reason_missing": None,
    }  # fmt: skip
    columns = {column.name for column in OPTIONAL["laboratory"].columns}
    assert {*found["ALT"], "participant"} == columns


def test_a_missing_code_is_a_row_without_a_value_and_no_answer_is_no_row() -> None:
    found = rows()
    assert found["K"]["value"] is None
    assert found["K"]["reason_missing"] == "not assessed"
    assert "CREAT" not in found


def test_a_grade_that_was_chosen_by_hand_is_a_number() -> None:
    assert rows()["TSH"]["grade"] == 1


def test_a_range_of_the_protocol_fills_what_the_form_leaves_empty() -> None:
    ranges = tuple(
        ReferenceRange(
            of="HGB_LBORRES", unit="g/dL", sex=sex, low=low, high=high, assumed=True
        )
        for sex, low, high in (("F", 12.0, 15.5), ("M", 13.5, 17.5))
    )
    made = [rows(sex, ranges)["HGB"] for sex in ("F", "M", "")]
    assert [(one["low"], one["high"]) for one in made] == [
        (12.0, 15.5), (13.5, 17.5), (None, None),
    ]  # fmt: skip


def test_results_are_numbers_of_fields_named_by_cdash() -> None:
    assert set(results_of(FORM)) == {
        "HGB", "WBC", "NEUT", "PLAT", "SODIUM", "K", "CREAT", "GLUC", "ALT", "AST",
        "BILI", "TSH",
    }  # fmt: skip
    urine = parse_form(library.text("forms", "urine-toxicology"), origin="u.toml")
    assert not results_of(urine)
