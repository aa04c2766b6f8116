"""Typst, asked for bytes: from files in memory, with its own fonts, without a clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal


def compiled(
    text: str,
    files: Mapping[str, bytes],
    *,
    form: Literal["pdf", "png"] = "pdf",
    dots: int = 200,
) -> bytes:
    """The page or pages of a Typst text.

    Args:
        text: of the main file.
        files: drawings that it names.
        form: of what comes back.
        dots: an inch, for a PNG.
    """
    import typst

    # The stubs of typst 0.15 do not know that the input may be files in memory.
    given: Any = {"main.typ": text.encode(), **files}
    made = typst.compile(
        given, format=form, ppi=dots, ignore_system_fonts=True, timestamp=0
    )
    return bytes(made)
