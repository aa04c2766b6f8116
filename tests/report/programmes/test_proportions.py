from equipoise.report.datasets.responses import responses
from equipoise.report.datasets.trial import Trial
from equipoise.report.programmes.proportions import proportions
from tests.analyze.feder import feder
from tests.report import made


def test_the_numbers_are_those_of_the_results() -> None:
    trial = Trial(feder(), made.data())
    item = responses(trial)
    assert item is not None
    programme = proportions(trial, feder().endpoint("response"), item, made.results())
    by_name = {n.name: n for n in programme.numbers}
    difference = made.results()["response.risk-difference"]
    assert by_name["difference: lower"].text == f"{difference.lower:.5g}"
    assert by_name["difference: lower"].id == difference.id
    assert by_name["Ketamine: count"].text == "9"
    assert by_name["Fisher: P"].id == "response.fisher"
    assert programme.texts["covariates"] == ["BASE"]
    assert not [n for n in programme.sas_numbers if n.name.startswith("adjusted")]
