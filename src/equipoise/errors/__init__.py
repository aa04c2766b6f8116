"""Every error of Equipoise: what is wrong, where, and how to fix it."""

from equipoise.errors.codes import CODES
from equipoise.errors.error_code import Code
from equipoise.errors.refusal import (
    AccessError,
    AnalysisError,
    ConductError,
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
    require_known,
)

__all__ = [
    "CODES",
    "AccessError",
    "AnalysisError",
    "Code",
    "ConductError",
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
    "require_known",
]
