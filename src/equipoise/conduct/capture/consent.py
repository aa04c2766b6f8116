"""Informed consent: no form opens without a valid one, and an amended one is renewed.

Who has consented signs a newer version on a form of its own (``reconsent#1``): the first
consent, and its time, stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from equipoise.conduct.capture.current import Current
from equipoise.conduct.forms.definition import Form
from equipoise.conduct.statements import rows
from equipoise.errors import ConductError

VERSIONS = (
    "SELECT label, valid_from, concerns FROM study_consentversion "
    "WHERE waits = %s ORDER BY valid_from, id"
)
RENEWED = "reconsent"
# What may be written down about somebody who has not consented, or no longer: the
# consent itself, why the person was not included, and that the person left.
BEFORE_CONSENT = ("consent", RENEWED, "milestone", "exclusion")


@dataclass(frozen=True, slots=True)
class Approved:
    """A version of the information and consent form that may be signed.

    Attributes:
        valid_from: from this day on who consents signs it.
        everybody: whether those who consented before sign it too.
    """

    label: str
    valid_from: date
    everybody: bool


def approved(on: date | None = None) -> list[Approved]:
    """Versions that are approved and valid on a day, the newest last; all, if None."""
    found = [
        Approved(str(label), _day(since), concerns == "everybody")
        for label, since, concerns in rows(VERSIONS, [False])
    ]
    return [v for v in found if on is None or v.valid_from <= on]


def newest_version(on: date | None = None) -> str:
    """The version that is to be signed on a day; empty if there is none."""
    found = approved(on)
    return found[-1].label if found else ""


def signed_version(known: Current) -> str:
    """The version that the participant signed last; empty without a complete consent."""
    if not known.is_complete("consent"):
        return ""
    signed = known.answers("consent").get("version", "")
    for form in sorted(f for f, _, _ in known.status if f.startswith(f"{RENEWED}#")):
        if known.is_complete(form):
            signed = known.answers(form).get("version", signed)
    return signed


def lacks_consent(known: Current, on: date | None = None) -> str:
    """What is wrong with the consent of a participant; an empty text if it is valid."""
    signed = signed_version(known)
    if not signed:
        return "has not consented yet"
    if _is_outdated(signed, approved(on)):
        return "has consented to an older version"
    return ""


def _is_outdated(signed: str, versions: Sequence[Approved]) -> bool:
    """Whether a version that concerns everybody came after the one that was signed."""
    labels = [version.label for version in versions]
    later = versions[labels.index(signed) + 1 :] if signed in labels else versions
    return any(version.everybody for version in later)


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


def _day(stored: object) -> date:
    return stored if isinstance(stored, date) else date.fromisoformat(str(stored))
