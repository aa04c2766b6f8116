"""Form instance: a form at one time of a participant; paper source, second rating.

The date on a paper sheet is recorded too: the audit trail shows that the responses came
from paper and who entered them. A second rating, for inter-rater agreement, is a separate
form, ``instrument:caps5:second``, so that no score, eligibility or table of the first
rating reads it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.current_values import Current, Where
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.forms.definition import Field, Form
from equipoise.errors import AccessError
from equipoise.protocol.forms import FormCheck


@dataclass(frozen=True, slots=True)
class Place:
    """A form at one time of a participant."""

    participant: Participant
    form: Form
    visit: str = ""
    minute: int | None = None

    @property
    def where(self) -> Where:
        """Its key among the values of the participant."""
        return self.form.id, self.visit, self.minute


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
        text="the date on the sheet is in the future",
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


def as_filled_by(actor: Actor, place: Place) -> Place:
    """The form as one user fills it in or reads it.

    A participant answers it; staff enter it from paper, with the date on the sheet, and
    can view whether it came from paper.
    """
    form = place.form
    if form.by != "participant" or actor.own is not None or FIELD in form.fields:
        return place
    fields, checks = (FIELD, *form.fields), (*CHECKS, *form.checks)
    return replace(place, form=replace(form, fields=fields, checks=checks))


SECOND = ":second"


def is_second(form_id: str) -> bool:
    """Whether a form is a second rating.

    Example:
        >>> is_second("instrument:caps5:second"), is_second("instrument:caps5")
        (True, False)
    """
    return form_id.endswith(SECOND)


def second_rating(form: Form, minute: int | None) -> Form | None:
    """The second rating of a form; None for a form without rater, or at a minute."""
    rated = form.id.startswith("instrument:") and form.by == "rater"
    if not rated or minute is not None:
        return None
    return replace(form, id=form.id + SECOND, title=f"{form.title}, second rating")


def first_rating(form_id: str) -> str:
    """Id of the form that was rated first; the form itself for any other."""
    return form_id.removesuffix(SECOND)


def other_rating(form: Form) -> list[str]:
    """Id of the form that another rater must have filled in; empty for most forms."""
    if is_second(form.id):
        return [first_rating(form.id)]
    return [other.id] if (other := second_rating(form, None)) is not None else []


def rated_already(place: Place, known: Current, rater: str) -> bool:
    """Whether this rater made the other rating of the same visit.

    ``known`` has the form of ``other_rating``.
    """
    return place.minute is None and any(
        value.actor == rater
        for form in other_rating(place.form)
        for value in known.values.get((form, place.visit, None), {}).values()
    )


def require_other_rater(place: Place, known: Current, rater: str) -> None:
    """Requires different raters for the two ratings (EQ913)."""
    if rated_already(place, known, rater):
        raise AccessError.single(
            "EQ913",
            "you made the other rating of this visit",
            where="the form",
            fix="ask another rater, who must not view your rating",
        )
