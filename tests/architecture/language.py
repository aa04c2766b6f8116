"""The texts that people read, and turns of phrase that no trial unit would use.

``python -m tests.architecture.language PATH ...`` lists the hits in these files.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

# Turn -> what to write instead. Word boundaries are added on both sides.
BANNED = {
    r"who(?:so)?ever": "anyone who",
    r"(?:some|every|any|no)body": "a user, all users, no participant ...",
    r"(?<!there )(?:is|are|was|were) (?-i:none)": "there is no ...",
    r"(?<!there )is no (?:number|date|time|visit|form|code|file|score)": "is not a ...",
    r"stands? in": "is recorded",
    r"as it (?:is|stands)": "unchanged, current",
    r"what (?:became|becomes|has become) of": "visit status, outcome",
    r"wait(?:s|ing)? for (?:you|nobody)|(?:nothing|nobody) waits": "open tasks",
    r"mend(?:s|ed|ing)?": "fix",
    r"deeds?\b(?!:)": "action",
    r"opens? no": "does not unblind",
    r"(?:written|writes?|wrote) down": "recorded",
    r"(?:worked|works?|working) out": "calculate, derive",
    r"made-up": "demonstration user",
    r"virtual (?:people|persons?)": "simulated participants",
    r"rests? on|rested on": "depends on",
    r"(?:taken|took|takes) for": "mistaken for",
    r"(?:thrown|throws?) away": "discarded",
    r"lack(?:s|ed|ing)": "is missing",
    r"at once": "immediately, or together",
    r"in words": "as text",
    r"go(?:es|ing)? on|went on|gone on": "continue",
    r"beg[au]n": "started",
    r"beside": "in addition to, next to",
    r"truths?(?: files?)?": "scenario",
    r"vaults?": "allocation database",
    r"sealed list": "concealed allocation schedule",
    r"how far": "status, progress",
    r"(?:is|was|are|were|be) (?:said|told)": "reported, shown",
    r"one who|those who|he who": "participants who, users who",
    r"second persons?": "second approver, witness",
    r"refus(?:al|als)": "error",
    r"fires?|fired": "is triggered",
    r"own password again": "re-authentication",
    r"by and by|for ever|of his|himself|thereby|nought|lest": "plain modern English",
    r"newest": "latest",
    r"left out": "excluded, omitted",
}
_BANNED = [
    (re.compile(rf"\b(?:{turn})\b", re.IGNORECASE), fix) for turn, fix in BANNED.items()
]
# AMA style: 5%, not 5 %; an f-string is read in pieces, so a piece may start with it.
_BANNED.append((re.compile(r"(?<=[0-9}]) %(?![\w(%}])|^ %(?=[ ;,.]|$)"), "5%"))
_MARKUP = re.compile(
    r"\{%\s*translate\b|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<!--.*?-->"
    r"|<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>",
    re.DOTALL,
)
_CODE = re.compile(r"```.*?```|``.*?``|`[^`\n]*`|\]\([^)]*\)|<[^>\n]*>", re.DOTALL)


def hits(path: Path) -> Iterator[tuple[int, str, str]]:
    """Line, text and remedy of each banned turn in what people read of a file."""
    for line, text in texts(path):
        for turn, fix in _BANNED:
            for match in turn.finditer(text):
                yield line + text.count("\n", 0, match.start()), match[0], fix


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """First line and text: of a page, a document, or the messages of a module."""
    source = path.read_text("utf-8")
    if path.suffix == ".py":
        yield from _messages(source)
    else:
        pattern = _CODE if path.suffix == ".md" else _MARKUP
        yield 1, pattern.sub(_shown, source)


def _shown(markup: re.Match[str]) -> str:
    """What is read of markup: the texts in its attributes, and its lines."""
    attributes = re.findall(
        r'(?:title|alt|placeholder|aria-label)="([^"]*)"', markup[0]
    )
    return " ".join(["\n" * markup[0].count("\n") or " ", *attributes, ""])


def _messages(source: str) -> Iterator[tuple[int, str]]:
    """Texts of a module with a space in them, and docstrings of public names."""
    tree = ast.parse(source)
    private = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)
        and node.name.startswith("_")
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or node in private:
            continue
        if isinstance(node.value, str) and " " in node.value.strip():
            yield node.lineno, re.sub(r"``.*?``|`[^`\n]*`", "", node.value)


def files(*paths: str) -> Iterator[Path]:
    """Files below paths of the project that hold texts."""
    for name in paths:
        path = ROOT / name
        every = [path] if path.is_file() else sorted(path.rglob("*"))
        suffixes = {".py", ".html", ".md", ".txt"}
        yield from (file for file in every if file.suffix in suffixes)


if __name__ == "__main__":
    for file in files(*sys.argv[1:]):
        for line, turn, fix in hits(file):
            print(f"{file.relative_to(ROOT)}:{line}: {turn!r}: write: {fix}")
