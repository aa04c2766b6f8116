"""The command ``inspect``: the data as they were read, before any analysis."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from equipoise.cli import options, terminal
from equipoise.cli.file_format import with_file_format
from equipoise.cli.interim_notice import notice_interim
from equipoise.numerics.garbage_collection import rarely_collected

Page = Annotated[
    Path | None,
    typer.Option("--out", help="HTML file [default: inspection.html in this folder]"),
]


@with_file_format
@rarely_collected()
def inspect(
    file: dict[str, Any],
    protocol: options.ProtocolName,
    data: options.Data,
    mapping: options.Mapping = None,
    out: Page = None,
    accept: options.Accept = None,
    as_json: options.Json = False,
) -> None:
    """Show the data as they are read, before any analysis.

    The page shows what was read from which file, what is complete, the distribution of
    every number, identifiers, study days, what is not read, and every problem with its
    rows. It is also written if an analysis would refuse the data, and shows what could be
    read nonetheless. It contains participant identifiers, but no free text, and nothing
    by arm while the data are blinded.

    Exit status: 0 if no problem in the data is left open, 1 if one is. That the arm is not
    mapped is no problem of the data, so a blinded trial can be checked by a script; the
    output says that only a dry run (--dummy) is possible, and "blinded" in the JSON.

    Example:
      equipoise inspect protocol.toml export.csv --mapping mapping.toml
      equipoise inspect protocol.toml export.csv --out out/data.html --accept EQ312
      equipoise inspect protocol.toml trial.xlsx --sheet data
      equipoise inspect protocol.toml export.csv --json
    """
    import equipoise as eq

    trial = eq.load_protocol(protocol)
    notice_interim(trial, "the data are shown before any analysis")
    with terminal.progress(as_json=as_json) as tell:
        found = eq.inspect_data(
            data,
            trial,
            mapping=mapping,
            accept=accept or (),
            file=file,
            progress=tell,
        )
        tell("writing the page")
        page = found.save(out or Path("inspection.html"))
    if as_json:
        terminal.say_json({**found.summary(), "page": str(page)})
    else:
        for text in terminal.warnings(found.findings.origin):
            typer.echo(text, err=True)
        typer.echo(f"{found.headline}\n\nThe page is in {page}")
    if found.refused:
        raise typer.Exit(1)
