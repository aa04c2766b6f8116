"""The arguments and options that commands share."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

ProtocolName = Annotated[
    str,
    typer.Argument(metavar="PROTOCOL", help="name in the library, or path of a file"),
]
Out = Annotated[Path, typer.Option("--out", help="folder for what is written")]
Json = Annotated[bool, typer.Option("--json", help="machine-readable output")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="names the random numbers")]
Accept = Annotated[
    list[str] | None,
    typer.Option("--accept", help="go on in spite of this code, such as EQ312"),
]
Mapping = Annotated[
    Path | None, typer.Option("--mapping", help="mapping.toml of the data file")
]
ScenarioFile = Annotated[
    str | None,
    typer.Option("--scenario", help="what is assumed about the participants"),
]
Number = Annotated[
    int | None,
    typer.Option("--n", min=1, help="number randomized; planned size if absent"),
]
Conduct = Annotated[
    bool,
    typer.Option("--conduct", help="through the running application, form by form"),
]
People = Annotated[
    int,
    typer.Option("--people", min=100, help="allocations for the statistical tests"),
]
Day = Annotated[
    datetime, typer.Option("--day0", formats=["%Y-%m-%d"], help="date of day 0")
]
Holidays = Annotated[
    list[datetime] | None,
    typer.Option("--holiday", formats=["%Y-%m-%d"], help="a day without visits"),
]
Responder = Annotated[
    bool | None,
    typer.Option(
        "--responder/--non-responder", help="whether visits of responders are due"
    ),
]
File = Annotated[Path, typer.Argument(metavar="FILE", help="data file or export")]
Data = Annotated[Path, typer.Argument(metavar="DATA", help="file or folder")]
ForProtocol = Annotated[str, typer.Option("--protocol", help="name or path")]
Dictionary = Annotated[
    Path | None, typer.Option("--dictionary", help="REDCap data dictionary (CSV)")
]
NewFile = Annotated[
    Path | None, typer.Option("--out", help="write the mapping to this new file")
]
Dummy = Annotated[
    bool, typer.Option("--dummy", help="shuffled arms while the trial is blind")
]
Trials = Annotated[
    int | None,
    typer.Option("--trials", min=1, help="simulated trials: power, bias, coverage"),
]
Workers = Annotated[int, typer.Option("--workers", min=1, help="processes")]
Precision = Annotated[
    float | None,
    typer.Option("--precision", help="stop at this Monte Carlo error of every power"),
]
Null = Annotated[
    bool, typer.Option("--null", help="no difference: power is the type I error")
]
Sizes = Annotated[
    list[int] | None,
    typer.Option(
        "--n", "--size", min=1,
        help="number randomized; planned size if absent; several make a grid",
    ),
]  # fmt: skip
Effects = Annotated[
    list[float] | None,
    typer.Option(
        "--effect",
        help="times the difference from the last arm: 1 unchanged, 0 none; makes a grid",
    ),
]
Dropouts = Annotated[
    list[float] | None,
    typer.Option("--dropout", help="times the withdrawals; makes a grid"),
]
Designs = Annotated[
    list[str] | None,
    typer.Option(
        "--design", help="fixed, or such as lan-demets-of:0.5,1; makes a grid"
    ),
]
Cluster = Annotated[
    str | None,
    typer.Option("--cluster", help="address of a Dask scheduler to simulate on"),
]
