"""Commands for the files that come with Equipoise: new, library."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated, cast, get_args

import typer

from equipoise import library as shipped
from equipoise.cli import options, terminal
from equipoise.errors import LibraryError, listing
from equipoise.library import examples
from equipoise.library.files import Kind

EXAMPLES = "examples"
KINDS = (EXAMPLES, *get_args(Kind))


def new(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="new or empty")],
) -> None:
    """Copy a small working trial into a new folder.

    The folder contains protocol.toml, the data file export.csv with its data dictionary,
    mapping.toml, and a README with the next commands. Change them into yours.

    Example:
      equipoise new my-trial
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise LibraryError.single(
            "EQ003",
            f"{folder} exists and is not an empty folder",
            where=str(folder),
            fix="choose the name of a new folder",
        )
    from equipoise.exchange.output_files import write_files

    files = examples.starting_trial()
    write_files(folder, files)
    typer.echo(f"{folder}: {', '.join(sorted(files))}\n\nNext:")
    to = shlex.quote(str(folder))
    typer.echo(f"  equipoise check {to}/protocol.toml")
    typer.echo(
        f"  equipoise analyze {to}/protocol.toml {to}/export.csv --out {to}/report"
    )
    typer.echo(f"  equipoise serve {to}/protocol.toml --demo")


def library(
    kind: Annotated[
        str | None, typer.Argument(metavar="KIND", help=", ".join(KINDS))
    ] = None,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="of the file to print")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="copy the file to this new file")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """List the files of the library: instruments, forms, protocols and others.

    With a name, print the file; copy it with --out, and change the copy. An instrument
    in the folder instruments next to your protocol replaces that of the library.

    Example:
      equipoise library
      equipoise library instruments
      equipoise library instruments caps5
      equipoise library protocols feder2021 --out my-trial/protocol.toml
      equipoise library examples antidepressant --out antidepressant.csv
    """
    if kind is not None and kind not in KINDS:
        raise LibraryError.single(
            "EQ001",
            f"the library has no kind of file {kind!r}",
            where="library",
            fix=f"use one of: {listing(KINDS)}",
        )
    if kind is None or name is None:
        if out is not None:
            raise typer.BadParameter("needs KIND and NAME", param_hint="--out")
        kinds = KINDS if kind is None else (kind,)
        terminal.say_table([row for k in kinds for row in _rows(k)], as_json=as_json)
        return
    from equipoise.exchange.output_files import write_new

    content = _text(kind, name)
    typer.echo(content if out is None else write_new(out, content), nl=out is not None)


def _rows(kind: str) -> list[dict[str, str]]:
    """One row for each file of a kind, ready to be printed."""
    titles = dict(examples.EXAMPLES)
    if kind != EXAMPLES:
        titles = {n: shipped.title(_kind(kind), n) for n in shipped.names(_kind(kind))}
    return [{"kind": kind, "name": n, "content": t} for n, t in titles.items()]


def _text(kind: str, name: str) -> str:
    if kind == EXAMPLES:
        return examples.example_text(name)
    return shipped.text(_kind(kind), name)


def _kind(kind: str) -> Kind:
    """A kind that was checked against the list."""
    return cast(Kind, kind)
