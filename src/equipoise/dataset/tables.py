"""The data contract: each table of ``TrialData`` with its columns, in one place.

The reference page of the documentation, the validation on entry and the files that
``exchange`` writes are all made from ``TABLES``.
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
        required: True if a row without a value is refused.
        unit: unit of a number.
        one_of: allowed values of a text; empty for free text.
        unblinds: True if the column tells who received what; a blinded TrialData
            does not have it.
        optional: True if a table has the column only where some row fills it.
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
        key: columns that together name a row; no two rows may share them.
    """

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def column(self, name: str) -> Column:
        """The column with this name; KeyError if there is none."""
        return {column.name: column for column in self.columns}[name]


PARTICIPANT = Column("participant", "text", "identifier of the person", required=True)
VISIT = Column("visit", "text", "visit id of the protocol", required=True)
MINUTE = Column(
    "timepoint_min", "integer", "minutes from the start of the infusion", unit="min"
)
MILESTONES = get_args(Milestone)
REASON = Column(
    "reason_missing",
    "text",
    "why there is no value, in its place",
    one_of=MISSING_CODES,
    optional=True,
)


def _optional(name: str, type_: ColumnType, meaning: str) -> Column:
    return Column(name, type_, meaning, optional=True)


SHEET = _optional(
    "paper_date", "text", "date on the sheet of a questionnaire on paper, as 2027-01-31"
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "participants",
            "a person; characteristics declared in the protocol are further columns",
            (
                PARTICIPANT,
                Column("site", "text", "where the person is treated"),
                Column("consented_at", "datetime", "informed consent"),
                Column("randomized_at", "datetime", "randomization"),
                Column("arm", "text", "arm id of the protocol", unblinds=True),
            ),
            ("participant",),
        ),
        Table(
            "visits",
            "a visit that should or did happen",
            (
                PARTICIPANT,
                VISIT,
                Column("planned_day", "integer", "planned day", unit="d"),
                _optional("agreed_day", "integer", "another day that was agreed"),
                Column("actual_day", "integer", "day it happened", unit="d"),
                Column("in_window", "flag", "whether it happened in its window"),
                Column(
                    "status",
                    "text",
                    "what became of it",
                    required=True,
                    one_of=("done", "missed", "planned", "not applicable"),
                ),
                Column("reason", "text", "reason for a missed visit"),
            ),
            ("participant", "visit"),
        ),
        Table(
            "answers",
            "one item answered",
            (
                PARTICIPANT,
                VISIT,
                MINUTE,
                Column("instrument", "text", "instrument id", required=True),
                Column("item", "text", "item id of the instrument", required=True),
                Column("value", "number", "the answer", required=True),
                REASON,
                Column("rater", "text", "who rated"),
                Column("answered_at", "datetime", "when it was answered, or entered"),
                SHEET,
            ),
            ("participant", "visit", "timepoint_min", "instrument", "item"),
        ),
        Table(
            "recorded_scores",
            "a score written down as such, because the source may hold no items",
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
                Column("drug", "text", "what was given", unblinds=True),
                Column("dose_mg", "number", "amount given", unit="mg", unblinds=True),
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
                Column("unit", "text", "its unit"),
                _optional("measured_at", "datetime", "when it was measured"),
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
                Column("started_day", "integer", "day it started", unit="d"),
                Column("stopped_day", "integer", "day it stopped", unit="d"),
                Column(
                    "severity",
                    "text",
                    "severity (CDISC AESEV)",
                    one_of=("mild", "moderate", "severe"),
                ),
                Column("serious", "flag", "whether it was serious"),
                Column("related", "flag", "whether the investigator saw a relation"),
                Column("action", "text", "action taken with the treatment"),
                Column("outcome", "text", "outcome of the event"),
                _optional("ongoing", "flag", "whether it had not ended"),
                _optional("started_time", "text", "time of day it started, local"),
                _optional("stopped_time", "text", "time of day it stopped, local"),
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
                    "what happened",
                    required=True,
                    one_of=MILESTONES,
                ),
                Column("day", "integer", "day it happened", unit="d"),
                Column("reason", "text", "why"),
            ),
            ("participant", "milestone"),
        ),
        Table(
            "guesses",
            "one guess of the allocation",
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

# Tables that the application writes. Data from elsewhere go without them: a table that is
# absent was not provided, one that is empty says that there was nothing.
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
                "number", "integer", "number of its entry in the audit", required=True
            ),
            Column("form", "text", "form on which the value stands", required=True),
            Column("item", "text", "field of the form", required=True),
            Column("rule", "text", "id of the safety rule", required=True),
            Column("value", "text", "the value that met it", required=True),
            Column("text", "text", "what was shown", required=True),
            Column("fired_at", "datetime", "when it was recorded", required=True),
            Column("entered_by", "text", "who recorded the value", required=True),
            Column("shown_to", "text", "who was shown the alert, in this order"),
            Column("acknowledged_by", "text", "who acknowledged it"),
            Column("acknowledged_at", "datetime", "when it was acknowledged"),
            Column("done", "text", "what was done"),
            Column("released_by", "text", "who let the infusion start in spite of it"),
            Column("reason", "text", "why the infusion was started in spite of it"),
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
            Column("number", "integer", "number of the form, where there can be many"),
            Column("name", "text", "test code (CDISC LBTESTCD)", required=True),
            Column("label", "text", "what was tested", required=True),
            Column("value", "number", "the result", required=True),
            Column("unit", "text", "its unit"),
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
            Column("sampled_at", "datetime", "when the sample was taken"),
            REASON,
        ),
        ("participant", "form", "number", "visit", "timepoint_min", "name"),
    ),
}
