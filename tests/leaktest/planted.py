"""Leaks that are planted into the running application, each at an address of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from equipoise.conduct.allocation.key import Vault
from equipoise.conduct.allocation.models import Allocation
from equipoise.conduct.allocation.services import pharmacy_register

ROW = re.compile(rb"<tr>.*?</tr>", re.DOTALL)


def arms() -> list[str]:
    """Who got what, read with the key as a careless view could."""
    vault = Vault(Path(settings.VAULT_KEY))
    rows = Allocation.objects.all()
    return [vault.open(row.arm, f"participant {row.participant}") for row in rows]


def lot() -> str:
    """A lot of the stock register, read as carelessly."""
    return pharmacy_register.lots(Path(settings.VAULT_KEY))[0].lot


def plant(path: str, query: str, answer: HttpResponse) -> None:
    """Adds to an answer what nobody may know, by its address."""
    if path == "/export/":
        answer["X-Stock"] = lot()  # a lot in a header
    elif path == "/api/me":
        answer.content += f'{{"lot": "{lot()}"}}'.encode()
    known = arms()
    ketamine = [arm == "ketamine" for arm in known]
    if path == "/participants/P0001/":
        answer.content += f"<!-- {known[0]} -->".encode()  # an arm by its name
    elif path == "/participants/P0002/":
        answer.content += b" " * ketamine[1]  # a byte by arm
    elif path == "/recruitment/":
        count = f"<p>{sum(ketamine[:1])} of the first 1</p>"  # a count by arm
        answer.content += count.encode()
    elif path == "/api/participants/P0001":
        answer["X-Cache"] = "hit" if ketamine[0] else "miss"
    elif path == "/audit/" and answer.status_code == 405:
        answer.content += known[0][:1].encode()  # a letter in an error
    elif path == "/no-such-page/":
        answer.content += b"no ketamine here"  # a drug in an error
    elif query:
        plant_asked(path, query, answer)


def plant_asked(path: str, query: str, answer: HttpResponse) -> None:
    """Lists that can be sorted, filtered or searched by what is hidden."""
    if path == "/api/participants" and "sort=arm" in query:
        answer.content = answer.content[::-1]
    elif path == "/participants/" and "allocation__arm__startswith=" in query:
        answer.content = ROW.sub(b"", answer.content)
    elif path == "/participants/" and "q=midazolam" in query:
        answer.content += b"<p>2 found</p>"


class Leaks:
    """Lets answers pass, with what is planted at their address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer; its length is right again."""
        answer = self.get_response(request)
        if not answer.streaming:
            plant(request.path, request.META["QUERY_STRING"], answer)
            if answer.has_header("Content-Length"):
                answer["Content-Length"] = str(len(answer.content))
        return answer
