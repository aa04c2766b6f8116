"""Commands of ``equipoise design``: numbers that no trial has are rejected by option."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Any

import typer

from equipoise.cli import terminal
from equipoise.errors import EquipoiseError, Problem

LARGEST = 1e9  # of any number that is typed


class DesignCommand(terminal.Command):
    """A command whose numbers are finite and not beyond any trial."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Rejects impossible numbers under the name that was typed."""
        try:
            left = super().parse_args(ctx, args)
            problems = tuple(_impossible(self, ctx))
        except EquipoiseError as error:
            problems = error.problems
        if problems:
            terminal.show_problems(problems, as_json="--json" in args)
            raise typer.Exit(1)
        return left


def _impossible(command: Any, ctx: Any) -> Iterator[Problem]:
    for param in command.params:
        source = ctx.get_parameter_source(param.name)
        if source is None or source.name != "COMMANDLINE":
            continue
        value = ctx.params.get(param.name)
        for number in value if isinstance(value, list | tuple) else [value]:
            if not isinstance(number, int | float) or isinstance(number, bool):
                continue
            if not isfinite(number) or abs(number) > LARGEST:
                name = param.opts[0] if param.opts[0].startswith("-") else param.name
                yield Problem(
                    code="EQ801",
                    what=f"{name} is {number:g}",
                    where=f"design, {name}",
                    fix=f"give a number that is finite, up to {int(LARGEST)}",
                )
