from equipoise.report.datasets.files import datasets
from equipoise.report.datasets.trial import Trial
from equipoise.report.programmes.continuous import mixed_model
from equipoise.report.programmes.not_repeated import KINDS, not_repeated
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
