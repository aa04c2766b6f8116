"""Forms that have a page of their own: opened, filled in, sent, as people do."""

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
    """Opens the page of a form, answers it, and sends it.

    The first form of each kind and role is reached by the link on the participant's page.
    Events and milestones are opened as a new form there, as people open them.

    Raises:
        ConductError: EQ964, no link, no such field or answer, or it was not taken.
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
    """Answers fields one by one, as a page saves them, and leaves the form open.

    Raises:
        ConductError: EQ964, no such field or answer, or it was not taken.
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
    """Looks whether the application tells that a response was lost, and acts on it.

    Raises:
        ConductError: EQ964.
    """
    browser = cast.browser(deed.by, identifier)
    page = browser.open(f"/participants/{identifier}/", deed.at)
    address = f"/participants/{identifier}/forms/{RELAPSE}/"
    told = "Document the actions taken" in page.text
    if not (told and page.leads_to(address)):
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
            f"no link leads {browser.name} to {deed.address(identifier)}",
            where=page.address,
            mend="a form that nobody finds is never filled in: show it on the page",
        )


def _begun(browser: Browser, identifier: str, kind: str, deed: Deed) -> str:
    """Opens a new event or milestone; the address of its form."""
    page = browser.open(f"/participants/{identifier}/", deed.at)
    sheet = page.sheet(f"/participants/{identifier}/{OPENED_BY[kind]}/")
    return browser.submit(sheet, {}, deed.at)


def _goes_on(browser: Browser, identifier: str, deed: Deed) -> None:
    """Stopping the treatment is not leaving the study."""
    page = browser.open(f"/participants/{identifier}/", deed.at)
    if (
        "assessments continue" not in page.text
        or "No further visits are due" in page.text
    ):
        raise ConductError.single(
            "EQ964",
            f"{identifier} stopped the treatment, and the page does not say that ratings "
            "go on",
            where=page.address,
            mend="keep the end of treatment apart from the end of taking part",
        )
