"""The meaning of codes."""

import pandas as pd

from equipoise.exchange import cdisc_items
from equipoise.exchange.cdisc import dataset
from equipoise.exchange.cdisc_items import Code
from equipoise.exchange.files import Source
from tests.exchange.small import protocol


def codes(count: int) -> list[Code]:
    items = [
        Code(f"MADR01{n:02}", f"MADRS-Item {n}", "MADRS") for n in range(1, count + 1)
    ]
    return [*items, Code("MADR0111", "MADRS-Total Score", "MADRS")]


def test_all_items_become_one_template_and_the_total_is_marked() -> None:
    score, items = sorted(
        cdisc_items.findings(codes(10), protocol()), key=lambda f: len(f.columns)
    )
    assert items.rule == {"column": "MADR01{item:02}", "to": "items.madrs"}
    assert score.rule["to"] == "score.madrs.total"
    assert score.confidence == "low"


def test_some_of_the_items_are_named_one_by_one_and_marked() -> None:
    found = list(cdisc_items.findings(codes(3), protocol()))
    assert {str(f.rule["to"]) for f in found} == {
        "item.madrs.1",
        "item.madrs.2",
        "item.madrs.3",
        "score.madrs.total",
    }
    assert {f.confidence for f in found} == {"low"}


def test_the_codes_of_another_questionnaire_are_not_taken() -> None:
    other = [Code(f"SWLS01{n:02}", f"SWLS01-Item {n}", "SWLS") for n in range(1, 6)]
    assert not list(cdisc_items.findings(other, protocol()))


def test_a_code_of_a_missing_value_is_proposed_as_such_and_marked() -> None:
    """MADRS items range from 0 to 6."""
    own = [
        Code(one.name, one.label, one.category, ("0", "6", "-99"))
        for one in codes(10)[:-1]
    ]
    (found,) = cdisc_items.findings(own, protocol())
    assert found.rule["missing"] == ["-99"]
    assert found.confidence == "low"


def test_values_that_an_item_cannot_have_are_named() -> None:
    own = [
        Code(one.name, one.label, one.category, ("0", "60")) for one in codes(10)[:-1]
    ]
    (found,) = cdisc_items.findings(own, protocol())
    assert found.confidence == "low"
    assert "1 of its values is not possible" in found.why


def test_codes_without_label_and_category_are_known_by_their_own_name() -> None:
    own = [Code(f"MADRS{n:02}", "", "") for n in range(1, 11)]
    found = list(cdisc_items.findings([*own, Code("MADRSTOT", "", "")], protocol()))
    assert {str(f.rule["to"]) for f in found} == {"items.madrs", "score.madrs.total"}


def test_findings_are_recognized_without_domain_by_any_column_of_results() -> None:
    for result in ("QSORRES", "QSSTRESN", "QSSTRESC"):
        names = ["USUBJID", "VISIT", "QSTESTCD", result]
        cells = pd.DataFrame([["1", "BASELINE", "MADRS01", "2"]], columns=names)
        assert dataset(Source("qs.csv", cells)) == "QS"
