"""The section with every problem."""

from equipoise.report.inspection.page_blocks import ShownProblem
from equipoise.report.inspection.problem_section import problem_blocks
from tests.report.inspection.shown import WRONG, findings


def test_every_problem_is_shown_with_its_rows() -> None:
    blocks = list(problem_blocks(findings(*WRONG)))
    shown = [block for block in blocks if isinstance(block, ShownProblem)]
    assert [s.code for s in shown] == [
        p.problem.code for p in findings(*WRONG).problems
    ]
    assert all(s.fix for s in shown)
    assert next(s for s in shown if s.code == "EQ212").rows is not None
