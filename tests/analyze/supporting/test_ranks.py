"""Rank methods of a continuous endpoint within strata."""

from equipoise.analyze.continuous.estimates import model_frame
from equipoise.stats.ranks import van_elteren
from tests.analyze.supporting.asking import MORE, asking, found, trial_data


def test_van_elteren_has_the_strata_of_the_randomization() -> None:
    keys = 'supporting = ["rank-sum", "van-elteren", "win-probability"]'
    plan = asking("change", keys)
    frame = model_frame(plan, trial_data(plan), plan.endpoint("change"))
    frame = frame[frame["visit"] == "week-2"].dropna(subset=["outcome"])
    sex = [MORE[name]["sex"] for name in frame["participant"]]
    wanted = van_elteren(frame["outcome"], frame["arm"] == "active", sex)
    rows = found("change", keys)
    assert rows["van-elteren"].p == wanted.p
    assert rows["van-elteren"].estimate is None
    assert "stratified" not in str(rows["rank-sum"].note)
    assert rows["win-probability"].n == len(frame)
