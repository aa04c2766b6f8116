"""Whether a kind of data was collected; an empty table alone never shows that it was."""

from __future__ import annotations

from equipoise.dataset.tables import OPTIONAL
from equipoise.dataset.trialdata import TrialData

NOT_COLLECTED = {  # table -> what to say where the data hold no row of it
    "visits": "the data hold no record of visits",
    "answers": "the data hold no ratings",
    "exposures": "the data hold no record of treatment given",
    "measurements": "the data hold no vital signs or laboratory values",
    "events": "the data hold no adverse events: none were collected or none were provided",
    "dispositions": "the data hold no record of disposition",
    "guesses": "the data hold no guesses of the allocation",
    "alerts": "the data hold no table of safety alerts: they were not provided",
    "laboratory": "the data hold no table of laboratory results: they were not provided",
}


def collected(data: TrialData, table: str) -> bool:
    """Whether the data show that a kind of data was collected.

    True if the table has a row, or if its source states that it was collected and is
    empty (``Origin.confirmed_empty``), or if it is an optional table that was provided.
    Only then may a report state *none*: otherwise it states ``NOT_COLLECTED[table]``.

    Args:
        data: of a trial.
        table: name of a table, as in ``equipoise.dataset.tables.TABLES``.

    Example:
        >>> collected(data, "events")  # doctest: +SKIP
        False
    """
    if table in OPTIONAL:
        return table in data.provided
    if table == "answers" and len(data.recorded_scores):
        return True  # ratings may be recorded as scores
    return len(getattr(data, table)) > 0 or table in data.origin.confirmed_empty


def missed_recorded(data: TrialData) -> bool:
    """Whether the source records which visits were missed.

    It does if a visit has a status other than *done*, which every source with a day of
    the visit implies. Otherwise the number of missed visits is unknown, not zero.
    """
    status = data.visits["status"].dropna()
    return bool((status != "done").any())
