from equipoise.report.datasets.time_to_event import time_to_event as table
from equipoise.report.datasets.trial import Trial
from equipoise.report.programmes.time_to_event import time_to_event
from tests.analyze.feder import feder
from tests.report import made


def test_the_numbers_are_those_of_the_results() -> None:
    trial = Trial(feder(), made.data())
    item = table(trial)
    assert item is not None
    programme = time_to_event(trial, feder().endpoint("relapse"), item, made.results())
    by_name = {n.name: n for n in programme.numbers}
    results = made.results()
    test = results["relapse.log-rank"]
    assert ("log-rank: P" in by_name) is (test.p is not None)
    rmst = results["relapse.rmst.ketamine"]
    assert by_name["Ketamine: restricted mean"].text == f"{rmst.estimate:.5g}"
    median = results["relapse.median.ketamine"]
    assert by_name["Ketamine: median"].text == f"{median.estimate:.5g}"
    assert not [name for name in by_name if "day 0:" in name]
    assert programme.texts["compared"]
    times = item.frame[item.frame["ANL01FL"] == "Y"].groupby("TRTAID")["AVAL"].max()
    assert programme.texts["tau"] == f"{float(times.min()):g}"
