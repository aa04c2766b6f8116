"""The proportion with an outcome at each visit."""

from equipoise.analyze.analysis_sets import members
from equipoise.analyze.binary.response_by_visit import rated_visits, response_by_visit
from equipoise.analyze.result import Estimate
from equipoise.stats.proportions import wilson
from tests.analyze.feder import feder
from tests.analyze.small import TEXT, data, protocol

TRIAL = protocol()


def found(text: str = TEXT, **more: object) -> dict[str, Estimate]:
    trial = protocol(text)
    known = data(**more)  # type: ignore[arg-type]
    arm = members(trial, known, "itt")
    rows = response_by_visit(trial, known, trial.endpoint("response"), arm)
    return {e.id.removeprefix("response."): e for e in rows}


def test_counts_by_visit_and_arm() -> None:
    """Halved: A1 and A2 from week 2 on, P2 at week 2 alone, A1 not at week 6."""
    rows = found()
    counts = {
        visit: tuple(
            rows[f"by-visit-count.{visit}.{arm}"].estimate
            for arm in ("active", "placebo")
        )
        for visit in ("week-1", "week-2", "week-4", "week-6")
    }
    assert counts == {
        "week-1": (0, 0),
        "week-2": (2, 1),
        "week-4": (2, 0),
        "week-6": (1, 0),
    }
    at = rows["by-visit.week-2.active"]
    assert (at.estimate, at.n, at.visit) == (0.5, 4, "week-2")
    assert (at.lower, at.upper) == wilson(2, 4).interval


def test_missing_values_and_events_count_as_in_the_endpoint() -> None:
    text = TEXT.replace('missing = "failure"', 'missing = "excluded"')
    assert found(text)["by-visit.week-2.active"].n == 3
    assert found(text)["by-visit.week-6.active"].n == 2
    stopped = found(milestones=[("A2", "new-treatment", 20, None)])
    assert stopped["by-visit-count.week-2.active"].estimate == 2
    assert stopped["by-visit-count.week-4.active"].estimate == 1


def test_visits_of_responders_only_are_not_among_them() -> None:
    endpoint = feder().endpoint("response")
    assert rated_visits(feder(), endpoint) == ("post-24h", "week-1", "week-2")
    assert rated_visits(TRIAL, TRIAL.endpoint("response")) == (
        "week-1", "week-2", "week-4", "week-6",
    )  # fmt: skip
