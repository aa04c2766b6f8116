"""Cards of a randomization list, as PDF: with the code, or inside with the arm."""

from __future__ import annotations

import json

from equipoise.randomize.allocation_list import AllocationList
from equipoise.report.compiler import compiled

PAGE = """\
#let content = json("cards.json")
#set document(title: content.title)
#set page(paper: "a4", margin: (x: 12mm, top: 12mm, bottom: 22mm), footer: {
  set text(size: 6.5pt)
  for line in content.footer [#line #linebreak()]
})
#set text(font: ("Libertinus Serif", "DejaVu Sans"), size: 9pt, lang: "en")
#let card(it) = box(
  width: 100%, height: 48mm, inset: 5mm, stroke: (dash: "dashed", thickness: 0.4pt),
)[
  #set align(left)
  #content.trial #h(1fr) #it.place #linebreak()
  #v(3mm)
  #text(size: 20pt, weight: "bold")[#it.code] #linebreak()
  #v(2mm)
  #if it.arm != "" [#text(size: 13pt)[#it.arm]] else [
    Participant #box(width: 1fr, line(length: 95%, stroke: 0.4pt)) ]
  #v(1fr)
  #text(size: 8pt)[#it.where]
]
#if content.warning != "" [*#content.warning* #v(2mm)]
#grid(columns: (1fr, 1fr), gutter: 2mm, ..content.cards.map(card))
"""


def cards(made: AllocationList, *, key: bool = False, show_seed: bool = False) -> bytes:
    """Cards to cut, two in a row, in the order of the list.

    Args:
        made: of ``allocation_list``.
        key: with the arm, to put into sequentially numbered opaque envelopes; these
            cards disclose the allocation.
        show_seed: print the seed on cards without arms too.

    Returns:
        PDF; every page states method, software and hashes.

    Example:
        >>> import equipoise as eq
        >>> from equipoise.randomize.allocation_list import allocation_list
        >>> cards(allocation_list(eq.load_protocol("feder2021"), 2, seed=1))[:5]
        b'%PDF-'
    """
    labels = {arm.id: arm.label for arm in made.protocol.arms}
    header = made.header(secret=key or show_seed)
    content = {
        "title": f"Randomization cards of {made.protocol.trial.id}",
        "trial": made.protocol.trial.label,
        "warning": "KEY: each card discloses an arm. For unblinded staff."
        if key
        else "",
        "cards": [
            {
                "code": one.code,
                "arm": labels[one.arm] if key else "",
                "place": f"No. {one.position}",
                "where": " · ".join(x for x in (one.site, _stratum(one.stratum)) if x),
            }
            for one in made.allocations
        ],
        "footer": [
            f"{header['trial']} {header['protocol_version']} · {header['method']} · "
            f"seed: {header['seed']} · {header['software']}",
            f"protocol SHA-256 {header['protocol_sha256']}",
            f"commitment SHA-256 {header['commitment_sha256']}",
        ],
    }
    return compiled(PAGE, {"cards.json": json.dumps(content).encode()})


def _stratum(name: str) -> str:
    return "" if name == "all" else name
