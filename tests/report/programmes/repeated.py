"""Programmes of small trials: made, written to a folder, run in R."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from equipoise.analyze.run import analyze
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol
from equipoise.report.programmes.files import reproduction_files

RSCRIPT = shutil.which("Rscript")
needs_r = pytest.mark.skipif(RSCRIPT is None, reason="Rscript is not on this machine")


def files_of(trial: Protocol, known: UnblindedTrialData) -> dict[str, bytes]:
    """The analysis data sets and programmes of a trial."""
    return reproduction_files(trial, known, analyze(trial, known))


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """The files as a reader finds them, and nothing else."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def run_in_r(folder: Path, programme: str) -> subprocess.CompletedProcess[str]:
    """Runs ``programs/r/<programme>.R`` from the folder."""
    assert RSCRIPT is not None
    return subprocess.run(  # noqa: S603 - a program of ours, in a folder of the test
        [RSCRIPT, "--vanilla", f"programs/r/{programme}.R"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def evaluate(expression: str) -> subprocess.CompletedProcess[str]:
    """Runs an expression of R."""
    assert RSCRIPT is not None
    return subprocess.run(  # noqa: S603 - the expressions are those of the tests
        [RSCRIPT, "--vanilla", "-e", expression],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
