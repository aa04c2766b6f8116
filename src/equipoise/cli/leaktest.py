"""The command that tests whether the application reveals the allocation."""

from __future__ import annotations

from typing import Annotated

import typer

from equipoise.cli import options, terminal
from equipoise.cli.interim_notice import notice_interim


def leaktest(
    protocol: options.ProtocolName,
    scenario: options.ScenarioFile = None,
    seed: options.Seed = 1,
    n: Annotated[
        int, typer.Option("--n", min=1, help="participants of the rehearsed trial")
    ] = 4,
    people: options.Allocations = 1000,
    as_json: options.Json = False,
) -> None:
    """Test whether the application reveals the allocation.

    A trial with simulated participants runs in the application. Each blinded role reads
    every page, export, error and response of the interface, and the log is read too:
    arms and drugs may appear only in forms that ask for a treatment guess. The same
    data are entered again under another allocation list, and all pages must be
    identical. Kit numbers and times must not predict arms, pairs or the next
    assignment. In an open-label trial, roles that treat participants may read an arm at
    one address only. The exit status is 1 if a test fails.

    Example:
      equipoise leaktest feder2021
      equipoise leaktest feder2021 --n 4 --allocations 1000 --json
    """
    from equipoise.exchange.protocols import load_protocol
    from equipoise.leaktest.run import leaktest as search

    notice_interim(
        load_protocol(protocol), "the application shows no result, and applies none"
    )
    with terminal.progress(as_json=as_json) as tell:
        checks = search(
            protocol, scenario, seed=seed, n=n, people=people, progress=tell
        )
    terminal.say_table([check.row() for check in checks], as_json=as_json)
    if not all(check.passed for check in checks):
        raise typer.Exit(1)
