from __future__ import annotations

import pytest

from equipoise.errors import InstrumentError
from equipoise.instruments.load import parse_instrument
from tests.instruments.small import changed, small


def refused(text: str) -> InstrumentError:
    with pytest.raises(InstrumentError) as caught:
        parse_instrument(text, origin="small.toml")
    return caught.value


def test_items_inherit_the_response_with_its_provenance() -> None:
    item = small().items["a"]
    assert (item.id, item.label, item.range, item.source) == (
        "a",
        "Item a",
        (0, 3),
        "made up",
    )


def test_an_item_with_a_range_of_its_own_inherits_nothing() -> None:
    text = changed(
        ('range = [0, 4], values = [0, 2, 4], source = "made up"', "range = [0, 4]")
    )
    error = refused(text)
    assert error.code == "EQ202"
    assert "items.d" in str(error)


def test_scores_inherit_the_missing_rule() -> None:
    scores = small().scores
    assert scores["present"].missing.rule == "none"
    assert scores["present"].missing.assumed
    assert scores["total"].missing.rule == "prorate"


def test_items_and_scores_keep_the_order_of_the_file() -> None:
    assert list(small().items) == ["a", "b", "c", "d", "e", "f"]
    assert list(small().scores)[:3] == ["total", "mean", "present"]


def test_broken_toml_names_the_line() -> None:
    error = refused("schema = 1\nid = \nname = 2")
    assert error.code == "EQ200"
    assert "line 2" in str(error)


def test_an_unknown_key_suggests_the_known_one() -> None:
    error = refused(changed(('better = "lower"', 'beter = "lower"')))
    text = str(error)
    assert [problem.code for problem in error.problems] == ["EQ201", "EQ201"]
    assert "key 'better' is absent" in text
    assert "did you mean 'better'?" in text


def test_an_unknown_key_of_a_score_lists_those_of_a_score() -> None:
    error = refused(
        changed(
            ('unit = "symptoms"', 'unit = "symptoms"\nthreshold = 2'),
        )
    )
    (problem,) = error.problems
    assert problem.where == "small.toml, scores.present"
    assert "at_least" in problem.fix
    assert "primary_score" not in problem.fix


def test_a_wrong_value_is_shown() -> None:
    (problem,) = refused(changed(('rater = "self"', 'rater = "patient"'))).problems
    assert "'patient'" in problem.what
    assert "'clinician', 'self' or 'observer'" in problem.what


def test_a_fault_of_a_default_is_told_once() -> None:
    error = refused(
        changed(
            ("response = { range = [0, 3],", "response = { range = [0, 3, 9],"),
            ('missing = { rule = "none", assumed', 'missing = { rule = "no", assumed'),
        )
    )
    assert {problem.where for problem in error.problems} == {
        "small.toml, response",
        "small.toml, missing",
    }
    assert len(error.problems) == 2


def test_values_without_a_range_are_refused() -> None:
    (problem,) = refused(changed(("range = [0, 4], values", "values"))).problems
    assert (problem.what, problem.where) == (
        "key 'range' is absent",
        "small.toml, items.d",
    )


def test_an_item_that_is_no_table_is_refused() -> None:
    error = refused(changed(('a = "Item a"', "a = 1")))
    assert "items" in error.problems[0].where


def test_every_problem_is_told_at_once() -> None:
    error = refused(
        changed(
            ('rater = "self"', 'rater = "patient"'),
            ('items = ["a", "b"]', 'items = ["a", "z"]'),
            ("range = [0, 7]", "range = [0, 8]"),
            ("range = [5, 9]", "range = [6, 9]"),
            ("points = 3\nassumed = true", "points = 3"),
        )
    )
    codes = {problem.code for problem in error.problems}
    assert codes == {"EQ201", "EQ202", "EQ203", "EQ204", "EQ206"}


def test_an_instrument_may_have_no_items() -> None:
    text = changed()
    start, end = text.index("[items]"), text.index("[scores.total]")
    scores = text[text.index("[scores.global]") : text.index("[[alternatives]]")]
    head = text[:start].replace('"total"', '"global"')
    assert end > start
    instrument = parse_instrument(head + scores, origin="x")
    assert not instrument.items
    assert instrument.scores["global"].rule == "recorded"
