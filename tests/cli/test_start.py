"""What a command loads before it does anything: not timed, counted by modules."""

import subprocess
import sys

import pytest

HEAVY = (
    "numpy", "scipy", "pandas", "matplotlib", "statsmodels", "lifelines", "formulaic",
    "django", "docx", "rich.console", "narwhals", "pyarrow",
)  # fmt: skip
MODELS = (
    "pydantic",
    "equipoise.protocol",
    "equipoise.instruments",
    "equipoise.conduct",
)

PROGRAM = """
import sys
from equipoise.cli import app
sys.argv = ["equipoise", *{arguments!r}]
try:
    app()
except SystemExit as done:
    assert not done.code, done.code
print(*sorted(sys.modules), file=sys.stderr)
"""


def loaded(*arguments: str) -> set[str]:
    """Modules in a process that ran a command."""
    program = PROGRAM.format(arguments=arguments)
    done = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


def test_help_loads_neither_numbers_nor_models() -> None:
    """`equipoise --help`: 0.39 s of processor time before, 0.15 s without them."""
    names = loaded("--help")
    assert not names.intersection(HEAVY + MODELS)
    assert not loaded("--version").intersection(HEAVY + MODELS)


def test_check_loads_no_tables_and_no_drawings() -> None:
    """It calculates the size from the stated assumptions, for which SciPy is loaded."""
    unused = set(HEAVY) - {"numpy", "scipy"}
    assert not loaded("check", "feder2021").intersection(unused)


@pytest.mark.parametrize(
    ("command", "unused"),
    [
        ("design group-sequential 0.5 1", ("pandas", "matplotlib", "scipy.stats")),
        (
            "design events --hazard-ratio 0.5 --median 9 --accrual 9 --follow-up 9",
            ("pandas", "matplotlib", "statsmodels"),
        ),
        ("schedule feder2021 --day0 2027-01-04", ("pandas", "matplotlib", "scipy")),
    ],
)
def test_a_command_loads_what_it_needs(command: str, unused: tuple[str, ...]) -> None:
    assert not loaded(*command.split(" ")).intersection(unused)
