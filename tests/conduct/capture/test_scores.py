"""Scores of single forms agree with the scoring of many."""

import pandas as pd

from equipoise.conduct.capture.scores import named_score, score_of
from equipoise.instruments.scoring import score_forms
from equipoise.protocol.model import Protocol


def test_one_form_scores_as_many_do(feder: Protocol) -> None:
    for scale in feder.scales.values():
        answers = {item.id: str(item.allowed[-1]) for item in scale.items.values()}
        frame = pd.DataFrame([{name: float(value) for name, value in answers.items()}])
        wanted = score_forms(scale, frame)[scale.primary_score].iloc[0]
        assert score_of(scale, answers) == wanted


def test_a_missing_answer_allows_no_score(feder: Protocol) -> None:
    answers = {str(n): "2" for n in range(1, 20)}
    assert named_score(feder, "caps5.total", answers) is None
    assert named_score(feder, "caps5.b", answers) == 10
