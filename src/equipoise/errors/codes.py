"""All error codes in one table, from which the reference page is generated.

The meaning of a released code never changes; a code that is no longer raised stays here,
marked "retired".
"""

from __future__ import annotations

from equipoise.errors import (
    codes_analysis,
    codes_conduct,
    codes_data,
    codes_design,
    codes_exchange,
    codes_instrument,
    codes_learn,
    codes_library,
    codes_mmrm,
    codes_protocol,
    codes_report,
    codes_simulation,
)
from equipoise.errors.error_code import Code

CODES: dict[str, Code] = {
    **codes_library.CODES,
    **codes_protocol.CODES,
    **codes_instrument.CODES,
    **codes_data.CODES,
    **codes_exchange.CODES,
    **codes_mmrm.CODES,
    **codes_analysis.CODES,
    **codes_report.CODES,
    **codes_simulation.CODES,
    **codes_design.CODES,
    **codes_learn.CODES,
    **codes_conduct.CODES,
}
