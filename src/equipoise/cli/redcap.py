"""The command ``redcap``: the data of a project as files, through its API."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli import options, terminal
from equipoise.errors.counted import counted
from equipoise.numerics.garbage_collection import rarely_collected

Address = Annotated[
    str, typer.Argument(metavar="URL", help="address of the API, ending with /api/")
]
Folder = Annotated[Path, typer.Option("--out", help="a new or empty folder")]
Identifiers = Annotated[
    bool,
    typer.Option(
        "--with-identifiers", help="also export fields that are marked as identifiers"
    ),
]
Batch = Annotated[
    int, typer.Option("--batch", min=1, max=5000, help="participants in one request")
]


@rarely_collected()
def redcap(
    url: Address,
    out: Folder,
    with_identifiers: Identifiers = False,
    batch: Batch = 200,
    as_json: options.Json = False,
) -> None:
    """Save the data of a REDCap project as files, through its API.

    The token is read from the environment variable REDCAP_API_TOKEN; it is never stored
    or shown. The folder receives the raw export (records.csv), the data dictionary
    (dictionary.csv), and the events, repeating forms and missing data codes (project.json)
    if there are any. Fields that are marked as identifiers are not exported. Propose a
    mapping with the command map.

    Example:
      equipoise redcap https://redcap.example.org/api/ --out export
    """
    from equipoise.exchange.redcap_api import read_redcap

    with terminal.progress(as_json=as_json) as tell:
        made = read_redcap(
            url, out, identifiers=with_identifiers, batch=batch, progress=tell
        )
    if as_json:
        terminal.say_json(
            {
                "files": [str(path) for path in made.files],
                "participants": made.participants,
                "rows": made.rows,
                "not_exported": list(made.left_out),
                "missing_data_codes": dict(made.missing_codes),
                "redcap_version": made.version,
            }
        )
        return
    typer.echo(
        f"{counted(made.participants, 'participant')}, {counted(made.rows, 'row')}, "
        f"in {out}:"
    )
    for path in made.files:
        typer.echo(f"  {path.name}")
    if made.left_out:
        count = len(made.left_out)
        typer.echo(f"Not exported: {count} fields that are marked as identifiers.")
    if made.missing_codes:
        codes = ", ".join(f"{c} ({label})" for c, label in made.missing_codes.items())
        typer.echo(f"Missing data codes: {codes}")
        typer.echo("They are in project.json: map with --dictionary writes them.")
