from equipoise.analyze.time_to_event.estimates import times
from equipoise.report.datasets.time_to_event import time_to_event
from equipoise.report.datasets.trial import Trial
from tests.analyze.feder import feder
from tests.analyze.small import data, protocol
from tests.report import made


def test_times_are_those_of_the_analysis() -> None:
    item = time_to_event(Trial(feder(), made.data()))
    assert item is not None
    table = item.frame[item.frame["ANL01FL"] == "Y"].set_index("USUBJID")
    used = times(feder(), made.data(), feder().endpoint("relapse"))
    used = used.set_index("participant").loc[table.index]
    assert table["AVAL"].astype(float).tolist() == used["time"].tolist()
    assert (table["CNSR"] == 0).tolist() == used["event"].tolist()
    assert table["SINCE"].astype(float).tolist() == used["since"].tolist()
    events = made.results()["relapse.events.ketamine"]
    own = table[table["TRTA"] == "Ketamine"]
    assert ((own["CNSR"] == 0).sum(), len(own)) == (events.estimate, events.n)


def test_an_event_found_at_a_rating_has_an_interval_and_a_dated_one_has_none() -> None:
    known = data(milestones=[("A2", "new-treatment", 20, None)])
    item = time_to_event(Trial(protocol(), known))
    assert item is not None
    rows = item.frame.set_index("USUBJID")
    assert rows.loc["A1", ["SINCE", "UNTIL", "AVAL"]].tolist() == [14, 28, 28]
    assert rows.loc["A1", "EVNTDESC"] == "EVENT FOUND AT A RATING"
    assert rows.loc["A2", ["SINCE", "UNTIL", "AVAL"]].tolist() == [6, 6, 6]
    assert rows.loc["A2", "EVNTDESC"] == "EVENT: INTERCURRENT EVENT (COMPOSITE)"


def test_who_is_censored_has_no_right_end() -> None:
    item = time_to_event(Trial(protocol(), data()))
    assert item is not None
    row = item.frame.set_index("USUBJID").loc["A2"]
    assert (row["CNSR"], row["AVAL"], row["SINCE"]) == (1, 28, 28)
    assert item.frame.set_index("USUBJID")["UNTIL"].isna()["A2"]


def test_who_is_not_at_risk_has_the_reason() -> None:
    known = data(milestones=[("A1", "new-treatment", 10, None)])
    item = time_to_event(Trial(protocol(), known))
    assert item is not None
    rows = item.frame.set_index("USUBJID")
    assert rows.loc["P1", "EXCLRS"] == "not met at Week 2: Response"
    assert rows.loc["A4", "EXCLRS"] == "not known at Week 2: Response"
    assert rows.loc["A1", "EXCLRS"] == "intercurrent event by time zero"
    assert rows.loc[["P1", "A4", "A1"], ["AVAL", "CNSR"]].isna().all(axis=None)
