"""The administrator's days: a trial from nothing, and its way out when somebody is gone.

Begins the trial with the link of the terminal, invites nine people at two sites, one of
them again because the link was lost, is told before sealing what will be missing, loses
the only second person, and goes on after a recorded act of the sponsor (``equipoise
recover``). The server is the one that ``serve`` starts, with second factors and the
passwords that people choose.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from equipoise.exchange.protocols import load_protocol
from equipoise.leaktest.disclosing_texts import leaks
from tests.conduct.conftest import PASSWORD
from tests.conduct.pages.seats import PHONE, seated
from tests.conduct.served import EQUIPOISE, new_database, run, started
from tests.conduct.test_serve import free_port
from tests.working_day.hands import Hands, code_of

NINE = (
    ("carla", "coordinator", "North Hospital"),
    ("colin", "coordinator", "South Hospital"),
    ("ruth", "rater", "North Hospital"),
    ("ralf", "rater", "South Hospital"),
    ("nora", "infusion team", "North Hospital"),
    ("nils", "infusion team", "South Hospital"),
    ("petra", "pharmacist", "North Hospital"),
    ("mona", "monitor", "all sites"),
    ("stella", "statistician", "all sites"),
)
NEXT_DAY = ("tests.working_day.later", "25")
SPONSOR = ("--by", "Peter Paulsen, CEO", "--by", "Rita Roth, quality")
ACTIVE_OR_REFUSED = """() => location.pathname.includes('recovery-codes')
  || document.body.innerText.includes('Incorrect code')"""
WHY = "Stella Stark, the only one who could confirm, has left"


class Trial:
    """The trial in its folder, and who sits where."""

    def __init__(self, folder: Path, chromium: Any, size: dict[str, int]) -> None:
        self.folder, self.chromium, self.size = folder, chromium, size
        self.port, self.said = free_port(), ""
        self.came: list[Hands] = []
        self.address = f"http://localhost:{self.port}"
        self.base: list[object] = [
            "serve", "feder2021", "--folder", folder,
            "--bind", f"localhost:{self.port}",
        ]  # fmt: skip

    @contextmanager
    def served(
        self, *more: object, by: tuple[str, ...] = EQUIPOISE
    ) -> Iterator[dict[str, Hands]]:
        """Serves the trial; who comes stands in the dictionary by name."""
        here: dict[str, Hands] = {}
        with (
            started(*self.base, *more, by=by) as server,
            seated(self.chromium, self.address) as sit,
        ):
            self.said, self.sit = "", sit
            while "Stop with" not in self.said:
                line = server.stdout.readline()
                assert line, self.said
                self.said += line
            yield here

    def newcomer(self) -> Hands:
        """Somebody who has never been here."""
        one = Hands(self.sit(None, self.size), "newcomer", keys=self.size == PHONE)
        self.came.append(one)
        return one


@pytest.fixture
def trial(tmp_path: Path, chromium: Any, size: dict[str, int]) -> Trial:
    return Trial(tmp_path / "trial", chromium, size)


def test_the_administrators_days(trial: Trial) -> None:
    sites = ("--site", "north=North Hospital", "--site", "south=South Hospital")
    with trial.served(*sites, *new_database()):
        ada, secret = _begins(trial)
        stella = [_invites(trial, ada, *one) for one in NINE][-1]
        _loses_a_link(trial, ada)
        _is_told(ada)
        _is_sealed(stella)
        link = _loses(ada)
    begun = run("recover", trial.folder, "--user", "olga", "--name", "Olga Orlova",
                *SPONSOR, "--reason", WHY)  # fmt: skip
    assert "Announced: Olga Orlova as administrator" in begun.stdout
    early = run("recover", trial.folder, "--finish", status=1)
    assert "the waiting time ends" in early.stderr
    done = run("recover", trial.folder, "--finish", "--address", trial.address,
               by=NEXT_DAY)  # fmt: skip
    with trial.served(by=NEXT_DAY):
        _goes_on(trial, done.stdout, secret, link)
    verified = run("audit", "verify", trial.folder, by=NEXT_DAY)
    assert "no problems" in verified.stdout
    seen = [page for one in trial.came for page in one.seen]
    assert seen
    assert list(map(str, leaks(load_protocol("feder2021"), seen))) == []


def _begins(trial: Trial) -> tuple[Hands, str]:
    """With nothing but the link that the terminal shows."""
    ada = trial.newcomer()
    ada.page.goto(re.search(r"http\S+/setup/\S+", trial.said)[0])  # type: ignore[index]
    ada.type("User name", "ada")
    ada.type("Full name", "Ada Adler")
    ada.type("Password", PASSWORD)
    ada.button("Create the administrator")
    return ada, _comes_in(ada, "ada")


def _comes_in(one: Hands, name: str) -> str:
    """Logs in for the first time, and sets a second factor up; its secret."""
    one.type("User name", name)
    one.type("Password", PASSWORD)
    one.button("Sign in")
    one.page.locator("h1").wait_for()
    if "reauthenticate" in one.page.url:
        one.type("Password", PASSWORD)
        one.button("Confirm")
    one.page.locator("#authenticator_secret").wait_for()
    secret = one.page.input_value("#authenticator_secret")
    for _ in range(2):  # a code may change while it is typed
        one.type("Authenticator code", code_of(secret))
        one.button("Activate")
        one.page.wait_for_function(ACTIVE_OR_REFUSED)
        if "recovery-codes" in one.page.url:
            break
    return secret


def _invites(trial: Trial, ada: Hands, name: str, role: str, site: str) -> Hands:
    """Makes the account, gives the role, and hands the link over; the person comes."""
    link = _account(ada, name)
    ada.link("Assign roles")
    ada.pick("Role", role)
    ada.pick("Site", site)
    ada.button("Assign the role")
    ada.sees(f"{name} is now {role}")
    return _joins(trial, link, name)


def _loses_a_link(trial: Trial, ada: Hands) -> None:
    """It went to a wrong address: a new one voids it, and the account is closed."""
    lost = _account(ada, "otto")
    ada.link("Users", within="nav")
    ada.link("Otto")
    ada.type(
        "Reason", "the link went to a wrong address", within="form[action$='reset/']"
    )
    ada.button("New link")
    link = ada.page.get_by_label("Link")
    link.wait_for()
    stranger = trial.newcomer()
    stranger.page.goto(lost)
    stranger.sees(
        "This link is no longer valid", "ask the person who gave you the link"
    )
    otto = _joins(trial, link.input_value(), "otto")
    ada.link("Users", within="nav")
    ada.link("Otto")
    ada.type("Reason for closing the account", "does not work here any more")
    ada.button("Close the account")
    ada.sees("The account otto is closed")
    otto.link(re.compile("Ketamine"))
    otto.sees("Sign in")


def _account(ada: Hands, name: str) -> str:
    ada.link("Users", within="nav")
    ada.type("User name", name)
    ada.type("Full name", name.capitalize())
    ada.button("Invite")
    link = ada.page.get_by_label("Link")
    link.wait_for()
    return link.input_value()


def _joins(trial: Trial, link: str, name: str, code: str = "") -> Hands:
    one = trial.newcomer()
    one.page.goto(link)
    if code:
        one.type("Code from", code)
    one.type("Password", PASSWORD)
    one.button("Set the password")
    _comes_in(one, name)
    return one


def _is_told(ada: Hands) -> None:
    """Before the list is sealed, on the page on which people are invited."""
    ada.link("Users", within="nav")
    ada.sees(
        "Approvers missing after sealing",
        "North Hospital has only one pharmacist, petra",
        "South Hospital has no active pharmacist",
        "Only stella could confirm a request of ada",
        "Only ada could confirm a request of stella",
    )


def _is_sealed(stella: Hands) -> None:
    stella.link(re.compile("Ketamine"))
    stella.link("Allocation list", within="nav")
    stella.sees("Approvers missing after sealing", "Only stella could confirm")
    stella.type("Allocations per stratum", "60")
    stella.tick("I am aware of this")
    stella.tick("Each of these users exists")
    stella.button("Generate and seal the allocation list")
    stella.sees("Commitment (SHA-256)")


def _loses(ada: Hands) -> str:
    """Closes the account of who has left; then nothing near the arms can be given.

    Returns:
        The link of the investigator who is invited for nothing.
    """
    ada.link("Users", within="nav")
    ada.link("Stella")
    ada.sees("Stella is the only user who can confirm your requests")
    ada.type("Reason for closing the account", "has left")
    ada.button("Close the account")
    ada.sees("The account stella is closed")
    link = _account(ada, "ines")
    ada.link("Assign roles")
    ada.pick("Role", "investigator")
    ada.pick("Site", "North Hospital")
    ada.button("Assign the role")
    ada.sees("no user could confirm it", "equipoise recover")
    return link


def _goes_on(trial: Trial, said: str, secret: str, invited: str) -> None:
    """Who was brought in confirms what the administrator asks for."""
    link, code = re.findall(r"(http\S+|\S+)$", said.strip(), re.M)
    olga = _joins(trial, link, "olga", code)
    ada = trial.newcomer().log_in("ada", secret)
    ada.sees("Olga Orlova (administrator): Peter Paulsen, CEO")
    ada.link("Details")
    ada.sees("Access restored by the sponsor", WHY)
    ada.link("Users", within="nav")
    ada.link("Ines")
    ada.pick("Role", "investigator")
    ada.pick("Site", "North Hospital")
    ada.button("Assign the role")
    ada.sees("ines is not investigator yet")
    ines = _joins(trial, invited, "ines")
    olga.link(re.compile("Ketamine"))
    olga.link(re.compile("investigator"))
    if olga.offers("Your password"):
        olga.type("Your password", PASSWORD)
    olga.button("I have spoken with them: confirm")
    shown = olga.page.get_by_label("Code", exact=True)
    shown.wait_for()
    ines.link(re.compile("Ketamine"))
    ines.link(re.compile("Enter the code"))
    ines.type("Code from olga", shown.input_value())
    ines.button("Activate the role")
    ines.sees("The role investigator is active")
    assert ines.offers("Participants")
