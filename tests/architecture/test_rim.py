"""Only the rim touches the world; nothing handed in is ever run."""

import ast

import pytest

from tests.architecture.source import PACKAGE_FILES

RIM = {
    "cli",
    "rehearse",
    "leaktest",
    "rehearse_conduct",
    "conduct",
    "exchange",
    "library",
    "__main__",
}

# Modules that reach the disk, the environment, the network, the clock or other programs.
WORLD = {
    "asyncio",
    "ftplib",
    "getpass",
    "glob",
    "http",
    "multiprocessing",
    "os",
    "pathlib",
    "platform",
    "requests",
    "shutil",
    "socket",
    "sqlite3",
    "ssl",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib",
}
BUILTINS = {"open", "input", "print", "breakpoint"}
METHODS = {
    "exists",
    "getenv",
    "is_dir",
    "is_file",
    "iterdir",
    "mkdir",
    "now",
    "open",
    "read_bytes",
    "read_csv",
    "read_excel",
    "read_parquet",
    "read_text",
    "rglob",
    "to_excel",
    "to_parquet",
    "today",
    "unlink",
    "urlopen",
    "utcnow",
    "write_bytes",
    "write_text",
}
UNSAFE_CALLS = {"eval", "exec", "compile", "__import__"}
UNSAFE_MODULES = {"pickle", "cPickle", "dill", "joblib", "marshal", "shelve"}


def imported(tree: ast.Module) -> set[tuple[str, str]]:
    """Modules that are imported, each with the name taken from it or ''."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {(alias.name, "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {(node.module or "", alias.name) for alias in node.names}
    return found


def called(tree: ast.Module) -> tuple[set[str], set[str]]:
    """Names of the functions and of the methods that are called."""
    calls = [n.func for n in ast.walk(tree) if isinstance(n, ast.Call)]
    functions = {f.id for f in calls if isinstance(f, ast.Name)}
    return functions, {f.attr for f in calls if isinstance(f, ast.Attribute)}


def touches(tree: ast.Module) -> set[str]:
    """What in a module reaches the world."""
    functions, methods = called(tree)
    taken = imported(tree)
    modules = {module for module, _ in taken if module.partition(".")[0] in WORLD}
    names = {name for _, name in taken} & (BUILTINS | METHODS)
    return modules | names | functions & BUILTINS | methods & METHODS


def runs(tree: ast.Module) -> set[str]:
    """What in a module would run text or bytes that somebody handed in."""
    functions, methods = called(tree)
    modules = {module.partition(".")[0] for module, _ in imported(tree)}
    return (
        functions & UNSAFE_CALLS
        | modules & UNSAFE_MODULES
        | methods & {"read_pickle", "to_pickle", "query", "eval"}
    )


DOOR = "src/equipoise/stats/frames.py"  # a table may be given as the path of a file
PURE = [s for s in PACKAGE_FILES if s.part not in RIM | {"__init__"} and s.name != DOOR]


def test_below_the_rim_nothing_touches_the_world() -> None:
    assert not {s.name: found for s in PURE if (found := touches(s.tree))}


def test_nothing_handed_in_is_run() -> None:
    assert not {s.name: found for s in PACKAGE_FILES if (found := runs(s.tree))}


@pytest.mark.parametrize(
    "line",
    [
        "from pathlib import Path",
        "import os.path",
        "text = open('a')",
        "x = folder.read_text()",
        "from io import open as o",
        "import io; io.open('a')",
        "frame = pd.read_csv('a.csv')",
        "when = datetime.now()",
        "print('done')",
    ],
)
def test_a_planted_touch_is_found(line: str) -> None:
    assert touches(ast.parse(line))


@pytest.mark.parametrize(
    "line",
    ["eval('1')", "import pickle", "pd.read_pickle(x)", "frame.query('a > 1')"],
)
def test_planted_running_is_found(line: str) -> None:
    assert runs(ast.parse(line))


def test_a_buffer_in_memory_is_no_file() -> None:
    assert not touches(ast.parse("import io\nio.BytesIO().getvalue()"))
