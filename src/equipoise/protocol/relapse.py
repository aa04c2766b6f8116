"""Response, remission and relapse (loss of response): the definitions, applied to scores.

Analysis, simulation and the running trial share these functions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.protocol.estimand import Definition
from equipoise.protocol.model import Protocol

Scores = NDArray[np.float64]
Flags = NDArray[np.bool_]


def is_met(
    definition: Definition, better: str, values: Scores, baseline: Scores
) -> tuple[Flags, Flags]:
    """Whether a definition of response is met, and whether that is known.

    It is not known without the value, without the baseline that the rule needs, and for
    a percentage of a baseline that is not positive.

    Args:
        definition: of any rule but ``loss-of``.
        better: direction of benefit of its score, ``lower`` or ``higher``.
        values: scores; NaN where not rated.
        baseline: scores at baseline, of a shape that fits ``values``.

    Returns:
        ``met`` (False where not known) and ``known``, each of the shape of ``values``.

    Raises:
        ValueError: the definition has no threshold, or is a loss.
    """
    rule, threshold = definition.rule, definition.threshold
    if threshold is None:
        raise ValueError(f"definition {definition.id!r} has no threshold")
    improved = (baseline - values) * (1 if better == "lower" else -1)
    if rule == "percent-reduction":
        # Multiplied out: 100 * 12 / 40 >= 30 must hold exactly, whatever is rounded.
        met = improved * 100 >= threshold * baseline
        known = ~np.isnan(improved) & (baseline > 0)
    elif rule == "points-reduction":
        met, known = improved >= threshold, ~np.isnan(improved)
    elif rule == "at-most":
        met, known = values <= threshold, ~np.isnan(values)
    elif rule == "at-least":
        met, known = values >= threshold, ~np.isnan(values)
    else:
        raise ValueError(f"rule {rule!r} of definition {definition.id!r} has no score")
    return met & known, known


def relapse_visits(protocol: Protocol, loss: Definition) -> list[str]:
    """Visits that show a loss of response, in the order of the schedule.

    The first one is time zero: the visit ``at``, at which the response must be present.
    """
    order = [visit.id for visit in protocol.schedule.visits]
    return order[order.index(str(loss.at)) :]


@dataclass(frozen=True, slots=True)
class FirstRelapse:
    """The first loss of response of each participant, (participants,) each.

    Attributes:
        at_risk: whether the response was present at time zero.
        event: whether it was lost later; False where not at risk.
        visit: index of the visit of the loss; 0 without a loss.
        last_met: index of the last visit before the loss, or at all, that shows the
            response.
    """

    at_risk: Flags
    event: Flags
    visit: NDArray[np.intp]
    last_met: NDArray[np.intp]


def first_relapse(met: Flags, known: Flags) -> FirstRelapse:
    """The first later visit at which the response is known to be absent.

    One such visit is enough; a visit without a rating neither shows nor delays a loss.

    Args:
        met: participants x ``relapse_visits``, as ``is_met`` returns it.
        known: likewise.
    """
    at_risk, lost = met[:, 0], known & ~met
    event = lost.any(axis=1)
    visit = np.where(event, lost.argmax(axis=1), 0)
    visits = met.shape[1]
    before = np.arange(visits) < np.where(event, visit, visits)[:, None]
    last_met = visits - 1 - (known & before)[:, ::-1].argmax(axis=1)
    return FirstRelapse(at_risk, event & at_risk, visit * at_risk, last_met)
