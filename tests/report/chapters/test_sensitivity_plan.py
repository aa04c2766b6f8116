"""Planned sensitivity analyses, as the methods of the report list them."""

from equipoise.report.chapters.sensitivity_plan import sensitivity_plan
from tests.analyze.feder import feder
from tests.analyze.small import TEXT, protocol


def test_the_plan_names_the_inference_and_the_supporting_one() -> None:
    table = sensitivity_plan(feder())
    assert table is not None
    rows = {row[1]: row for row in table.rows}
    plain = rows["Missing at random, imputed"]
    assert plain[-1] == "conditional mean imputation, jackknife standard error"
    both = rows["Copy increments in reference after stopping or leaving"]
    assert both[-1].startswith(f"{plain[-1]}; supporting: multiple imputation")
    assert both[-1].endswith("(200 draws)")
    drawn = rows["Jump to reference, multiple imputation"]
    assert drawn[-1].endswith("Rubin's rules (200 imputations)")


def test_without_an_analysis_there_is_no_table() -> None:
    assert sensitivity_plan(protocol(TEXT)) is None
