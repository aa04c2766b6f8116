"""Options that every plan of a sample size has, and how a plan is shown and filed."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from equipoise.cli import options, terminal
from equipoise.errors import DesignError

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.planning.plan import Plan
    from equipoise.design.planning.resources import Resources
    from equipoise.design.planning.sites import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """The options of every plan, as typed; None for one that was not given."""

    n: Annotated[
        int | None,
        typer.Option(
            "--n", help="number randomized, in all arms; omit to calculate it"
        ),
    ] = None
    source: Annotated[
        str, typer.Option("--source", help="source of the assumptions, for the texts")
    ] = ""
    out: Annotated[
        Path | None, typer.Option("--out", help="folder for HTML, DOCX, JSON and TOML")
    ] = None
    rate: Annotated[
        float | None,
        typer.Option(
            "--rate",
            help="participants randomized per unit of time",
            callback=options.above_0,
        ),
    ] = None
    site: Annotated[
        list[str] | None,
        typer.Option(
            "--site",
            help="instead of --rate: NAME=RATE, or NAME=RATE@OPENING of a site that "
            "opens later; may be repeated",
        ),
    ] = None
    last_visit: Annotated[
        float | None,
        typer.Option("--last-visit", help="from randomization, in the same unit"),
    ] = None
    time_unit: Annotated[str, typer.Option("--time-unit", help="unit of --rate")] = (
        "months"
    )
    infusions: Annotated[
        int | None,
        typer.Option(
            "--infusions", help="for each participant", callback=options.above_0
        ),
    ] = None
    ratings: Annotated[
        int | None,
        typer.Option(
            "--ratings", help="for each participant", callback=options.above_0
        ),
    ] = None
    cost_participant: Annotated[
        float | None,
        typer.Option(
            "--cost-participant",
            help="of each participant, without infusions and ratings",
            callback=options.above_0,
        ),
    ] = None
    cost_infusion: Annotated[
        float | None,
        typer.Option(
            "--cost-infusion", help="of each infusion", callback=options.above_0
        ),
    ] = None
    cost_rating: Annotated[
        float | None,
        typer.Option("--cost-rating", help="of each rating", callback=options.above_0),
    ] = None
    as_json: options.Json = False

    @property
    def given(self) -> dict[str, object]:
        """Options that were given, by name, other than ``--json``."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {
            f.name: values[f.name]
            for f in fields(self)
            if f.name != "as_json" and values[f.name] != f.default
        }

    def with_unit(self, unit: str) -> Filing:
        """The same with the unit of time that a command has as an option of its own."""
        return replace(self, time_unit=unit)

    def resources(self) -> Resources:
        """Rates and costs.

        Raises:
            DesignError: EQ801, EQ809.
        """
        from equipoise.design.planning.resources import Resources

        return Resources(
            rate=self.rate, sites=tuple(_site(text) for text in self.site or ()),
            last_visit=self.last_visit, unit=self.time_unit,
            infusions=self.infusions, ratings=self.ratings,
            cost_participant=self.cost_participant, cost_infusion=self.cost_infusion,
            cost_rating=self.cost_rating,
        )  # fmt: skip

    def show(
        self, plan: Plan, numbers: Mapping[str, object], text: Mapping[str, object]
    ) -> None:
        """Prints the plan, and writes its files if a folder was given.

        Args:
            plan: of the question.
            numbers: further numbers for JSON.
            text: the result, line by line.
        """
        resources = self.resources()
        sentence = resources.sentence(plan.participants)
        takes: dict[str, object] = {**resources.numbers(plan.participants)}
        if by_site := resources.by_site(plan.participants):
            takes["by_site"] = by_site
        sites = resources.tables(plan.participants)
        plan = replace(
            plan,
            numbers={**numbers, **({"resources": takes} if takes else {})},
            protocol=f"{plan.protocol} {sentence}".strip(),
            tables=(*plan.tables, *sites),
        )
        if self.out is not None:
            terminal.write_plan(plan, self.out, as_json=self.as_json)
        if self.as_json:
            terminal.say_json(plan.to_json())
            return
        terminal.say(text, as_json=False)
        terminal.say_plan(plan)
        for table in sites:
            rows = [dict(zip(table.head, row, strict=True)) for row in table.rows]
            typer.echo(f"\n{table.title}")
            terminal.say_table(rows, as_json=False)


NOTHING = Filing()


def _site(text: str) -> Site:
    """``Boston=2.5@3``: a site with its rate, and when it opens.

    Raises:
        DesignError: EQ801.
    """
    from equipoise.design.planning.sites import Site

    name, _, numbers = text.rpartition("=")
    rate, _, opens = numbers.partition("@")
    try:
        if not name.strip():
            raise ValueError(text)
        return Site(name.strip(), float(rate), float(opens or 0))
    except ValueError as error:
        raise DesignError.single(
            "EQ801",
            f"--site {text!r} is not a site with its rate",
            where="design, --site",
            fix='give --site "Boston=2.5", or --site "Boston=2.5@3" for a site that '
            "opens after 3 units of time",
        ) from error


def filed(
    command: Callable[..., None], without: tuple[str, ...] = ()
) -> Callable[..., None]:
    """A command that has the options of every plan as well, in one object.

    Args:
        command: with a parameter ``filing``.
        without: options of every plan that this command defines itself, or that have no
            meaning for it.

    Returns:
        The command as the command line sees it.
    """
    signature = inspect.signature(command, eval_str=True)
    own = [p for p in signature.parameters.values() if p.name != "filing"]
    annotations = inspect.get_annotations(Filing, eval_str=True)
    shared = [f for f in fields(Filing) if f.name not in without]
    common = [
        inspect.Parameter(
            f.name, inspect.Parameter.KEYWORD_ONLY, default=f.default,
            annotation=annotations[f.name],
        )
        for f in shared
    ]  # fmt: skip
    parameters = [
        *(p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own),
        *common,
    ]

    def run(**values: Any) -> None:
        filing = Filing(**{f.name: values.pop(f.name) for f in shared})
        command(**values, filing=filing)

    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__module__ = command.__module__
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return run
