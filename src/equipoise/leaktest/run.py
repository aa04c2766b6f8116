"""Leak test: what every blinded role can read, and what numbers could reveal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from equipoise import library
from equipoise.conduct.access.rights import ALWAYS, doubts, is_open, told
from equipoise.exchange.protocols import texts
from equipoise.leaktest.allocation_sample import numbers
from equipoise.leaktest.crawl import Seen, crawl
from equipoise.leaktest.disclosing_errors import failures, provoked
from equipoise.leaktest.disclosing_texts import leaks
from equipoise.leaktest.hidden_columns import hidden
from equipoise.leaktest.noninterference import differences
from equipoise.leaktest.number_tests import Tested
from equipoise.leaktest.open_label_disclosure import divided, wrong_with
from equipoise.leaktest.placeholder_participants import stood_in
from equipoise.leaktest.predictability import another_seed
from equipoise.protocol.model import Protocol
from equipoise.rehearse_conduct.run import end_of, performed
from equipoise.rehearse_conduct.users import Cast

Tell = Callable[[str], None]
# Blinded roles; in an open-label trial some of them read an arm, at one address (``told``).
BLINDED = tuple(role for role, parts in ALWAYS.items() if "arm" in parts)
MOST_SHOWN = 8  # findings of a check in a report


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report."""

    name: str
    found: str
    passed: bool

    def row(self) -> dict[str, str]:
        """For a table."""
        result = "pass" if self.passed else "FAIL"
        return {"check": self.name, "result": result, "found": self.found}


@dataclass(frozen=True, slots=True)
class Read:
    """Pages that were read of one trial.

    Attributes:
        pages: by every blinded role, errors and the log included, without pages that may
            show an arm.
        told: pages that may, in an open-label trial.
        people: identifiers that occur in the trial.
        kits: kit number -> participant.
        lots: of the vials in the pharmacy.
        hidden: effects of parameters for hidden columns, as text.
    """

    pages: list[Seen]
    told: list[Seen]
    people: list[str]
    kits: dict[str, str]
    lots: tuple[str, ...]
    hidden: list[str]


def leaktest(
    protocol: str | Path,
    scenario: str | Path | None = None,
    *,
    seed: int = 1,
    n: int = 4,
    people: int = 1000,
    progress: Tell | None = None,
) -> list[Check]:
    """Searches for leaks in a rehearsed trial that is still blinded.

    The trial is performed on the simulated participants of its scenario; a protocol
    without scenario gets placeholder participants with arbitrary valid values.

    Args:
        protocol: name in the library, or path of a protocol file.
        scenario: assumptions of the simulation (scenario).
        seed: of the trial and of the tests.
        n: participants of the rehearsed trial.
        people: allocations for the statistical tests.
        progress: called with a text for each step.
    """
    tell = progress or (lambda _: None)
    model, _, _ = texts(protocol)
    if len(model.arms) < 2:
        return [Check("blinding", "not applicable: the protocol has one arm", True)]
    trials: list[Read] = []
    for number, listed in enumerate((seed, another_seed(model, seed, n))):
        said = f"trial {number + 1} of 2, the same data under "
        said += "another schedule" if number else "its schedule"
        with _trial(protocol, scenario, model, seed, n, listed, tell) as cast:
            tell(f"{said}: reading as {len(BLINDED)} blinded roles")
            trials.append(_everything(model, cast, first=not number))
    one, other = trials
    apart = list(differences(one.pages, other.pages, (one.kits, other.kits)))
    checks = [
        Check("blinding", _stated(model), True),
        *_told(model, one),
        *_words(model, one),
        _check(
            "no error is a failure", failures(one.pages), "every request was answered"
        ),
        _check("sorting and filtering by a hidden column", one.hidden, "no effect"),
        _check("the same under another schedule", apart, f"{len(one.pages)} responses"),
    ]
    tell(f"{people} allocations")
    return checks + [_row(t, people) for t in numbers(model, protocol, seed, people)]


def _trial(
    protocol: str | Path,
    scenario: str | Path | None,
    model: Protocol,
    seed: int,
    n: int,
    listed: int,
    tell: Tell,
) -> AbstractContextManager[Cast]:
    """The trial on simulated participants, or on placeholders without a scenario."""
    if scenario is None and model.trial.id not in library.names("scenarios"):
        return stood_in(protocol, model, n=n, list_seed=listed, progress=tell)
    return _rehearsed(protocol, scenario, seed, n, listed, tell)


@contextmanager
def _rehearsed(
    protocol: str | Path,
    scenario: str | Path | None,
    seed: int,
    n: int,
    listed: int,
    tell: Tell,
) -> Iterator[Cast]:
    with performed(
        protocol, scenario, seed=seed, n=n, list_seed=listed, progress=tell
    ) as (cast, _):
        yield cast


def _stated(model: Protocol) -> str:
    """What is to be concealed, as text."""
    if is_open(model):
        return (
            f"the trial is open-label: {_roles(model)} read the treatment of their "
            "participants at one address. Every other address and all other users are "
            "blinded nevertheless"
        )
    stated = [p for p, parts in model.blinding.conceal.items() if "arm" in parts]
    people = ", ".join(stated) or "no role"
    if len(stated) < 2:
        return (
            f"the protocol conceals arms from {people}: participants and therapists may "
            "know their own. The schedule and all arms in the application are concealed "
            f"nevertheless, because {'; '.join(doubts(model))}"
        )
    return f"the protocol conceals arms from {people}"


def _roles(model: Protocol) -> str:
    return " and ".join(sorted(told(model)))


def _told(model: Protocol, read: Read) -> Iterator[Check]:
    """Checks of the pages of an open-label trial that show an arm; empty if blinded."""
    if told(model):
        problems = list(wrong_with(model, read.told, read.people))
        otherwise = f"{_roles(model)} read it, in {len(read.told)} responses"
        yield _check(
            "the treatment is disclosed to treating staff", problems, otherwise
        )


def _everything(protocol: Protocol, cast: Cast, *, first: bool) -> Read:
    """Pages of every blinded role, texts of errors, and the log."""
    names = [part.identifier for part in cast.parts]
    arms = [arm.id for arm in protocol.arms]
    treated = [v.id for v in protocol.schedule.visits if v.infusion is not None]
    visit = next(iter(treated), protocol.schedule.visits[0].id)

    # At one time and one after the other, so that a clock and the order of who exported
    # first are no difference between two trials.
    at, found, effects = end_of(cast), list[Seen](), list[str]()
    for role in BLINDED:
        person = cast.browser(role, names[0])
        read = partial(person.get, at=at)
        # Earlier actions have left messages that are shown once; their number depends on
        # which of several simultaneous requests came last, not on an arm.
        read("/")
        found += crawl(role, read, names, arms)
        found += provoked(role, partial(person.send, at=at), names, arms, visit)
    for role in BLINDED if first else ():
        read = partial(cast.browser(role, names[0]).get, at=at)
        effects += hidden(role, read, names, arms)
    log = cast.stage.log.read_text("utf-8", errors="replace")
    found.append(Seen("anybody", "application.log", 200, _undated(log)))
    may, must_not = divided(protocol, found)
    lots = tuple(vial.lot for vial in cast.vials.values())
    return Read(must_not, may, names, _kits(cast), lots, effects)


def _undated(log: str) -> str:
    """The log without times, numbers of processes and repeated lines, in order."""
    lines = {line.split(" ", 1)[-1] for line in log.splitlines() if "equipoise" in line}
    return "\n".join(sorted(lines))


def _kits(cast: Cast) -> dict[str, str]:
    """Number of a kit or a syringe -> participant."""
    return {number: person for person, number in cast.kits.items()} | cast.syringes


def _words(protocol: Protocol, read: Read) -> Iterator[Check]:
    found = list(leaks(protocol, read.pages, read.lots))
    for role in (*BLINDED, "anybody"):
        own = [page for page in read.pages if page.role == role]
        leaks_found = [str(leak) for leak in found if leak.role == role]
        name = "the log" if role == "anybody" else f"words read as {role}"
        yield _check(name, leaks_found, f"{len(own)} addresses")


def _check(name: str, problems: list[str], otherwise: str) -> Check:
    if not problems:
        return Check(name, otherwise, True)
    shown = problems[:MOST_SHOWN]
    more = len(problems) - len(shown)
    text = "; ".join(shown) + (f"; and {more} more" if more else "")
    return Check(name, text, False)


def _row(test: Tested, people: int) -> Check:
    p = "" if test.p is None else f", p = {test.p:.3f}"
    return Check(test.name, f"{test.found}{p}, {people} allocations", test.passed)
