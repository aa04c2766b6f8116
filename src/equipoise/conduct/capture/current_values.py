"""Current values: the last value of each field, from the audit trail of a participant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from equipoise.conduct.audit.actions import sets_value
from equipoise.conduct.audit.models import Entry, Head
from equipoise.conduct.audit.record import lock, require_blinded
from equipoise.conduct.capture.form_status import BEFORE_LOCK, SIGNED, STATUS_AFTER
from equipoise.conduct.forms.missing_codes import without_codes
from equipoise.conduct.sql_statements import moment, rows
from equipoise.errors import ConductError

Where = tuple[str, str, int | None]  # form, visit, minute


@dataclass(frozen=True, slots=True)
class Value:
    """A current value, with the user who recorded it."""

    value: str | None
    actor: str
    at: datetime
    seq: int  # of its entry
    versions: int  # how often the field was written, this one included


@dataclass(slots=True, kw_only=True)
class Current:
    """Current data of a participant."""

    # Form, visit and minute -> field -> value.
    values: dict[Where, dict[str, Value]] = field(default_factory=dict)
    # Form, visit and minute -> ``started``, ``complete``, ``not done``, ``void``,
    # ``frozen``, ``locked``; empty for a form that was opened or emptied and has no value.
    status: dict[Where, str] = field(default_factory=dict)
    not_done: dict[Where, Value] = field(default_factory=dict)  # with reasons
    # Form, visit and minute -> soft check that was confirmed -> field.
    confirmed: dict[Where, dict[str, str]] = field(default_factory=dict)
    # Form, visit and minute -> user who completed it last, and time.
    signed_by: dict[Where, tuple[str, datetime]] = field(default_factory=dict)
    acts: dict[str, datetime] = field(default_factory=dict)  # first time of each act
    locked: tuple[str, datetime] | None = None  # user and time; None if not locked
    seq: int = 0  # length of the chain
    site: str = ""  # code of the site at which the participant was screened
    day0: date | None = None  # as it was planned last

    def add(
        self,
        seq: int,
        at: datetime,
        actor: str,
        act: str,
        form: str,
        visit: str,
        minute: int | None,
        item: str,
        value: str | None,
    ) -> None:
        """Adds one more entry, in the order of ``COLUMNS``, for pages and exports.

        Only actions of the kind ``value`` change a value (``audit.actions``): entries
        about a value overwrite nothing.
        """
        where, written = (form, visit, minute), (value, actor, at, seq)
        self.seq = max(self.seq, seq)
        self.acts.setdefault(act, at)
        if act in ("lock", "unlock"):
            self.locked = (actor, at) if act == "lock" else None
        if item and sets_value(act):
            fields = self.values.setdefault(where, {})
            before = fields.get(item)
            fields[item] = Value(*written, 1 + (before.versions if before else 0))
            if act in ANSWERED:
                self.status[where] = self._answered(where)
        if act in STATUS_AFTER and form:
            self._closed(where, act, Value(*written, 1))
        if act == "complete":
            self.signed_by[where] = actor, at
        if act == "confirm value" and value:
            self.confirmed.setdefault(where, {})[value] = item
        if act == "screen":
            self.site = self.site or value or ""
        elif act == "plan" and item == "day0" and value:
            self.day0 = date.fromisoformat(value)

    def answers(
        self, form: str, visit: str = "", minute: int | None = None
    ) -> dict[str, str]:
        """Field -> value of one form, without fields that have no value.

        Fields with a missing code are omitted too, so that no code is mistaken for a
        value.
        """
        return without_codes(self.said(form, visit, minute))

    def said(
        self, form: str, visit: str = "", minute: int | None = None
    ) -> dict[str, str]:
        """Field -> value or missing code of one form, as recorded."""
        found = self.values.get((form, visit, minute), {})
        return {name: v.value for name, v in found.items() if v.value is not None}

    def begun(self, form: str, visit: str = "", minute: int | None = None) -> str:
        """State of a form in lists; empty for one that was emptied or voided, too."""
        state = self.status.get((form, visit, minute), "")
        return "" if state == "void" else state

    def is_complete(
        self, form: str, visit: str = "", minute: int | None = None
    ) -> bool:
        """Whether a form was signed off as complete, and is still complete.

        A form that was not done has no values, and is not complete.
        """
        where = form, visit, minute
        closed = self.status.get(where) in SIGNED
        return closed and where not in self.not_done

    def _answered(self, where: Where) -> str:
        """The state of a form after a change of a field: not started if emptied."""
        state = self.status.get(where) or "started"
        if state in ("started", "void"):
            held = self.values[where].values()
            return "started" if any(v.value is not None for v in held) else ""
        return state

    def _closed(self, where: Where, act: str, written: Value) -> None:
        self.status[where] = STATUS_AFTER[act]
        if act == "unlock" and written.value in BEFORE_LOCK:
            self.status[where] = written.value
        if act in ("void", "not done"):  # values are no longer current
            self.values.pop(where, None)
        if act == "not done":
            self.not_done[where] = written
        elif act in ("void", "reopen"):
            self.not_done.pop(where, None)
            if act == "reopen" and not self.values.get(where):
                self.status[where] = ""


COLUMNS = "seq", "at", "actor", "act", "form", "visit", "minute", "item", "value"
ENTRIES = f"SELECT {', '.join(COLUMNS)} FROM audit_entry WHERE chain = %s"  # noqa: S608  constants
ANSWERED = ("answer", "correct")  # other actions with a value have no form


def current(
    identifier: str,
    forms: Collection[str] = (),
    visit: str | None = None,
    *,
    head: Head | None = None,
) -> Current:
    """Current data of a participant: one pass over the entries of the chain.

    A page with one form reads only ``forms``, at one visit and without a visit: ``acts``
    are then those on these forms and on the participant, such as the lock. ``head`` is
    passed by callers that have read it already.
    """
    found = Current()
    statement, values = ENTRIES, [identifier]
    if forms:
        asked = list(dict.fromkeys((*forms, "")))
        listed = f"form IN ({', '.join(['%s'] * len(asked))})"
        values += asked
        if "consent" in asked:  # was it renewed?
            listed = f"({listed} OR form LIKE %s)"
            values.append("reconsent#%")
        statement += f" AND {listed}"
        if visit is not None:
            statement += " AND visit IN ('', %s)"
            values.append(visit)
        head = head or Head.objects.filter(pk=identifier).first()
        found.seq = head.seq if head is not None else 0
    for seq, at, *more in rows(f"{statement} ORDER BY seq", values):
        found.add(seq, moment(at), *more)
    return found


def current_of_many(some: QuerySet[Entry]) -> dict[str, Current]:
    """Chain -> current data, from some entries of many chains: for lists.

    ``some`` are entries of complete forms, or of some fields together with those without
    a field: only these show that a form was voided or not done.
    """
    found: defaultdict[str, Current] = defaultdict(Current)
    for chain, *entry in some.order_by("chain", "seq").values_list("chain", *COLUMNS):
        found[chain].add(*entry)
    return dict(found)


@contextmanager
def changing(identifier: str, forms: Collection[str] = ()) -> Iterator[Current]:
    """Current data of a participant who is to be changed (EQ921, locked)."""
    with transaction.atomic():
        lock(identifier)
        known = current(identifier, forms)
        require_unlocked(known)
        yield known


def require_unlocked(known: Current) -> None:
    """Requires that a participant is not locked (EQ921).

    Also for forms that were not started: the analyzed data remain unchanged.
    """
    if known.locked is not None:
        raise ConductError.single(
            "EQ921",
            "the participant is locked",
            where="the participant",
            fix="if data must be changed, ask the statistician to unlock the participant",
        )


def locked(identifiers: Collection[str]) -> dict[str, tuple[str, datetime]]:
    """Identifier -> user and time of the lock, of the locked participants only.

    The same as ``Current.locked`` one by one.
    """
    rows = Entry.objects.filter(form="", act__in=("lock", "unlock"))
    held = current_of_many(rows.filter(chain__in=list(identifiers)))
    locks = {name: held[name].locked for name in identifiers if name in held}
    return {name: by for name, by in locks.items() if by is not None}


def require_open(identifier: str) -> None:
    """Requires an unlocked participant (EQ921) and a blinded trial (EQ970)."""
    require_blinded()
    require_unlocked(current(identifier, ("schedule",)))
