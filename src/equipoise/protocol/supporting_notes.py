"""Notes on supporting methods: what they do by default, and what nothing uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from equipoise.errors import listing
from equipoise.protocol.check_supporting import COMPETING
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.protocol.stratification import analysis_strata
from equipoise.protocol.supporting_methods import SUPPORTING_METHODS, SupportingName

DEFAULTS = {  # option -> what its default does
    "ties": "take ties by Efron",
    "gamma": "weight late differences more (rho 0, gamma 1)",
    "correlation": "take an exchangeable working correlation",
}
NOT_ADJUSTED = {  # type of endpoint without covariates in its analysis -> a method
    "time-to-event": "cox",
    "incidence": "negative-binomial",
}


def supporting_notes(protocol: Protocol, endpoint: Endpoint) -> Iterator[str]:
    """Strata, options and competing events by default; covariates that nothing uses."""
    analysis = endpoint.analysis
    factors = analysis_strata(protocol, endpoint)
    if analysis.strata is None and factors:
        named = [n for n in analysis.supporting if SUPPORTING_METHODS[n].strata != "no"]
        if named:
            yield (
                f"{listing(named)} {_verb(named, 'use')} the strata of the "
                f"randomization ({listing(factors)}); strata changes that"
            )
    for option, text in DEFAULTS.items():
        if {
            option,
            *(["rho"] if option == "gamma" else []),
        } & analysis.model_fields_set:
            continue
        named = _with_option(analysis.supporting, option)
        if named:
            first, _, rest = text.partition(" ")
            changes = (
                "rho and gamma change" if option == "gamma" else f"{option} changes"
            )
            yield f"{listing(named)} {_verb(named, first)} {rest}; {changes} that"
    yield from _competing(protocol, endpoint)
    method = NOT_ADJUSTED.get(endpoint.type)
    used = any(SUPPORTING_METHODS[n].covariates != "no" for n in analysis.supporting)
    if method and analysis.covariates and not used:
        yield (
            f"no analysis uses the covariates {listing(analysis.covariates)}; "
            f'supporting = ["{method}"] does'
        )


def _competing(protocol: Protocol, endpoint: Endpoint) -> Iterator[str]:
    """Competing events that the definition does not state."""
    named = [name for name in endpoint.analysis.supporting if name in COMPETING]
    for part in protocol.definitions if named else ():
        if part.id != endpoint.variable.definition or part.competing:
            continue
        more = "competing of the definition changes that"
        if part.rule != "time-to":
            more = "a definition of rule time-to can name others"
        yield (
            f"{listing(named)} {_verb(named, 'take')} withdrawal, loss to follow-up and "
            f"death as competing events; {more}"
        )


def _with_option(
    names: tuple[SupportingName, ...], option: str
) -> list[SupportingName]:
    return [name for name in names if option in SUPPORTING_METHODS[name].options]


def _verb(names: Sequence[str], verb: str) -> str:
    """``cox uses``, ``cox and gray use``."""
    return f"{verb}s" if len(names) == 1 else verb
