"""Counts in messages, with the noun and the verb that agree with them."""

from __future__ import annotations

PLURAL = {"is": "are", "has": "have", "was": "were", "does": "do"}


def counted(number: int, noun: str, verb: str = "") -> str:
    """A count with its noun and verb: ``1 row has``, ``2 rows have``.

    Args:
        number: how many, from 0.
        noun: what is counted, in the singular, with its adjectives before it.
        verb: in the singular, such as ``is`` or ``differs``; empty for none.

    Example:
        >>> counted(1, "entry", "needs"), counted(1200, "entry", "needs")
        ('1 entry needs', '1,200 entries need')
    """
    several = noun[:-1] + "ies" if noun.endswith("ry") else noun + "s"
    text = f"{number:,} {noun if number == 1 else several}"
    return f"{text} {agreeing(number, verb)}" if verb else text


def agreeing(number: int, verb: str) -> str:
    """The form of a verb after a count, for words between the noun and the verb.

    Args:
        number: how many.
        verb: in the singular, such as ``has`` or ``contains``.

    Example:
        >>> agreeing(1, "has"), agreeing(0, "has"), agreeing(2, "contains")
        ('has', 'have', 'contain')
    """
    return verb if number == 1 else PLURAL.get(verb, verb.removesuffix("s"))
