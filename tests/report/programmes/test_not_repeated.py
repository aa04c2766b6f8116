from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

from equipoise.analyze.result import Estimate
from equipoise.report.datasets.files import datasets
from equipoise.report.datasets.trial import Trial
from equipoise.report.programmes.continuous import mixed_model
from equipoise.report.programmes.not_repeated import KINDS, PARTS, not_repeated
from equipoise.report.programmes.programme import Programme
from equipoise.report.programmes.proportions import proportions
from tests.analyze.feder import feder
from tests.report import made


def listed() -> list[str]:
    trial, results = Trial(feder(), made.data()), made.results()
    sets = datasets(trial)
    model = mixed_model(trial, feder().endpoint("caps5_change"), sets["ADQS"], results)
    counts = proportions(trial, feder().endpoint("response"), sets["ADRESP"], results)
    return not_repeated(results, {"caps5_change": model, "response": counts})


def test_f_tests_averages_and_standard_errors_are_named() -> None:
    text = "; ".join(listed())
    for words in (
        "F tests of arm, visit and arm by visit",
        "differences averaged over visits",
        "standard error, interval and P value of the adjusted difference",
        "Boschloo and Barnard",
        "subgroups",
    ):
        assert words in text


def test_every_kind_of_the_reference_trial_has_words() -> None:
    assert not [text for text in listed() if text.startswith("estimates of the kind")]
    assert "cumulative incidences with competing events" not in listed()


def test_no_kind_has_two_places() -> None:
    kinds = [kind for group in KINDS.values() for kind in group]
    assert len(kinds) == len(set(kinds))


@pytest.mark.parametrize(
    ("kind", "field", "words"),
    [
        (kind, field, words)
        for kind, (fields, words) in PARTS.items()
        for field in fields
    ],
)
def test_each_part_of_a_repeated_estimate_is_named_alone(
    kind: str, field: str, words: str
) -> None:
    names = {"std_error": "standard error", "lower": "interval", "upper": "interval",
             "p": "P value"}  # fmt: skip
    if "standard" in words or "P value" in words:  # else: the interval and what it uses
        assert names[field] in words
    blank = Estimate(
        id="one",
        endpoint="e",
        analysis=kind,
        population="p",
        contrast="c",
        estimate=1.0,
    )
    results = replace(made.results(), estimates=(replace(blank, **{field: 0.5}),))
    programme = SimpleNamespace(numbers=(blank,))
    assert not_repeated(results, {"e": cast(Programme, programme)}) == [words]
    without = replace(results, estimates=(blank,))
    assert not_repeated(without, {"e": cast(Programme, programme)}) == []


def estimate(kind: str, name: str, field: str, value: float = 0.5) -> Estimate:
    row = Estimate(id=name, endpoint="response", analysis=kind, population="itt")
    return replace(row, **{field: value})


def said(rows: list[Estimate], compared: tuple[str, ...] = ()) -> list[str]:
    numbers = [SimpleNamespace(id=name) for name in compared]
    programme = cast(Programme, SimpleNamespace(numbers=numbers))
    results = replace(made.results(), estimates=tuple(rows))
    return not_repeated(results, {"response": programme})


@pytest.mark.parametrize(
    ("kind", "field"), [(kind, f) for kind, (names, _) in PARTS.items() for f in names]
)
def test_each_number_without_a_programme_is_named(kind: str, field: str) -> None:
    rows = [estimate(kind, "a", "estimate"), estimate(kind, "b", field)]
    assert said(rows, ("a",)) == [PARTS[kind][1]]
    assert said(rows[:1], ("a",)) == []


WORDS = {  # kind of estimate -> words for it; a reader approves them
    kind: words for words, kinds in KINDS.items() for kind in kinds
}


@pytest.mark.parametrize("field", ["estimate", "p"])
def test_a_kind_without_a_programme_is_named(field: str) -> None:
    for kind, words in WORDS.items():
        assert said([estimate(kind, "a", field)]) == [words]
    assert said([estimate("strange", "a", field)]) == ["estimates of the kind strange"]
    assert said([estimate("strange", "a", "std_error")]) == []
