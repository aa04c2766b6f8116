"""The notice of commands to which the interim analyses of a protocol do not apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:  # kept out of `equipoise --help`: pydantic takes a quarter second
    from equipoise.protocol.model import Protocol


def notice_interim(protocol: Protocol, reason: str) -> None:
    """Prints on stderr that a command does not use ``[interim]``, and why.

    Args:
        protocol: without interim analyses nothing is printed.
        reason: a clause such as ``the list is the same with and without them``.
    """
    if protocol.interim is not None:
        typer.echo(
            f"Notice: the protocol plans interim analyses ([interim]); {reason}.",
            err=True,
        )
