"""Tables of binary and time-to-event endpoints."""

from equipoise.report.chapters import efficacy_tables as tables
from tests.analyze.feder import feder
from tests.report.made import results, texts


def test_proportions_and_times() -> None:
    share = texts(tables.proportion_table(feder(), results()))
    row = share["Response at week 2 (CAPS-5 reduced by at least 30 %) (key secondary)"]
    count = results()["response.count.ketamine"]
    assert row[0].startswith(f"{count.estimate:.0f}/{count.n} (")
    times = texts(tables.survival_table(feder(), results()))
    own = results()["relapse.median.ketamine"]
    assert times["Time to loss of response among responders: Ketamine"][0] == str(own.n)


def test_without_such_endpoints_there_are_no_tables() -> None:
    bare = feder().model_copy(update={"endpoints": (), "multiplicity": None})
    for make in (tables.proportion_table, tables.survival_table):
        assert make(bare, results()) is None
