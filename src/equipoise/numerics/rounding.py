"""Numbers as text: the one place where anything is rounded."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

SAFE_DIGITS = 15  # decimal digits that every double carries (C: DBL_DIG)


def fixed(value: float, digits: int) -> str:
    """A number with so many decimals; a half goes away from zero.

    Python's own formatting rounds the binary number: 2.675 becomes 2.67, because the
    double nearest to it is a little less. Printed tables, and the programs that check
    them, round the decimal number, and so does this.

    Args:
        value: finite.
        digits: decimals, >= 0.

    Returns:
        Text such as ``-2.68``, with an ASCII minus; what rounds to zero has no sign.

    Raises:
        ValueError: ``value`` is not finite, or ``digits`` is negative.

    Source:
        SAS 9.4 Functions, ROUND: halves go away from zero, and the last bits of a double
        do not decide. IEEE 754-2019 section 4.3.1, roundTiesToAway.
    """
    if not math.isfinite(value) or digits < 0:
        raise ValueError(f"cannot round {value} to {digits} decimals")
    number = Decimal(f"{value:.{SAFE_DIGITS}g}")
    text = f"{number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"
    return text if Decimal(text) else text.removeprefix("-")


def p_text(p: float, alpha: float = 0.05) -> str:
    """A P value as the AMA style prints it: no zero before the point, never certainty.

    Args:
        p: in [0, 1].
        alpha: level of significance that rounding must not cross.

    Returns:
        ``<.001``, ``>.99``, else two decimals, three below .01, and more where so many
        would move the value across ``alpha`` or onto it.

    Raises:
        ValueError: ``p`` is not a probability.

    Source:
        AMA Manual of Style, 11th edition, section 19.5: P values have two digits after
        the point, three where P < .01; the smallest is P < .001, the greatest P > .99;
        a value is not rounded across the level of significance.

    Example:
        >>> p_text(0.0164), p_text(0.0496), p_text(0.0034)
        ('.02', '.0496', '.003')
    """
    if not 0 <= p <= 1:
        raise ValueError(f"{p} is not a P value")
    if p < 0.001:
        return "<.001"
    if p > 0.99:
        return ">.99"
    for digits in range(3 if p < 0.01 else 2, SAFE_DIGITS):
        text = fixed(p, digits)
        if (float(text) < alpha) == (p < alpha):
            return text.removeprefix("0")
    return f"<{alpha:g}".replace("<0.", "<.")
