"""Descriptive numbers of the complete trial, made again by pandas from its tables."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.analyze import complete

ARMS = ("active", "control")
RATED = ("baseline", *complete.RATED)


def of_arm(frame: pd.DataFrame, arm: str) -> pd.DataFrame:
    arms = complete.data().arm
    people = arms.index if arm == "all" else arms.index[arms == arm]
    return frame[frame["participant"].isin(people)]


def scores(instrument: str, visit: str, arm: str) -> pd.Series:
    """A score of an arm at a visit, by participant."""
    rows = complete.data().recorded_scores
    rows = rows[(rows["instrument"] == instrument) & (rows["visit"] == visit)]
    return of_arm(rows, arm).set_index("participant")["value"]


def check(name: str, values: pd.Series, *names: str) -> None:
    """Mean, SD and others of some values, under their ids."""
    found = complete.results()
    ways = {"mean": values.mean, "sd": values.std, "median": values.median,
            "min": values.min, "max": values.max}  # fmt: skip
    for way, place in zip(("mean", "sd", "median", "min", "max"), names, strict=False):
        row = found[name.format(place)]
        assert row.n == len(values), row.id
        assert row.estimate == pytest.approx(ways[way]()), row.id


@pytest.mark.parametrize("arm", [*ARMS, "all"])
def test_baseline(arm: str) -> None:
    people = of_arm(complete.data().participants, arm)
    names = ("mean", "sd", "median", "min", "max")
    for column in ("age", "weight_kg"):
        check(f"baseline.{column}.{{}}.{arm}", people[column].astype(float), *names)
    values = scores("hamd17", "baseline", arm)
    check(f"baseline.hamd17.total.{{}}.{arm}", values, *names)
    found = complete.results()
    for sex in ("F", "M"):
        count = (people["sex"] == sex).sum()
        assert found[f"baseline.sex.count.{sex}.{arm}"].estimate == count
        share = found[f"baseline.sex.percent.{sex}.{arm}"]
        assert share.estimate == pytest.approx(100 * count / len(people))


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize("visit", RATED)
def test_scores_by_visit(visit: str, arm: str) -> None:
    name = f"collected.cgi_s.total.{{}}.{visit}.{arm}"
    check(name, scores("cgi_s", visit, arm), "mean", "sd", "median")
    values, start = scores("hamd17", visit, arm), scores("hamd17", "baseline", arm)
    if visit == "week-6":  # in no model
        names = ("later-mean", "later-sd", "later-median")
        check(f"value.{{}}.{visit}.{arm}", values, *names)
        return
    names = ("observed", "observed-sd", "observed-median")
    check(f"value.{{}}.{visit}.{arm}", values, *names)
    if visit == "baseline":
        return
    kept = values.drop("P12", errors="ignore") if visit == "week-4" else values
    names = ("observed-change", "observed-change-sd")  # P12: a new treatment on day 20
    check(f"change.{{}}.{visit}.{arm}", (kept - start).dropna(), *names)
    percent = (100 * (values - start) / start).dropna()
    check(f"percent.{{}}.{visit}.{arm}", percent, *names)


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize("infusion", [1, 2, 3])
def test_doses_and_acute_effects_by_infusion(infusion: int, arm: str) -> None:
    given = of_arm(complete.data().exposures, arm)
    given = given[given["infusion"] == infusion]
    minutes = (given["stopped_at"] - given["started_at"]).dt.total_seconds() / 60
    values = {
        "dose": given["dose_mg"],
        "dose-by-weight": given["dose_mg"] / given["weight_kg"],
        "weight": given["weight_kg"],
        "duration": minutes,
    }
    for name, column in values.items():
        place = f"infusions.{name}-{{}}.{infusion}.{arm}"
        check(place, column.astype(float), "mean", "sd")
    # Acute effects by the arm as treated: the first that was received.
    rows = complete.data().recorded_scores
    rows = rows[
        (rows["instrument"] == "cadss") & (rows["visit"] == f"infusion-{infusion}")
    ]
    rows = of_arm(rows, arm)
    for minute in complete.MINUTES:
        own = rows.loc[rows["timepoint_min"] == minute, "value"]
        check(
            f"dissociation.{{}}.infusion-{infusion}.min-{minute}.{arm}", own, "course"
        )
    peak = rows[rows["timepoint_min"] > 0].groupby("participant")["value"].max()
    check(f"dissociation.{{}}.infusion-{infusion}.{arm}", peak, "peak")


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize("code", ["SYSBP", "PULSE", "OXYSAT"])
def test_vital_signs_by_minute(code: str, arm: str) -> None:
    rows = complete.data().measurements
    rows = of_arm(rows[rows["name"] == code], arm)
    wide = rows.pivot_table(
        index=["participant", "visit"], columns="timepoint_min", values="value"
    )
    for minute in complete.MINUTES:
        # Over all infusions: the mean of each participant first.
        name = f"vital_signs.{{}}.{code}.all-infusions.min-{minute}.{arm}"
        check(name, wide[minute].groupby("participant").mean(), "value", "sd")
        change = wide[minute] - wide[-15]
        if minute > 0:
            check(name, change.groupby("participant").mean(), "change")
            for visit in complete.INFUSIONS:
                name = f"vital_signs.{{}}.{code}.{visit}.min-{minute}.{arm}"
                check(name, change.xs(visit, level="visit"), "change")
    for phase, times in {"during": (20, 40), "after": (120,)}.items():
        own = rows[rows["timepoint_min"].isin(times)].groupby("participant")["value"]
        name = f"vital_signs.{{}}.{code}.{phase}.{arm}"
        check(name, own.max(), "maximum")
        check(name, own.min(), "minimum")
        found = complete.results()
        assert found[name.format("highest")].estimate == own.max().max()
        assert found[name.format("lowest")].estimate == own.min().min()
