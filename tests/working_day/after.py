"""Asked at the end of each walk: the audit is in order, the export is what was typed."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pandas as pd

from equipoise.conduct.inspection.verification import inspect
from tests.conduct.conftest import PASSWORD
from tests.working_day.hands import Hands


def is_in_order(key: Path) -> None:
    """``audit verify`` finds nothing wrong."""
    found = inspect(key, key.parent / "anchors")
    assert found.findings == ()
    assert found.entries


def exported(
    hands: Hands, button: str = "CSV", reason: str = ""
) -> dict[str, pd.DataFrame]:
    """Takes the data out by the page: table -> its rows, each value as it is written.

    Args:
        hands: of who exports.
        button: that is pressed.
        reason: what the arms are needed for; the page then asks for the password again.
    """
    hands.link("Export", within="nav")
    with hands.page.expect_download() as download:
        if reason:
            hands.type("Purpose of the unblinded export", reason)
            hands.button(button)
            hands.type("Password", PASSWORD)
            hands.button("Confirm")
        else:
            hands.button(button)
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as packed:
        return {
            name.removesuffix(".csv"): pd.read_csv(
                packed.open(name), dtype=str, keep_default_na=False
            )
            for name in packed.namelist()
            if name.endswith(".csv")
        }


def answers_of(
    tables: dict[str, pd.DataFrame], instrument: str, visit: str
) -> dict[str, float]:
    """Item -> value of a rating in an export."""
    rows = tables["answers"]
    rows = rows[(rows["instrument"] == instrument) & (rows["visit"] == visit)]
    return dict(zip(rows["item"], rows["value"].astype(float), strict=True))


def by_item(digits: str) -> dict[str, float]:
    """The same of digits that were typed, from the first item on."""
    return {f"{n}": float(digit) for n, digit in enumerate(digits, start=1)}
