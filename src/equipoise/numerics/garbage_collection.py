"""Fewer searches for cyclic garbage while much is built that stays."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

ALLOCATED = 50_000  # new containers before the next search; Python's own number is 700


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Python searches for cyclic garbage less often inside, and as before after it.

    An analysis and its report build some hundred thousand objects, nearly all of which
    are kept: with Python's own thresholds 950 searches through them find little and take
    an eighth of the processor time. Also a decorator. Who has switched the collector off
    or set it higher keeps that.

    Example:
        >>> with rarely_collected():
        ...     pass
    """
    former = gc.get_threshold()
    if 0 < former[0] < ALLOCATED:
        gc.set_threshold(ALLOCATED, *former[1:])
    try:
        yield
    finally:
        gc.set_threshold(*former)
