"""Equipoise: the executable trial.

    >>> import equipoise as eq
    >>> protocol = eq.load_protocol("feder2021")
    >>> data = eq.read_data("export.csv", protocol)
    >>> results = eq.analyze(protocol, data)
    >>> eq.report(protocol, data, results).save("out/")

Names are loaded when they are first used, so that ``import equipoise`` stays light.
"""

import inspect
import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from equipoise import former_names
from equipoise.version import __version__

if TYPE_CHECKING:
    from equipoise.analyze.result import Results as Results
    from equipoise.dataset.trialdata import TrialData as TrialData
    from equipoise.errors import EquipoiseError as EquipoiseError
    from equipoise.exchange.data import read_data as read_data
    from equipoise.exchange.inspection import Inspection as Inspection
    from equipoise.exchange.inspection import inspect_data as inspect_data
    from equipoise.exchange.protocols import load_protocol as load_protocol
    from equipoise.exchange.report_files import report as report
    from equipoise.exchange.write import write_data as write_data
    from equipoise.learn.whole_analysis import analyze as analyze
    from equipoise.library.examples import load_example as load_example
    from equipoise.protocol.model import Protocol as Protocol
    from equipoise.rehearse import rehearse as rehearse
    from equipoise.stats.mmrm import mmrm as mmrm
    from equipoise.stats.mmrm import mmrm_batch as mmrm_batch
    from equipoise.stats.mmrm import mmrm_design as mmrm_design

_HOMES = {
    "EquipoiseError": "equipoise.errors",
    "Inspection": "equipoise.exchange.inspection",
    "Protocol": "equipoise.protocol.model",
    "Results": "equipoise.analyze.result",
    "TrialData": "equipoise.dataset.trialdata",
    "analyze": "equipoise.learn.whole_analysis",
    "inspect_data": "equipoise.exchange.inspection",
    "load_example": "equipoise.library.examples",
    "load_protocol": "equipoise.exchange.protocols",
    "mmrm": "equipoise.stats.mmrm",
    "mmrm_batch": "equipoise.stats.mmrm",
    "mmrm_design": "equipoise.stats.mmrm",
    "read_data": "equipoise.exchange.data",
    "rehearse": "equipoise.rehearse",
    "report": "equipoise.exchange.report_files",
    "write_data": "equipoise.exchange.write",
}

__all__ = [
    "EquipoiseError",
    "Inspection",
    "Protocol",
    "Results",
    "TrialData",
    "__version__",
    "analyze",
    "inspect_data",
    "load_example",
    "load_protocol",
    "mmrm",
    "mmrm_batch",
    "mmrm_design",
    "read_data",
    "rehearse",
    "report",
    "write_data",
]


class _CallablePart(ModuleType):
    """A part of the package that is also the function of its name.

    ``analyze``, ``report`` and ``rehearse`` name both. Were the function to hide the
    part, ``import equipoise.analyze.result as result`` would fail; were the part to hide
    the function, ``eq.analyze(...)`` would, once the part is imported. So the part stays
    where the import system puts it, and calling it calls the function.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return _public(self.__name__.rpartition(".")[2])(*args, **kwargs)

    @property
    def __signature__(self) -> inspect.Signature:
        return inspect.signature(_public(self.__name__.rpartition(".")[2]))


class _Front(ModuleType):
    """The module ``equipoise``: makes the parts callable that have a public name."""

    def __setattr__(self, name: str, value: object) -> None:
        if name in _HOMES and isinstance(value, ModuleType):
            value.__class__ = _CallablePart
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Front
former_names.install()


def _public(name: str) -> Any:
    """The object behind a public name, from the module that it lives in."""
    return getattr(import_module(_HOMES[name]), name)


def __getattr__(name: str) -> object:
    """Loads a public name on first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'equipoise' has no attribute {name!r}")
    value = _public(name)
    # Loading its home may have put the part of this name here; it stays, callable.
    return globals().setdefault(name, value)


def __dir__() -> list[str]:
    """Public names only."""
    return __all__
