"""Every refusal of Equipoise: what, where, and how to mend it."""

from equipoise.errors.code import Code
from equipoise.errors.codes import CODES
from equipoise.errors.refusal import (
    AnalysisError,
    DataError,
    DesignError,
    EquipoiseError,
    InstrumentError,
    LibraryError,
    Problem,
    ProtocolError,
    ReportError,
    SimulationError,
    listing,
    refuse,
)

__all__ = [
    "CODES",
    "AnalysisError",
    "Code",
    "DataError",
    "DesignError",
    "EquipoiseError",
    "InstrumentError",
    "LibraryError",
    "Problem",
    "ProtocolError",
    "ReportError",
    "SimulationError",
    "listing",
    "refuse",
]
