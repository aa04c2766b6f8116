"""Everybody of a rehearsal, and what they have done so far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

from equipoise.rehearse_conduct.action_plan import Deed, Part
from equipoise.rehearse_conduct.application import Stage
from equipoise.rehearse_conduct.browser import Browser
from equipoise.rehearse_conduct.page import Sheet
from equipoise.rehearse_conduct.setup import user_name


@dataclass(frozen=True, slots=True)
class Vial:
    """What is on the label of a vial: its lot, and its strength in mg/mL."""

    lot: str
    strength: str


@dataclass(slots=True)
class Cast:
    """Everybody of a rehearsal, logged in, with their parts.

    Attributes:
        stage: the running application.
        parts: of the participants, in the order of arrival.
        browsers: user name -> session.
        kits: identifier -> kit number.
        syringes: number -> participant and visit.
        vials: drug -> the vials that were delivered.
        done: what was done -> how often.
        walked: kind of form and role -> the form was reached by the links of the pages.
        practised: users who know a form send it without opening its page first: a tenth
            of the time, where it is not the pages that are to be tested.
        forms_known: kind of form and role -> what its page offers.
        guides: kind of form and role -> whose page must lead to the form.
    """

    stage: Stage
    parts: list[Part]
    browsers: dict[str, Browser]
    kits: dict[str, str] = field(default_factory=dict)
    syringes: dict[str, str] = field(default_factory=dict)
    vials: dict[str, Vial] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    walked: set[tuple[str, str]] = field(default_factory=set)
    practised: bool = False
    forms_known: dict[tuple[str, str], Sheet] = field(default_factory=dict)
    guides: dict[tuple[str, str], str] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    @property
    def forms(self) -> int:
        """Number of forms that were filled in."""
        return self.done["forms"]

    def browser(self, role: str, identifier: str = "") -> Browser:
        """The session of the person of a role; of a participant, the own one."""
        name = identifier.lower() if role == "participant" else user_name(role)
        return self.browsers[name]

    def known(self, deed: Deed, address: str) -> Sheet | None:
        """The form of a page that need not be opened: who is practised knows its kind."""
        known = self.forms_known.get((deed.form, deed.by))
        return None if known is None else known.at(address, deed.at)

    def takes_the_way(self, deed: Deed, identifier: str) -> bool:
        """Whether a form is reached by the links of this participant's page, now.

        Once for each kind and role, for the first participant in the order of arrival:
        whose page is read, and who is shown its alerts, depends on no thread.
        """
        kind = deed.form, deed.by
        with self.lock:
            if not self.guides:
                for part in reversed(self.parts):
                    known = ((d.form, d.by) for d in (*part.before, *part.after))
                    self.guides |= dict.fromkeys(known, part.identifier)
            guide = self.guides.get(kind, identifier)
            if guide != identifier or kind in self.walked:
                return False
            self.walked.add(kind)
            return True

    def learn(self, deed: Deed, sheet: Sheet) -> Sheet:
        """Remembers a form that was opened, if it is of a kind that comes again."""
        if self.practised and "#" not in deed.form:
            self.forms_known[deed.form, deed.by] = sheet
        return sheet

    def note(self, what: str) -> None:
        """Counts something that was done."""
        with self.lock:
            self.done[what] += 1
