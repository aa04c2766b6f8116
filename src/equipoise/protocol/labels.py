"""Short names of instruments and scores, for tables and listings."""

from __future__ import annotations

from equipoise.protocol.governance import SafetyRule
from equipoise.protocol.model import Protocol


def instrument_label(protocol: Protocol, instrument: str) -> str:
    """An instrument by its abbreviation, if it has one: ``CAPS-5``."""
    name = protocol.scales[instrument].name
    return name.partition("(")[2].rstrip(")") or name


def score_label(protocol: Protocol, score: str) -> str:
    """A score as named in a sentence: ``CAPS-5 total``."""
    instrument, _, name = score.partition(".")
    label = protocol.scales[instrument].scores[name].label
    if not label[:2].isupper():  # PTSD diagnosis keeps its capitals
        label = label[0].lower() + label[1:]
    return f"{instrument_label(protocol, instrument)} {label}"


def rule_subject(protocol: Protocol, rule: SafetyRule) -> str:
    """The label of the item or field of a rule: ``MADRS 10, suicidality``.

    Vital signs have their labels in ``vital_sign_names``, and in the forms of the
    application.
    """
    if rule.item is not None:
        name, _, item = rule.item.partition(".")
        label = protocol.scales[name].items[item].label
        return (
            f"{instrument_label(protocol, name)} {item}, {label[:1].lower()}{label[1:]}"
        )
    form, _, field = (rule.answer or "").partition(".")
    for definition in protocol.form_definitions():
        for one in definition.fields:
            if (definition.id, one.id) == (form, field):
                label = one.label
                return f"{definition.title}, {label[:1].lower()}{label[1:]}"
    for criterion in protocol.eligibility:
        if form == "eligibility" and criterion.id == field:
            return f"Eligibility criterion {field}, {criterion.text}"
    return f"{form}, {field}"


def characteristic_label(protocol: Protocol, name: str) -> str:
    """Label of a characteristic, in lower case as in a sentence."""
    labels = {part.id: part.label for part in protocol.characteristics}
    label = labels.get(name, name)
    return label if label[:2].isupper() else f"{label[:1].lower()}{label[1:]}"
