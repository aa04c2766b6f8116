"""What every figure draws, and where: to the whole point, as a reader approves it.

``python -m tests.report.drawn`` writes the files ``approved/*-drawings.txt`` anew. Look at
the figures of which a line changed before they are committed: the test only sees that
something was drawn otherwise, in another place or with another look.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from xml.etree import ElementTree
from zlib import crc32

from equipoise.report.blocks import Figure, Series
from equipoise.report.document import document
from equipoise.report.figures.power import power_curves
from tests.differences import differences
from tests.report import written
from tests.report.figures import test_power
from tests.report.trials import trial

APPROVED = Path(__file__).parent / "approved"
PLACES = (
    "x",
    "y",
    "x1",
    "y1",
    "x2",
    "y2",
    "width",
    "height",
    "points",
    "d",
    "transform",
)
SHAPES = ("path", "use", "rect", "line", "polygon", "circle", "text")
LONG = 400  # letters
NUMBER = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")
LINK = "{http://www.w3.org/1999/xlink}href"


def drawn(svg: str) -> Iterator[str]:
    """A line for each look in a drawing: what has it, and every place where it is.

    Args:
        svg: the drawing. Names inside it are left out, but for those of hatches; a mark
            is given by its own line.
    """
    root = ElementTree.fromstring(svg)  # noqa: S314  our own
    marks = {f"#{part.get('id')}": part.get("d", "") for part in root.iter()}
    looks: dict[str, list[str]] = {}
    for part in root.iter():
        shape = part.tag.rpartition("}")[2]
        if shape not in SHAPES:
            continue
        look = [f"{k}={v}" for k, v in sorted(part.items()) if _is_look(k)]
        if shape == "use":
            look.append(f"mark={_rounded(marks[part.get(LINK, '')])}")
        places = [_rounded(part.get(name, "")) for name in PLACES if part.get(name)]
        if part.text and part.text.strip():
            places.append(part.text)
        looks.setdefault(" ".join((shape, *look)), []).append(" ".join(places))
    for look, all_places in looks.items():
        yield f"{look}: {'; '.join(all_places)}"


def _is_look(name: str) -> bool:
    # A mask keeps its panel's size, and its name is that of the drawing as a whole.
    return name not in (*PLACES, LINK, "id", "clip-path")


def _rounded(places: str) -> str:
    """Whole points; of a long line its ends, and a sum over what is between them."""
    text = " ".join(places.split())
    text = NUMBER.sub(lambda found: f"{round(float(found.group()))}", text)
    if len(text) <= LONG:
        return text
    return f"{text[:40]} [{crc32(text.encode()):08x}] {text[-40:]}"


@cache
def figures(name: str) -> str:
    """Every figure of the report of a trial."""
    lines = []
    for _, block in document(*trial(name)).numbered():
        if isinstance(block, Figure):
            lines += [f"# {block.name}", *drawn(block.svg.decode())]
            lines += map(_of, block.series)
    return "\n".join(lines) + "\n"


def _of(part: Series) -> str:
    """What a file of the points drawn says of one label."""
    columns = zip(part.x, part.y, part.lower, part.upper, part.n, part.ids, strict=True)
    points = "; ".join(" ".join(map(_short, point)) for point in columns)
    return f"series {part.panel} | {part.label} | {part.arm}: {points}"


def _short(value: object) -> str:
    if isinstance(value, float) and abs(value) < 1e-9:  # rounding of a limit at zero
        return "0"
    return f"{value:.4g}" if isinstance(value, float) else str(value or "-")


def _power() -> str:
    return power_curves(test_power.table(), "Change").svg.decode()


def _of_page(page: str) -> str:
    lines = []
    for number, svg in enumerate(re.findall(r"<svg.*?</svg>", page, flags=re.S), 1):
        lines += [f"# {number}", *drawn(svg)]
    return "\n".join(lines) + "\n"


DRAWN: Mapping[str, Callable[[], str]] = {
    "complete-drawings": lambda: figures("complete"),
    "rare-drawings": lambda: differences(figures("complete"), figures("rare")),
    "plain-drawings": lambda: figures("plain"),
    "three-arms-drawings": lambda: figures("three-arms"),
    "power-drawings": lambda: "\n".join(drawn(_power())) + "\n",
    "maintenance-drawings": lambda: _of_page(written.maintenance_page()),
}

if __name__ == "__main__":
    for name, made in DRAWN.items():
        (APPROVED / f"{name}.txt").write_text(made(), encoding="utf-8")
