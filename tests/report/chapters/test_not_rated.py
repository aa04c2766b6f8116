"""The table of missing ratings."""

from dataclasses import replace

from equipoise.report.chapters.not_rated import not_rated
from tests.report.made import texts
from tests.report.reports import trial


def test_missing_ratings_by_arm_and_that_no_sensitivity_analysis_is_planned() -> None:
    protocol, _, results = trial("tutorial")
    table = not_rated(protocol, results)
    assert table is not None
    (endpoint,) = (e for e in protocol.endpoints if e.level == "primary")
    visit = protocol.schedule.visit(str(endpoint.variable.at)).label
    for arm, cell in zip(protocol.arms, texts(table)[visit], strict=True):
        row = results[f"{endpoint.id}.not-rated.{endpoint.variable.at}.{arm.id}"]
        assert cell.startswith(f"{row.estimate:.0f}/{row.n}")
    assert "no sensitivity analysis" in table.note
    assert table.population == endpoint.estimand.population


def test_no_table_without_an_endpoint_at_a_visit() -> None:
    protocol, _, results = trial("tutorial")
    assert not_rated(protocol, replace(results, estimates=())) is None
