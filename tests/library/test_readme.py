from __future__ import annotations

import re
from pathlib import Path

import equipoise
from equipoise.instruments.load import parse_instrument

LIBRARY = Path(equipoise.__file__).parent / "library"
README = (LIBRARY / "README.md").read_text("utf-8")


def test_the_example_of_an_instrument_is_an_instrument() -> None:
    (example,) = re.findall(r"```toml\n(schema = 1\nid = \"sleep3.*?)```", README, re.S)
    instrument = parse_instrument(example, origin="README.md")
    assert instrument.scores["total"].range == (0, 14)


def test_every_instrument_is_listed() -> None:
    for path in (LIBRARY / "instruments").glob("*.toml"):
        assert f"`{path.stem}`" in README
