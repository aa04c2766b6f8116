"""A small made-up instrument that has every rule."""

from __future__ import annotations

from equipoise.instruments.load import parse_instrument
from equipoise.instruments.model import Instrument

HEAD = """
schema = 1
id = "small"
name = "Small"
version = "1"
better = "lower"
rater = "self"
primary_score = "total"
source = "made up"
recall = { period = "past week", source = "made up" }
licence = { owner = "-", terms = "free", wording_shipped = false, source = "made up" }
response = { range = [0, 3], source = "made up" }
missing = { rule = "none", assumed = true }
"""

ITEMS = """
[items]
a = "Item a"
b = "Item b"
c = "Item c"
d = { label = "Item d", range = [0, 4], values = [0, 2, 4], source = "made up" }
e = "Item e, of two"
f = "Item f, of two"
"""

SCORES = """
[scores.total]
label = "Total"
unit = "points"
range = [0, 9]
rule = "sum"
items = ["a", "b", "c"]
source = "made up"
missing = { rule = "prorate", at_most = 1, source = "made up" }

[scores.mean]
label = "Mean"
unit = "points"
range = [0, 3]
rule = "mean"
items = ["a", "b", "c"]
source = "made up"
missing = { rule = "prorate", at_most = 2, source = "made up" }

[scores.present]
label = "Present"
unit = "symptoms"
range = [0, 2]
rule = "count-at-least"
at_least = 2
items = ["a", "b"]
source = "made up"

[scores.highest]
label = "Highest"
unit = "points"
range = [0, 7]
rule = "sum-of-maxima"
groups = [["d"], ["e", "f"]]
source = "made up"

[scores.met]
label = "Met"
unit = "1 = met"
range = [0, 1]
rule = "all-of"
all_of = [{ score = "present", at_least = 1 }, { any_of = ["c", "d"], at_least = 2 }]
source = "made up"

[scores.global]
label = "Global impression"
unit = "points"
range = [0, 100]
rule = "recorded"
source = "made up"

[[alternatives]]
items = ["e", "f"]
source = "made up"
"""

MEANING = """
[[bands]]
score = "total"
source = "made up"
bands = [{ label = "low", range = [0, 4] }, { label = "high", range = [5, 9] }]

[[cut_offs]]
label = "case"
score = "total"
at_least = 5
source = "made up"

[[changes]]
label = "reliable change"
score = "total"
points = 3
assumed = true

[[conventions]]
label = "response"
score = "total"
improvement_percent = 50
source = "made up"
"""

TEXT = HEAD + ITEMS + SCORES + MEANING


def small(*replace: tuple[str, str]) -> Instrument:
    """The small instrument, with pieces of its text replaced."""
    return parse_instrument(changed(*replace), origin="small.toml")


def changed(*replace: tuple[str, str]) -> str:
    """Its text, with pieces replaced; each piece must be there."""
    text = TEXT
    for old, new in replace:
        assert old in text, old
        text = text.replace(old, new)
    return text
