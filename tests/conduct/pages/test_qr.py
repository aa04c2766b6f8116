"""QR codes: what a reader of them reads is the link."""

import qrcode

from equipoise.conduct.pages.users import QUIET, path_of


def test_the_path_is_the_code() -> None:
    text = "https://trial.example/accounts/join/MQ/abc-def/"
    size, path = path_of(text)
    code = qrcode.QRCode(border=0)
    code.add_data(text)
    code.make()
    dark = {
        (x + QUIET, y + QUIET)
        for y, row in enumerate(code.get_matrix())
        for x, filled in enumerate(row)
        if filled
    }
    drawn = {
        tuple(map(int, part.removesuffix("h1v1h-1").split()))
        for part in path.removeprefix("M").removesuffix("z").split("zM")
    }
    assert drawn == dark
    assert size == len(code.get_matrix()) + 2 * QUIET
