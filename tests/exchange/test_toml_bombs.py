"""Protocols and mappings that claim too much are rejected early, with a code."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from equipoise.errors import EquipoiseError
from equipoise.exchange.mapping import parse_mapping
from equipoise.library import files as library

MEGABYTES, SECONDS = 500, 30  # patience on a busy machine; alone each takes under 2 s
PROGRAM = """
import re, sys
from pathlib import Path
from equipoise.errors import EquipoiseError
from equipoise.exchange.mapping import parse_mapping
from equipoise.exchange.protocols import load_protocol, read_text
try:
    if sys.argv[1] == "protocol":
        load_protocol(sys.argv[2])
    else:
        parse_mapping(read_text(Path(sys.argv[2])), origin="mapping")
except EquipoiseError as refusal:
    # Not getrusage: its maximum includes that of the process which started this one.
    status = Path("/proc/self/status").read_text()
    print(refusal.code, re.search(r"VmHWM:\\s+(\\d+)", status)[1])
"""
DEEP = 100_000
ADDED = {
    "lists in lists": f"x = {'[' * DEEP}{']' * DEEP}\n",
    "tables in tables": f"x = {'{a=' * DEEP}1{'}' * DEEP}\n",
    "a long dotted key": f"a{'.a' * DEEP} = 1\n",
    "an integer of five million digits": f"x = {'9' * 5_000_000}\n",
    "an integer of 5,000 digits": f"x = {'9' * 5_000}\n",
    "a number without an end": "x = 1e400\n",
    "a text of 50 MB": f'x = "{"a" * 50_000_000}"\n',
    "five million elements": f"x = [{'1,' * 5_000_000}]\n",
    "90,000 keys": "".join(f"k{n} = 1\n" for n in range(90_000)),
}


@pytest.mark.skipif(not Path("/proc").exists(), reason="measures memory through /proc")
@pytest.mark.parametrize("kind", ["protocol", "mapping"])
@pytest.mark.parametrize("name", ADDED)
def test_a_toml_bomb_is_rejected_early(name: str, kind: str, tmp_path: Path) -> None:
    whole = library.text("protocols", "feder2021") if kind == "protocol" else ""
    rejected(kind, ADDED[name] + whole, tmp_path)


@pytest.mark.skipif(not Path("/proc").exists(), reason="measures memory through /proc")
def test_a_problem_in_each_of_many_tables_is_found_early(tmp_path: Path) -> None:
    arms = "".join(f'\n[[arms]]\nid = "a{n}"\nlabel = "a"\n' for n in range(20_000))
    rejected("protocol", library.text("protocols", "feder2021") + arms, tmp_path)


def rejected(kind: str, content: str, folder: Path) -> None:
    file = folder / "bomb.toml"
    file.write_text(content)
    done = subprocess.run(  # noqa: S603 - this interpreter and our text
        [sys.executable, "-c", PROGRAM, kind, str(file)],
        capture_output=True, text=True, timeout=SECONDS, check=True, env=os.environ,
    )  # fmt: skip
    code, kilobytes = done.stdout.split()
    assert re.fullmatch(r"EQ\d{3}", code)
    assert int(kilobytes) < 1_000 * MEGABYTES


def test_problems_that_are_not_listed_are_counted() -> None:
    content = "".join(f"k{n} = 1\n" for n in range(1_200))
    with pytest.raises(EquipoiseError) as refusal:
        parse_mapping(content, origin="mapping.toml")
    assert refusal.value.problems[-1].what.startswith("202 more problems")
    assert len(refusal.value.problems) == 1_001
