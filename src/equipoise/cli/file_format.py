"""The options that state the shape of a data file, one meaning in every command."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Literal

import typer

NAME = re.compile(r"([0-9]+)=(.+)")
OPTIONS: dict[str, Any] = {
    "sheet": Annotated[str | None, typer.Option("--sheet", help="sheet of a workbook")],
    "delimiter": Annotated[
        str | None,
        typer.Option("--delimiter", help="of the cells: one character, or tab"),
    ],
    "encoding": Annotated[
        str | None, typer.Option("--encoding", help="of a text file, such as cp1252")
    ],
    "header_row": Annotated[
        list[int] | None,
        typer.Option(
            "--header-row", min=1,
            help="row with the column names; several if they are spread over them",
        ),
    ],
    "skip_rows": Annotated[
        list[int] | None,
        typer.Option("--skip-rows", min=1, help="a row that is not data; may be repeated"),
    ],
    "last_row": Annotated[
        int | None, typer.Option("--last-row", min=1, help="last row of the table")
    ],
    "names": Annotated[
        list[str] | None,
        typer.Option(
            "--names", metavar="NUMBER=NAME",
            help="name of a column by its number, such as 1=id; may be repeated",
        ),
    ],
    "hidden_rows": Annotated[
        Literal["read", "omit"] | None,
        typer.Option("--hidden-rows", help="rows that a workbook hides"),
    ],
    "merged_cells": Annotated[
        Literal["fill", "blank"] | None,
        typer.Option("--merged-cells", help="cells of a merged range after the first"),
    ],
}  # fmt: skip


def with_file_format(command: Callable[..., None]) -> Callable[..., None]:
    """Adds these options to a command, which receives them as ``file``.

    Args:
        command: with an argument ``file``, keys of ``[file]`` in a mapping.
    """

    @wraps(command)
    def run(**given: Any) -> None:
        keys = {name: given.pop(name) for name in OPTIONS}
        keys["names"] = _names(keys["names"] or ())
        command(file={name: value for name, value in keys.items() if value}, **given)

    shown = inspect.signature(command, eval_str=True)
    known = [p for name, p in shown.parameters.items() if name != "file"]
    added = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=a
        )
        for name, a in OPTIONS.items()
    ]
    known = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in known]
    described: Any = run
    described.__signature__ = shown.replace(parameters=[*known, *added])
    described.__annotations__ = {p.name: p.annotation for p in [*known, *added]}
    return run


def _names(stated: list[str] | tuple[()]) -> dict[str, str]:
    found = {}
    for text in stated:
        match = NAME.fullmatch(text)
        if match is None:
            raise typer.BadParameter(f"--names needs NUMBER=NAME, such as 1=id: {text}")
        found[match[1]] = match[2].strip()
    return found
