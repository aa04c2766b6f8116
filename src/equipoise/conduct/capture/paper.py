"""Questionnaires that a participant filled in on paper, entered by staff as they stand.

The sheet has a date of its own, which whoever enters it writes down too: the answers are
those of that day, and the record says that they came from paper and who typed them.
"""

from __future__ import annotations

from dataclasses import replace

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.capture.place import Place
from equipoise.conduct.forms.definition import Field, Form
from equipoise.protocol.forms import FormCheck

PAPER_DATE = "paper_date"
FIELD = Field(
    name=PAPER_DATE,
    label="Date on the paper sheet",
    kind="date",
    hint="Enter the answers as the participant gave them on paper, with the date there.",
    missing=(),
)
CHECKS = (
    FormCheck(
        id="sheet-in-the-future",
        field=PAPER_DATE,
        order="not after",
        other="today",
        text="the sheet would be of a day that has not come yet",
    ),
    FormCheck(
        id="sheet-before-consent",
        field=PAPER_DATE,
        order="not before",
        other="consent.signed_at",
        text="the sheet is older than the consent",
        hard=False,
    ),
)


def from_paper(form: Form) -> Form:
    """The form of a participant as staff fill it in: with the date on the sheet."""
    if form.fields and form.fields[0].name == PAPER_DATE:
        return form
    checks = (*CHECKS, *form.checks)
    return replace(form, fields=(FIELD, *form.fields), checks=checks)


def as_filled_by(actor: Actor, place: Place) -> Place:
    """The form as one person fills it in or reads it.

    A participant answers it; staff enter it from paper, and read whether it was.
    """
    if place.form.by != "participant" or actor.own is not None:
        return place
    return replace(place, form=from_paper(place.form))
