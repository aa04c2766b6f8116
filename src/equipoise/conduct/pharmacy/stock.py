"""Drug stock of a site: deliveries, returns, destruction, remaining vials."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import get_args

from equipoise.conduct.access.actor import ALL_SITES, Actor
from equipoise.conduct.allocation.services import pharmacy_register
from equipoise.conduct.allocation.services.pharmacy_register import (
    Delivery,
    Lot,
    Move,
    Recorded,
)
from equipoise.conduct.audit.record import require_blinded
from equipoise.conduct.number_input import decimal, whole
from equipoise.conduct.pharmacy import accountability
from equipoise.conduct.pharmacy.dispensing import (
    require_pharmacist,
    require_pharmacist_everywhere,
)
from equipoise.conduct.study.models import Site
from equipoise.conduct.study.protocols import in_force


@dataclass(frozen=True, slots=True)
class Destruction:
    """A destruction, or an entry in error, that a witness is to confirm."""

    entry: Recorded  # its number
    lot: Lot | None  # of the vials; None for a syringe
    syringe: str  # its number; empty for vials
    mine: bool  # the user has recorded it, and cannot confirm it


def sites_of(actor: Actor) -> list[Site]:
    """Sites at which a user is a pharmacist and not blinded by another role."""
    require_pharmacist_everywhere(actor)
    sites = Site.objects.order_by("code")
    own = {} if ALL_SITES in actor.sites() else {"code__in": actor.sites()}
    return list(sites.filter(**own))


def drugs() -> list[str]:
    """Drugs of the protocol in force, each once."""
    named = (kind.drug for kind in in_force().interventions)
    return sorted({drug for drug in named if drug})


def lots_of(actor: Actor, key: Path) -> list[Lot]:
    """Lots of a pharmacist's sites, by drug and expiry."""
    sites = {site.code for site in sites_of(actor)}
    found = [lot for lot in pharmacy_register.lots(key) if lot.site in sites]
    return sorted(found, key=lambda lot: (lot.site, lot.drug, lot.expiry, lot.number))


def lot_of(number: int, actor: Actor, key: Path) -> Lot:
    """A lot of a pharmacist's site; EQ949 for another site or an unknown number."""
    for lot in lots_of(actor, key):
        if lot.number == number:
            return lot
    raise pharmacy_register.unchanged(
        "there is no such lot", "see the list of the stock"
    )


def receive(
    site: str, said: dict[str, str], *, key: Path, actor: Actor, at: datetime
) -> int:
    """Records a delivery; returns the number of its lot.

    ``said`` has ``drug``, ``strength`` (mg/mL), ``lot``, ``expiry`` (ISO 8601),
    ``vials``, ``supplier`` and ``note``, as entered.

    Raises:
        ConductError: EQ970, the trial is unblinded; EQ949, the protocol has no such drug
            or lists other strengths, or something is missing or not valid.
    """
    require_blinded()
    if site not in {one.code for one in sites_of(actor)}:
        require_pharmacist(actor, site)
        raise pharmacy_register.unchanged("no site was selected", "select the site")
    drug, strength = said.get("drug", ""), decimal(said.get("strength", ""))
    kinds = [kind for kind in in_force().interventions if kind.drug == drug]
    if not drug or not kinds:
        raise pharmacy_register.unchanged(
            "the protocol has no such drug", "select a drug from the list"
        )
    for kind in kinds:
        if not kind.takes(strength):
            listed = ", ".join(f"{one.value:g}" for one in kind.strengths)
            raise pharmacy_register.unchanged(
                f"{strength:g} mg/mL is not a strength that the protocol lists",
                f"check the label of the vial; the strengths of {drug} are "
                f"{listed or 'positive numbers of'} mg/mL",
            )
    try:
        expiry = date.fromisoformat(said.get("expiry", ""))
    except ValueError:
        raise pharmacy_register.unchanged(
            "the expiry date is missing", "enter the last day of use on the vial"
        ) from None
    new = Delivery(
        site=site,
        drug=drug,
        strength=strength,
        lot=said.get("lot", ""),
        expiry=expiry,
        vials=whole(said.get("vials", "")),
        supplier=said.get("supplier", ""),
        note=said.get("note", ""),
    )
    return pharmacy_register.receive(key, new, actor=actor.name, at=at)


def move(
    number: int, said: dict[str, str], *, key: Path, actor: Actor, at: datetime
) -> None:
    """Records a return, a destruction, an entry in error, or a quarantine or its end.

    ``said`` has ``kind``, ``vials``, ``reason`` and ``seen``, as sent (EQ949; EQ970, the
    trial is unblinded).
    """
    require_blinded()
    lot = lot_of(number, actor, key)
    kind: Move | None = next(
        (one for one in get_args(Move) if one == said.get("kind")), None
    )
    if kind is None:
        raise pharmacy_register.unchanged("no action was selected", "select the action")
    pharmacy_register.move(
        key,
        lot.number,
        kind,
        vials=whole(said.get("vials", "")),
        reason=said.get("reason", ""),
        seen=whole(said.get("seen", "")),
        actor=actor.name,
        at=at,
    )


def destructions(actor: Actor, key: Path) -> list[Destruction]:
    """Destructions and entries in error at a pharmacist's sites, to be confirmed."""
    lots = {f"{pharmacy_register.LOT}{lot.number}": lot for lot in lots_of(actor, key)}
    entries = pharmacy_register.history(key)
    answered = {one.about for one in entries}
    made = (kept.syringe.number for kept in accountability.everything(actor))
    own = {f"{pharmacy_register.SYRINGE}{number}": number for number in made}
    return [
        Destruction(
            one, lots.get(one.about), own.get(one.about, ""), one.actor == actor.name
        )
        for one in entries
        if one.kind in pharmacy_register.WITNESSED
        and f"entry {one.seq}" not in answered
        if one.about in lots or one.about in own
    ]


def confirm(
    entry: int, *, agrees: bool | None, key: Path, actor: Actor, at: datetime
) -> None:
    """A second pharmacist confirms a destruction or an entry in error, or declines it.

    Raises:
        ConductError: EQ970, the trial is unblinded; EQ949, there is nothing to confirm,
            or the user has recorded it.
    """
    require_blinded()
    waiting = {one.entry.seq for one in destructions(actor, key) if not one.mine}
    if agrees is None:
        raise pharmacy_register.unchanged("no answer was sent", "confirm or decline it")
    seq = entry if entry in waiting else 0
    pharmacy_register.confirm(key, seq, agrees=agrees, actor=actor.name, at=at)
