"""Forms about taking part that every trial has, whatever its protocol measures."""

from __future__ import annotations

from equipoise.conduct.forms.definition import Choice, Field, Form, Shown
from equipoise.protocol.model import Protocol

DECLINED = "declined"
OTHER = "other"


def exclusion_form(protocol: Protocol) -> Form:
    """Why somebody who was screened does not take part."""
    criteria = tuple(
        Choice(value=c.id, label=f"{c.id}: {c.text}") for c in protocol.eligibility
    )
    further = (
        Choice(value=DECLINED, label="Declined to take part"),
        Choice(value=OTHER, label="Another reason"),
    )
    return Form(
        id="exclusion",
        title="Not included",
        by="investigator",
        fields=(
            Field(
                name="reason",
                label="Why the person does not take part",
                kind="choice",
                choices=(*criteria, *further),
            ),
            Field(name="date", label="On", kind="date"),
            Field(
                name="words",
                label="The other reason",
                kind="text",
                only_if=Shown(field="reason", one_of=(OTHER,)),
            ),
        ),
    )


def relapse_plan_form() -> Form:
    """What was agreed with the participant in case the response is lost."""
    return Form(
        id="relapse-plan",
        title="Relapse plan",
        by="investigator",
        fields=(
            Field(
                name="plan",
                label="What was agreed, in case the response is lost",
                kind="text",
            ),
            Field(name="contact", label="Who is told, and how", kind="text"),
            Field(name="agreed_on", label="Agreed on", kind="date"),
        ),
    )


def relapse_form() -> Form:
    """What was done when the response was lost."""
    return Form(
        id="relapse",
        title="Loss of response",
        by="investigator",
        shows="ratings",
        fields=(
            Field(name="date", label="Spoken with the participant on", kind="date"),
            Field(name="done", label="What was done of the plan", kind="text"),
        ),
    )


def unscheduled_form() -> Form:
    """A visit that the protocol does not plan."""
    return Form(
        id="visit",
        title="Unscheduled visit",
        by="coordinator",
        fields=(
            Field(name="date", label="Date", kind="date"),
            Field(name="reason", label="Why the participant came", kind="text"),
        ),
    )
