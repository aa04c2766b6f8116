"""Scores of single forms agree with the scoring of many."""

import pandas as pd

from equipoise.conduct.capture.scores import named_score, score_of, total_so_far
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


def test_the_total_so_far_is_the_score_once_every_answer_is_there(
    feder: Protocol,
) -> None:
    for scale in feder.scales.values():
        answers: dict[str, str] = {}
        for item in scale.items.values():
            answers[item.id] = str(item.allowed[-1])
            total = total_so_far(scale, answers)
            if total is not None and total.final:
                assert total.value == score_of(scale, answers)
        if len(scale.items) > 1:
            assert total is not None
            assert total.final
            assert total.value == total.highest
        else:
            assert total_so_far(scale, answers) is None


def test_an_unfinished_total_says_what_is_missing(feder: Protocol) -> None:
    caps, bprs = feder.scales["caps5"], feder.scales["bprs_positive"]
    some = {"1": "4", "2": "3"}
    assert str(total_so_far(caps, some)) == ("Total severity: 7 of 80; 18 not answered")
    assert (
        str(total_so_far(caps, {})) == "Total severity: not known yet; 20 not answered"
    )
    first, *_ = bprs.items  # its lowest answer is 1: what is missing is no zero
    unfinished = total_so_far(bprs, {first: "3"})
    assert unfinished is not None
    assert unfinished.value is None
    madrs = feder.scales["madrs"]
    answers = dict.fromkeys(list(madrs.items)[1:], "2")
    prorated = total_so_far(madrs, answers)
    assert prorated is not None
    assert prorated.final == (score_of(madrs, answers) is not None)
