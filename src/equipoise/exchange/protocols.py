"""Loads a protocol by name or path, with the instruments that it refers to."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from equipoise import library
from equipoise.errors import LibraryError, Problem, ProtocolError, listing, refuse
from equipoise.instruments.load import parse_instrument
from equipoise.instruments.model import Instrument
from equipoise.protocol.form_file import parse_form
from equipoise.protocol.forms import FormDefinition
from equipoise.protocol.load import inspect_protocol, parse_protocol
from equipoise.protocol.model import Protocol


def load_protocol(name_or_path: str | Path) -> Protocol:
    """A protocol, checked, with its instruments.

    Args:
        name_or_path: a name of the library, such as ``feder2021``, or the path of a
            protocol file. Instruments are read from the folder ``instruments`` next to
            that file, or else from the library.

    Raises:
        LibraryError: EQ001 or EQ002, the protocol is absent or cannot be read.
        ProtocolError: the protocol cannot be used; all problems are in the error.

    Example:
        >>> [arm.id for arm in load_protocol("feder2021").arms]
        ['ketamine', 'midazolam']
    """
    text, origin, find = _source(name_or_path)
    protocol = parse_protocol(
        text, origin=origin, find_instrument=find, find_form=library_form
    )
    refuse(ProtocolError, _interim_problems(protocol, origin))
    return protocol


def inspect(name_or_path: str | Path) -> tuple[Protocol | None, list[Problem]]:
    """The protocol if it can be used, and all its problems, for ``equipoise check``."""
    text, origin, find = _source(name_or_path)
    protocol, problems = inspect_protocol(
        text, origin=origin, find_instrument=find, find_form=library_form
    )
    if protocol is None:
        return protocol, problems
    problems = [*problems, *_interim_problems(protocol, origin)]
    if problems:
        return None, problems
    try:
        logo_beside(name_or_path, protocol)
    except LibraryError as error:
        return None, [*problems, *error.problems]
    return protocol, problems


def _interim_problems(protocol: Protocol, origin: str) -> list[Problem]:
    """Why there are no boundaries as ``[interim]`` states them; empty without it."""
    if protocol.interim is None:
        return []
    from equipoise.design.sequential.of_protocol import design_problems  # slow: scipy

    return design_problems(protocol, origin=origin)


def logo_beside(name_or_path: str | Path, protocol: Protocol) -> bytes | None:
    """Content of the logo that ``[report]`` names, from the folder of the protocol.

    None if the protocol names no logo, or comes from the library.

    Raises:
        LibraryError: EQ002, the file is absent or cannot be read.
    """
    path = Path(name_or_path)
    if protocol.report.logo is None or not (path.suffix == ".toml" or path.exists()):
        return None
    picture = path.parent / protocol.report.logo
    try:
        return picture.read_bytes()
    except OSError as error:
        raise LibraryError.single(
            "EQ002",
            f"{picture} cannot be read: {error.strerror or error}",
            where="report.logo of the protocol",
            fix="put the PNG or SVG file into the folder of the protocol",
        ) from error


def texts(name_or_path: str | Path) -> tuple[Protocol, str, dict[str, str]]:
    """A protocol with its text and the text of each instrument and form that it uses.

    From these texts alone it can be read later, without the files.

    Raises:
        LibraryError, ProtocolError: as ``load_protocol``.
    """
    protocol = load_protocol(name_or_path)
    path = Path(name_or_path)
    own = path.suffix == ".toml" or path.exists()
    text = read_text(path) if own else library.text("protocols", str(name_or_path))
    scales = {}
    for name in protocol.scales:
        beside = path.parent / "instruments" / f"{name}.toml"
        scales[name] = (
            read_text(beside)
            if own and beside.exists()
            else library.text("instruments", name)
        )
    for name in protocol.standard_forms:
        scales[f"form:{name}"] = library.text("forms", name)
    return protocol, text, scales


def library_form(name: str) -> FormDefinition:
    """A standard form of the library.

    Raises:
        LibraryError: EQ001, no form has this name.
    """
    return parse_form(library.text("forms", name), origin=f"{name}.toml")


def read_text(path: Path) -> str:
    """Text of a file.

    Raises:
        LibraryError: EQ002, the file is absent, a folder, or not UTF-8.
    """
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryError.single(
            "EQ002",
            f"{path} cannot be read: {error}",
            where=str(path),
            fix="give the path of a readable UTF-8 text file",
        ) from error


def _source(name_or_path: str | Path) -> tuple[str, str, Callable[[str], Instrument]]:
    path = Path(name_or_path)
    if path.suffix == ".toml" or path.exists():
        folder = path.parent / "instruments"
        return read_text(path), path.name, lambda name: _instrument(name, folder)
    name = str(name_or_path)
    return library.text("protocols", name), f"{name}.toml", _library_instrument


def _instrument(name: str, folder: Path) -> Instrument:
    own = folder / f"{name}.toml"
    if own.exists():
        return parse_instrument(read_text(own), origin=f"instruments/{own.name}")
    if name not in library.names("instruments"):
        raise LibraryError.single(
            "EQ001",
            f"there is no instrument {name!r}",
            where=f"instruments/{name}.toml next to the protocol, and the library",
            fix=f"add this file, or use one of {listing(library.names('instruments'))}",
        )
    return _library_instrument(name)


@cache
def _library_instrument(name: str) -> Instrument:
    text = library.text("instruments", name)
    return parse_instrument(text, origin=f"{name}.toml")
