"""Writes equations as MathML, which browsers show without scripts or the internet.

Only the part of LaTeX that the documentation uses is known; anything else stops the build.
"""

from __future__ import annotations

import re
from html import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

LETTERS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "theta": "θ",
    "sigma": "σ", "rho": "ρ", "nu": "ν", "mu": "μ", "lambda": "λ", "pi": "π", "tau": "τ",
    "omega": "ω", "ell": "ℓ", "Phi": "Φ", "Theta": "Θ", "Gamma": "Γ", "Lambda": "Λ",
    "Delta": "Δ",
}  # fmt: skip
SIGNS = {
    "sim": "∼", "partial": "∂", "nabla": "∇", "prime": "′", "dots": "…", "in": "∈",
    "times": "×", "leftarrow": "←", "{": "{", "}": "}",
    "cdot": "·", "leq": "≤", "geq": "≥", "approx": "≈",
}  # fmt: skip
BARS = {"lvert": "|", "rvert": "|"}
LARGE = {"sum": "∑", "prod": "∏"}
WORDS = {name: name for name in ("log", "max", "min", "exp")}
SPACES = {
    ",": "0.17em", ";": "0.28em", " ": "0.25em", "quad": "1em", "qquad": "2em", "!": "0",
}  # fmt: skip
WRITTEN = (
    (SIGNS, '<mo stretchy="false">{}</mo>'),
    (BARS, '<mo stretchy="false" lspace="0" rspace="0">{}</mo>'),
    (LARGE, "<mo>{}</mo>"),
    (WORDS, '<mrow><mi>{}</mi><mspace width="0.17em"/></mrow>'),
    (SPACES, '<mspace width="{}"/>'),
)
ACCENTS = {"hat": "^", "tilde": "~", "bar": "¯"}
TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.S)


class Equation:
    """A reader of one equation."""

    def __init__(self, latex: str) -> None:
        self.rest = [t for t in TOKEN.findall(latex) if not t.isspace() or t == "\\ "]
        self.latex = latex

    def row(self, *ends: str) -> str:
        """Everything up to one of the ends, which is left, or of the equation."""
        row = []
        while self.rest and self.rest[0] not in ends:
            row.append(self.scripted())
        return "".join(row)

    def scripted(self) -> str:
        """An atom with what stands below and above it."""
        part = self.rest[0]
        base, scripts, prime = self.atom(), {"_": "", "^": ""}, ""
        while self.rest and self.rest[0] in ("_", "^", "'"):
            sign = self.rest.pop(0)
            if sign == "'":
                prime = '<mo lspace="0" rspace="0.1em">′</mo>'
            else:
                scripts[sign] += self.argument()
        whole = self.placed(part, base, scripts)
        return f"<mrow>{whole}{prime}</mrow>" if prime else whole

    def placed(self, part: str, base: str, scripts: dict[str, str]) -> str:
        """A base with its scripts; limits of sums and of maxima below and above."""
        low, high = (f"<mrow>{scripts[s]}</mrow>" for s in "_^")
        under = part[1:] in LARGE or part[1:] in WORDS
        if scripts["_"] and scripts["^"]:
            tag = "munderover" if under else "msubsup"
            return f"<{tag}>{base}{low}{high}</{tag}>"
        if scripts["_"]:
            tag = "munder" if under else "msub"
            return f"<{tag}>{base}{low}</{tag}>"
        return f"<msup>{base}{high}</msup>" if scripts["^"] else base

    def argument(self) -> str:
        """The atom that a command or a script takes: of a number, its first digit."""
        if self.rest[0][0].isdigit() and len(self.rest[0]) > 1:
            digit, self.rest[0] = self.rest[0][0], self.rest[0][1:]
            return f"<mn>{digit}</mn>"
        return self.atom()

    def atom(self) -> str:
        part = self.rest.pop(0)
        if part == "{":
            inside = self.row("}")
            self.rest.pop(0)
            return f"<mrow>{inside}</mrow>"
        if part.startswith("\\"):
            return self.command(part[1:])
        if part[0].isdigit():
            return f"<mn>{part}</mn>"
        if part.isalpha():
            return f"<mi>{part}</mi>"
        fence = ' stretchy="false"' if part in "()[]|" else ""
        return f"<mo{fence}>{escape({'-': '−', '*': '∗'}.get(part, part))}</mo>"

    def command(self, name: str) -> str:
        if name in LETTERS:
            upright = ' mathvariant="normal"' if name[0].isupper() else ""
            return f"<mi{upright}>{LETTERS[name]}</mi>"
        for signs, written in WRITTEN:
            if name in signs:
                return written.format(signs[name])
        if name in ACCENTS:
            accent = f'<mo stretchy="false">{ACCENTS[name]}</mo>'
            return f'<mover accent="true">{self.argument()}{accent}</mover>'
        if name in ("frac", "tfrac"):
            small = ' displaystyle="false"' if name == "tfrac" else ""
            parts = self.argument() + self.argument()
            return f"<mstyle{small}><mfrac>{parts}</mfrac></mstyle>"
        if name == "sqrt":
            return f"<msqrt>{self.argument()}</msqrt>"
        if name in ("text", "operatorname"):
            return self.text(name)
        if name == "left":
            return self.fenced()
        raise ValueError(f"\\{name} of the equation {self.latex!r} is not in mathml.py")

    def fenced(self) -> str:
        """What stands between \\left and \\right, with fences of its height."""
        left = self.rest.pop(0).removeprefix("\\")
        inside = self.row("\\right")
        right = self.rest[1].removeprefix("\\")
        del self.rest[:2]
        return f"<mrow><mo>{left}</mo>{inside}<mo>{right}</mo></mrow>"

    def text(self, kind: str) -> str:
        """The words of a group; spaces were dropped by the parts, so from the source."""
        end = self.rest.index("}")
        letters = "".join(self.rest[1:end])
        del self.rest[: end + 1]
        if kind == "operatorname":
            return f'<mrow><mi>{letters}</mi><mspace width="0.17em"/></mrow>'
        found = re.findall(r"\\text\{([^}]*)\}", self.latex)
        words = next(t for t in found if re.sub(r"\s", "", t) == letters)
        return f"<mtext>{escape(words)}</mtext>"


def mathml(latex: str, *, display: bool = False) -> str:
    """An equation as MathML."""
    kind = "block" if display else "inline"
    body = Equation(latex).row()
    return f'<math display="{kind}"><mrow>{body}</mrow></math>'


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def visit_displaymath(self: HTML5Translator, node: nodes.math_block) -> None:
    self.body.append(self.starttag(node, "div", CLASS="equation"))
    equation = mathml(node.astext(), display=True)
    self.body.append(f'<div class="scroll">{equation}</div>')
    if node["number"]:
        self.body.append(f'<span class="eqno">({node["number"]})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_displaymath, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
