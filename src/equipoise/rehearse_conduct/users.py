"""Users of a rehearsal, with counts of their actions."""

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
    """Label of a vial: its lot, and its strength in mg/mL."""

    lot: str
    strength: str


@dataclass(slots=True)
class Cast:
    """All users of a rehearsal, logged in, with the actions for participants.

    Attributes:
        stage: the running application.
        parts: actions for the participants, in order of screening.
        browsers: user name -> session.
        kits: identifier -> kit number.
        syringes: number -> participant and visit.
        vials: drug -> the vials that were delivered.
        done: action -> count.
        walked: kind of form and role -> the form was reached by the links of the pages.
        practised: users send a known form without opening its page first: a tenth of the
            time, where the pages are not to be tested.
        forms_known: kind of form and role -> the form of its page.
        guides: kind of form and role -> participant whose page must link to the form.
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
        """The session of the user of a role, or of a participant."""
        name = identifier.lower() if role == "participant" else user_name(role)
        return self.browsers[name]

    def known(self, deed: Deed, address: str) -> Sheet | None:
        """The form of a page that need not be opened, if its kind is known."""
        known = self.forms_known.get((deed.form, deed.by))
        return None if known is None else known.at(address, deed.at)

    def takes_the_way(self, deed: Deed, identifier: str) -> bool:
        """Whether a form is reached by the links of this participant's page, now.

        Once for each kind and role, for the first participant in order of screening: which
        page is read, and who is shown its alerts, does not depend on threads.
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
        """Stores a form that was opened, if its kind occurs again."""
        if self.practised and "#" not in deed.form:
            self.forms_known[deed.form, deed.by] = sheet
        return sheet

    def note(self, what: str) -> None:
        """Counts an action."""
        with self.lock:
            self.done[what] += 1
