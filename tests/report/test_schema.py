"""The schema is closed: a field that is not in it is refused."""

import jsonschema

from equipoise.report.schema import SCHEMA


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
