"""Notes on a protocol without problems: what its author may not expect."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.protocol.analysis_method import supporting_inference
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.protocol.retreatment import descriptions, rated_after
from equipoise.protocol.stratification import (
    PLANNED,
    analysis_strata,
    ignored_strata,
)
from equipoise.protocol.supporting_notes import supporting_notes
from equipoise.stats.options import DF_METHODS

KIND = {
    "rubin": "Rubin's rules",
    "jackknife": "conditional means with the jackknife",
    "bootstrap": "conditional means with the bootstrap",
}


def notes(protocol: Protocol) -> list[str]:
    """Each note as a sentence; the same note of several endpoints is one.

    A planned analysis that ignores a stratum of the randomization, a sensitivity
    analysis that has a second inference, degrees of freedom that need caution, and
    what supporting methods do by default.
    """
    found: dict[str, list[str]] = {}
    for endpoint in protocol.endpoints:
        texts = (
            *_strata(protocol, endpoint),
            *_inference(endpoint),
            *_method(endpoint),
            *_retreated(protocol, endpoint),
            *supporting_notes(protocol, endpoint),
        )
        for text in texts:
            found.setdefault(text, []).append(endpoint.id)
    return [
        *descriptions(protocol),
        *(f"{', '.join(ids)}: {text}" for text, ids in found.items()),
    ]


def _retreated(protocol: Protocol, endpoint: Endpoint) -> Iterator[str]:
    """That ratings after a triggered treatment are analyzed."""
    visits = rated_after(protocol, endpoint)
    if visits:
        yield (
            f"ratings after {' and '.join(v.label for v in visits)} are analyzed; the "
            "triggered treatment is part of the estimand's treatment (treatment policy)"
        )


def _strata(protocol: Protocol, endpoint: Endpoint) -> Iterator[str]:
    ignored = ignored_strata(protocol, endpoint)
    if not ignored:
        return
    named = " and ".join(ignored)
    start = f"the randomization is stratified by {named}, the planned analysis is not"
    if endpoint.type == "continuous":
        yield f"{start}; add {named} to covariates"
        return
    plain, stratified = PLANNED[endpoint.type]
    own = analysis_strata(protocol, endpoint)
    if set(ignored) <= set(own):
        yield (
            f"{start} ({plain}); {stratified} is reported as a supporting analysis, and "
            'planned = "stratified" makes it the planned one'
        )
    else:
        yield f"{start}; add {named} to strata"


def _inference(endpoint: Endpoint) -> Iterator[str]:
    parts: dict[str, list[str]] = {}
    for part in endpoint.sensitivity:
        second = supporting_inference(part, endpoint.sensitivity)
        if second is not None:
            text = (
                f"by {KIND[part.inference]} (primary) and {KIND[second]} (supporting)"
            )
            parts.setdefault(text, []).append(part.id)
    for text, ids in parts.items():
        yield (
            f"sensitivity analysis {', '.join(ids)} is reported {text}; inference and "
            "supporting change that"
        )


def _method(endpoint: Endpoint) -> Iterator[str]:
    """What to know of the degrees of freedom before they are chosen."""
    caution = DF_METHODS[endpoint.analysis.df].caution
    if endpoint.type == "continuous" and caution:
        yield caution
