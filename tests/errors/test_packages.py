"""A package of an extra that is not installed is named, with what to install."""

import re
import tomllib
from pathlib import Path

import pytest

from equipoise.errors import EquipoiseError
from equipoise.errors.packages import EXTRA, extras

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
DISTRIBUTION = {"docx": "python-docx"}


@pytest.mark.parametrize("package", EXTRA)
def test_a_missing_package_names_its_extra(package: str) -> None:
    name = f"{package}.inner.module"
    wanted = re.escape(f"equipoise[{EXTRA[package]}]")
    with pytest.raises(EquipoiseError, match=wanted), extras():
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def test_other_missing_modules_are_faults_of_ours() -> None:
    with pytest.raises(ModuleNotFoundError), extras():
        raise ModuleNotFoundError("No module named 'equipoise.x'", name="equipoise.x")


@pytest.mark.parametrize("package", EXTRA)
def test_the_extra_contains_the_package(package: str) -> None:
    project = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    requirements = project["optional-dependencies"][EXTRA[package]]
    names = [re.split(r"[\[<>=~]", each)[0] for each in requirements]
    wanted = DISTRIBUTION.get(package, package)
    assert wanted in names or (wanted == "distributed" and "dask" in names)
