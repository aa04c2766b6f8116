"""Hidden columns: sorting, filtering or selecting by them must have no effect.

Every list and every reading operation is requested again with parameters that other
systems understand. The response must be an error, or the same as without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qsl, quote, urlencode

from equipoise.leaktest.crawl import Read, body
from equipoise.leaktest.noninterference import plain
from equipoise.rehearse_conduct.browser import Answer

# By what may be sorted, filtered or selected; {arm} is an arm of the protocol.
COLUMNS = ("arm", "allocation__arm", "place__position")
SORTING = ("sort={c}", "order=desc", "order_by={c}", "ordering=-{c}", "sort_by=-{c}")
FILTERS = (
    "arm={arm}",
    "arm[]={arm}",
    "filter=arm:{arm}",
    "filter[arm]={arm}",
    "participant__allocation__arm={arm}",
    "allocation__arm__startswith={arm}",
    "allocation__place__position__lt=3",
    "place__stratum={arm}",
    "syringe__content__contains={arm}",
    "lot__drug={arm}",
    "drug={arm}",
)
SELECTING = (
    "fields=arm", "columns=arm", "select=arm,kit", "include=allocation", "expand=arm",
    "group_by=arm", "count_by=arm", "unblinded=1", "debug=1",
)  # fmt: skip
LISTS = (
    "/", "/participants/", "/recruitment/", "/audit/", "/export/", "/people/", "/list/",
    "/pharmacy/", "/pharmacy/stock/", "/api/me", "/api/participants", "/api/tokens",
    "/api/export?format=csv",
)  # fmt: skip
OF_A_PERSON = (
    "/participants/{p}/", "/participants/{p}/events/", "/audit/{p}/",
    "/api/participants/{p}", "/api/participants/{p}/forms",
)  # fmt: skip
SEARCH = "/participants/?q="
CODES = (400, 401, 403, 404, 405, 409, 422)  # errors


def addresses(people: Sequence[str]) -> list[str]:
    """Lists of all participants, and pages of the first one."""
    own = [page.format(p=people[0]) for page in OF_A_PERSON] if people else []
    return [*LISTS, *own]


def together(arms: Sequence[str]) -> list[list[str]]:
    """Parameters that are sent together; those with an effect are then sent singly."""
    parameters = [[one.format(c=c) for one in SORTING] for c in COLUMNS]
    parameters += [[one.format(arm=quote(arm)) for one in FILTERS] for arm in arms]
    return [*parameters, list(SELECTING)]


def hidden(
    role: str, read: Read, people: Sequence[str], arms: Sequence[str]
) -> Iterator[str]:
    """Addresses whose response depends on a hidden column, as text.

    Args:
        role: for the report.
        read: requests an address as this user.
        people: identifiers that occur in the trial.
        arms: ids.
    """
    for address in addresses(people):
        without = read(address)
        if without.status >= 400:
            continue
        mark = "&" if "?" in address else "?"
        for parameters in together(arms):
            if not _differs(read, without, address, mark + "&".join(parameters)):
                continue
            for one in parameters:
                if _differs(read, without, address, mark + one):
                    yield f"{role} at {address}{mark}{one}: differs from without it"
    yield from _search(role, read, arms)


def _differs(read: Read, without: Answer, address: str, query: str) -> bool:
    """Whether parameters change a response, other than by its own address in it."""
    answer = read(address + query)
    if answer.status in CODES:
        return False
    if answer.status != without.status:
        return True
    return _bare(answer, address, query) != _bare(without, address, query)


def _bare(answer: Answer, address: str, query: str) -> str:
    """A response, without the parameters in its own address."""
    text = plain(body(answer), {})
    for whole, short in (
        # A link to the next page keeps the parameters, in one notation.
        (query + "&", query[0]),
        (query[0] + urlencode(parse_qsl(query[1:])) + "&", query[0]),
        (address + query, address),
        (quote(address + query), quote(address)),
        (quote(address + query, safe=""), quote(address, safe="")),
        (query, ""),
        (query[1:], ""),
    ):
        text = text.replace(whole, short)
    return text


def _search(role: str, read: Read, arms: Sequence[str]) -> Iterator[str]:
    """A search for an arm must have the same result as one for a meaningless word."""
    for arm in arms:
        word = "zqx".ljust(len(arm), "z")
        said = re.compile(f"{re.escape(arm)}|{word}", re.IGNORECASE)
        one, other = read(SEARCH + quote(arm)), read(SEARCH + word)
        texts = {plain(said.sub("", body(answer)), {}) for answer in (one, other)}
        if one.status != other.status or len(texts) > 1:
            yield f"{role} at {SEARCH}{arm}: finds something"
