"""Decides which values of a data file may be copied into a proposed mapping.

A mapping is kept under version control and sent by e-mail: no participant may be
recognized from it. A value is shown only if it is a word of the protocol or of the data
dictionary, or a short code that several participants share in a column that does not
look like personal data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from equipoise.exchange.cells import is_number
from equipoise.exchange.column_profile import CODES, NOT_DONE, Look, normal
from equipoise.protocol.model import Protocol

SHOWN = 5  # most values that a hint lists
SHARED = 3  # participants with a value, below which it could identify one of them
LISTED = 2  # the same for a text that must be listed under `values` to be read
CODE = re.compile(r"-?\d{1,3}(?:[.,]0)?|[A-Za-z]{1,3}\d?")
LONGEST = 40  # characters of a label
PERSONAL = {  # words of names and labels of columns with personal data
    *("name", "names", "firstname", "lastname", "forename", "surname", "fullname"),
    *("nickname", "alias", "maiden", "initial", "initials", "signature", "signed"),
    *("fname", "lname", "mname", "vorname", "nachname", "middlename"),
    *("birth", "birthdate", "birthday", "dob", "brthdtc", "brthdat", "born", "death"),
    *("mail", "email", "phone", "telephone", "telefon", "tel", "mobile", "fax"),
    *("phonenumber", "cellphone", "address", "street", "city", "town", "village"),
    *("zip", "zipcode", "postcode", "postal", "plz", "county", "residence", "house"),
    *("mrn", "ssn", "nhs", "chi", "hospno", "record", "chart", "insurance", "passport"),
    *("licence", "license", "account", "ip", "url", "device", "gps", "latitude"),
    *("longitude", "lat", "lon", "contact", "kin", "guardian", "spouse", "relative"),
    *("comment", "comments", "note", "notes", "remark", "remarks", "describe"),
    *("description", "specify", "specification", "explain", "explanation", "text"),
    *("narrative", "verbatim", "freetext", "memo", "detail", "details", "reason"),
    *("rater", "assessor", "interviewer", "investigator", "nurse", "therapist"),
    *("physician", "doctor", "gp", "clinician", "staff", "user", "username", "by"),
    *("person", "personnel", "conducted", "seen", "who", "responsible", "pi", "author"),
    *("identifier", "id", "ident", "number", "no", "employer", "occupation", "job"),
    *("geb", "geburt", "geburtsdatum", "geburtstag", "geburtsname", "geboren"),
    *("handy", "mobil", "tel", "adresse", "anschrift", "strasse", "hausnummer"),
    *("wohnort", "ort", "postleitzahl", "bemerkung", "bemerkungen", "kommentar"),
    *("kommentare", "anmerkung", "anmerkungen", "notiz", "notizen", "freitext"),
    *("beschreibung", "grund", "initialen", "kuerzel", "unterschrift", "arzt"),
    *("aerztin", "pruefarzt", "pruefer", "untersucher", "pflege", "angehoerige"),
    *("krankenkasse", "versicherung", "versichertennummer", "svnr", "beruf"),
    *("nom", "prenom", "naissance", "adresse", "courriel", "remarque", "remarques"),
    *("nombre", "apellido", "apellidos", "nacimiento", "direccion", "telefono"),
    *("comentario", "comentarios", "observaciones", "correo"),
}
PERSONAL_TYPES = ("notes", "file", "signature", "sql", "text")
PERSONAL_VALIDATIONS = ("date", "email", "phone", "zip", "postal", "mrn", "ssn", "time")
PERSONAL_TEXT = re.compile(
    r"@|://|\d[\d\s().-]{5,}\d|\d{1,3}(?:\.\d{1,3}){3}|(?:\d{1,4}[-/.]){2}\d{1,4}"
)
COMMON = {
    *("yes", "no", "y", "n", "true", "false", "male", "female", "m", "f", "other"),
    *("none", "mild", "moderate", "severe", "left", "right", "low", "medium", "high"),
    *("never", "sometimes", "often", "always", "checked", "unchecked", "day"),
    *("not related", "unlikely", "possible", "probable", "definite", "related"),
}


def personal(look: Look) -> bool:
    """Whether a column is marked as an identifier, or looks like personal data."""
    field = look.field
    if field is not None and field.identifier:
        return True
    if PERSONAL & {*look.words, *look.label.split()}:
        return True
    # ``phone2`` and ``initials_1`` are split at digits only by their punctuation.
    if PERSONAL & {word.rstrip("0123456789") for word in look.words}:
        return True
    if field is None:
        return False
    free = field.type in PERSONAL_TYPES and not field.choices and not look.numbers
    return free or field.validation.startswith(PERSONAL_VALIDATIONS)


def hint(look: Look, *, sure: bool) -> str:
    """Values of a column, or why they are not shown; empty if there is nothing to show.

    Args:
        look: the column.
        sure: whether the column of the participants is known. Without it a value that
            several participants share is not known from a value of one.
    """
    if personal(look):
        return "values not shown: personal data or free text"
    if look.choices:
        shown = [f"{code} = {_short(label)}" for code, label in look.choices.items()]
        more = ", …" if len(shown) > SHOWN else ""
        return f"its choices: {', '.join(shown[:SHOWN])}{more}"
    if not sure or len(look.texts) > SHOWN:
        return ""
    shown = [text for text in look.texts if _code(text, look)]
    rest = len(look.texts) - len(shown)
    if not shown:
        return ""
    others = f", and {rest} not shown" if rest else ""
    return f"its values: {', '.join(shown)}{others}"


def listable(
    text: str, looks: Iterable[Look], vocabulary: frozenset[str], *, sure: bool
) -> bool:
    """Whether a text may be listed under ``values`` of a mapping.

    Args:
        text: a cell of the columns.
        looks: the columns.
        vocabulary: from ``vocabulary``.
        sure: whether the column of the participants is known.
    """
    looks = list(looks)
    if any(text in one.choices or text in one.choices.values() for one in looks):
        return True
    said = normal(text)
    if said in NOT_DONE or text in CODES or said in COMMON:
        return True
    if len(text) <= LONGEST and said and _abbreviates(said, vocabulary):
        return True
    if any(map(personal, looks)) or PERSONAL_TEXT.search(text):
        return False
    if is_number(text) and CODE.fullmatch(text):
        return True
    shared = max((one.people.get(text, 0) for one in looks), default=0)
    return sure and shared >= LISTED and len(text) <= LONGEST


def without_personal(
    values: Mapping[str, Any],
    looks: Iterable[Look],
    vocabulary: frozenset[str],
    *,
    sure: bool,
) -> dict[str, Any]:
    """The entries of ``values`` whose text may be listed."""
    looks = list(looks)
    return {
        text: value
        for text, value in values.items()
        if listable(text, looks, vocabulary, sure=sure)
    }


def vocabulary(protocol: Protocol) -> frozenset[str]:
    """Names of arms, visits and categories in a protocol, in small letters."""
    names: set[str] = set()
    for arm in protocol.arms:
        names |= {arm.id, arm.label, *arm.treatments}
    for part in protocol.characteristics:
        names |= {*part.values, *part.labels.values()}
    for visit in protocol.schedule.visits:
        names |= {visit.id, visit.label}
    return frozenset(normal(name) for name in names if normal(name))


def _abbreviates(said: str, vocabulary: frozenset[str]) -> bool:
    return any(known.startswith(said) for known in vocabulary)


def _code(text: str, look: Look) -> bool:
    """Whether a text is a short code or common word that several participants share."""
    short = CODE.fullmatch(text) is not None or normal(text) in COMMON
    return short and look.people.get(text, 0) >= SHARED


def _short(label: str) -> str:
    return label if len(label) <= LONGEST else label[: LONGEST - 1] + "…"
