"""The names that users were promised."""

import inspect
import subprocess
import sys

import pytest

import equipoise as eq

PARTS = ("analyze", "report", "rehearse")  # each a module and a function of its name
IMPORTS = (
    "import equipoise.analyze.result",
    "import equipoise.report.document",
    "import equipoise.rehearse",
)


@pytest.mark.parametrize("name", [n for n in eq.__all__ if n != "__version__"])
def test_a_public_name_is_there_and_explained(name: str) -> None:
    thing = getattr(eq, name)
    assert inspect.getdoc(thing)
    assert callable(thing)


def test_names_are_listed_once_and_in_order() -> None:
    assert eq.__all__ == sorted(set(eq.__all__))
    assert dir(eq) == eq.__all__


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="analyse"):
        eq.analyse  # noqa: B018 - the access is what is tested


# Each part comes first, in the middle and last; each order in a process that has loaded
# nothing of ours, forked from one that has loaded what is not ours, which takes long.
ORDERS = [(f, o) for f in ("call", "import") for o in ((0, 1, 2), (1, 2, 0), (2, 0, 1))]
FORKED = """
import os, sys
import formulaic, jinja2, matplotlib.figure, pandas, pydantic, scipy.optimize, scipy.stats
wrong = []
for code in {codes!r}:
    assert not [name for name in sys.modules if name.startswith("equipoise")]
    child = os.fork()
    if child == 0:
        try:
            exec(code, {{}})
        except BaseException as error:
            print(code, repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        wrong.append(code)
raise SystemExit(len(wrong))
"""


def uses(first: str, order: tuple[int, ...]) -> str:
    """Code that calls the parts and imports them, in an order."""
    calls = "\n".join(f"must_refuse(eq.{PARTS[i]})" for i in order)
    imports = "\n".join(IMPORTS[i] for i in order)
    return f"""
import equipoise as eq

def must_refuse(function):
    try:
        function()
    except TypeError as error:
        assert "missing" in str(error), error
    else:
        raise AssertionError("called without arguments, and nothing was missing")

{calls if first == "call" else imports}
{imports if first == "call" else calls}
{calls}
import equipoise.analyze.result as result
from equipoise.analyze import mmrm
from equipoise.report import document
assert result.Results is eq.Results
assert eq.analyze.result is result
"""


def test_a_part_and_its_function_share_a_name() -> None:
    """In any order of use, the function is called and the part is imported."""
    codes = [uses(first, order) for first, order in ORDERS]
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", FORKED.format(codes=codes)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", PARTS)
def test_the_signature_is_that_of_the_function(name: str) -> None:
    assert "protocol" in inspect.signature(getattr(eq, name)).parameters


def test_the_package_runs_as_a_program() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "equipoise", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout == f"equipoise {eq.__version__}\n"


def test_the_version_is_the_same_everywhere() -> None:
    import tomllib

    from tests.architecture.source import ROOT

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == eq.__version__
    assert f"\nversion: {eq.__version__}\n" in (ROOT / "CITATION.cff").read_text(
        "utf-8"
    )
    assert f"\n## {eq.__version__} " in (ROOT / "CHANGELOG.md").read_text("utf-8")
