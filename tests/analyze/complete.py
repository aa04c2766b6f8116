"""A trial with every kind of statement, and data in which every table has rows.

What the reference trial chooses, this one chooses otherwise: strategies for intercurrent
events, sensitivity analyses, degrees of freedom, definitions, safety rules, milestones,
levels of endpoints. The arms differ in size, so that no number of one is that of the other.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from equipoise import library
from equipoise.analyze.result import Results
from equipoise.analyze.run import analyze
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.instruments.load import parse_instrument
from equipoise.numerics.rng import stream
from equipoise.protocol.load import parse_protocol
from equipoise.protocol.model import Protocol
from tests.analyze.complete_provided import alerts, laboratory

TEXT = Path(__file__).with_name("complete.toml")
RATED = {"week-1": 8, "week-2": 15, "week-4": 28, "week-6": 42}
INFUSIONS = {"infusion-1": 0, "infusion-2": 7, "infusion-3": 14}
MINUTES = (-15, 20, 40, 120)
ACTIVE, ALL = 11, 18  # participants of the first arm, and of both


@cache
def protocol() -> Protocol:
    """The protocol in ``complete.toml``."""
    return parsed(TEXT.read_text(encoding="utf-8"), "complete.toml")


def parsed(text: str, origin: str) -> Protocol:
    """A protocol with the instruments of the library."""
    return parse_protocol(
        text,
        origin=origin,
        find_instrument=lambda name: parse_instrument(
            library.text("instruments", name), origin=f"{name}.toml"
        ),
    )


@cache
def results() -> Results:
    """Of these data."""
    return analyze(protocol(), data())


@cache
def data() -> UnblindedTrialData:
    """Planted data, not to be changed: what happened is written below, scores are drawn."""
    people = [f"P{number:02}" for number in range(1, ALL + 1)]
    arms = {p: "active" if n < ACTIVE else "control" for n, p in enumerate(people)}
    tables = {
        "participants": _participants(arms),
        "visits": _visits(people),
        "recorded_scores": _scores(arms),
        "exposures": _exposures(arms),
        "measurements": _measurements(arms),
        "events": _events(),
        "dispositions": _dispositions(people),
        "guesses": _guesses(arms),
        "alerts": alerts(),
        "laboratory": laboratory(
            {
                str(row["participant"]): row["started_at"]
                for row in _exposures(arms).to_dict("records")
                if row["infusion"] == 1
            }
        ),
    }
    made = UnblindedTrialData.from_tables(protocol(), tables)
    assert isinstance(made, UnblindedTrialData)
    return made


def _participants(arms: dict[str, str]) -> pd.DataFrame:
    draw = stream(1, "tests", "complete", "participants")
    rows = [
        {
            "participant": person,
            "site": "North" if number % 3 else "South",
            "consented_at": f"2024-01-{number + 2:02} 09:00",
            "randomized_at": f"2024-01-{number + 5:02} 09:00",
            "arm": arm,
            "age": int(draw.integers(19, 69)),
            "sex": "F" if number % 2 else "M",
            "weight_kg": float(draw.integers(55, 95)),
        }
        for number, (person, arm) in enumerate(arms.items())
    ]
    rows[1]["age"] = 17  # below the limit of a criterion
    rows += [{"participant": "X01", "arm": None, "site": "North"}]
    return pd.DataFrame(rows)


def _visits(people: list[str]) -> pd.DataFrame:
    rows = []
    days = {"baseline": -3, **INFUSIONS, **RATED}
    for number, person in enumerate(people):
        for visit, day in days.items():
            late = 3 if (number, visit) == (3, "week-4") else 0
            held = (person, visit) not in MISSED
            rows.append(
                {
                    "participant": person,
                    "visit": visit,
                    "planned_day": day,
                    "actual_day": day + late if held else None,
                    "in_window": not late if held else None,
                    "status": "done" if held else "missed",
                    "reason": None if held else "on a journey",
                }
            )
    return pd.DataFrame(
        [r for r in rows if _present(str(r["participant"]), str(r["visit"]))]
    )


LEFT = {"P06": 10, "P16": 30}  # participants who left the study, with the day
MISSED = (("P05", "week-2"), ("P15", "week-4"))  # recorded as missed
NO_RECORD = (
    "P17",
    "infusion-2",
)  # the visit was held, without a record of the infusion
STOPPED = ("P12", "infusion-3")  # treatment had been discontinued


def _present(person: str, visit: str) -> bool:
    """Whether a participant had neither left nor stopped treatment."""
    day = {**INFUSIONS, **RATED}.get(visit, -3)
    return day < LEFT.get(person, 99) and (person, visit) != STOPPED


def _scores(arms: dict[str, str]) -> pd.DataFrame:
    draw = stream(1, "tests", "complete", "scores")
    rows: list[tuple[Any, ...]] = []
    for person, arm in arms.items():
        start = int(draw.integers(18, 30))
        slope = -7 if arm == "active" else -5
        course = start + slope * np.array([0.6, 1.4, 1.3, 0.9]) + draw.normal(0, 3, 4)
        rows.append((person, "baseline", None, "hamd17", start))
        rows.append((person, "baseline", None, "cgi_s", 5))
        for visit, value in zip(RATED, course, strict=True):
            if _present(person, visit) and (person, visit) not in MISSED:
                score = int(np.clip(np.round(value), 0, 52))
                rows.append((person, visit, None, "hamd17", score))
                rows.append((person, visit, None, "cgi_s", 1 + score // 8))
        for visit, day in INFUSIONS.items():
            for minute in MINUTES:
                peak = 9 if arm == "active" and minute in (20, 40) else 1
                value = int(draw.integers(0, peak + 1)) if day < 10 else peak // 2
                if _present(person, visit):
                    rows.append((person, visit, minute, "cadss", value))
    columns = ["participant", "visit", "timepoint_min", "instrument", "value"]
    made = pd.DataFrame(rows, columns=columns)
    return made.assign(score="total")


def _exposures(arms: dict[str, str]) -> pd.DataFrame:
    rows = []
    for number, (person, arm) in enumerate(arms.items()):
        for infusion, (visit, day) in enumerate(INFUSIONS.items(), start=1):
            if not _present(person, visit) or (person, visit) == NO_RECORD:
                continue
            wrong = (person, infusion) == ("P13", 2)
            drug = "ketamine" if (arm == "active") != wrong else "midazolam"
            short = (person, infusion) == ("P02", 1)
            start = pd.Timestamp(f"2024-02-{number + 1:02} 10:00") + pd.Timedelta(
                days=day
            )
            rows.append(
                {
                    "participant": person,
                    "visit": visit,
                    "infusion": infusion,
                    "drug": drug,
                    "dose_mg": 35.0 if drug == "ketamine" else 3.15,
                    "weight_kg": 70.0,
                    "started_at": start,
                    "stopped_at": start + pd.Timedelta(minutes=25 if short else 40),
                    "interrupted": short,
                    "reason": "vomiting" if short else None,
                }
            )
    return pd.DataFrame(rows)


def _measurements(arms: dict[str, str]) -> pd.DataFrame:
    draw = stream(1, "tests", "complete", "measurements")
    rows = []
    for person, arm in arms.items():
        for visit in INFUSIONS:
            if not _present(person, visit):
                continue
            for minute in MINUTES:
                rise = 18 if arm == "active" and minute in (20, 40) else 0
                for name, rest, unit in (
                    ("SYSBP", 118, "mmHg"),
                    ("PULSE", 71, "beats/min"),
                    ("OXYSAT", 97, "%"),
                ):
                    more = rise if name != "OXYSAT" else -rise // 9
                    value = rest + more + int(draw.integers(-2, 3))
                    value = PLANTED.get((person, visit, minute, name), value)
                    rows.append((person, visit, minute, name, value, unit))
    columns = ["participant", "visit", "timepoint_min", "name", "value", "unit"]
    return pd.DataFrame(rows, columns=columns)


PLANTED = {  # values that meet a safety rule
    ("P01", "infusion-1", -15, "SYSBP"): 152,
    ("P02", "infusion-1", 20, "SYSBP"): 184,
    ("P03", "infusion-2", 40, "PULSE"): 48,
    ("P12", "infusion-1", 20, "OXYSAT"): 88,
    ("P14", "infusion-2", 120, "PULSE"): 131,
}


KEPT = "dose not changed"  # terms of the CDISC codelist ACN


def _events() -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = [
        ("P01", "headache", 0, 0, "mild", False, True, KEPT, "recovered"),
        ("P01", "headache", 7, 8, "moderate", False, True, KEPT, "recovered"),
        (
            "P02",
            "vomiting",
            0,
            0,
            "severe",
            False,
            True,
            "drug interrupted",
            "recovered",
        ),
        ("P03", "dizziness", 14, 14, "mild", False, True, KEPT, "recovered"),
        ("P04", "nausea", 7, 9, "moderate", False, False, KEPT, "recovered"),
        ("P05", "suicide attempt", 20, 24, "severe", True, False, KEPT, "recovered"),
        (
            "P06",
            "anxiety",
            8,
            None,
            "severe",
            False,
            True,
            "drug withdrawn",
            "not recovered",
        ),
        ("P12", "headache", 1, 1, "mild", False, False, KEPT, "recovered"),
        ("P13", "fall", 40, 41, "moderate", True, False, KEPT, "recovered"),
        ("P14", "nausea", -2, -1, "mild", False, False, KEPT, "recovered"),
        ("P16", "pneumonia", 27, 30, "severe", True, False, KEPT, "fatal"),
    ]
    return pd.DataFrame(
        rows,
        columns=["participant", "term", "started_day", "stopped_day", "severity",
                 "serious", "related", "action", "outcome"],
    )  # fmt: skip


def _dispositions(people: list[str]) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = [
        ("X01", "screened", -10, None),
        ("X01", "excluded", -9, "declined"),
        ("P06", "treatment-discontinued", 8, "adverse event"),
        ("P06", "study-withdrawn", 10, "consent withdrawn"),
        ("P12", "treatment-discontinued", 12, "lack of efficacy"),
        ("P12", "new-treatment", 20, "sertraline"),
        ("P03", "new-treatment", 35, "lithium"),
        ("P16", "death", 30, "pneumonia"),
    ]
    for person in people:
        rows.append((person, "consented", -1 if person == "P04" else -5, None))
        rows.append((person, "randomized", -1, None))
        rows.append((person, "treatment-started", 0, None))
        if person not in ("P06", "P12"):
            rows.append((person, "treatment-completed", 14, None))
        if person not in ("P06", "P16", "P17"):
            rows.append((person, "study-completed", 42, None))
    rows.append(("P17", "lost-to-follow-up", 42, "no contact"))
    return pd.DataFrame(rows, columns=["participant", "milestone", "day", "reason"])


def _guesses(arms: dict[str, str]) -> pd.DataFrame:
    rows = []
    for number, (person, arm) in enumerate(arms.items()):
        if not _present(person, "week-2"):
            continue
        other = "control" if arm == "active" else "active"
        own = arm if number % 3 else other
        rows.append((person, "participant", "week-2", own))
        guess = "don't know" if number % 4 == 0 else ("active", "control")[number % 2]
        rows.append((person, "rater", "week-2", guess))
    return pd.DataFrame(rows, columns=["participant", "by", "visit", "guess"])
