r"""Formulas and stems as lists show them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.plain_formulas import formula_text
from itembank.plain_texts import plain_line


@pytest.mark.parametrize(
    ("latex", "said"),
    [
        (r"I=\dfrac{U}{R}", "I=U/R"),
        (r"\frac{a+b}{2}", "(a+b)/2"),
        (r"\frac12", "1/2"),
        (r"\frac{1}{\sqrt{2}}", "1/√2"),
        (r"P=\sqrt{3}\,U_L I_L\cos\varphi", "P=√3 U_L I_L cos φ"),
        (r"\sqrt[3]{x+1}", "³√(x+1)"),
        (r"10^{-3}\,\mathrm{m}^2", "10⁻³ m²"),
        (r"x_i^{n+1}", "xᵢⁿ⁺¹"),
        (r"e^{-t/\tau}", "e^(-t/τ)"),
        ("R_{eq}", "R_eq"),
        (r"90^{\circ}\text{C}", "90°C"),
        (r"2 \times 3 \leq 7", "2 × 3 ≤ 7"),
        (r"5\,\mathrm{kW}\cdot\mathrm{h}", "5 kW·h"),
        (r"\sin^2\alpha+\cos^2\alpha", "sin² α+cos² α"),
        (r"\left(\frac{1}{2}\right)^2", "(1/2)²"),
        (r"\left.\frac{a}{b}\right|_0", "a/b|₀"),
        (r"\overline{A}+\vec{F}", "A\u0305+F\u20d7"),
        (r"\begin{cases}x&1\\y&2\end{cases}", "x 1; y 2"),
        (r"50\%,\ \{a\}", "50%, {a}"),
        (r"n!\!=\!6", "n!=6"),
        (r"\unknown{x}", "unknown x"),
    ],
)
def test_formulas_are_read_as_letters_and_signs(latex: str, said: str) -> None:
    assert formula_text(latex) == said


@given(st.text(alphabet="\\{}^_&~[]()$ ab1frsqtleid.-+", max_size=300))
def test_no_formula_is_too_broken_to_be_shown(latex: str) -> None:
    assert "\n" not in formula_text(latex)


def test_deep_nesting_ends() -> None:
    assert isinstance(formula_text("{" * 1900), str)
    assert isinstance(formula_text(r"\frac" * 390), str)
    assert isinstance(formula_text("^" * 1900), str)


@pytest.mark.parametrize(
    ("stem", "said"),
    [
        (r"<p>已知 \(R=\frac{U}{I}\)，求 \[x^2\]</p>", "已知 R=U/I，求 x²"),
        ("<p>costs $5 and $6</p>", "costs $5 and $6"),
        (r"<p>$\alpha$ and $x_1$</p>", "α and x₁"),
        ("H<sub>2</sub>O 10<sup>-3</sup>", "H₂O 10⁻³"),
        ('<p>a</p><p><img src="media:0" alt="x > y">b</p>', "a [图] b"),
        ('填 <span data-type="blank" data-blank="1"></span>。', "填 ____ 。"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ('<span data-type="inline-math" data-latex="a&lt;b"></span> &amp; c', "a<b & c"),
        ("1 &lt; 2 und 3 > 2", "1 < 2 und 3 > 2"),
    ],
)
def test_a_stem_is_one_plain_line(stem: str, said: str) -> None:
    assert plain_line(stem) == said


def test_a_long_line_is_cut() -> None:
    assert plain_line("x" * 90, longest=80) == "x" * 79 + "…"
