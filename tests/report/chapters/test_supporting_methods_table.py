"""The table of supporting methods: a level only where all endpoints share it."""

from equipoise.analyze.run import analyze
from equipoise.report.chapters.supporting_methods_table import supporting_methods_table
from tests.analyze.small import data, random_scores
from tests.protocol.test_stratification import trial


def test_levels_that_differ_are_not_in_the_heading() -> None:
    plan = trial(
        ('method = "mmrm"', 'method = "mmrm"\nlevel = 0.9\nsupporting = ["rank-sum"]'),
        ('method = "risk-difference"',
         'method = "risk-difference"\nsupporting = ["common-odds-ratio"]'),
    )  # fmt: skip
    scores = random_scores(3, 40)
    sexes = {name: {"sex": "FM"[n % 3 == 0]} for n, name in enumerate(scores)}
    table = supporting_methods_table(
        plan, analyze(plan, data(scores, trial=plan, more=sexes))
    )
    assert table is not None
    assert "%" not in table.head[1]
