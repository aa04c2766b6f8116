"""Names and units of vital signs by their CDISC test codes."""

from __future__ import annotations

# CDISC CT, codelists VSTESTCD and VSTEST; units as the AMA Manual of Style writes them.
NAMES: dict[str, tuple[str, str]] = {
    "SYSBP": ("Systolic blood pressure", "mm Hg"),
    "DIABP": ("Diastolic blood pressure", "mm Hg"),
    "MAP": ("Mean arterial pressure", "mm Hg"),
    "PULSE": ("Pulse rate", "beats/min"),
    "HR": ("Heart rate", "beats/min"),
    "OXYSAT": ("Oxygen saturation", "%"),
    "RESP": ("Respiratory rate", "breaths/min"),
    "TEMP": ("Temperature", "°C"),
    "WEIGHT": ("Weight", "kg"),
    "HEIGHT": ("Height", "cm"),
    "BMI": ("Body mass index", "kg/m²"),
}
# Other ways to write a unit, in lower case without spaces.
UNITS = {
    "mmhg": "mm Hg",
    "beats/min": "beats/min",
    "bpm": "beats/min",
    "1/min": "beats/min",
    "breaths/min": "breaths/min",
    "c": "°C",
    "°c": "°C",
    "%": "%",
}


def unit_text(unit: str) -> str:
    """A unit as it is printed: ``mm Hg`` for ``mmHg``."""
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
    shown = unit_text(unit) if unit else usual
    return f"{name} ({shown})" if shown else name
