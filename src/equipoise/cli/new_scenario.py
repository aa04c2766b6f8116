"""``equipoise new-scenario``: a scenario file to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli import options
from equipoise.cli.interim_notice import notice_interim
from equipoise.errors import SimulationError, refuse


def new_scenario(
    protocol: options.ProtocolName,
    out: Annotated[
        Path | None, typer.Option("--out", help="write to this new file")
    ] = None,
) -> None:
    """Write a scenario for a protocol, with comments and placeholder numbers.

    The file states all that the protocol needs and is checked against it. Every number is
    marked as assumed, and no arm has an effect: replace the numbers by what you expect.

    Example:
      equipoise new-scenario my-trial/protocol.toml --out my-trial/scenario.toml
    """
    from equipoise.exchange.output_files import write_new
    from equipoise.exchange.protocols import load_protocol
    from equipoise.simulate.check import check_scenario
    from equipoise.simulate.read_scenario import parse_scenario
    from equipoise.simulate.skeleton import skeleton

    trial = load_protocol(protocol)
    notice_interim(trial, "a scenario states participants and not analyses")
    text = skeleton(trial)
    refuse(
        SimulationError,
        check_scenario(parse_scenario(text, origin="scenario.toml"), trial),
    )
    if out is None:
        typer.echo(text)
        return
    write_new(out, text)
    typer.echo(f"{out}: every number is assumed; replace them by what you expect")
