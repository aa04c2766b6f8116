"""Packages of the extras: the error where one is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from equipoise.errors.refusal import EquipoiseError

EXTRA = {
    "statsmodels": "stats",
    "matplotlib": "report",
    "typst": "report",
    "docx": "report",
    "openpyxl": "formats",
    "pyarrow": "formats",
    "pyreadstat": "formats",
    "dask": "scale",
    "distributed": "scale",
    "django": "conduct",
}


@contextmanager
def extras() -> Iterator[None]:
    """Turns the failed import of a package of an extra into an error that says so.

    Raises:
        EquipoiseError: EQ004, with the extra to install.

    Example:
        >>> with extras():
        ...     import json
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in EXTRA:
            raise
        raise EquipoiseError.single(
            "EQ004",
            f"the package {package} is not installed",
            where=f"extra {EXTRA[package]}",
            fix=f"pip install 'equipoise[{EXTRA[package]}]'",
        ) from error
