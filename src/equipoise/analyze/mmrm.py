"""The former name of ``equipoise.stats.mmrm``; kept for one release."""

from typing import Any
from warnings import warn

from equipoise.stats import mmrm as moved

__all__ = moved.__all__


def __getattr__(name: str) -> Any:
    """A name of ``equipoise.stats.mmrm``, with a warning (DeprecationWarning)."""
    if name not in moved.__all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    warn(
        "equipoise.analyze.mmrm is now equipoise.stats.mmrm",
        DeprecationWarning,
        stacklevel=2,
    )
    return getattr(moved, name)
