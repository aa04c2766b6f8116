"""Typst compiler: PDF and PNG from files in memory, with its own fonts, without a clock."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from typing import Any, Literal


def compiled(text: str, files: Mapping[str, bytes]) -> bytes:
    """A Typst text as tagged PDF.

    Args:
        text: of the main file.
        files: drawings that it names.
    """
    return bytes(_compiled(text, files, "pdf"))


def compiled_pages(
    text: str, files: Mapping[str, bytes], *, dots: int = 200
) -> tuple[bytes, ...]:
    """Every page of a Typst text as PNG.

    Args:
        text: of the main file.
        files: drawings that it names.
        dots: an inch.
    """
    made = _compiled(text, files, "png", ppi=dots)
    return tuple(made) if isinstance(made, list) else (bytes(made),)


def _compiled(
    text: str, files: Mapping[str, bytes], form: Literal["pdf", "png"], **more: Any
) -> Any:
    import typst

    # The stubs of typst 0.15 do not know that the input may be files in memory.
    given: Any = {"main.typ": text.encode(), **files}
    return typst.compile(
        given, format=form, ignore_system_fonts=True, font_paths=_fonts(), timestamp=0,
        **more,
    )  # fmt: skip


@cache
def _fonts() -> list[str]:
    """DejaVu, which comes with matplotlib: letters that the fonts of Typst have not.

    Found without importing matplotlib, which takes half a second.
    """
    found = find_spec("matplotlib")
    places = None if found is None else found.submodule_search_locations
    return [f"{place}/mpl-data/fonts/ttf" for place in places or ()]
