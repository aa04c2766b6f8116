"""Alerts and laboratory results of the complete trial, as the application writes them."""

from __future__ import annotations

from typing import Any

import pandas as pd

ALERTS: list[tuple[Any, ...]] = [  # participant, visit, minute, rule, value, text, ...
    ("P01", "infusion-1", -15, "hold-sysbp", "152", "HOLD: Systolic 152 mmHg",
     "nurse, doctor", "doctor", "waited, 138 at rest", None, None),
    ("P02", "infusion-1", 20, "stop-sysbp", "184", "STOP: Systolic 184 mmHg",
     "nurse", "nurse", "stopped", None, None),
    ("P03", "infusion-2", 40, "watch-pulse", "48", "WATCH: Pulse 48 beats/min",
     None, None, None, None, None),
    ("P12", "infusion-1", 20, "pause-oxysat", "88", "PAUSE: Saturation 88 %",
     "nurse", "doctor", "paused for 5 min", None, None),
    ("P12", "infusion-1", -15, "hold-sysbp", "151", "HOLD: Systolic 151 mmHg",
     "nurse", "doctor", "seen", "doctor", "Dr. Grey: calm"),
    ("P14", "infusion-2", 120, "watch-pulse", "131", "WATCH: Pulse 131 beats/min",
     "nurse", None, None, None, None),
    ("P13", None, None, "serious-event", "yes", "WATCH: Adverse event, Serious: Yes",
     "doctor", "doctor", "reported", None, None),
    ("X01", None, None, "serious-event", "yes", "WATCH: Adverse event, Serious: Yes",
     None, None, None, None, None),
]  # fmt: skip
RESULTS: list[tuple[Any, ...]] = [  # participant, day of the sample, test, value, grade
    *((f"P{k:02}", -3, "ALT", 20.0 + k, 0) for k in range(1, 19)),
    *((f"P{k:02}", 15, "ALT", 40.0 + k, 1) for k in range(1, 8)),
    ("P08", 15, "ALT", 205.0, 3),
    ("P12", 15, "ALT", 130.0, 2),
    ("P12", 16, "ALT", 60.0, 1),  # the highest counts, not the last
    ("P13", 15, "ALT", 33.0, 0),
    ("P14", 15, "ALT", None, None),  # not assessed
    ("P15", None, "ALT", 125.0, 2),  # nobody recorded when
    ("P01", 15, "TSH", 2.5, None),  # without a grade
    ("X01", -9, "ALT", 300.0, 3),
]


def alerts() -> pd.DataFrame:
    names = ("participant", "visit", "timepoint_min", "rule", "value", "text",
             "shown_to", "acknowledged_by", "done", "released_by", "reason")  # fmt: skip
    rows = pd.DataFrame(ALERTS, columns=names)
    fired = pd.Timestamp("2024-02-10 10:00") + pd.to_timedelta(rows.index, "D")
    later = fired + pd.Timedelta(minutes=7)
    return rows.assign(
        number=rows.index + 40,
        form=["vitals" if visit else "event#1" for visit in rows["visit"]],
        item=["SYSBP" if visit else "serious" for visit in rows["visit"]],
        fired_at=fired,
        entered_by="nurse",
        acknowledged_at=[
            at if who else None
            for at, who in zip(later, rows["acknowledged_by"], strict=True)
        ],
    )


def laboratory(first: dict[str, pd.Timestamp]) -> pd.DataFrame:
    """Results at days from the first infusion.

    Args:
        first: participant -> start of the first infusion.
    """
    rows = []
    for number, (person, day, name, value, grade) in enumerate(RESULTS, start=1):
        start = first.get(person, pd.Timestamp("2024-02-01 10:00"))
        rows.append(
            {
                "participant": person,
                "visit": "baseline" if day == -3 else None,
                "form": "laboratory",
                "number": None if day == -3 else number,
                "name": name,
                "label": {"ALT": "Alanine aminotransferase", "TSH": "Thyrotropin"}[
                    name
                ],
                "value": value,
                "unit": "U/L" if name == "ALT" else "mIU/L",
                "low": None,
                "high": 40.0 if name == "ALT" else None,
                "indicator": "HIGH" if value and name == "ALT" and value > 40 else None,
                "significant": grade == 3 if grade else None,
                "grade": grade,
                "sampled_at": None if day is None else start + pd.Timedelta(days=day),
                "reason_missing": None if value is not None else "not assessed",
            }
        )
    return pd.DataFrame(rows)
