"""The schema is closed: a field that is not in it is refused."""

import json

import jsonschema
import pytest

from equipoise.report.schema import SCHEMA
from tests.analyze import complete


def test_the_schema_is_itself_valid_and_closed() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    empty = {
        "schema": "equipoise-results/2",
        "provenance": {},
        "answers": {},
        "estimates": [],
        "listings": [],
    }
    found = list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(empty))
    assert found
    assert all("provenance" in error.json_path for error in found)
    strange = jsonschema.Draft202012Validator(SCHEMA).iter_errors({**empty, "more": 1})
    assert any("more" in error.message for error in strange)


def test_infinite_degrees_of_freedom_are_null() -> None:
    """JSON cannot write them: results of ``df = "asymptotic"`` had no file."""
    found = complete.results()
    assert found["percent.difference.week-2"].df == float("inf")
    text = json.dumps(found.to_dict(), allow_nan=False, default=str)
    jsonschema.validate(json.loads(text), SCHEMA)
    rows = {row["id"]: row for row in json.loads(text)["estimates"]}
    assert rows["percent.difference.week-2"]["df"] is None
    assert rows["change.difference.week-2"]["df"] > 0


WHOLE = json.loads(json.dumps(complete.results().to_dict(), default=str))
EMPTY = {
    "schema": "equipoise-results/2",
    "provenance": WHOLE["provenance"],
    "answers": {"change": "change.difference.week-2"},
    "estimates": [],
    "listings": [],
}


@pytest.mark.parametrize(
    "wrong",
    [
        [EMPTY],
        {**EMPTY, "schema": "another/1"},
        {**EMPTY, "provenance": []},
        {**EMPTY, "answers": []},
        {**EMPTY, "answers": {"change": 1}},
        {**EMPTY, "estimates": {}},
        {**EMPTY, "estimates": ["change"]},
        {**EMPTY, "listings": {}},
        {**EMPTY, "listings": ["change"]},
        *({k: v for k, v in EMPTY.items() if k != name} for name in EMPTY),
    ],
)
def test_what_is_no_result_is_refused(wrong: object) -> None:
    known = jsonschema.Draft202012Validator(SCHEMA)
    known.validate(EMPTY)
    assert not known.is_valid(wrong)


def test_every_field_of_an_estimate_has_its_type() -> None:
    """A text where a number is, or a list where a text is, is refused."""
    rows = {row["id"]: row for row in WHOLE["estimates"]}
    row = rows["change.difference.week-2"]
    known = jsonschema.Draft202012Validator(SCHEMA)
    assert known.is_valid({**EMPTY, "estimates": [row]})
    for name, value in row.items():
        wrong = [] if value is None or isinstance(value, str) else "1"
        assert not known.is_valid({**EMPTY, "estimates": [row | {name: wrong}]}), name
        less = {k: v for k, v in row.items() if k != name}
        assert not known.is_valid({**EMPTY, "estimates": [less]}), name
