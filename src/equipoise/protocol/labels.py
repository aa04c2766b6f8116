"""Short names of instruments and scores, for tables and listings."""

from __future__ import annotations

from equipoise.protocol.model import Protocol


def instrument_label(protocol: Protocol, instrument: str) -> str:
    """An instrument by its abbreviation, if it has one: ``CAPS-5``."""
    name = protocol.scales[instrument].name
    return name.partition("(")[2].rstrip(")") or name


def score_label(protocol: Protocol, score: str) -> str:
    """A score as a sentence names it: ``CAPS-5 total``."""
    instrument, _, name = score.partition(".")
    label = protocol.scales[instrument].scores[name].label
    if not label[:2].isupper():  # PTSD diagnosis keeps its capitals
        label = label[0].lower() + label[1:]
    return f"{instrument_label(protocol, instrument)} {label}"
