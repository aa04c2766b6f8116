"""Forms with a separate page: opened, filled in and sent as by a user."""

from __future__ import annotations

from equipoise.errors import ConductError
from equipoise.rehearse_conduct.action_plan import Deed
from equipoise.rehearse_conduct.browser import Browser, refused
from equipoise.rehearse_conduct.users import Cast

OPENED_BY = {
    "event": "events",
    "milestone": "milestones",
}  # kind -> page that opens one
RELAPSE = "relapse"


def fill_in(cast: Cast, identifier: str, deed: Deed) -> None:
    """Opens the page of a form, fills it in, and sends it.

    The first form of each kind and role is reached by the link on the participant's page.
    Events and milestones are opened there as a new form.

    Raises:
        ConductError: EQ964, no link, no such field or choice, or it was rejected.
    """
    browser = cast.browser(deed.by, identifier)
    kind = deed.form.partition("#")[0]
    if kind in OPENED_BY:
        address = _begun(browser, identifier, kind, deed)
    else:
        address = deed.address(identifier)
        _reach(cast, browser, identifier, deed)
    sheet = cast.known(deed, address)
    if sheet is None:
        sheet = cast.learn(deed, browser.open(address, deed.at).sheet(address))
    browser.submit(sheet, deed.values, deed.at)
    cast.note("forms")
    if deed.values.get("milestone") == "treatment-discontinued":
        _goes_on(browser, identifier, deed)


def begin(cast: Cast, identifier: str, deed: Deed) -> None:
    """Fills in fields one by one, as a page saves them, and leaves the form open.

    Raises:
        ConductError: EQ964, no such field or choice, or it was rejected.
    """
    browser = cast.browser(deed.by, identifier)
    kind = deed.form.partition("#")[0]
    address = deed.address(identifier)
    if kind in OPENED_BY:
        address = _begun(browser, identifier, kind, deed)
    sheet = browser.open(address, deed.at).sheet(address)
    path, _, query = address.partition("?")
    where = f"{path}field/" + (f"?{query}" if query else "")
    held = sheet.filled(deed.values)
    for name in deed.values:
        one = {"field": name, name: held[name], "seen": "100000"}
        answer = browser.send("POST", where, at=deed.at, form=one)
        if answer.status != 200:
            raise refused(browser.name, f"POST {where}", answer)


def follow_up(cast: Cast, identifier: str, deed: Deed) -> None:
    """Checks whether the application reports a loss of response, and documents it.

    Raises:
        ConductError: EQ964.
    """
    browser = cast.browser(deed.by, identifier)
    page = browser.open(f"/participants/{identifier}/", deed.at)
    address = f"/participants/{identifier}/forms/{RELAPSE}/"
    is_reported = "Document the actions taken" in page.text
    if not (is_reported and page.leads_to(address)):
        return
    values = {
        "date": f"{deed.at:%Y-%m-%d}",
        "done": "Spoken of; the agreed plan is carried out.",
    }
    sheet = browser.open(address, deed.at).sheet()
    browser.submit(sheet, values, deed.at)
    cast.note("forms")
    cast.note("losses of response")


def _reach(cast: Cast, browser: Browser, identifier: str, deed: Deed) -> None:
    """Follows the link on the participant's page, once for each kind and role."""
    if not cast.takes_the_way(deed, identifier):
        return
    page = browser.open(f"/participants/{identifier}/", deed.at)
    if not page.leads_to(deed.address(identifier)):
        raise ConductError.single(
            "EQ964",
            f"{browser.name} has no link to {deed.address(identifier)}",
            where=page.address,
            fix="show the form on the page, so that users find it",
        )


def _begun(browser: Browser, identifier: str, kind: str, deed: Deed) -> str:
    """Opens a new event or milestone; the address of its form."""
    page = browser.open(f"/participants/{identifier}/", deed.at)
    sheet = page.sheet(f"/participants/{identifier}/{OPENED_BY[kind]}/")
    return browser.submit(sheet, {}, deed.at)


def _goes_on(browser: Browser, identifier: str, deed: Deed) -> None:
    """Checks that ratings continue after discontinuation of treatment."""
    page = browser.open(f"/participants/{identifier}/", deed.at)
    if (
        "assessments continue" not in page.text
        or "No further visits are due" in page.text
    ):
        raise ConductError.single(
            "EQ964",
            f"{identifier} discontinued treatment, but the page does not state that "
            "ratings continue",
            where=page.address,
            fix="distinguish treatment discontinuation from withdrawal from the study",
        )
