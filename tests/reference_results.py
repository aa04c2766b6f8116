"""Reference results: numbers of other programs, each with its birth certificate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "reference"
REQUIRED = {"made_by", "made_on", "rtol", "why_rtol", "cases"}


def reference(name: str) -> dict[str, Any]:
    """Load ``tests/reference/<name>.json``; refuse a file without provenance."""
    content: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    missing = REQUIRED - content.keys()
    if missing:
        raise ValueError(f"{name}.json lacks {sorted(missing)}")
    return content
