"""Example data as data frames, and the files of a trial to start from."""

from __future__ import annotations

import io
from importlib import resources
from typing import TYPE_CHECKING

from equipoise.errors import LibraryError, listing

if TYPE_CHECKING:  # kept out of `equipoise --help`
    import pandas as pd

EXAMPLES = {
    "antidepressant": "Drug against placebo in depression: HAMD-17, real trial",
    "feder2021": "Ketamine against midazolam in PTSD: CAPS-5, simulated trial",
    "one-infusion": "REDCap export of the tutorial's trial, invented",
    "relapse": "Response and time to loss of response, simulated trial",
}


def load_example(name: str) -> pd.DataFrame:
    """A data set that comes with Equipoise, for tutorials and tests.

    Args:
        name: ``antidepressant`` (172 participants of a real trial in depression, HAMD-17
            at visits 4 to 7; DIA working group on missing data, Apache-2.0);
            ``feder2021`` (30 simulated participants, CAPS-5 at three visits);
            ``relapse`` (200 simulated participants, response and days until its loss);
            ``one-infusion`` (the REDCap export of the tutorial, invented).

    Raises:
        LibraryError: EQ001, there is no such example; the message lists the names.

    Example:
        >>> import equipoise as eq
        >>> eq.load_example("antidepressant").shape
        (608, 11)
    """
    import pandas as pd

    return pd.read_csv(io.StringIO(example_text(name)))


def example_text(name: str) -> str:
    """An example as the text of its CSV file.

    Raises:
        LibraryError: EQ001, there is no such example.
    """
    if name not in EXAMPLES:
        raise LibraryError.single(
            "EQ001",
            f"the library has no {name!r} among its examples",
            where="library, examples",
            fix=f"use one of: {listing(sorted(EXAMPLES))}",
        )
    if name == "one-infusion":
        return starting_trial()["export.csv"].decode()
    file = resources.files("equipoise.library") / "data" / f"{name}.csv"
    return file.read_text("utf-8")


def starting_trial() -> dict[str, bytes]:
    """Files of a small complete trial by name: protocol, data, mapping, README."""
    folder = resources.files("equipoise.library") / "starting-trial"
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
