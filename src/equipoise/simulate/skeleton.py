"""A scenario to start from: everything that a protocol needs, with placeholder numbers."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.instruments.model import Instrument
from equipoise.protocol.model import Protocol
from equipoise.protocol.population import Characteristic

VITALS = {  # unit, mean, SD over people, SD within a person, lowest, highest, decimals
    "SYSBP": ("mmHg", 120, 10, 5, 70, 240, 0),
    "DIABP": ("mmHg", 75, 7, 4, 40, 140, 0),
    "PULSE": ("beats/min", 73, 8, 4, 40, 160, 0),
    "HR": ("beats/min", 73, 8, 4, 40, 160, 0),
    "RESP": ("breaths/min", 15, 2, 1, 8, 40, 0),
    "OXYSAT": ("%", 98, 0.8, 0.6, 80, 100, 0),
    "TEMP": ("C", 36.7, 0.3, 0.2, 34, 42, 1),
    "WEIGHT": ("kg", 78, 16, 0.5, 35, 200, 1),
}
OTHER = ("unit", 1, 0.2, 0.1, 0, 10, 2)
HEAD = """# A scenario for the protocol {id}: what its simulated participants are like.
#
# Every number is a placeholder, marked `assumed = true`. Replace it by what you expect, and
# where a number was published write source = "..." instead of assumed = true. No arm has an
# effect yet: write the expected mean changes under [[courses.changes]].
#
#   equipoise simulate PROTOCOL --scenario THIS-FILE --out out/virtual
#   docs/reference/scenario.md lists every key

schema = 1

[scenario]
id = "{id}"
title = "Simulated participants of {id}"
protocol = "{id}"
"""


def skeleton(protocol: Protocol) -> str:
    """The text of a scenario file for a protocol, with comments.

    Args:
        protocol: checked, with its instruments.

    Returns:
        TOML without any effect of a treatment.

    Example:
        >>> import equipoise as eq
        >>> "[[courses]]" in skeleton(eq.load_protocol("antidepressant"))
        True
    """
    parts = [HEAD.format(id=protocol.trial.id)]
    parts += _people(protocol)
    parts += _conduct(protocol)
    parts += _courses(protocol)
    parts += _acute(protocol)
    parts += _vitals(protocol)
    return "\n".join(parts)


def _people(protocol: Protocol) -> Iterator[str]:
    yield "# --- who comes\n"
    for characteristic in protocol.characteristics:
        lines = ["[[characteristics]]", f'id = "{characteristic.id}"']
        if characteristic.type == "category":
            share = round(1 / len(characteristic.values), 6)
            shares = [share] * len(characteristic.values)
            shares[0] = round(1 - share * (len(shares) - 1), 6)
            pairs = zip(characteristic.values, shares, strict=True)
            told = ", ".join(f'"{value}" = {number}' for value, number in pairs)
            lines += ['distribution = "shares"', f"shares = {{ {told} }}"]
        else:
            low, high = _bounds(protocol, characteristic)
            mean, sd = (low + high) / 2, (high - low) / 6
            lines += ['distribution = "bounded"', f"mean = {mean:g}", f"sd = {sd:.4g}"]
            lines += [f"min = {low:g}", f"max = {high:g}"]
        yield "\n".join([*lines, "assumed = true", ""])


def _bounds(protocol: Protocol, characteristic: Characteristic) -> tuple[float, float]:
    """Bounds of a number: those of the protocol, narrowed by eligibility."""
    known = {"age": (18.0, 75.0), "weight_kg": (45.0, 130.0)}
    low, high = known.get(characteristic.id, (0.0, 100.0))
    low = low if characteristic.min is None else max(low, characteristic.min)
    high = high if characteristic.max is None else min(high, characteristic.max)
    for criterion in protocol.eligibility:
        rule = criterion.require
        own = rule is not None and rule.characteristic == characteristic.id
        if rule is None or not own or criterion.kind != "inclusion":
            continue
        low = low if rule.min is None else max(low, rule.min)
        high = high if rule.max is None else min(high, rule.max)
    return (low, high) if low < high else (low, low + 1)


def _conduct(protocol: Protocol) -> Iterator[str]:
    day = protocol.schedule.visit(protocol.schedule.baseline).day
    yield f"""[conduct.recruitment]
study_start = 2027-01-04
# Sites with their own rates replace days_between and site:
# by_site = [{{ site = "Site 1", per_month = 2, opens = 60, assumed = true }}]
days_between = 7 # mean days between two people who are screened, at all sites together
site = "Site 1"
randomization_day = {day}
assumed = true

# --- who stays

[conduct.attendance]
missed_visit = 0.03
missed_infusion = 0.01
on_planned_day = 0.75
reason = "could not come"
assumed = true
"""
    last = max(visit.day for visit in protocol.schedule.visits)
    if last > day + 1:
        for arm in protocol.arms:
            yield f"""[[conduct.departures]]
arm = "{arm.id}"
milestone = "lost-to-follow-up"
reason = "no contact after repeated attempts"
probability = 0.1
days = [{max(day + 1, 1)}, {last}]
assumed = true
"""


def _courses(protocol: Protocol) -> Iterator[str]:
    names = [name for name, timed in _rated(protocol).items() if not timed]
    yield "# --- how symptoms go\n"
    rows = [", ".join(["0.5"] * k + ["1"]) for k in range(len(names))]
    listed = ", ".join(f'"{name}"' for name in names)
    lower = ", ".join(f"[{row}]" for row in rows)
    yield f"""[between_visits]
retest = 0.8
stable = 0.45
days = 14
assumed = true

[between_instruments]
names = [{listed}]
lower = [{lower}]
assumed = true
"""
    for name in names:
        yield from _course(protocol, name)


def _course(protocol: Protocol, name: str) -> Iterator[str]:
    scale = protocol.scales[name]
    score, low, high = _score(scale)
    mean, sd = _baseline(protocol, f"{name}.{score}", low, high)
    yield f"""[[courses]]
instrument = "{name}"
score = "{score}" # {low:g} to {high:g}
baseline = {{ mean = {mean:.4g}, sd = {sd:.3g}, assumed = true }} # of the screened
after = {{ sd = {1.3 * sd:.3g}, assumed = true }}
items = {{ spread = 0.3, stable = 0.5, assumed = true }}
"""
    after = _rated_after(protocol, name)
    for arm in protocol.arms:
        yield f"""[[courses.changes]]
arm = "{arm.id}"
by_visit = {{ "{after}" = 0 }} # mean change from baseline; linear between visits
assumed = true
"""


def _rated_after(protocol: Protocol, name: str) -> str:
    """The last visit after baseline at which an instrument is rated."""
    schedule = protocol.schedule
    ids = [visit.id for visit in schedule.visits]
    later = schedule.visits[ids.index(schedule.baseline) + 1 :]
    rated = [
        visit.id
        for visit in later
        if name in {a.instrument for a in schedule.assessments(visit)}
    ]
    return (rated or [visit.id for visit in later] or ids)[-1]


def _baseline(
    protocol: Protocol, score: str, low: float, high: float
) -> tuple[float, float]:
    """Mean and SD of a score at baseline, within what eligibility requires."""
    sd = (high - low) / 9
    mean = low + 0.5 * (high - low)
    for criterion in protocol.eligibility:
        rule = criterion.require
        if rule is not None and rule.score == score and rule.min is not None:
            mean = max(mean, min(rule.min + sd, high - sd))
        if rule is not None and rule.score == score and rule.max is not None:
            mean = min(mean, max(rule.max - sd, low))
    return mean, sd


def _acute(protocol: Protocol) -> Iterator[str]:
    for name, timed in _rated(protocol).items():
        if not timed:
            continue
        scale = protocol.scales[name]
        score, low, high = _score(scale)
        rest = low + 0.02 * (high - low)
        if scale.better == "higher":
            rest = high
        spread = 0.0 if scale.better == "higher" else 0.03 * (high - low)
        level = f"mean = {rest:.4g}, sd = {spread:.3g}"
        peaks = ",\n".join(
            f'  {{ arm = "{arm.id}", {level}, assumed = true }}'
            for arm in protocol.arms
        )
        yield f"""[[acute]]
instrument = "{name}"
score = "{score}"
rest = {{ {level}, assumed = true }}
course = {{ minutes = [0, 40, 120], share = [0, 1, 0], assumed = true }}
attenuation = {{ value = 1, assumed = true }}
stable = {{ value = 0.5, assumed = true }}
items = {{ spread = 0.5, stable = 0.5, assumed = true }}
peaks = [
{peaks},
]
"""


def _vitals(protocol: Protocol) -> Iterator[str]:
    schedule = protocol.schedule
    names = dict.fromkeys(
        name
        for visit in schedule.visits
        for measurement in schedule.measurements(visit)
        for name in measurement.names
    )
    for name in names:
        unit, mean, sd, within, low, high, decimals = VITALS.get(name, OTHER)
        rises = ", ".join(
            f'{{ arm = "{arm.id}", mean = 0, sd = 0, assumed = true }}'
            for arm in protocol.arms
        )
        yield f"""[[vitals]]
name = "{name}"
unit = "{unit}"
decimals = {decimals}
rest = {{ mean = {mean}, sd = {sd}, assumed = true }}
within = {{ sd = {within}, assumed = true }}
course = {{ minutes = [0, 40, 120], share = [0, 1, 0], assumed = true }}
limits = {{ min = {low}, max = {high}, assumed = true }}
rises = [{rises}]
"""


def _rated(protocol: Protocol) -> dict[str, bool]:
    """Instruments that are assessed, and whether at minutes of a visit."""
    schedule = protocol.schedule
    found: dict[str, bool] = {}
    for visit in schedule.visits:
        for assessment in schedule.assessments(visit):
            timed = found.get(assessment.instrument, False)
            found[assessment.instrument] = timed or bool(assessment.minutes)
    return found


def _score(scale: Instrument) -> tuple[str, float, float]:
    """The score that represents an instrument, and its range."""
    low, high = scale.scores[scale.primary_score].range
    return scale.primary_score, float(low), float(high)
