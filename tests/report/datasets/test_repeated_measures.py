from io import BytesIO

import pandas as pd
import pytest

import equipoise as eq
from equipoise.analyze.continuous.estimates import continuous
from equipoise.analyze.result import Estimate
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol
from equipoise.report.datasets.dataset import Dataset
from equipoise.report.datasets.repeated_measures import RESPONSE, repeated_measures
from equipoise.report.datasets.trial import Trial
from tests.analyze.feder import feder
from tests.analyze.small import SCORES, TEXT, data, protocol, random_scores
from tests.report import made


def adqs(trial: Protocol, known: UnblindedTrialData) -> Dataset:
    item = repeated_measures(Trial(trial, known))
    assert item is not None
    return item


def from_file(item: Dataset) -> pd.DataFrame:
    content = item.frame.to_csv(index=False).encode()
    return pd.read_csv(BytesIO(content), float_precision="round_trip")


def refitted(
    trial: Protocol, item: Dataset, endpoint: str
) -> dict[tuple[str, str], dict[str, float]]:
    """Differences of the model, fitted to the file and to nothing else."""
    chosen = trial.endpoint(endpoint)
    pair = chosen.estimand.treatment
    rows = from_file(item).query("ANL01FL == 'Y'")
    rows = rows[rows["PARAMCD"] == Trial(trial, made.data()).parameters[endpoint]]
    order = rows.sort_values("AVISITN")["AVISITID"].unique()
    rows = rows.assign(
        TRTA=pd.Categorical(rows["TRTAID"], categories=[pair.versus, pair.arm]),
        AVISIT=pd.Categorical(rows["AVISITID"], categories=order),
    )
    response = RESPONSE[chosen.variable.measure]
    text = f"{response} ~ TRTA * AVISIT + BASE + BASE:AVISIT + us(AVISIT | USUBJID)"
    how = chosen.analysis
    fit = eq.mmrm(text, rows, df=how.df, vcov=how.vcov)
    table = fit.contrasts("TRTA", by="AVISIT", reference=pair.versus)
    return {
        (str(row["contrast"]), str(row["AVISIT"])): row
        for row in table.to_dict("records")
    }


def assert_equal(
    found: dict[tuple[str, str], dict[str, float]], estimates: list[Estimate]
) -> None:
    rows = [row for row in estimates if row.analysis == "difference"]
    assert rows
    for row in rows:
        again = found[str(row.contrast), str(row.visit)]
        for ours, theirs in (
            (row.estimate, again["estimate"]),
            (row.std_error, again["std_error"]),
            (row.df, again["df"]),
            (row.p, again["p"]),
        ):
            assert ours == theirs  # to the last digit


@pytest.mark.parametrize(
    "endpoint", [e.id for e in feder().endpoints if e.type == "continuous"]
)
def test_the_model_fitted_to_the_file_gives_the_results_to_the_last_digit(
    endpoint: str,
) -> None:
    item = adqs(feder(), made.data())
    rows = [row for row in made.results() if row.endpoint == endpoint]
    assert_equal(refitted(feder(), item, endpoint), rows)


@pytest.mark.parametrize("seed", range(4))
def test_so_it_does_where_ratings_are_missing_or_come_after_an_event(seed: int) -> None:
    milestones = [("S01", "new-treatment", 10, None), ("S04", "new-treatment", 2, None)]
    known = data(random_scores(seed), milestones=milestones)
    trial = protocol()
    rows = continuous(trial, known, trial.endpoint("change"))
    assert_equal(refitted(trial, adqs(trial, known), "change"), rows)


def test_percent_change_is_a_response_too() -> None:
    text = TEXT.replace(
        'visits = ["week-1", "week-2"]',
        'measure = "percent-change"\nvisits = ["week-1", "week-2"]',
    )
    trial = protocol(text)
    known = data(random_scores(5), trial=trial)
    rows = continuous(trial, known, trial.endpoint("change"))
    assert_equal(refitted(trial, adqs(trial, known), "change"), rows)


def test_what_the_model_does_not_use_says_why() -> None:
    scores = SCORES | {
        "A3": ("active", None, 20, 19, None, None),
        "P3": ("placebo", 23, 22, None, None, None),
    }
    known = data(scores, milestones=[("A4", "new-treatment", 3, None)])
    table = from_file(adqs(protocol(), known))
    reason = table.set_index(["USUBJID", "AVISITID"])["EXCLRS"]
    assert reason["P3", "week-2"] == "visit not held"
    assert reason["A3", "week-1"] == "missing: baseline"
    assert "hypothetical" in reason["A4", "week-1"]
    flag = table["ANL01FL"].notna()
    later = table["AVISITID"] != "baseline"
    assert table.loc[~flag, "EXCLRS"].notna().all()
    assert set(table.loc[~later, "EXCLRS"]) == {
        "baseline, not a visit of the model: change is measured from it and it is a "
        "covariate (BASE)"
    }
    assert table.loc[flag, "EXCLRS"].isna().all()
    assert not table.loc[~later, "ANL01FL"].notna().any()


def test_a_sparse_visit_that_the_model_leaves_out_says_so() -> None:
    scores = {
        p: (*row[:2], row[2] if p in ("S00", "S01") else None, *row[3:])
        for p, row in random_scores(2).items()
    }
    known = data(scores)
    trial = protocol()
    rows = continuous(trial, known, trial.endpoint("change"))
    item = adqs(trial, known)
    table = from_file(item).set_index(["USUBJID", "AVISITID"])
    assert pd.isna(table.loc[("S00", "week-1"), "ANL01FL"])
    assert "excluded from the model" in str(table.loc[("S00", "week-1"), "EXCLRS"])
    used = table[table["ANL01FL"] == "Y"].reset_index()
    assert set(used["AVISITID"]) == {"week-2"}
    assert rows[0].estimate is not None
    assert len(used) == rows[0].n


def test_change_is_from_the_baseline_row() -> None:
    table = from_file(adqs(protocol(), data()))
    one = table[table["USUBJID"] == "A1"].set_index("AVISITID")
    assert one.loc["baseline", ["AVAL", "ABLFL"]].tolist() == [20, "Y"]
    assert one.loc["week-2", ["AVAL", "BASE", "CHG", "PCHG"]].tolist() == [
        10,
        20,
        -10,
        -50,
    ]


def test_a_trial_without_continuous_endpoints_has_no_such_file() -> None:
    head, _, rest = TEXT.partition('[[endpoints]]\nid = "change"')
    second = rest[rest.index("[[endpoints]]") :].replace("secondary", "primary", 1)
    trial = protocol(head + second)
    assert repeated_measures(Trial(trial, data(trial=trial))) is None
