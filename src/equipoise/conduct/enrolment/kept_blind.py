"""What was sealed for a blinded trial stays blinded: no amendment opens it.

Whoever was randomized under a blinded version was promised that nobody at the site knows
the arm; a later version that is open must not tell it.
"""

from __future__ import annotations

from equipoise.conduct.access.rights import is_open
from equipoise.conduct.allocation import services
from equipoise.conduct.study.models import ProtocolVersion
from equipoise.conduct.study.protocols import in_force, version
from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol

CODE = "EQ948"


def require_kept_blind(amended: Protocol) -> None:
    """Refuses an amendment that would open a trial whose list is sealed.

    Args:
        amended: about to come into force.

    Raises:
        ConductError: EQ948.
    """
    sealed = services.sealed_under() is not None
    if sealed and is_open(amended) and not is_open(in_force()):
        raise ConductError.single(
            CODE,
            "the trial is blinded, and the amendment would show coordinators and "
            "investigators the treatment of everybody",
            where=f"version {amended.trial.version} of the protocol",
            mend="conceal the arm as before; a trial is open from its first sealed list "
            "on, or never",
        )


def require_open_since_sealing() -> None:
    """Refuses to tell treatments if anybody may have been randomized blinded.

    Raises:
        ConductError: EQ948, a version was in force since the sealing that was not open,
            or the trial does not know under which one it was sealed.
    """
    known = list(ProtocolVersion.objects.order_by("id").values_list("hash", flat=True))
    sealed = services.sealed_under()
    since = known[known.index(sealed) :] if sealed in known else []
    if not since or not all(is_open(version(hash_)) for hash_ in since):
        raise ConductError.single(
            CODE,
            "the trial was blinded when somebody could be randomized already",
            where="the versions of the protocol since the list was sealed",
            mend="the treatment stays concealed; in an emergency the investigator "
            "unblinds",
        )
