"""The wheel alone is enough: built, installed into an empty environment, and used.

Dependencies come from the environment of the tests, the package itself from the wheel: the
programs run outside the checkout, and nothing of the checkout is on their path.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, ROOT


def run(*command: str | Path, cwd: Path) -> str:
    """Runs a program as a user without this checkout would; its output."""
    outside = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(  # noqa: S603 - our own programs
        [str(part) for part in command],
        cwd=cwd,
        env={**outside, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = ("-m", "hatchling", "build", "-t", "wheel", "-d")
    run(sys.executable, *build, folder, cwd=ROOT)
    (built,) = folder.glob("equipoise-*.whl")
    return built


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with ``python`` and ``equipoise`` of a new environment."""
    folder = tmp_path_factory.mktemp("installed")
    venv = folder / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", venv, cwd=folder)
    programs = venv / ("Scripts" if os.name == "nt" else "bin")
    pip = ("-m", "pip", "--python", programs / "python", "install", "--quiet")
    run(sys.executable, *pip, "--no-index", "--no-deps", wheel, cwd=folder)
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(run(programs / "python", "-c", code, cwd=folder).strip())
    # A folder that a .pth names is searched last, and its own .pth files, such as that
    # of the editable install of this checkout, are not read.
    others = sysconfig.get_path("purelib")
    (packages / "dependencies.pth").write_text(others, encoding="utf-8")
    return programs


def test_the_wheel_contains_every_file_of_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    files = {
        f"equipoise/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert "equipoise/library/starting-trial/protocol.toml" in files
    assert files - packed == set()


def test_python_imports_the_package_of_the_wheel(
    programs: Path, tmp_path: Path
) -> None:
    code = (
        "import equipoise as eq; print(eq.__file__); "
        "print(eq.load_protocol('feder2021').trial.id, eq.load_example('relapse').shape)"
    )
    place, answer = run(programs / "python", "-c", code, cwd=tmp_path).splitlines()
    assert Path(place).is_relative_to(programs.parent)
    assert answer == "feder2021 (200, 6)"


def test_the_command_lists_its_commands_and_its_library(
    programs: Path, tmp_path: Path
) -> None:
    equipoise = programs / "equipoise"
    assert "analyze" in run(equipoise, "--help", cwd=tmp_path)
    assert "caps5" in run(equipoise, "library", "instruments", cwd=tmp_path)


def test_a_new_trial_is_analyzed_and_its_application_prepared(
    programs: Path, tmp_path: Path
) -> None:
    equipoise = programs / "equipoise"
    run(equipoise, "new", "my-trial", cwd=tmp_path)
    trial, data = "my-trial/protocol.toml", "my-trial/export.csv"
    answer = run(equipoise, "analyze", trial, data, "--out", "report", cwd=tmp_path)
    assert "24 participants analyzed" in answer
    for name in ("report.html", "report.pdf", "report.docx", "results.json"):
        assert (tmp_path / "report" / name).stat().st_size > 1000
    served = run(equipoise, "serve", trial, "--prepare-only", cwd=tmp_path)
    assert "First administrator" in served
