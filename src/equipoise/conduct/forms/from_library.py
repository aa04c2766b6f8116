"""Standard forms of every trial: those of the library, with additions of the protocol."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from equipoise.conduct.forms.definition import Form
from equipoise.conduct.forms.from_definition import form_of
from equipoise.exchange.protocols import library_form
from equipoise.protocol.forms import FormDefinition, resolved
from equipoise.protocol.model import Protocol

DECLINED, OTHER = "declined", "other"  # reasons of ``exclusion`` other than criteria
ENDS = ("study-withdrawn", "lost-to-follow-up", "death")  # of participation

_of_library = cache(library_form)


def consent_form(versions: tuple[str, ...], protocol: Protocol | None = None) -> Form:
    """Informed consent, by version."""
    return form_of(_definition("consent", protocol), protocol, versions)


def infusion_form(protocol: Protocol) -> Form:
    """The infusion: times and interruptions; never the drug.

    With the weight of the day where the protocol records weights.
    """
    form = standard("infusion", protocol)
    if any(c.id == "weight_kg" for c in protocol.characteristics):
        return form
    return replace(form, fields=tuple(f for f in form.fields if f.name != "weight_kg"))


def standard(name: str, protocol: Protocol | None = None) -> Form:
    """A form of ``library/forms`` by its name, as the protocol extends it."""
    return form_of(_definition(name, protocol), protocol)


def _definition(name: str, protocol: Protocol | None) -> FormDefinition:
    """The definition as extended by the protocol; else that of the library."""
    if protocol is not None:
        for use in protocol.forms:
            if use.use == name and use.id is None:
                return resolved(use, protocol.standard_forms)
    return _of_library(name)
