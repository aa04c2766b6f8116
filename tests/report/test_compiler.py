"""Typst gives bytes, and the same ones each time."""

from equipoise.report.compiler import compiled


def test_a_page_as_pdf_and_as_pixels() -> None:
    assert compiled("= Title", {}).startswith(b"%PDF")
    assert compiled("x", {}, form="png", dots=50).startswith(b"\x89PNG")
    assert compiled("= Title", {}) == compiled("= Title", {})
