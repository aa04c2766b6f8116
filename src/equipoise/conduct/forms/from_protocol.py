"""Forms of a trial: derived from its protocol."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.conduct.forms.definition import Choice, Field, Form
from equipoise.conduct.forms.from_definition import YES_NO
from equipoise.conduct.forms.from_library import infusion_form
from equipoise.instruments.model import Instrument
from equipoise.protocol.calendar import Visit
from equipoise.protocol.forms import FormCheck
from equipoise.protocol.model import Protocol
from equipoise.protocol.roles import Role
from equipoise.protocol.vital_sign_names import NAMES, POSSIBLE

MEASURED_AT = "measured_at"  # of vital signs that have a minute


@dataclass(frozen=True, slots=True)
class Due:
    """A form at one time of a visit."""

    form: Form
    minute: int | None  # from the start of the infusion; None for the complete visit


def instrument_form(protocol: Protocol, name: str) -> Form:
    """The form of an instrument, item by item; or its score where it has no items."""
    scale = protocol.scales[name]
    use = next(use for use in protocol.instruments if use.id == name)
    acute = any(
        assessment.instrument == name and assessment.minutes
        for visit in protocol.schedule.visits
        for assessment in protocol.schedule.assessments(visit)
    )
    if scale.items:
        fields = _items(scale)
    else:
        score = scale.scores[scale.primary_score]
        low, high = score.range
        fields = (
            Field(name=scale.primary_score, label=score.label, kind="number", min=low,
                  max=high, decimals=2, unit=score.unit),
        )  # fmt: skip
    return Form(
        id=f"instrument:{name}",
        title=scale.name,
        by=use.by,
        fields=fields,
        shows="dissociation" if acute else "ratings",
    )


def visit_forms(protocol: Protocol, visit: Visit) -> tuple[Due, ...]:
    """All forms of a visit, in the order of the protocol."""
    schedule = protocol.schedule
    due: list[Due] = []
    if visit.infusion is not None:
        due.append(Due(infusion_form(protocol), None))
    for measurement in schedule.measurements(visit):
        for minute in measurement.minutes or (None,):
            due.append(Due(vitals_form(measurement.names, minute), minute))
    for assessment in schedule.assessments(visit):
        form = instrument_form(protocol, assessment.instrument)
        due += [Due(form, minute) for minute in assessment.minutes or (None,)]
    whole = -(10**6)  # forms without a minute come first
    return tuple(sorted(due, key=lambda d: whole if d.minute is None else d.minute))


def characteristics_form(protocol: Protocol) -> Form:
    """Demographics and other baseline characteristics of a participant."""
    fields = tuple(
        Field(
            name=c.id,
            label=c.label,
            kind="choice" if c.type == "category" else "number",
            choices=tuple(
                Choice(value=value, label=c.labels.get(value, value))
                for value in c.values
            ),
            min=c.min,
            max=c.max,
            decimals=0 if c.type == "category" else 1,
            unit=c.unit or "",
        )
        for c in protocol.characteristics
    )
    return Form(
        id="characteristics", title="Demographics", by="coordinator", fields=fields
    )


def eligibility_form(protocol: Protocol) -> Form:
    """Criteria that an investigator attests; others are evaluated from other forms."""
    fields = tuple(
        Field(
            name=criterion.id,
            label=f"{criterion.id}: {criterion.text}",
            kind="flag",
            choices=YES_NO,
            hint=f"{criterion.kind} criterion",
        )
        for criterion in protocol.eligibility
        if criterion.require is None
    )
    return Form(
        id="eligibility",
        title="Eligibility",
        by="investigator",
        attested=True,
        fields=fields,
    )


def vitals_form(names: tuple[str, ...], minute: int | None = None) -> Form:
    """Vital signs at one minute; where it has one, with the time of the measurement."""
    fields = []
    for name in names:
        label, unit = NAMES.get(name, (name, ""))
        low, high, decimals = POSSIBLE.get(name, (None, None, 2))
        fields.append(
            Field(name=name, label=label, kind="number", min=low, max=high,
                  decimals=decimals, unit=unit)
        )  # fmt: skip
    if minute is not None:
        fields.append(Field(name=MEASURED_AT, label="Measured at", kind="datetime"))
    return Form(
        id="vitals",
        title="Vital signs",
        by="infusion team",
        fields=tuple(fields),
        shows="vitals",
        checks=() if minute is None else _time_checks(minute),
    )


def repeated(form: Form, minute: int) -> Form:
    """Vital signs measured again, at a minute that the protocol does not plan."""
    names = tuple(f.name for f in form.fields if f.name != MEASURED_AT)
    return vitals_form(names, minute)


def _time_checks(minute: int) -> tuple[FormCheck, ...]:
    """The time of a measurement is not in the future, and on its side of the start."""
    before = minute < 0
    return (
        FormCheck(
            id="measured-in-the-future",
            field=MEASURED_AT,
            order="not after",
            other="today",
            text="this time is in the future",
        ),
        FormCheck(
            id="measured-after-the-start" if before else "measured-before-the-start",
            field=MEASURED_AT,
            order="not after" if before else "not before",
            other="infusion start",
            hard=False,
            text="this measurement is planned "
            + ("before the infusion" if before else "after the start of the infusion"),
        ),
    )


def guess_form(protocol: Protocol, by: Role) -> Form:
    """A guess of the treatment of the participant."""
    arms = tuple(Choice(value=arm.id, label=arm.label) for arm in protocol.arms)
    return Form(
        id=f"guess:{by}",
        title="Which treatment do you think it was?",
        by=by,
        fields=(
            Field(
                name="guess",
                label="Your best guess",
                kind="choice",
                choices=(*arms, Choice(value="don't know", label="I don't know")),
            ),
        ),
        shows="ratings",
    )


def _items(scale: Instrument) -> tuple[Field, ...]:
    alternatives = {i for group in scale.alternatives for i in group.items}
    return tuple(
        Field(
            name=item.id,
            label=f"{item.id}. {item.label}",
            kind="choice",
            choices=tuple(Choice(value=f"{v}", label=f"{v}") for v in item.allowed),
            required=item.id not in alternatives,
        )
        for item in scale.items.values()
    )
