"""Which visits are in a mixed model: the rule, and that it is where the model ends."""

import pandas as pd
import pytest

import equipoise as eq
from equipoise.analyze.continuous.sparse_visits import LeftOut, VisitRule
from equipoise.errors import AnalysisError
from equipoise.numerics.rng import stream

US = VisitRule(at="w2", covariance="us", slopes=1)


def ratings(**people: int) -> pd.DataFrame:
    """So many participants at each visit, arms in turn; the first come to all visits."""
    rows = [
        (f"P{n:02}", "AB"[n % 2], visit)
        for visit, count in people.items()
        for n in range(count)
    ]
    return pd.DataFrame(rows, columns=["participant", "arm", "visit"])


@pytest.mark.parametrize(
    ("covariance", "needed"),
    [("us", 3 + 4), ("toeph", 5), ("adh", 5), ("toep", 4), ("ad", 4), ("csh", 4),
     ("ar1h", 4), ("cs", 3), ("ar1", 3)],
)  # fmt: skip
def test_the_parameters_that_a_visit_adds(covariance: str, needed: int) -> None:
    """Two means, one slope, and of four visits the covariance parameters of one."""
    assert VisitRule("w2", covariance, slopes=1).needed(2, 4) == needed


def test_a_single_visit_needs_its_variance_and_all_covariates() -> None:
    assert VisitRule("w2", "us", slopes=1, shared=2).needed(2, 1) == 2 + 1 + 2 + 1


def test_a_visit_with_few_ratings_is_left_out_and_the_others_are_counted_again() -> (
    None
):
    kept, left = US.apply(ratings(w1=2, w2=6, w3=6), ("w1", "w2", "w3"))
    assert kept == ("w2", "w3")  # 6 are enough for two visits: 3 + 2
    assert left == (LeftOut("w1", "too few ratings", 2, 6),)


def test_the_visit_of_the_estimate_is_never_left_out() -> None:
    kept, left = US.apply(ratings(w1=20, w2=4, w3=20), ("w1", "w2", "w3"))
    assert kept == ("w1", "w2", "w3")
    assert left == ()
    assert US.shortage(ratings(w1=20, w2=4, w3=20), kept) == (
        "ratings 4, needed at least 6"
    )
    assert US.shortage(ratings(w1=20, w2=6, w3=20), kept) is None


def test_a_visit_without_ratings_has_its_own_words() -> None:
    kept, left = US.apply(ratings(w2=8), ("w1", "w2"))
    assert kept == ("w2",)
    assert left[0].describe({"w1": "Week 1"}) == (
        "no participant was rated at Week 1: the visit is not in the model"
    )


def test_visits_of_us_share_participants() -> None:
    table = ratings(w1=10, w2=20)
    table.loc[table["visit"] == "w1", "participant"] += "x"
    kept, left = US.apply(table, ("w1", "w2"))
    assert kept == ("w2",)
    assert left[0].describe({}) == (
        "w1 was excluded from the model: participants rated at both w1 and w2 0, needed at "
        "least 5"
    )
    assert VisitRule("w2", "cs", 1).apply(table, ("w1", "w2"))[0] == ("w1", "w2")


def test_one_rating_to_spare() -> None:
    rule = VisitRule("w2", "us", slopes=1, spare=1)
    assert rule.apply(ratings(w1=5, w2=8), ("w1", "w2"))[0] == ("w2",)
    assert rule.apply(ratings(w1=6, w2=8), ("w1", "w2"))[0] == ("w1", "w2")


@pytest.mark.parametrize("n", [5, 6])
def test_the_rule_ends_where_the_unstructured_likelihood_has_a_maximum(n: int) -> None:
    """Complete data: n - 3 >= 3 visits, or the covariance is singular."""
    draw = stream(5, "tests", "sparse")
    rows = [
        {
            "id": i,
            "arm": "AB"[i % 2],
            "visit": f"w{t}",
            "base": base,
            "y": draw.normal() + base,
        }
        for i in range(n)
        for base in [draw.normal()]
        for t in (1, 2, 3)
    ]
    frame = pd.DataFrame(rows)
    kept, _ = VisitRule("w3", "us", slopes=1).apply(
        frame.rename(columns={"id": "participant"}), ("w1", "w2", "w3")
    )
    assert (len(kept) == 3) == (n == 6)
    fit = eq.mmrm("y ~ arm * visit + base * visit + us(visit | id)", frame)
    if n == 6:
        assert fit.converged
    else:
        with pytest.raises(AnalysisError, match="EQ406"):
            _ = fit.deviance
