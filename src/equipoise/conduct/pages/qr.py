"""A link as a QR code: a drawing for the page, and for paper."""

from __future__ import annotations

import qrcode

QUIET = 4  # modules around the code (ISO/IEC 18004)


def path_of(text: str) -> tuple[int, str]:
    """The size of a QR code in modules, and its dark modules as an SVG path.

    Args:
        text: what the code says.

    Example:
        >>> path_of("https://trial.example/join/x")[0]
        33
    """
    code = qrcode.QRCode(border=0)
    code.add_data(text)
    code.make()
    rows = code.get_matrix()
    dark = [
        f"M{x + QUIET} {y + QUIET}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, filled in enumerate(row)
        if filled
    ]
    return len(rows) + 2 * QUIET, "".join(dark)
