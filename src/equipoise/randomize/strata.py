"""The strata that the lists of a protocol can have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from equipoise.errors import DesignError, listing
from equipoise.protocol.model import Protocol
from equipoise.protocol.population import SITE

SHOWN = 12  # names of strata in a message
WHERE = "randomization list"


def levels(protocol: Protocol, sites: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
    """Levels of each factor of the randomization, in the order of the protocol.

    Args:
        protocol: with its strata.
        sites: levels of the factor ``site``.

    Example:
        >>> import equipoise as eq
        >>> levels(eq.load_protocol("feder2021"))
        {}
    """
    values = {c.id: c.values for c in protocol.characteristics}
    return {
        name: values.get(name) or (tuple(sites) if name == SITE else ())
        for name in protocol.randomization.strata
    }


def stratum_names(protocol: Protocol, sites: Sequence[str] = ()) -> tuple[str, ...]:
    """Names of all strata; ``("all",)`` without strata.

    Args:
        protocol: with its strata.
        sites: of the trial, for a protocol with strata by site.

    Example:
        >>> import equipoise as eq
        >>> stratum_names(eq.load_protocol("feder2021"))
        ('all',)
    """
    return tuple(dict.fromkeys(_names(protocol, levels(protocol, sites))))


def require_list(protocol: Protocol, n: int, stratum: str) -> None:
    """Rejects a list that a protocol cannot have.

    Args:
        protocol: with its strata.
        n: number of allocations.
        stratum: name of the list.

    Raises:
        DesignError: EQ840, a number below 0, or a stratum that the protocol cannot have.
    """
    if n < 0:
        raise DesignError.single(
            "EQ840",
            f"a list cannot have {n} allocations",
            where=f"{WHERE}, n",
            fix="give a number of allocations of 0 or more",
        )
    if not protocol.randomization.strata:
        return
    if protocol.randomization.method == "minimization":
        raise no_list_of_minimization()
    known = levels(protocol)
    if all(known.values()):
        possible = stratum_names(protocol)
        if stratum in possible:
            return
    else:  # the protocol does not name the sites: any level of theirs is possible
        possible = tuple(_names(protocol, _with_placeholders(known)))
        if any(_matches(stratum, own, known) for own in possible):
            return
    raise DesignError.single(
        "EQ840",
        f"{stratum!r} is not a stratum of {protocol.trial.id}, whose allocations are "
        f"stratified by {', '.join(protocol.randomization.strata)}",
        where=f"{WHERE}, stratum",
        fix=f"use one of: {_shown(possible)}",
    )


def no_list_of_minimization() -> DesignError:
    """The error for a list in advance of a protocol that minimizes."""
    return DesignError.single(
        "EQ840",
        "minimization allocates each participant by those before: there is no list in "
        "advance",
        where=f"{WHERE}, method",
        fix="use the application (equipoise serve), or "
        "randomize.methods.minimized with the participants in their order; for a list, "
        "choose another method in [randomization]",
    )


def _names(protocol: Protocol, known: Mapping[str, Sequence[str]]) -> Iterable[str]:
    plan = protocol.randomization
    for own in product(*known.values()):
        yield plan.stratum(dict(zip(known, own, strict=True)))


PLACEHOLDER = "<{}>"


def _with_placeholders(known: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    return {n: own or (PLACEHOLDER.format(n),) for n, own in known.items()}


def _matches(stratum: str, name: str, known: Mapping[str, Sequence[str]]) -> bool:
    pattern = re.escape(name)
    for factor, own in known.items():
        if not own:
            pattern = pattern.replace(re.escape(PLACEHOLDER.format(factor)), "[^;<>]+")
    return re.fullmatch(pattern, stratum) is not None


def _shown(names: Sequence[str]) -> str:
    more = len(names) - SHOWN
    return listing(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")
