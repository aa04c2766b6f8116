"""Names, units and possible values of vital signs by their CDISC test codes."""

from __future__ import annotations

# CDISC CT, codelists VSTESTCD and VSTEST; units as data hold them (codelist UNIT).
NAMES: dict[str, tuple[str, str]] = {
    "SYSBP": ("Systolic blood pressure", "mmHg"),
    "DIABP": ("Diastolic blood pressure", "mmHg"),
    "MAP": ("Mean arterial pressure", "mmHg"),
    "PULSE": ("Pulse rate", "beats/min"),
    "HR": ("Heart rate", "beats/min"),
    "OXYSAT": ("Oxygen saturation", "%"),
    "RESP": ("Respiratory rate", "breaths/min"),
    "TEMP": ("Temperature", "C"),
    "WEIGHT": ("Weight", "kg"),
    "HEIGHT": ("Height", "cm"),
    "BMI": ("Body mass index", "kg/m2"),
}
# Smallest and largest value that is recorded, and its decimals: what is beyond is a
# typing error for certain.
POSSIBLE: dict[str, tuple[float, float, int]] = {
    "SYSBP": (40, 300, 0),
    "DIABP": (20, 200, 0),
    "PULSE": (20, 250, 0),
    "HR": (20, 250, 0),
    "OXYSAT": (40, 100, 0),
    "RESP": (2, 80, 0),
    "TEMP": (30, 44, 1),
    "WEIGHT": (25, 350, 1),
    "HEIGHT": (80, 250, 0),
}
# Units as the AMA Manual of Style prints them, by ways to write them in lower case and
# without spaces.
UNITS = {
    "mmhg": "mm Hg",
    "beats/min": "beats/min",
    "bpm": "beats/min",
    "1/min": "beats/min",
    "breaths/min": "breaths/min",
    "c": "°C",
    "°c": "°C",
    "%": "%",
    "kg/m2": "kg/m²",
}


def unit_text(unit: str) -> str:
    """A unit in print: ``mm Hg`` for ``mmHg``."""
    return UNITS.get(unit.replace(" ", "").lower(), unit)


def with_unit(value: str, unit: str) -> str:
    """A value with its unit: ``150 mm Hg``, but ``90%``."""
    shown = unit_text(unit)
    return f"{value}%" if shown == "%" else f"{value} {shown}"


def vital_sign(code: str, unit: str | None = None) -> str:
    """A vital sign with its unit: ``Systolic blood pressure (mm Hg)``.

    Args:
        code: CDISC test code; a code without a name here is returned unchanged.
        unit: of the data; None for the usual one.

    Example:
        >>> vital_sign("SYSBP")
        'Systolic blood pressure (mm Hg)'
        >>> vital_sign("GLUC", "mmol/L")
        'GLUC (mmol/L)'
    """
    name, usual = NAMES.get(code, (code, ""))
    shown = unit_text(unit or usual)
    return f"{name} ({shown})" if shown else name
