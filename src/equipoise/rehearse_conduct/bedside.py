"""Infusion day on its page: start, timepoints, stop, discharge."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote

from equipoise.errors import ConductError
from equipoise.rehearse_conduct.action_plan import Deed
from equipoise.rehearse_conduct.browser import Browser
from equipoise.rehearse_conduct.page import Page
from equipoise.rehearse_conduct.users import Cast

ACTS = {  # action -> status on the page afterwards
    "start": "running",
    "interrupt": "interrupted",
    "resume": "running",
    "stop": "stopped",
}
DECIDED = "has seen the participant and decided to start."

LEFT = {"physician": "The anesthesiologist", "escort": "adult"}
NOT_MET = {"criteria": "no", "exception": "The anesthesiologist decided to discharge"}


@dataclass(slots=True)
class Bedside:
    """The infusion page of one participant's nurse.

    Attributes:
        cast: all users.
        identifier: of the participant.
        numbers: visit -> number on the syringe that the pharmacy has released.
        screens: visit and minute -> the page, while it is open.
    """

    cast: Cast
    identifier: str
    numbers: dict[str, str] = field(default_factory=dict)
    screens: dict[tuple[str, int], Page] = field(default_factory=dict)

    def act(self, deed: Deed) -> None:
        """Starts, interrupts, resumes or stops the infusion, and checks the result.

        Raises:
            ConductError: EQ964, the page does not offer it, or shows another status.
        """
        browser = self.cast.browser(deed.by)
        target = f"{self._address(deed.visit)}do/{deed.form}/"
        confirmed = self.cast.known(deed, target)
        if confirmed is not None:
            browser.submit(confirmed, deed.values, deed.at)
            return
        page = browser.open(self._address(deed.visit), deed.at)
        sheet = page.sheet(target)
        values = dict(deed.values)
        if deed.form == "start":
            values["syringe"] = self.numbers[deed.visit]
            if "reason" in sheet.offered:  # a hold rule is met
                values |= {"decided_by": "The anesthesiologist", "reason": DECIDED}
                self.cast.note("holds overruled")
        if deed.form == "stop":  # needs a confirmation
            sheet = browser.press(sheet, values, deed.at).sheet(sheet.address)
            self.cast.learn(deed, sheet)
        address = browser.submit(sheet, values, deed.at)
        if not self.cast.practised:
            after = browser.open(address, deed.at)
            if f">{ACTS[deed.form]}</span>" not in after.text:
                raise _otherwise(browser, deed, after)
        if deed.form == "stop":
            self.cast.note("forms")  # the record of the infusion is complete by it
            self.cast.note("infusions")

    def fill_in(self, deed: Deed) -> None:
        """Fills in one of the forms of a timepoint, which are on one page."""
        browser, minute = self.cast.browser(deed.by), deed.minute or 0
        address = deed.address(self.identifier)
        sheet = self.cast.known(deed, address)
        if sheet is None:
            if (deed.visit, minute) not in self.screens:
                where = f"{self._address(deed.visit)}?minute={minute}"
                self.screens = {(deed.visit, minute): browser.open(where, deed.at)}
            screen = self.screens[deed.visit, minute]
            sheet = self.cast.learn(deed, screen.sheet(address))
        browser.submit(sheet, deed.values, deed.at)
        self.cast.note("forms")

    def leave(self, deed: Deed) -> None:
        """Reads the criteria on the page, and signs the discharge."""
        browser = self.cast.browser(deed.by)
        page = browser.open(self._address(deed.visit), deed.at)
        _, found, criteria = page.text.partition("<h2>Discharge</h2>")
        if not found:
            raise _otherwise(browser, deed, page)
        criteria = criteria.partition("</section>")[0]
        met = criteria.count(">met<") and not criteria.count(">not yet<")
        self.cast.note("discharges by every criterion" if met else "discharges held")
        self.screens = {}
        address = f"/participants/{self.identifier}/forms/discharge/"
        if address in page.text:  # the protocol has the form
            place = f"{address}?visit={quote(deed.visit)}"
            values = LEFT | {"left_at": f"{deed.at:%Y-%m-%dT%H:%M}"}
            values |= {"criteria": "yes"} if met else NOT_MET
            browser.submit(browser.open(place, deed.at).sheet(), values, deed.at)
            self.cast.note("forms")

    def _address(self, visit: str) -> str:
        return f"/participants/{self.identifier}/infusion/{quote(visit)}/"


def _otherwise(browser: Browser, deed: Deed, page: Page) -> ConductError:
    _, _, said = page.text.partition('class="message error"')
    return ConductError.single(
        "EQ964",
        f"{deed.form} as {browser.name} had no effect: {said[1:].partition('</p>')[0]}",
        where=page.address,
        fix="compare the simulated participants with the rules of the infusion page",
    )
