"""Forms that every trial has: those of the library, with what the protocol adds."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from equipoise.conduct.forms.definition import Form
from equipoise.conduct.forms.from_definition import form_of
from equipoise.exchange.protocols import library_form
from equipoise.protocol.forms import FormDefinition, resolved
from equipoise.protocol.model import Protocol

DECLINED, OTHER = "declined", "other"  # reasons of ``exclusion`` beside the criteria
ENDS = ("study-withdrawn", "lost-to-follow-up", "death")  # of participation

_of_library = cache(library_form)


def consent_form(versions: tuple[str, ...], protocol: Protocol | None = None) -> Form:
    """Informed consent, by version."""
    return form_of(_definition("consent", protocol), protocol, versions)


def infusion_form(protocol: Protocol) -> Form:
    """The infusion itself: when, and whether it was interrupted; never what.

    The weight of the day is asked where the protocol records weights.
    """
    form = standard("infusion", protocol)
    if any(c.id == "weight_kg" for c in protocol.characteristics):
        return form
    return replace(form, fields=tuple(f for f in form.fields if f.name != "weight_kg"))


def standard(name: str, protocol: Protocol | None = None) -> Form:
    """A form of ``library/forms`` by its name, as the protocol extends it."""
    return form_of(_definition(name, protocol), protocol)


def _definition(name: str, protocol: Protocol | None) -> FormDefinition:
    """As the protocol extends it; else as it is in the library."""
    if protocol is not None:
        for use in protocol.forms:
            if use.use == name and use.id is None:
                return resolved(use, protocol.standard_forms)
    return _of_library(name)
