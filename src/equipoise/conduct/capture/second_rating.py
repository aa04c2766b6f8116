"""Second ratings for inter-rater agreement: the same form, by another rater.

A second rating has a form of its own, ``instrument:caps5:second``, so that no score, no
verdict and no table of the first rating ever reads it.
"""

from __future__ import annotations

from dataclasses import replace

from equipoise.conduct.capture.current import Current
from equipoise.conduct.capture.place import Place
from equipoise.conduct.forms.definition import Form
from equipoise.errors import AccessError

SECOND = ":second"


def is_second(form_id: str) -> bool:
    """Whether a form is a second rating.

    Example:
        >>> is_second("instrument:caps5:second"), is_second("instrument:caps5")
        (True, False)
    """
    return form_id.endswith(SECOND)


def second_rating(form: Form, minute: int | None) -> Form | None:
    """The second rating of a form; None for what no rater rates, or at a minute."""
    if (
        not form.id.startswith("instrument:")
        or form.by != "rater"
        or minute is not None
    ):
        return None
    return replace(form, id=form.id + SECOND, title=f"{form.title}, second rating")


def first_rating(form_id: str) -> str:
    """Id of the form that was rated first; the form itself for any other."""
    return form_id.removesuffix(SECOND)


def other_rating(form: Form) -> list[str]:
    """Id of the form that another rater must have filled in; none for most forms."""
    if is_second(form.id):
        return [first_rating(form.id)]
    return [other.id] if (other := second_rating(form, None)) is not None else []


def rated_already(place: Place, known: Current, rater: str) -> bool:
    """Whether somebody answered the other rating of the same visit.

    ``known`` has the form of ``other_rating``.
    """
    return place.minute is None and any(
        value.actor == rater
        for form in other_rating(place.form)
        for value in known.values.get((form, place.visit, None), {}).values()
    )


def require_other_rater(place: Place, known: Current, rater: str) -> None:
    """Refuses both ratings by one person: they would agree (EQ913)."""
    if rated_already(place, known, rater):
        raise AccessError.single(
            "EQ913",
            "you made the other rating of this visit",
            where="the form",
            mend="another rater makes this one, without looking at yours",
        )
