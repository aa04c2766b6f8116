"""Mean change of each person at each visit, as infusions build a benefit up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.simulate.context import Context
from equipoise.simulate.exposure import Exposure
from equipoise.simulate.random_draws import Floats, normals
from equipoise.simulate.response import after_infusion, decayed, responded, sensitivity
from equipoise.simulate.scenario_response import Response
from equipoise.simulate.score_trajectories import Arms
from equipoise.simulate.screening import Cohort


@dataclass
class Benefit:
    """The benefit of a cohort, carried along from visit to visit.

    Attributes:
        context: states the effects.
        arms: (people,) index of the arm, -1 for none.
        stated: time course of benefit; None where no course has effects.
        factor: (people,) sensitivity.
        exposure: (people,) peak concentration over the typical one.
        believes: (people,) who expects more.
        level: (people,) A, from 0 to 1, as of ``since``.
        since: (people,) day of the last infusion.
        began: (participants,) day of the first infusion; NaN before it.
    """

    context: Context
    arms: Arms
    stated: Response | None
    factor: Floats
    exposure: Floats
    believes: NDArray[np.bool_]
    level: Floats
    since: Floats
    began: Floats

    @classmethod
    def of(
        cls,
        context: Context,
        cohort: Cohort,
        believes: NDArray[np.bool_],
        exposed: Exposure,
    ) -> Benefit:
        """Before the first infusion: none."""
        stated, n = context.scenario.response, len(cohort.people)
        factor = np.ones(n)
        if stated is not None:
            z = normals(cohort.people, "sensitivity")
            factor = sensitivity(z, stated.sensitivity.log_sd)
        return cls(
            context=context,
            arms=cohort.arms,
            stated=stated,
            factor=factor,
            exposure=exposed.ratio(),
            believes=believes,
            level=np.zeros(n),
            since=np.zeros(n),
            began=np.full(n, np.nan),
        )

    def change(self, v: int, day: Floats) -> Floats:
        """Mean change from before treatment, (people, instruments).

        Args:
            v: index of the visit, which precedes an infusion of the same day.
            day: (people,) of the visit, not before the last one.
        """
        plan = self.context.plan
        stated = plan.change[self.arms, v]
        if self.stated is None:
            return np.asarray(stated)
        passed = np.where(np.isnan(self.began), 0.0, day - self.began)
        come = responded(passed, self.stated.placebo.days)
        level = decayed(self.level, self.stated.half_life.days, day - self.since)
        expected = (
            plan.placebo[self.arms]
            + plan.expectancy[self.arms] * (self.believes[:, None])
        )
        drug = plan.drug[self.arms] * (self.factor * level)[:, None]
        change = stated + expected * come[:, None] + drug
        course = self.stated.sessions
        if course is None:
            return np.asarray(change)
        worked = responded(day - course.start, course.days)
        return np.asarray(change + plan.sessions[self.arms] * worked[:, None])

    def infuse(self, given: NDArray[np.bool_], day: Floats) -> None:
        """Gives an infusion.

        Args:
            given: (people,) to whom.
            day: (people,) of the infusion.
        """
        if self.stated is None:
            return
        before = decayed(self.level, self.stated.half_life.days, day - self.since)
        share = self.stated.build_up.share
        after = after_infusion(before, share, self.exposure)
        self.level = np.where(given, after, self.level)
        self.since = np.where(given, day, self.since)
        self.began = np.where(given & np.isnan(self.began), day, self.began)
