"""The command that looks for leaks of the allocation."""

from __future__ import annotations

from typing import Annotated

import typer

from equipoise.cli import options, terminal


def leaktest(
    protocol: options.ProtocolName,
    scenario: options.ScenarioFile = None,
    seed: options.Seed = 1,
    n: Annotated[
        int, typer.Option("--n", min=1, help="participants of the rehearsed trial")
    ] = 4,
    people: options.People = 1000,
    as_json: options.Json = False,
) -> None:
    """Looks for leaks in a rehearsed trial; exit status 1 if there is any."""
    from equipoise.leaktest.run import leaktest as search

    with terminal.progress(as_json=as_json) as tell:
        checks = search(
            protocol, scenario, seed=seed, n=n, people=people, progress=tell
        )
    terminal.say_table([check.row() for check in checks], as_json=as_json)
    if not all(check.passed for check in checks):
        raise typer.Exit(1)
