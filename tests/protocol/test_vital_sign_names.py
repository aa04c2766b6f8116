"""Names and units of vital signs."""

import pytest

from equipoise.protocol.vital_sign_names import unit_text, vital_sign


@pytest.mark.parametrize(
    ("code", "unit", "text"),
    [
        ("SYSBP", None, "Systolic blood pressure (mm Hg)"),
        ("SYSBP", "kPa", "Systolic blood pressure (kPa)"),
        ("OXYSAT", "%", "Oxygen saturation (%)"),
        ("GLUC", "mmol/L", "GLUC (mmol/L)"),
        ("GLUC", None, "GLUC"),
    ],
)
def test_a_name_with_its_unit(code: str, unit: str | None, text: str) -> None:
    assert vital_sign(code, unit) == text


def test_units_as_they_are_printed() -> None:
    assert unit_text("mmHg") == unit_text("mm Hg") == "mm Hg"
    assert unit_text("bpm") == "beats/min"
    assert unit_text("furlong") == "furlong"
