"""Informed consent: no form opens without a valid one."""

from __future__ import annotations

from datetime import date

from equipoise.conduct.capture.current import Current
from equipoise.conduct.forms.definition import Form
from equipoise.conduct.statements import rows
from equipoise.errors import ConductError

NEWEST = (
    "SELECT label FROM study_consentversion ORDER BY valid_from DESC, id DESC LIMIT 1"
)
NEWEST_BY = NEWEST.replace("ORDER", "WHERE valid_from <= %s ORDER")
# What may be written down about somebody who has not consented, or no longer: the
# consent itself, why the person was not included, and that the person left.
BEFORE_CONSENT = ("consent", "milestone", "exclusion")


def newest_version(on: date | None = None) -> str:
    """The version that is to be signed on a day; empty if there is none."""
    found = rows(NEWEST) if on is None else rows(NEWEST_BY, [on.isoformat()])
    return str(found[0][0]) if found else ""


def lacks_consent(known: Current, on: date | None = None) -> str:
    """What is wrong with the consent of a participant; an empty text if it is valid."""
    signed = known.answers("consent").get("version")
    if not known.is_complete("consent") or not signed:
        return "has not consented yet"
    if signed != newest_version(on):
        return "has consented to an older version"
    return ""


def require_consent(known: Current, form: Form, *, on: date | None = None) -> None:
    """Refuses a form of somebody who has not consented to the newest version.

    Args:
        known: what is known of the participant.
        form: what is to be filled in.
        on: day on which it is filled in; None for the newest version of all.

    Raises:
        ConductError: EQ923.
    """
    if form.id.partition("#")[0] in BEFORE_CONSENT:
        return
    lacking = lacks_consent(known, on)
    if lacking:
        raise ConductError.single(
            "EQ923",
            f"the participant {lacking}",
            where="informed consent",
            mend="record the consent to the version in force first",
        )
