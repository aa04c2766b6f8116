"""Treatments and how participants are allocated to them: ICH E3 9.4.1 and 9.4.3."""

from __future__ import annotations

from equipoise.protocol.calendar import Visit
from equipoise.protocol.model import Protocol
from equipoise.protocol.quantity import Quantity
from equipoise.protocol.treatment import Intervention
from equipoise.report.blocks import TextTable
from equipoise.report.table_cells import plural

METHODS = {
    "complete": "Complete randomization: each participant was allocated independently",
    "permuted blocks": "Randomization in permuted blocks",
    "urn": "Urn randomization",
    "big stick": "Big stick design",
    "minimization": "Minimization",
}


def quantity(value: Quantity) -> str:
    """A quantity with its unit."""
    return f"{value.value:g} {value.unit or ''}".strip().replace(" %", "%")


def minus(number: float) -> str:
    """A number with the minus sign U+2212."""
    return f"{number:g}".replace("-", "−")


def infusions(protocol: Protocol) -> list[Visit]:
    """Visits with an infusion."""
    return [v for v in protocol.schedule.visits if v.infusion is not None]


def infusion_days(protocol: Protocol) -> str:
    """``Infusions are planned on days 0, 2 and 4``; empty for none."""
    days = [minus(visit.day) for visit in infusions(protocol)]
    if len(days) < 2:
        return "".join(f"One infusion is planned on day {day}" for day in days)
    return f"Infusions are planned on days {', '.join(days[:-1])} and {days[-1]}"


def treatments_table(protocol: Protocol) -> TextTable:
    """What each arm receives."""
    rows: list[tuple[str, ...]] = []
    for arm in protocol.arms:
        treatments = protocol.treatments(arm.id)
        if not treatments:
            rows.append((arm.label, arm.role, "not specified", "", "", ""))
        rows += [(arm.label, arm.role, *_treatment(given)) for given in treatments]
    planned = infusion_days(protocol)
    note = f"{planned}. " if planned else ""
    return TextTable(
        "treatment-arms",
        "Treatments administered",
        ("Arm", "Role", "Intervention", "Dose", "Route", "Duration"),
        tuple(rows),
        f"{note}–: not specified in the protocol, or not applicable.",
        kind="Table",
    )


def _treatment(given: Intervention) -> tuple[str, str, str, str]:
    """Label, dose, route and duration of an intervention."""
    dose = "" if given.dose is None else quantity(given.dose)
    if given.cap is not None:
        dose = f"{dose}, at most {quantity(given.cap)}"
    if given.sessions is not None:
        dose = plural(given.sessions, "session")
    time = "" if given.infusion is None else f"infused over {quantity(given.infusion)}"
    if given.session_length is not None:
        time = f"{quantity(given.session_length)} a session"
    return given.label, dose or "–", given.route or "–", time or "–"


def randomization(protocol: Protocol) -> str:
    """How the allocation sequence is generated, as text."""
    plan = protocol.randomization
    ratio = ":".join(str(arm.ratio) for arm in protocol.arms)
    text = f"{METHODS[plan.method]}, {ratio}"
    if plan.block_sizes:
        sizes = " and ".join(str(n) for n in plan.block_sizes)
        chosen = ", drawn at random," if len(plan.block_sizes) > 1 else ""
        text += f", with block sizes of {sizes}{chosen} ".rstrip(", ")
    labels = {part.id: part.label for part in protocol.characteristics}
    if plan.strata:
        named = ", ".join(labels.get(name, name) for name in plan.strata)
        factor = "factors" if plan.method == "minimization" else "stratified by"
        text += f"; {factor} {named}"
    else:
        text += "; without stratification"
    if plan.probability is not None:
        text += (
            f"; the preferred arm is allocated with probability {plan.probability:g}"
        )
    if plan.bound is not None:
        text += f"; the arms may differ by at most {plural(plan.bound, 'participant')}"
    if plan.balls is not None:
        start, added = plan.balls
        text += f"; {start:g} balls of each arm at the start, {added:g} added each time"
    why = plan.note or "no source is stated"
    assumed = f" (assumed: {why})" if plan.assumed else ""
    return (
        f"{text}{assumed}. Who generated the sequence and how it was concealed are not "
        "part of the protocol file."
    )
