"""Output of commands: results on stdout, progress and errors on stderr."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from equipoise.dataset.origin import Origin
from equipoise.errors import EquipoiseError, Problem
from equipoise.errors.counted import counted
from equipoise.errors.packages import extras
from equipoise.numerics.rounding import fixed

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.planning.plan import Plan

EXAMPLE = re.compile(r"(?<=\n\n)(?:.+\n)*  .*")  # a paragraph with indented lines
CHECKPOINTS = {"--anchors": "--checkpoints"}
SCENARIO = {"--truth": "--scenario"}
RENAMED = {  # command or group -> old name of an option or command: new name
    **dict.fromkeys(("simulate", "rehearse"), SCENARIO),
    **dict.fromkeys(
        ("serve", "restore", "verify", "checkpoint", "anchor", "reconcile"), CHECKPOINTS
    ),
    "audit": {"anchor": "checkpoint"},
    "design": {"looks": "group-sequential"},
    "doses": {"--share": "--fraction"},
    "leaktest": {"--people": "--allocations", **SCENARIO},
    "maintenance": {
        **SCENARIO,
        "--people": "--participants",
        "--assessed": "--assessment-interval",
        "--confirmed": "--confirmations",
        "--at-most": "--max-infusions",
    },
}


class Command(TyperCommand):
    """A command that prints the problems and ends with status 1 on an error."""

    def __init__(self, *args: Any, help: str, **more: Any) -> None:
        """Keeps the lines of paragraphs with examples."""
        super().__init__(*args, help=re.sub(EXAMPLE, "\b\n\\g<0>", help), **more)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Accepts the old names of options."""
        return super().parse_args(ctx, [_renamed(ctx, arg) for arg in args])

    def invoke(self, ctx: Any) -> Any:
        """Runs the command."""
        try:
            with extras():
                return super().invoke(ctx)
        except EquipoiseError as error:
            show_problems(error.problems, as_json=bool(ctx.params.get("as_json")))
            raise typer.Exit(1) from error


class Group(TyperGroup):
    """A group of commands."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Accepts the old names of commands."""
        return super().get_command(ctx, _renamed(ctx, cmd_name))


def _renamed(ctx: Any, argument: str) -> str:
    """The argument under its new name, with a notice on stderr if it changed."""
    old, equals, value = argument.partition("=")
    new = RENAMED.get(ctx.info_name, {}).get(old)
    if new is None:
        return argument
    typer.echo(f"Notice: {old} is now named {new}. Use {new}.", err=True)
    return f"{new}{equals}{value}"


def show_problems(problems: tuple[Problem, ...], *, as_json: bool) -> None:
    """Prints every problem: as text on stderr, or as JSON on stdout."""
    if as_json:
        say_json({"problems": [_as_dict(problem) for problem in problems]})
        return
    for problem in problems:
        typer.echo(str(problem), err=True)
    typer.echo(f"Error: {counted(len(problems), 'problem')}", err=True)


def say_json(content: object) -> None:
    """Prints machine-readable output."""
    typer.echo(json.dumps(content, indent=2, ensure_ascii=False, default=str))


def say_plan(plan: Plan) -> None:
    """Prints the texts of a plan, its sensitivity and the block for the protocol."""
    from equipoise.design.planning.plan import power_text

    typer.echo(f"\nFor the protocol (ICH M11, 10.11)\n{plan.protocol}")
    typer.echo(f"\nFor the statistical analysis plan\n{plan.sap}\n\nSensitivity")
    wanted = power_text(plan.target_power)
    for row in plan.sensitivity:
        power = f"{plan.quantity} {power_text(row.power)}"
        typer.echo(
            f"  {row.changed:<44} {power:<22} size for {wanted}: {row.size_text}"
        )
    typer.echo(f"\nFor protocol.toml\n{plan.size_block()}", nl=False)


def write_plan(plan: Plan, out: Path, *, as_json: bool) -> None:
    """Writes the files of a plan to a folder and says so on stderr."""
    from equipoise.exchange.output_files import write_files
    from equipoise.report.planning.files import files

    made = files(plan)
    write_files(out, made)
    for name in made if not as_json else ():
        typer.echo(f"Written: {out / name}", err=True)


@contextmanager
def progress(*, as_json: bool = False) -> Iterator[Callable[[str], None]]:
    """Shows each step: a spinner in a terminal, otherwise one line per step."""
    from rich.console import Console  # half of the time of `equipoise --help`

    console = Console(stderr=True, quiet=as_json)
    if not console.is_terminal:
        yield lambda step: console.print(f"… {step}", highlight=False)
        return
    with console.status("starting") as status:
        yield status.update


def say_origin(origin: Origin, *, as_json: bool) -> None:
    """Prints on stderr how the data were read and which corrections were applied."""
    if as_json:
        return
    for text in origin.reading:
        typer.echo(text, err=True)
    for number, text in enumerate(origin.corrections, start=1):
        typer.echo(f"Correction {number}: {text}", err=True)


def _as_dict(problem: Problem) -> dict[str, object]:
    rows = None if problem.records is None else problem.records.to_dict("records")
    return {
        "code": problem.code,
        "what": problem.what,
        "where": problem.where,
        "fix": problem.fix,
        "mend": problem.fix,  # the old name of "fix"
        "records": rows,
    }


def say(facts: Mapping[str, object], *, as_json: bool) -> None:
    """Prints one fact per line; a list as one entry per line below its name."""
    if as_json:
        say_json(dict(facts))
        return
    width = max(len(name) for name in facts) + 2
    for name, value in facts.items():
        if isinstance(value, list | tuple):
            typer.echo(f"{name}:" + "".join(f"\n  {entry}" for entry in value))
        else:
            typer.echo(f"{name + ':':<{width}}{value}")


def number(value: float, digits: int) -> str:
    """A number with so many decimals, rounded as in every table; "-" for none."""
    return fixed(value, digits) if isfinite(value) else "-"


def percent(proportion: float, digits: int = 1) -> str:
    """A proportion as a percentage."""
    return f"{number(100 * proportion, digits)}%"


def timing(fraction: float) -> str:
    """An information fraction as a percentage with up to ten decimals."""
    return f"{number(100 * fraction, 10).rstrip('0').rstrip('.')}%"


def finite(value: float) -> float | None:
    """A number for JSON; None for a boundary at infinity or a number that is missing."""
    return float(value) if isfinite(value) else None


def plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """Values for JSON: a number that is not finite becomes null, also inside."""
    return {name: _plain(value) for name, value in content.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return plain(value)
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return finite(value) if isinstance(value, float) else value


def say_table(rows: Sequence[Mapping[str, str]], *, as_json: bool) -> None:
    """Prints rows with the same keys as a table with aligned columns."""
    if as_json:
        say_json([dict(row) for row in rows])
        return
    names = list(rows[0]) if rows else []
    widths = [max(len(n), *(len(row[n]) for row in rows)) for n in names]
    lines = [names, ["-" * width for width in widths]]
    for cells in lines + [[row[n] for n in names] for row in rows]:
        line = "  ".join(f"{c:<{w}}" for c, w in zip(cells, widths, strict=True))
        typer.echo(line.rstrip())


def say_rows(rows: Sequence[Mapping[str, object]], *, as_json: bool) -> None:
    """Prints rows: texts as a table, or values as JSON."""
    if as_json:
        say_json([dict(row) for row in rows])
        return
    say_table([{n: str(v) for n, v in row.items()} for row in rows], as_json=False)


def warnings(origin: Origin) -> list[str]:
    """What a reader of the data must know before any result, such as missing ratings."""
    return [text for text in origin.reading if text.startswith("Warning:")]


def say_report(
    headline: str, page: Path, *, as_json: bool, warnings: Sequence[str] = ()
) -> None:
    """Prints the primary result and where the report is."""
    if as_json:
        more = {"warnings": list(warnings)} if warnings else {}
        say_json({"primary": headline, "report": str(page), **more})
        return
    typer.echo(f"{headline}\n\nThe report is in {page}")
