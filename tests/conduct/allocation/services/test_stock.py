"""The stock register: no lot has less than nothing, and nobody changes what was written."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipoise.conduct.allocation.services import (
    pharmacy_register,
    syringes,
    verification,
)
from equipoise.conduct.allocation.services.pharmacy_register import Lot, Move
from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.allocation.services.test_syringes import CONTENT
from tests.conduct.conftest import NOW
from tests.conduct.pharmacy.treated import delivery

UNTIL = "2027-01-04T17:00+00:00"


def receive(key: Path, actor: str = "p", **more: object) -> int:
    new = delivery("ketamine", **more)
    return pharmacy_register.receive(key, new, actor=actor, at=NOW)


def lot(key: Path, number: int = 1) -> Lot:
    return next(one for one in pharmacy_register.lots(key) if one.number == number)


def move(key: Path, kind: Move, vials: int = 0, actor: str = "p", **more: Any) -> None:
    said = {"reason": "r", "seen": lot(key).last} | more
    pharmacy_register.move(key, 1, kind, vials=vials, actor=actor, at=NOW, **said)


def prepare(key: Path, visit: str = "v1", **more: Any) -> str:
    content = replace(
        CONTENT, stock=1, lot="KX-1207", expiry="2027-12-31", vials=1, use_by=UNTIL
    )
    content = replace(content, **more)
    made = syringes.fill_syringe(key, "P0001", visit, content, actor="p", at=NOW)
    return made.number


def test_a_delivery_is_counted_once(study: Protocol, key: Path) -> None:
    assert receive(key) == receive(key) == 1  # a double click
    with pytest.raises(ConductError, match=r"EQ949 this delivery note is recorded"):
        receive(key, actor="q")
    assert receive(key, note="N-2", lot=" kx-1207 ", vials=5) == 1
    assert receive(key, lot="KX-1208") == 3
    lots = pharmacy_register.lots(key)
    assert [(x.number, x.received, x.in_stock) for x in lots] == [
        (1, 15, 15),
        (3, 10, 10),
    ]


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"vials": 0}, "number of vials"),
        ({"vials": 10_001}, "number of vials"),
        ({"strength": 0.0}, "strength is not valid"),
        ({"strength": 1001.0}, "strength is not valid"),
        ({"lot": "  "}, "lot, supplier or delivery note"),
        ({"lot": "x" * 61}, "lot, supplier or delivery note"),
        ({"supplier": ""}, "lot, supplier or delivery note"),
        ({"note": ""}, "lot, supplier or delivery note"),
    ],
)
def test_an_impossible_delivery_is_refused(
    study: Protocol, key: Path, more: dict[str, object], what: str
) -> None:
    with pytest.raises(ConductError, match=f"EQ949.*{what}"):
        receive(key, **more)
    assert pharmacy_register.lots(key) == []


@pytest.mark.parametrize(
    "more", [{"strength": 10.0}, {"expiry": date(2028, 1, 1)}], ids=str
)
def test_a_lot_has_one_strength_and_one_expiry(
    study: Protocol, key: Path, more: dict[str, object]
) -> None:
    receive(key)
    with pytest.raises(ConductError, match="EQ949 this lot is registered with another"):
        receive(key, note="N-2", **more)
    assert receive(key, site="south", **more) == 2  # another site's is another lot
    assert receive(key, note="N-2", **{"lot": "B", **more}) == 3


def test_vials_leave_in_four_ways(study: Protocol, key: Path) -> None:
    receive(key)
    prepare(key)
    move(key, "returned", 3)
    move(key, "destroyed", 2)
    now = lot(key)
    assert (now.used, now.returned, now.pending, now.destroyed) == (1, 3, 2, 0)
    assert (now.in_stock, now.available) == (6, 4)
    pharmacy_register.confirm(key, now.last, agrees=True, actor="q", at=NOW)
    now = lot(key)
    assert (now.pending, now.destroyed, now.in_stock, now.available) == (0, 2, 4, 4)
    move(key, "quarantined")
    assert (lot(key).in_stock, lot(key).available) == (4, 0)
    with pytest.raises(ConductError, match="EQ938 this lot is quarantined"):
        prepare(key, "v2")
    with pytest.raises(ConductError, match="EQ949 the lot is quarantined already"):
        move(key, "quarantined")
    move(key, "released")
    assert lot(key).available == 4
    kinds = [one.kind for one in pharmacy_register.of_lot(key, 1)]
    assert kinds == [
        "received", "returned", "destroyed", "confirmed", "quarantined", "released"
    ]  # fmt: skip


def test_more_than_there_is_does_not_leave(study: Protocol, key: Path) -> None:
    receive(key, vials=3)
    move(key, "destroyed", 2)
    for kind in ("returned", "destroyed"):
        for vials in (0, 2):
            with pytest.raises(ConductError, match=r"EQ949.*1 in stock"):
                move(key, kind, vials)
    with pytest.raises(ConductError, match="EQ938 1 vial of this lot in stock"):
        prepare(key, vials=2)
    with pytest.raises(ConductError, match=r"EQ949.*a reason is needed"):
        move(key, "returned", 1, reason=" ")
    with pytest.raises(ConductError, match="EQ949 the lot has changed"):
        move(key, "returned", 1, seen=1)
    pharmacy_register.confirm(key, 2, agrees=False, actor="q", at=NOW)
    assert (lot(key).in_stock, lot(key).available) == (3, 3)


def test_a_lot_of_another_drug_or_strength_makes_no_syringe(
    study: Protocol, key: Path
) -> None:
    receive(key)
    for more in ({"drug": "midazolam"}, {"concentration": 10.0}):
        with pytest.raises(ConductError, match=r"EQ938.*another drug or strength"):
            prepare(key, **more)
    with pytest.raises(ConductError, match="EQ938 no lot of the stock register"):
        prepare(key, stock=2)
    with pytest.raises(ConductError, match="EQ938 this lot expires on 2027-12-31"):
        prepare(key, use_by="2028-01-01T00:00+00:00")


def test_a_destruction_takes_two_people(study: Protocol, key: Path) -> None:
    receive(key)
    move(key, "destroyed", 1)
    for seq, actor in ((2, "p"), (1, "q"), (99, "q"), (0, "q")):
        with pytest.raises(ConductError, match=r"EQ949 this is confirmed once"):
            pharmacy_register.confirm(key, seq, agrees=True, actor=actor, at=NOW)
    pharmacy_register.confirm(key, 2, agrees=True, actor="q", at=NOW)
    with pytest.raises(ConductError, match="EQ949 this is confirmed once"):
        pharmacy_register.confirm(key, 2, agrees=False, actor="r", at=NOW)


def test_a_mistyped_lot_is_voided_by_two_and_received_again(
    study: Protocol, key: Path
) -> None:
    """The vials are where they were, and are used under their own lot and expiry."""
    wrong = receive(key, expiry=date(2026, 12, 31))
    with pytest.raises(ConductError, match=r"EQ949 this lot is registered.*"):
        receive(key)
    move(key, "voided", 10)
    assert (lot(key).in_stock, lot(key).available) == (10, 0)
    with pytest.raises(ConductError, match=r"EQ949 this lot is registered.*"):
        receive(key)
    pharmacy_register.confirm(key, 2, agrees=True, actor="q", at=NOW)
    assert (lot(key).received, lot(key).in_stock) == (0, 0)
    right = receive(key)
    assert right == receive(key) != wrong
    assert (lot(key, right).received, lot(key, right).expiry) == (
        10,
        date(2027, 12, 31),
    )
    prepare(key, stock=right)
    assert lot(key, right).in_stock == 9


def test_vials_that_never_came_are_voided_and_the_others_stay(
    study: Protocol, key: Path
) -> None:
    receive(key, vials=100)
    prepare(key)
    with pytest.raises(ConductError, match=r"EQ949 100 vials cannot be voided"):
        move(key, "voided", 100)
    move(key, "voided", 90)
    pharmacy_register.confirm(key, 2, agrees=True, actor="q", at=NOW)
    assert (lot(key).received, lot(key).used, lot(key).in_stock) == (10, 1, 9)


ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["receive", "prepare", "check", "slip", "quarantine", "return", "returned",
             "destroyed", "voided", "confirm", "decline", "quarantined", "released"]
        ),
        st.integers(1, 6),
        st.sampled_from(["ketamine", "midazolam"]),
    ),
    max_size=30,
)  # fmt: skip


@pytest.mark.usefixtures("study")
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=ACTS)
def test_whatever_happens_every_lot_balances(
    key: Path, acts: list[tuple[str, int, str]]
) -> None:
    """In stock = received - used - destroyed - returned, and never less than nothing."""
    with transaction.atomic(using="vault"), transaction.atomic():
        shadow = _Shadow(key)
        for number, act in enumerate(acts):
            shadow.do(number, *act)
            for one in pharmacy_register.lots(key):
                counted = shadow.counts[one.number]
                assert one.in_stock == counted["in"] - counted["out"] >= 0
                assert 0 <= one.pending <= one.in_stock
                gone = one.used + one.returned + one.destroyed
                assert one.received == gone + one.in_stock
        problems = [text for text in verification.verify(key) if "lot" in text]
        assert problems == []
        for alias in ("vault", "default"):
            transaction.set_rollback(True, using=alias)


class _Shadow:
    """Counts what was done beside the register; what is refused counts for nothing."""

    def __init__(self, key: Path) -> None:
        self.key, self.counts = key, dict[int, dict[str, int]]()
        self.open = list[str]()  # syringes
        self.pending = dict[int, tuple[int, int]]()  # entry -> lot and vials

    def do(self, number: int, act: str, vials: int, drug: str) -> None:
        before = pharmacy_register.lots(self.key)
        try:
            self._do(number, act, vials, drug)
        except ConductError as refusal:
            if refusal.code not in ("EQ938", "EQ939", "EQ940", "EQ949"):
                raise
            if pharmacy_register.lots(self.key) != before:
                raise AssertionError(f"{act} was refused and changed a lot") from None

    def _do(self, number: int, act: str, vials: int, drug: str) -> None:
        if act == "receive":
            new = delivery(drug, vials=vials, note=f"N-{number}")
            lot = pharmacy_register.receive(self.key, new, actor="p", at=NOW)
            self.counts.setdefault(lot, {"in": 0, "out": 0})["in"] += vials
            return
        lots = [one for one in pharmacy_register.lots(self.key) if one.drug == drug]
        if act in ("prepare", *get_args(Move)):
            for one in lots[:1]:
                self._of_lot(number, act, vials, one)
        elif act in ("confirm", "decline"):
            for seq, (lot, count) in list(self.pending.items())[:1]:
                agrees = act == "confirm"
                pharmacy_register.confirm(
                    self.key, seq, agrees=agrees, actor="q", at=NOW
                )
                del self.pending[seq]
                self.counts[lot]["out"] += count if agrees else 0
        elif self.open:
            self._of_syringe(act, self.open[-1])

    def _of_lot(self, number: int, act: str, vials: int, lot: Lot) -> None:
        if act == "prepare":
            content = replace(
                CONTENT, drug=lot.drug, concentration=lot.strength, stock=lot.number,
                lot=lot.lot, expiry=lot.expiry.isoformat(), vials=vials, use_by=UNTIL,
            )  # fmt: skip
            made = syringes.fill_syringe(
                self.key, "P0001", f"v{number}", content, actor="p", at=NOW
            )
            self.open.append(made.number)
            self.counts[lot.number]["out"] += vials
            return
        pharmacy_register.move(
            self.key, lot.number, act, vials=vials, reason="r", seen=lot.last,
            actor="p", at=NOW,
        )  # fmt: skip
        if act == "returned":
            self.counts[lot.number]["out"] += vials
        if act in ("destroyed", "voided"):
            last = next(
                o for o in pharmacy_register.lots(self.key) if o.number == lot.number
            )
            self.pending[last.last] = lot.number, vials

    def _of_syringe(self, act: str, number: str) -> None:
        """Whatever becomes of a syringe, its vials were opened and do not come back."""
        if act in ("check", "slip"):
            syringes.answer_check(
                self.key, number, agrees=act == "check", said={}, actor="q", at=NOW
            )
        else:
            syringes.discard_syringe(
                self.key, number, reason="r", actor="p", at=NOW,
                returned=act == "return",
            )  # fmt: skip
            syringes.end_syringe(
                self.key, number, "destroyed", reason="r", actor="p", at=NOW
            )


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_the_last_vial_is_used_once(study: Protocol, key: Path) -> None:
    receive(key, vials=1)

    def at_once(act: Callable[[int], object]) -> list[str]:
        def one(place: int) -> str:
            try:
                act(place)
            except ConductError as refusal:
                return refusal.code
            else:
                return "done"
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            return sorted(pool.map(one, range(4)))

    assert at_once(lambda n: prepare(key, f"v{n}")) == ["EQ938"] * 3 + ["done"]
    assert lot(key).in_stock == 0
