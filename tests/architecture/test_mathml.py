"""Equations of the documentation as MathML, compared with what LaTeX sets."""

import runpy

import pytest

from tests.architecture.source import ROOT

mathml = runpy.run_path(str(ROOT / "docs" / "mathml.py"))["mathml"]


def inside(latex: str) -> str:
    return mathml(latex)[len('<math display="inline"><mrow>') : -len("</mrow></math>")]


@pytest.mark.parametrize(
    ("latex", "written"),
    [
        (r"\tfrac12", '<mstyle displaystyle="false"><mfrac><mn>1</mn><mn>2</mn>'),
        (r"\frac2r", "<mstyle><mfrac><mn>2</mn><mi>r</mi></mfrac></mstyle>"),
        ("x_1", "<msub><mi>x</mi><mrow><mn>1</mn></mrow></msub>"),
        ("x^12", "<msup><mi>x</mi><mrow><mn>1</mn></mrow></msup><mn>2</mn>"),
        (r"\theta_{hj}", "<msub><mi>θ</mi><mrow><mrow><mi>h</mi><mi>j</mi>"),
        (r"\sum_i^n", "<munderover><mo>∑</mo>"),
        (r"\text{mean of the rows}", "<mtext>mean of the rows</mtext>"),
        ("10", "<mn>10</mn>"),
        ("a < b", "<mi>a</mi><mo>&lt;</mo><mi>b</mi>"),
    ],
)
def test_a_command_is_written_as_latex_sets_it(latex: str, written: str) -> None:
    assert inside(latex).startswith(written)


def test_a_command_that_is_not_known_stops_the_build() -> None:
    with pytest.raises(ValueError, match="matrix"):
        mathml(r"\matrix{a}")
