"""Equipoise: the executable trial.

    >>> import equipoise as eq
    >>> protocol = eq.load_protocol("feder2021")
    >>> data = eq.read_data("export.csv", protocol)
    >>> results = eq.analyze(protocol, data)
    >>> eq.report(protocol, data, results).save("out/")

Names are loaded when they are first used, so that ``import equipoise`` stays light.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from equipoise.analyze.mmrm import mmrm as mmrm
    from equipoise.analyze.result import Results as Results
    from equipoise.analyze.run import analyze as analyze
    from equipoise.dataset.trialdata import TrialData as TrialData
    from equipoise.errors import EquipoiseError as EquipoiseError
    from equipoise.exchange.data import read_data as read_data
    from equipoise.exchange.protocols import load_protocol as load_protocol
    from equipoise.exchange.publish import report as report
    from equipoise.exchange.write import write_data as write_data
    from equipoise.protocol.model import Protocol as Protocol
    from equipoise.rehearse import rehearse as rehearse

__version__ = "0.1.0"

_HOMES = {
    "EquipoiseError": "equipoise.errors",
    "Protocol": "equipoise.protocol.model",
    "Results": "equipoise.analyze.result",
    "TrialData": "equipoise.dataset.trialdata",
    "analyze": "equipoise.analyze.run",
    "load_protocol": "equipoise.exchange.protocols",
    "mmrm": "equipoise.analyze.mmrm",
    "read_data": "equipoise.exchange.data",
    "rehearse": "equipoise.rehearse",
    "report": "equipoise.exchange.publish",
    "write_data": "equipoise.exchange.write",
}

__all__ = [  # noqa: RUF022 - sorted as plain strings, which a test checks
    "EquipoiseError",
    "Protocol",
    "Results",
    "TrialData",
    "__version__",
    "analyze",
    "load_protocol",
    "mmrm",
    "read_data",
    "rehearse",
    "report",
    "write_data",
]


def __getattr__(name: str) -> object:
    """Loads a public name on first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'equipoise' has no attribute {name!r}")
    # A name such as `analyze` is also a subpackage: importing its home would leave the
    # package under the name, so the object is set explicitly.
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Public names only."""
    return __all__
