"""What a command says: results on stdout, progress and refusals on stderr."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from typer.core import TyperCommand

from equipoise.errors import EquipoiseError, Problem

RENAMED = {"--truth": "--scenario"}  # former names of options


class Command(TyperCommand):
    """A command that ends with status 1, and says why, when the input is refused."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parses the arguments; a former name of an option is read with a notice."""
        for position, arg in enumerate(args):
            name, equals, value = arg.partition("=")
            if name in RENAMED:
                typer.echo(f"notice: {name} is now named {RENAMED[name]}", err=True)
                args[position] = f"{RENAMED[name]}{equals}{value}"
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except EquipoiseError as refusal:
            show_problems(refusal.problems, as_json=bool(ctx.params.get("as_json")))
            raise typer.Exit(1) from refusal


def show_problems(problems: tuple[Problem, ...], *, as_json: bool) -> None:
    """Prints every problem: for people on stderr, as JSON on stdout."""
    if as_json:
        say_json({"problems": [_as_dict(problem) for problem in problems]})
        return
    for problem in problems:
        typer.echo(str(problem), err=True)
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    typer.echo(f"refused: {count}", err=True)


def say_json(content: object) -> None:
    """Prints machine-readable output."""
    typer.echo(json.dumps(content, indent=2, ensure_ascii=False, default=str))


@contextmanager
def progress(*, as_json: bool = False) -> Iterator[Callable[[str], None]]:
    """Tells what is being done: a spinner in a terminal, else one line a step."""
    console = Console(stderr=True, quiet=as_json)
    if not console.is_terminal:
        yield lambda step: console.print(f"… {step}", highlight=False)
        return
    with console.status("starting") as status:
        yield status.update


def _as_dict(problem: Problem) -> dict[str, object]:
    rows = None if problem.records is None else problem.records.to_dict("records")
    return {
        "code": problem.code,
        "what": problem.what,
        "where": problem.where,
        "mend": problem.mend,
        "records": rows,
    }


def say(facts: Mapping[str, object], *, as_json: bool) -> None:
    """Prints facts, one a line; a list one entry a line below its name."""
    if as_json:
        say_json(dict(facts))
        return
    width = max(len(name) for name in facts) + 2
    for name, value in facts.items():
        if isinstance(value, list | tuple):
            typer.echo(f"{name}:" + "".join(f"\n  {entry}" for entry in value))
        else:
            typer.echo(f"{name + ':':<{width}}{value}")


def say_table(rows: Sequence[Mapping[str, str]], *, as_json: bool) -> None:
    """Prints rows that have the same keys as a table with aligned columns."""
    if as_json:
        say_json([dict(row) for row in rows])
        return
    names = list(rows[0]) if rows else []
    widths = [max(len(n), *(len(row[n]) for row in rows)) for n in names]
    lines = [names, ["-" * width for width in widths]]
    for cells in lines + [[row[n] for n in names] for row in rows]:
        line = "  ".join(f"{c:<{w}}" for c, w in zip(cells, widths, strict=True))
        typer.echo(line.rstrip())


def say_report(headline: str, page: Path, *, as_json: bool) -> None:
    """Prints the primary result and where the report is."""
    if as_json:
        say_json({"primary": headline, "report": str(page)})
        return
    typer.echo(f"{headline}\n\nThe report is in {page}")
