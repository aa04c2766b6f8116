"""How far each form of a participant is, in a few hundred bytes: for lists of thousands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from equipoise.conduct.capture.current import Where

NAMES = ("", "started", "complete", "not done", "frozen", "locked")
CODES = {name: code for code, name in enumerate(NAMES)} | {"void": 0}
CLOSED = CODES["complete"]  # and beyond


class States(Mapping[Where, str]):
    """Form, visit and minute -> state; planned forms as one byte each.

    Args:
        places: form, visit and minute -> number of a planned form, shared by all.
        states: of one participant.
    """

    __slots__ = ("_codes", "_more", "_places")

    def __init__(
        self, places: Mapping[Where, int], states: Iterable[tuple[Where, str]]
    ) -> None:
        codes, self._more = bytearray(len(places)), dict[Where, str]()
        for where, state in states:
            place = places.get(where)
            if place is None:
                self._more[where] = state
            else:
                codes[place] = CODES[state]
        self._places, self._codes = places, bytes(codes)

    def __getitem__(self, where: Where) -> str:
        place = self._places.get(where)
        code = 0 if place is None else self._codes[place]
        return NAMES[code] if code else self._more[where]

    def __iter__(self) -> Iterator[Where]:
        yield from (where for where, n in self._places.items() if self._codes[n])
        yield from self._more

    def __len__(self) -> int:
        return sum(map(bool, self._codes)) + len(self._more)

    def some_unclosed(self, first: int, end: int) -> bool:
        """Whether a planned form of these numbers is not complete."""
        return first < end and min(self._codes[first:end]) < CLOSED

    def some_begun(self, first: int, end: int) -> bool:
        """Whether a planned form of these numbers is begun and not complete."""
        return CODES["started"] in self._codes[first:end]
