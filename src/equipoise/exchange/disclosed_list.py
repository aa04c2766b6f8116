"""Checks the disclosed allocation list of a trial against its commitment.

Pure, and without a database: an auditor needs only the file and the hash that was
published before the first participant.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol
from equipoise.randomize.methods import allocation_sequence, minimized

NAME = "commitment.json"
HOW = (
    "SHA-256 of the 32 bytes of the salt followed, in UTF-8, by the seed and every line "
    "of the list, joined by line feeds; a line is stratum, position, kit and arm, joined "
    "by tabs"
)


def committed(lines: Sequence[str], seed: int, salt: bytes) -> str:
    """SHA-256 of the salt, the seed and every line of the list."""
    text = "\n".join([str(seed), *lines])
    return sha256(salt + text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A list with its secrets, and the allocations of the participants."""

    commitment: str  # as it was sealed
    seed: int  # of the draws
    salt: bytes  # 32 bytes
    lines: tuple[str, ...]  # stratum, position, kit and arm (if listed), by tabs
    allocations: tuple[dict[str, Any], ...]  # participant, kit, arm, factors, in order
    about: dict[str, str]  # trial, method, protocol and time of the sealing

    def text(self) -> str:
        """As a file."""
        content = {
            "schema": 1,
            **self.about,
            "commitment": self.commitment,
            "how": HOW,
            "seed": str(self.seed),
            "salt": self.salt.hex(),
            "list": self.lines,
            "allocations": self.allocations,
        }
        return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def load(path: Path) -> Disclosed:
    """A disclosed list from its file, or from an unblinded export of any format.

    Raises:
        ConductError: EQ946, it cannot be read.
        DataError: EQ346, it is a workbook, and openpyxl is not installed.
    """
    try:
        body = path.read_bytes()
        content = json.loads(_unpacked(body) if body.startswith(b"PK") else body)
        known = ("trial", "method", "protocol", "sealed_at")
        return Disclosed(
            str(content["commitment"]),
            int(content["seed"]),
            bytes.fromhex(content["salt"]),
            tuple(map(_line, content["list"])),
            tuple(map(_row, content["allocations"])),
            {name: str(content[name]) for name in known if name in content},
        )
    except OSError as error:
        raise _unreadable(path, error.strerror or "the file is absent") from error
    except (BadZipFile, KeyError, ValueError, TypeError, AttributeError) as error:
        raise _unreadable(path, f"it is not the {NAME} of a trial: {error}") from error


def wrong_with(
    told: Disclosed, published: str = "", protocol: Protocol | None = None
) -> Iterator[str]:
    """Differences from the commitment, as text; empty if there is no difference.

    ``published`` is the hash published before the first participant; ``protocol``
    generates the list again from its seed.
    """
    found = committed(told.lines, told.seed, told.salt)
    if found != told.commitment:
        yield f"the hash of the list is {found}, but its file states {told.commitment}"
    if published and found != published.strip().lower():
        hash_ = published.strip().lower()
        yield f"the hash of the list is {found}, but {hash_} was published"
    yield from _places(told)
    if protocol is not None:
        yield from _drawn(told, protocol)


def _places(told: Disclosed) -> Iterator[str]:
    """Whether arms match the list, and its entries were used in order."""
    rows = (line.split("\t") for line in told.lines)
    places = {kit: (stratum, int(at), arm) for stratum, at, kit, arm in rows}
    last: dict[str, int] = {}
    for row in told.allocations:
        who = row["participant"]
        if row["kit"] not in places:
            yield f"{who} has kit {row['kit']}, which is not in the list"
            continue
        stratum, position, arm = places[row["kit"]]
        if arm and arm != row["arm"]:
            yield f"the arm of {who} differs from the list"
        if position != last.get(stratum, 0) + 1:
            yield f"{who} did not receive the next allocation of the stratum"
        last[stratum] = position


def _drawn(told: Disclosed, protocol: Protocol) -> Iterator[str]:
    """Whether the seed and the method of the protocol give these arms."""
    if protocol.randomization.method == "minimization":
        names = protocol.randomization.strata
        people = [
            {n: str(row["factors"].get(n, "")) for n in names}
            for row in told.allocations
        ]
        again = [draw.arm for draw in minimized(protocol, people, seed=told.seed)]
        if again != [row["arm"] for row in told.allocations]:
            yield "minimization with this seed and these participants gives other arms"
        return
    listed: dict[str, list[str]] = {}
    for line in told.lines:
        stratum, _, _, arm = line.split("\t")
        listed.setdefault(stratum, []).append(arm)
    for stratum, arms in listed.items():
        drawn = allocation_sequence(
            protocol, len(arms), seed=told.seed, stratum=stratum
        )
        if drawn != arms:
            yield f"with this seed the protocol gives another list in stratum {stratum}"


def _unpacked(body: bytes) -> str | bytes:
    """The file in an archive, or the text in a workbook."""
    with ZipFile(io.BytesIO(body)) as archive:
        if is_workbook(archive.namelist()):
            return text_of(body, NAME)
        return archive.read(NAME)


def _line(text: Any) -> str:
    stratum, position, kit, arm = str(text).split("\t")
    return "\t".join((stratum, str(int(position)), kit, arm))


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    factors = row.get("factors") or {}
    names = ("participant", "kit", "arm")
    return {n: str(row[n]) for n in names} | {"factors": dict(factors)}


def _unreadable(path: Path, why: str) -> ConductError:
    return ConductError.single(
        "EQ946",
        f"the disclosed list cannot be read: {why}",
        where=str(path),
        fix=f"give {NAME}, or the file of an unblinded export that contains it",
    )


# How a workbook writes characters that XML cannot hold, and what looks like one.
ODD = re.compile(r"_x([0-9A-Fa-f]{4})_")


def is_workbook(names: Collection[str]) -> bool:
    """Whether an archive with these members is a workbook."""
    return "xl/workbook.xml" in names


def text_of(body: bytes, name: str) -> str:
    """The text of the sheets of a name, with continuation sheets such as ``name (2)``.

    Raises:
        DataError: EQ346, openpyxl is not installed.
        KeyError: there is no such sheet.
    """
    from equipoise.exchange.grid import package  # loads pandas: not to start a server

    openpyxl = package("openpyxl", Path(f"{name}.xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True)
    try:
        if name not in book.sheetnames:
            raise KeyError(name)
        parts = [s for s in book.sheetnames if s == name or s.startswith(f"{name} (")]
        rows = [row for part in parts for row in list(book[part].values)[1:]]
    finally:
        book.close()
    return "\n".join("".join(map(_plain, row)) for row in rows) + "\n"


def _plain(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return ODD.sub(lambda found: chr(int(found[1], 16)), text)
