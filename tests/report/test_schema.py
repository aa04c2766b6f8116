"""The schema is closed: a field that is not in it is refused."""

import json

import jsonschema

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
