"""A randomization list and its key as CSV, and the comparison with what they state."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from equipoise.errors import DesignError
from equipoise.errors.counted import counted
from equipoise.protocol.amend import content_hash
from equipoise.protocol.model import Protocol
from equipoise.randomize.allocation_list import (
    Allocation,
    AllocationList,
    allocation_list,
)

COLUMNS = ("site", "stratum", "block", "position", "code")
KEY_COLUMNS = ("code", "arm", "site", "stratum", "block", "position")
HASH = "list_sha256"
TITLES = {
    COLUMNS: "Randomization list, codes without arms",
    KEY_COLUMNS: "KEY OF A RANDOMIZATION LIST, discloses every arm",
}
MOST_SHOWN = 20


def list_csv(made: AllocationList, *, show_seed: bool = False) -> str:
    """The list without arms, to hand to a site.

    The seed is excluded unless it is requested, since the key follows from it. So are
    blocks of random size, whose ends would be predictable; the key has both.

    Args:
        made: of ``allocation_list``.
        show_seed: state seed and blocks, for a list that only unblinded staff have.

    Returns:
        Lines that begin with ``#``, one ``name: value`` each, then a table.

    Example:
        >>> import equipoise as eq
        >>> made = allocation_list(eq.load_protocol("feder2021"), 2, seed=1)
        >>> print(list_csv(made).splitlines()[-3])
        site,stratum,block,position,code
    """
    blocks = show_seed or made.blocks_are_known
    rows = [_row(one, COLUMNS, blocks=blocks) for one in made.allocations]
    return _text(made.header(secret=show_seed), COLUMNS, rows)


def key_csv(made: AllocationList) -> str:
    """The key: the arm of each code, with the seed.

    Args:
        made: of ``allocation_list``.

    Example:
        >>> import equipoise as eq
        >>> made = allocation_list(eq.load_protocol("feder2021"), 2, seed=1)
        >>> print(key_csv(made).splitlines()[-3])
        code,arm,site,stratum,block,position
    """
    rows = [_row(one, KEY_COLUMNS, blocks=True) for one in made.allocations]
    return _text(made.header(secret=True), KEY_COLUMNS, rows)


@dataclass(frozen=True, slots=True)
class ListFile:
    """A list or key that was read.

    Attributes:
        header: names and values of the lines with ``#``.
        columns: ``COLUMNS`` or ``KEY_COLUMNS``.
        rows: texts of each row.
    """

    header: Mapping[str, str]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def is_key(self) -> bool:
        """Whether it states the arms."""
        return "arm" in self.columns


def read_list(text: str, where: str) -> ListFile:
    """A list or key from its text.

    Args:
        text: of the file.
        where: name of the file, for messages.

    Raises:
        DesignError: EQ841, it is not a list of ``equipoise randomize``.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    about = [line for line in lines if line.startswith("#")]
    pairs = (line.lstrip("# ").partition(": ") for line in about)
    header = {name: value.strip() for name, colon, value in pairs if colon}
    table = [tuple(row) for row in csv.reader(lines[len(about) :]) if row]
    columns = table[0] if table else ()
    needed = {
        "trial",
        "protocol_sha256",
        "n",
        "sites",
        "seed",
        "commitment_sha256",
        HASH,
    }
    missing = sorted(needed - header.keys())
    if columns not in (COLUMNS, KEY_COLUMNS) or missing or not header["n"].isdigit():
        what = f"its header has no {', '.join(missing)}" if missing else "it has other "
        what += "" if missing else "columns, or no number of allocations"
        raise DesignError.single(
            "EQ841",
            f"the file is not a list of equipoise randomize: {what}",
            where=where,
            fix="give list.csv or the key as they were written; saving a list in a "
            "spreadsheet program can change its first lines",
        )
    return ListFile(header, columns, tuple(table[1:]))


def list_differences(
    found: ListFile, protocol: Protocol, seed: int | None = None
) -> Iterator[str]:
    """Differences between a list and what its header and the protocol give, as text.

    Without the seed the arms cannot be made again: then the protocol, the number and
    order of the positions, the codes and the hash are compared.

    Args:
        found: of ``read_list``.
        protocol: under which it was made.
        seed: of the draws, from the key; None uses that of the header, if it states one.
    """
    stated = content_hash(protocol)
    if found.header["protocol_sha256"] != stated:
        yield (
            f"the list was made with protocol {found.header['protocol_sha256']}, and "
            f"this protocol is {stated}"
        )
    own = _hash(found.header, found.columns, found.rows)
    if own != found.header[HASH]:
        yield f"the hash of the file is {own}, and it states {found.header[HASH]}"
    text = found.header["seed"]
    shown = text.isdecimal()
    if shown and seed is not None and int(text) != seed:
        yield "the seed of the list is not that of the key"
    seed = int(text) if seed is None and shown else seed
    sites = [site for site in found.header["sites"].split("; ") if site]
    n = int(found.header["n"])
    again = allocation_list(protocol, n, seed=seed or 0, sites=sites)
    if seed is None:  # the codes follow from the commitment, and the arms are unknown
        again.__dict__["commitment"] = found.header["commitment_sha256"]
    elif again.commitment != found.header["commitment_sha256"]:
        yield (
            f"the commitment is {found.header['commitment_sha256']}, and seed and "
            f"protocol give {again.commitment}"
        )
    blocks = found.is_key or shown or again.blocks_are_known
    wanted = [_row(one, found.columns, blocks=blocks) for one in again.allocations]
    yield from _row_differences(found, wanted)


def _row_differences(
    found: ListFile, wanted: Sequence[tuple[str, ...]]
) -> Iterator[str]:
    if len(found.rows) != len(wanted):
        yield (
            f"the list has {counted(len(found.rows), 'position')}, "
            f"not {len(wanted)} as expected"
        )
    start = len(found.header) + 3  # title, header, columns; the first row is after them
    shown = 0
    for k, (own, right) in enumerate(zip(found.rows, wanted, strict=False)):
        if own == right:
            continue
        shown += 1
        if shown > MOST_SHOWN:
            more = sum(a != b for a, b in zip(found.rows[k:], wanted[k:], strict=False))
            yield f"{more} more positions differ"
            return
        if len(own) != len(right):
            yield (
                f"line {start + k} has {counted(len(own), 'cell')}, "
                f"not {len(right)} as expected"
            )
            continue
        cells = zip(found.columns, own, right, strict=True)
        parts = [f"{n} is {a!r}, expected {b!r}" for n, a, b in cells if a != b]
        yield f"line {start + k}: {'; '.join(parts)}"


def _row(one: Allocation, columns: Sequence[str], *, blocks: bool) -> tuple[str, ...]:
    block = "" if one.block is None or not blocks else str(one.block)
    cells = {
        "site": one.site,
        "stratum": one.stratum,
        "block": block,
        "position": str(one.position),
        "code": one.code,
        "arm": one.arm,
    }
    return tuple(cells[name] for name in columns)


def _text(
    header: Mapping[str, str],
    columns: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
) -> str:
    stated = {**header, HASH: _hash(header, columns, rows)}
    lines = [f"# {TITLES[columns]}", *(f"# {n}: {v}" for n, v in stated.items())]
    return "\n".join(lines) + "\n" + _table(columns, rows)


def _table(columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> str:
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows([columns, *rows])
    return table.getvalue()


def _hash(
    header: Mapping[str, str],
    columns: Sequence[str],
    rows: Sequence[tuple[str, ...]],
) -> str:
    """SHA-256 of the header without the hash itself, and of the table."""
    about = [f"{n}: {v}" for n, v in sorted(header.items()) if n != HASH]
    return sha256(
        ("\n".join(about) + "\n" + _table(columns, rows)).encode()
    ).hexdigest()
