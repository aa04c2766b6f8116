from equipoise.report.datasets.responses import answered, responses
from equipoise.report.datasets.trial import Trial
from tests.analyze.feder import feder
from tests.analyze.small import SCORES, TEXT, data, protocol
from tests.report import made


def test_counts_are_those_of_the_results() -> None:
    item = responses(Trial(feder(), made.data()))
    assert item is not None
    table = item.frame[item.frame["ANL01FL"] == "Y"]
    trial = Trial(feder(), made.data())
    codes = {e.id: trial.parameters[e.id] for e in answered(trial)}
    counts = [row for row in made.results() if row.id.count(".count.")]
    checked = 0
    for row in counts:
        if row.endpoint in codes:
            own = table[
                (table["PARAMCD"] == codes[row.endpoint])
                & (table["TRTAID"] == row.contrast)
            ]
            assert (own["AVAL"].sum(), len(own)) == (row.estimate, row.n)
            checked += 1
    assert checked >= 12


def test_who_has_no_value_is_flagged_as_imputed() -> None:
    item = responses(Trial(protocol(), data()))
    assert item is not None
    rows = item.frame[item.frame["PARAMCD"] == "RESPONSE"].set_index("USUBJID")
    assert rows.loc["A4", ["AVALC", "IMPFL", "ANL01FL"]].tolist() == ["N", "Y", "Y"]
    assert rows.loc[["A4"], "OBSVALC"].isna().all()
    assert rows.loc[["A1"], "IMPFL"].isna().all()
    assert rows.loc["A1", "AVALC"] == "Y"


def test_a_composite_event_shows_what_was_observed() -> None:
    known = data(milestones=[("A1", "new-treatment", 3, None)])
    item = responses(Trial(protocol(), known))
    assert item is not None
    rows = item.frame[item.frame["PARAMCD"] == "RESPONSE"].set_index("USUBJID")
    assert rows.loc["A1", ["AVALC", "OBSVALC"]].tolist() == ["N", "Y"]
    assert rows.loc["A2", ["AVALC", "OBSVALC"]].tolist() == ["Y", "Y"]


def test_missing_values_may_be_excluded_instead() -> None:
    trial = protocol(TEXT.replace('missing = "failure"', 'missing = "excluded"'))
    item = responses(Trial(trial, data(trial=trial)))
    assert item is not None
    rows = item.frame[item.frame["PARAMCD"] == "RESPONSE"].set_index("USUBJID")
    assert rows.loc[["A4"], ["AVAL", "ANL01FL", "IMPFL"]].isna().all(axis=None)
    assert rows.loc["A4", "EXCLRS"] == "no value, and none is imputed"


def test_an_incidence_covers_its_set_and_stays_out_of_a_dry_run() -> None:
    drugs = {
        p: ("saline" if p[0] == "P" else "active drug") for p in SCORES if p != "A1"
    }
    known = data(drugs=drugs, events=[("A2", "headache", 1, False)])
    trial = Trial(protocol(), known)
    item = responses(trial)
    assert item is not None
    rows = item.frame[item.frame["PARAMCD"] == "HARM"].set_index("USUBJID")
    assert rows.loc["A2", "AVALC"] == "Y"
    assert rows.loc["A3", "AVALC"] == "N"
    assert rows.loc[["A1"], "AVAL"].isna().all()
    assert "not in the analysis set" in rows.loc["A1", "EXCLRS"]
    dummy = Trial(protocol(), known, dummy=True)
    assert [e.id for e in answered(trial)] == ["response", "harm"]
    assert [e.id for e in answered(dummy)] == ["response"]


def test_a_set_that_is_not_known_says_so() -> None:
    item = responses(Trial(protocol(), data(drugs={})))
    assert item is not None
    rows = item.frame[item.frame["PARAMCD"] == "HARM"]
    assert rows["AVAL"].isna().all()
