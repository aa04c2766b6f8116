"""The data contract: each table of ``TrialData`` with its columns.

The reference page of the documentation, the validation on entry and the files that
``exchange`` writes follow from ``TABLES``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from equipoise.protocol.forms import MISSING_CODES
from equipoise.protocol.milestone import Milestone

ColumnType = Literal["text", "number", "integer", "datetime", "flag"]


# Criteria of seriousness (ICH E2A), as columns of ``events``.
SERIOUS = {
    "death": "serious: resulted in death",
    "life_threatening": "serious: was life-threatening",
    "hospitalization": "serious: required or prolonged hospitalization",
    "disability": "serious: persistent or significant disability or incapacity",
    "congenital_anomaly": "serious: congenital anomaly or birth defect",
    "medically_important": "serious: other medically important event",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        type: ``text`` (pandas string), ``number`` (float64), ``integer`` (Int64),
            ``datetime`` (datetime64[ns], UTC or naive local as recorded), ``flag``
            (boolean).
        required: True if a row without a value is an error.
        unit: unit of a number.
        one_of: allowed values of a text; empty for free text.
        unblinds: True if the column reveals the treatment received; a blinded TrialData
            does not have it.
        optional: True if the column is absent when no row has a value.
    """

    name: str
    type: ColumnType
    meaning: str
    required: bool = False
    unit: str | None = None
    one_of: tuple[str, ...] = ()
    unblinds: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Attributes:
        row: what one row is.
        key: columns that together identify a row; no two rows may have the same values.
    """

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def column(self, name: str) -> Column:
        """The column with this name; KeyError if it does not exist."""
        return {column.name: column for column in self.columns}[name]


PARTICIPANT = Column("participant", "text", "participant identifier", required=True)
VISIT = Column("visit", "text", "visit id of the protocol", required=True)
MINUTE = Column(
    "timepoint_min", "integer", "minutes from the start of the infusion", unit="min"
)
MILESTONES = get_args(Milestone)
REASON = Column(
    "reason_missing",
    "text",
    "reason why the value is missing",
    one_of=MISSING_CODES,
    optional=True,
)


def _optional(name: str, type_: ColumnType, meaning: str) -> Column:
    return Column(name, type_, meaning, optional=True)


SHEET = _optional("paper_date", "text", "date on a paper questionnaire, as 2027-01-31")

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "participants",
            "one participant; characteristics of the protocol are further columns",
            (
                PARTICIPANT,
                Column("site", "text", "study site"),
                Column("consented_at", "datetime", "date of informed consent"),
                Column("randomized_at", "datetime", "date of randomization"),
                Column("arm", "text", "arm id of the protocol", unblinds=True),
            ),
            ("participant",),
        ),
        Table(
            "visits",
            "one planned or actual visit",
            (
                PARTICIPANT,
                VISIT,
                Column("planned_day", "integer", "planned day", unit="d"),
                _optional("agreed_day", "integer", "other day agreed for the visit"),
                Column("actual_day", "integer", "day of the visit", unit="d"),
                Column("in_window", "flag", "whether the visit was in its window"),
                Column(
                    "status",
                    "text",
                    "visit status",
                    required=True,
                    one_of=("done", "missed", "planned", "not applicable"),
                ),
                Column("reason", "text", "reason for a missed visit"),
            ),
            ("participant", "visit"),
        ),
        Table(
            "answers",
            "one response to an item",
            (
                PARTICIPANT,
                VISIT,
                MINUTE,
                Column("instrument", "text", "instrument id", required=True),
                Column("item", "text", "item id of the instrument", required=True),
                Column("value", "number", "the response", required=True),
                REASON,
                Column("rater", "text", "the rater"),
                Column("answered_at", "datetime", "time of the response, or of entry"),
                SHEET,
            ),
            ("participant", "visit", "timepoint_min", "instrument", "item"),
        ),
        Table(
            "recorded_scores",
            "one score recorded as such, with or without items in the source",
            (
                PARTICIPANT,
                VISIT,
                MINUTE,
                Column("instrument", "text", "instrument id", required=True),
                Column("score", "text", "score id of the instrument", required=True),
                Column("value", "number", "the score", required=True),
                REASON,
                SHEET,
            ),
            ("participant", "visit", "timepoint_min", "instrument", "score"),
        ),
        Table(
            "exposures",
            "one infusion",
            (
                PARTICIPANT,
                VISIT,
                Column("infusion", "integer", "number of the infusion", required=True),
                Column("drug", "text", "drug administered", unblinds=True),
                Column(
                    "dose_mg", "number", "amount administered", unit="mg", unblinds=True
                ),
                Column("weight_kg", "number", "body weight used", unit="kg"),
                Column("started_at", "datetime", "start of the infusion"),
                Column("stopped_at", "datetime", "end of the infusion"),
                Column("interrupted", "flag", "whether it was interrupted"),
                Column("reason", "text", "reason for an interruption or early stop"),
                _optional("stopped_early", "flag", "whether it was stopped early"),
            ),
            ("participant", "infusion"),
        ),
        Table(
            "measurements",
            "one vital sign or laboratory value",
            (
                PARTICIPANT,
                VISIT,
                MINUTE,
                Column("name", "text", "CDISC test code", required=True),
                Column("value", "number", "the value", required=True),
                Column("unit", "text", "unit of the value"),
                _optional("measured_at", "datetime", "time of the measurement"),
                REASON,
            ),
            ("participant", "visit", "timepoint_min", "name"),
        ),
        Table(
            "events",
            "one adverse event",
            (
                PARTICIPANT,
                Column("term", "text", "the event, verbatim", required=True),
                Column("started_day", "integer", "start day", unit="d"),
                Column("stopped_day", "integer", "end day", unit="d"),
                Column(
                    "severity",
                    "text",
                    "severity (CDISC AESEV)",
                    one_of=("mild", "moderate", "severe"),
                ),
                Column("serious", "flag", "whether it was serious"),
                Column("related", "flag", "related in the investigator's judgment"),
                Column("action", "text", "action taken with the treatment"),
                Column("outcome", "text", "outcome of the event"),
                _optional("ongoing", "flag", "whether it was ongoing"),
                _optional("started_time", "text", "local start time"),
                _optional("stopped_time", "text", "local end time"),
                _optional("related_infusion", "text", "visit of the related infusion"),
                _optional("special_interest", "flag", "event of special interest"),
                *(_optional(name, "flag", text) for name, text in SERIOUS.items()),
            ),
            (),
        ),
        Table(
            "dispositions",
            "one milestone",
            (
                PARTICIPANT,
                Column(
                    "milestone",
                    "text",
                    "the milestone",
                    required=True,
                    one_of=MILESTONES,
                ),
                Column("day", "integer", "day of the milestone", unit="d"),
                Column("reason", "text", "reason"),
            ),
            ("participant", "milestone"),
        ),
        Table(
            "guesses",
            "one treatment guess",
            (
                PARTICIPANT,
                Column(
                    "by",
                    "text",
                    "who guessed",
                    required=True,
                    one_of=("participant", "rater"),
                ),
                VISIT,
                Column("guess", "text", "arm id, or `don't know`", required=True),
                Column("certainty", "number", "certainty of the guess"),
            ),
            ("participant", "by", "visit"),
        ),
    )
}

# Tables that the application writes. Other data do not have them: an absent table was not
# provided, an empty table states that there were no entries.
OPTIONAL: dict[str, Table] = {
    "alerts": Table(
        "alerts",
        "one alert: a safety rule of the protocol that a recorded value met",
        (
            PARTICIPANT,
            Column(
                "visit", "text", "visit id, if it belongs to one; also unscheduled ones"
            ),
            MINUTE,
            Column(
                "number", "integer", "number of its audit trail entry", required=True
            ),
            Column("form", "text", "form with the value", required=True),
            Column("item", "text", "field of the form", required=True),
            Column("rule", "text", "id of the safety rule", required=True),
            Column("value", "text", "the value that met the rule", required=True),
            Column("text", "text", "text of the alert", required=True),
            Column("fired_at", "datetime", "time of the alert", required=True),
            Column("entered_by", "text", "user who entered the value", required=True),
            Column("shown_to", "text", "users to whom the alert was shown, in order"),
            Column("acknowledged_by", "text", "user who acknowledged the alert"),
            Column("acknowledged_at", "datetime", "time of the acknowledgment"),
            Column("done", "text", "action taken"),
            Column("released_by", "text", "user who released the infusion despite it"),
            Column("reason", "text", "reason for the release"),
        ),
        ("participant", "number"),
    ),
    "laboratory": Table(
        "laboratory",
        "one laboratory result of a form",
        (
            PARTICIPANT,
            Column(
                "visit", "text", "visit id, if it belongs to one; also unscheduled ones"
            ),
            MINUTE,
            Column("form", "text", "id of the form", required=True),
            Column("number", "integer", "number of the form, if there can be several"),
            Column("name", "text", "test code (CDISC LBTESTCD)", required=True),
            Column("label", "text", "name of the test", required=True),
            Column("value", "number", "the result", required=True),
            Column("unit", "text", "unit of the result"),
            Column("low", "number", "lower limit of the reference range, in the unit"),
            Column("high", "number", "upper limit of the reference range, in the unit"),
            Column(
                "indicator",
                "text",
                "result against the reference range (CDISC LBNRIND)",
                one_of=("NORMAL", "LOW", "HIGH"),
            ),
            Column("significant", "flag", "whether it was clinically significant"),
            Column("grade", "integer", "toxicity grade, 0 to 4"),
            Column("sampled_at", "datetime", "time of sample collection"),
            REASON,
        ),
        ("participant", "form", "number", "visit", "timepoint_min", "name"),
    ),
}
