"""A randomization list by site and stratum, for a trial that runs elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from itertools import product

from equipoise.errors import DesignError
from equipoise.numerics.rng import stream
from equipoise.protocol.amend import content_hash
from equipoise.protocol.model import Protocol
from equipoise.protocol.population import SITE
from equipoise.randomize.blocks import numbered_blocks
from equipoise.randomize.methods import allocation_sequence
from equipoise.randomize.strata import (
    WHERE,
    levels,
    no_list_of_minimization,
)
from equipoise.version import __version__

MOST = 100_000  # allocations of all strata: with the length of a code, no two alike
GUESSABLE = 2**64  # a smaller seed can be found by trying
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is mistaken for another
CODE_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Allocation:
    """One position of a list.

    Attributes:
        site: name of the site; empty for a list of the whole trial.
        stratum: levels of the other factors; ``all`` without factors.
        block: number of the block in its stratum; None for a method without blocks.
        position: in the list of the stratum, from 1.
        code: on the card or kit; it reveals neither the arm nor the seed.
        arm: id of the arm.
    """

    site: str
    stratum: str
    block: int | None
    position: int
    code: str
    arm: str


@dataclass(frozen=True)
class AllocationList:
    """The allocations of every site and stratum, and where they come from.

    Attributes:
        n: allocations of each stratum at each site.
        sites: names; empty for one list of the whole trial.
        seed: of the draws; who has it and the protocol has the key.
    """

    protocol: Protocol = field(repr=False)
    n: int
    sites: tuple[str, ...]
    seed: int = field(repr=False)

    @property
    def seed_is_guessable(self) -> bool:
        """Whether the seed can be found by trying every number."""
        return self.seed < GUESSABLE

    @cached_property
    def strata(self) -> tuple[tuple[str, str, str], ...]:
        """Site, stratum and name of the random stream of each list."""
        return tuple(_strata(self.protocol, self.sites))

    @cached_property
    def arms(self) -> dict[str, list[tuple[str, int | None]]]:
        """Arm and block of each position of each stream."""
        return {
            name: _arms(self.protocol, self.n, self.seed, name)
            for _, _, name in self.strata
        }

    @cached_property
    def salt(self) -> bytes:
        """32 bytes from the seed, without which a commitment is not compared."""
        return sha256(f"equipoise randomization list {self.seed}".encode()).digest()

    @cached_property
    def commitment(self) -> str:
        """SHA-256 of the salt, the seed and the arm of every position.

        Published with the list, it proves later that the key was not changed.
        """
        lines = [str(self.seed), content_hash(self.protocol)]
        for name, own in self.arms.items():
            lines += [f"{name}\t{k}\t{arm}" for k, (arm, _) in enumerate(own, 1)]
        return sha256(self.salt + "\n".join(lines).encode()).hexdigest()

    @cached_property
    def allocations(self) -> tuple[Allocation, ...]:
        """Every position, by site, stratum and position."""
        codes = _codes(self.commitment, len(self.strata) * self.n)
        made: list[Allocation] = []
        for site, stratum, name in self.strata:
            for position, (arm, block) in enumerate(self.arms[name], 1):
                code = codes[len(made)]
                made.append(Allocation(site, stratum, block, position, code, arm))
        return tuple(made)

    @cached_property
    def blocks_are_known(self) -> bool:
        """Whether the protocol alone tells where each block ends."""
        plan = self.protocol.randomization
        return plan.method == "permuted blocks" and len(set(plan.block_sizes)) == 1

    def header(self, *, secret: bool) -> dict[str, str]:
        """What the list states about itself.

        Args:
            secret: with the seed, from which the arms follow.
        """
        protocol = self.protocol
        return {
            "trial": protocol.trial.id,
            "protocol_version": protocol.trial.version,
            "protocol_sha256": content_hash(protocol),
            "method": protocol.randomization.method,
            "software": f"equipoise {__version__}",
            "n": str(self.n),
            "sites": "; ".join(self.sites),
            "seed": str(self.seed) if secret else "with the key",
            "commitment_sha256": self.commitment,
        }


def allocation_list(
    protocol: Protocol, n: int, *, seed: int, sites: Sequence[str] = ()
) -> AllocationList:
    """The randomization list of a trial by site and stratum.

    The arms of a stratum are those of ``allocation_sequence``; with sites, each site has
    its own list of each stratum, named ``site; stratum``.

    Args:
        protocol: with the method, the strata and the ratios.
        n: allocations of each stratum at each site, at least 1.
        seed: of the draws; at least 0. Anyone who knows it and the protocol can make the
            key: use 128 random bits for a list that is used.
        sites: names of the sites, each once, without semicolon.

    Returns:
        The list; ``allocations`` are its positions, each with a code and its arm.

    Raises:
        DesignError: EQ840, the protocol cannot have this list: a number below 1 or too
            large, minimization, sites that are repeated, unreadable, or missing although
            the protocol stratifies by site.

    Example:
        >>> import equipoise as eq
        >>> made = allocation_list(eq.load_protocol("feder2021"), 4, seed=1, sites=["A"])
        >>> [(one.site, one.position, one.arm) for one in made.allocations][:2]
        [('A', 1, 'ketamine'), ('A', 2, 'ketamine')]
    """
    if protocol.randomization.method == "minimization":
        raise no_list_of_minimization()
    wrong = _site_problem(protocol, sites)
    if wrong:
        raise _refused(*wrong)
    made = AllocationList(protocol, n, tuple(sites), seed)
    if not made.strata:
        raise _refused(
            "a factor of the randomization has no levels",
            "strata",
            "give each characteristic of [randomization] strata its values",
        )
    if n < 1 or n * len(made.strata) > MOST:
        raise _refused(
            f"a list of {n} allocations in each of {len(made.strata)} strata cannot be "
            "made",
            "n",
            f"give from 1 to {MOST // len(made.strata)} allocations of a stratum",
        )
    if seed < 0:
        raise _refused(f"the seed is {seed}", "seed", "give a seed of 0 or more")
    return made


def _site_problem(
    protocol: Protocol, sites: Sequence[str]
) -> tuple[str, str, str] | None:
    bad = [s for s in sites if s != s.strip() or not s or not _plain(s)]
    if bad:
        return (
            f"{bad[0]!r} cannot be the name of a site",
            "site",
            "use a name of printable characters, without a semicolon, a space at an end, "
            "or =, +, - or @ at the start, which a spreadsheet reads as a formula",
        )
    repeated = [s for k, s in enumerate(sites) if s in sites[:k]]
    if repeated:
        return f"site {repeated[0]!r} is given twice", "site", "give each site once"
    own = levels(protocol, sites)
    fixed = own.get(SITE, ())
    unknown = [s for s in sites if fixed and s not in fixed]
    if unknown:
        names = ", ".join(fixed)
        return f"{unknown[0]!r} is not a site of the protocol", "site", f"use: {names}"
    if SITE in own and not fixed:
        return (
            "the protocol stratifies by site, and no site is given",
            "site",
            "give each site, in the command with --site NAME",
        )
    return None


def _plain(name: str) -> bool:
    return name.isprintable() and ";" not in name and name[0] not in "=+-@#"


def _strata(protocol: Protocol, sites: Sequence[str]) -> list[tuple[str, str, str]]:
    """Site, stratum and stream; a site is the first factor unless the protocol says."""
    plan, own = protocol.randomization, levels(protocol, sites)
    others = {name: values for name, values in own.items() if name != SITE}
    outer = tuple(sites) or own.get(SITE, ("",))
    made = []
    for site, mine in product(outer, list(product(*others.values()))):
        name = plan.stratum({**dict(zip(others, mine, strict=True)), SITE: site})
        stream_name = name if SITE in own else _outer(site, name, plan.strata)
        made.append((site, "; ".join(mine) or "all", stream_name))
    return made


def _outer(site: str, name: str, strata: Sequence[str]) -> str:
    """Stream of a site of a protocol that does not stratify by site."""
    if not site:
        return name
    return f"{site}; {name}" if strata else site


def _arms(
    protocol: Protocol, n: int, seed: int, name: str
) -> list[tuple[str, int | None]]:
    plan = protocol.randomization
    # A site outside the protocol's strata is a list of its own: no name is refused.
    free = plan.model_copy(update={"strata": ()})
    own = protocol.model_copy(update={"randomization": free})
    if plan.method == "permuted blocks":
        ratios = {arm.id: arm.ratio for arm in protocol.arms}
        rng = stream(seed, "randomize", name)
        return [*numbered_blocks(n, ratios, plan.block_sizes, rng)]
    arms = allocation_sequence(own, n, seed=seed, stratum=name)
    return [(arm, None) for arm in arms]


def _codes(commitment: str, count: int) -> list[str]:
    """Different codes of a list, from what is published of it."""
    rng = stream(0, "codes", commitment)
    found: dict[str, None] = {}
    while len(found) < count:
        drawn = rng.integers(len(LETTERS), size=CODE_LENGTH)
        text = "".join(LETTERS[k] for k in drawn)
        found[f"{text[:4]}-{text[4:]}"] = None
    return list(found)


def _refused(what: str, where: str, fix: str) -> DesignError:
    return DesignError.single("EQ840", what, where=f"{WHERE}, {where}", fix=fix)
