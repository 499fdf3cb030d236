"""Formulas: LaTeX read as trees, every kind of node set by Typst, what is unknown refused."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from exam_server.documents.formulas import FormulaError, formula_tree
from exam_server.documents.latex_symbols import (
    ACCENTS,
    DELIMITERS,
    ENVIRONMENTS,
    FUNCTIONS,
    LIMITS,
    STYLES,
    SYMBOLS,
)
from exam_server.documents.rich_text import RichTextError, rich_nodes
from exam_server.documents.typesetting import pdf
from itembank.markup import parts

X: list[Any] = ["symbol", "x"]
TWO = ["number", "2"]


@pytest.mark.parametrize(
    ("latex", "tree"),
    [
        ("x", X),
        ("4.44", ["number", "4.44"]),
        ("x^2", ["scripts", X, TWO, None]),
        ("x_2^x", ["scripts", X, X, TWO]),
        ("x^23", ["row", ["scripts", X, TWO, None], ["number", "3"]]),
        ("x'", ["scripts", X, ["symbol", "′"], None]),
        ("x-2", ["row", X, ["symbol", "−"], TWO]),
        (r"\frac12", ["fraction", ["number", "1"], TWO]),
        (r"\dfrac{x}{2}", ["style", "display", ["fraction", X, TWO]]),
        (r"\sqrt[2]{x}", ["root", TWO, X]),
        (r"\sqrt x", ["root", None, X]),
        (
            r"U_\mathrm{N}",
            ["scripts", ["symbol", "U"], None, ["style", "upright", ["symbol", "N"]]],
        ),
        (r"\text{50% 额定 }", ["text", "50% 额定 "]),
        (r"\text{50\%}", ["text", "50%"]),
        (r"\cos\varphi", ["row", ["operator", "cos"], ["symbol", "φ"]]),
        (r"\lim_{x\to 2}", ["scripts", ["limits", "lim"], None, ["row", X, ["symbol", "→"], TWO]]),
        (r"\overline{x}", ["line", "over", X]),
        (r"\vec x", ["accent", "\u20d7", X]),
        (r"\left(x\right.", ["fence", "(", X, ""]),
        (r"\overset{2}{x}", ["stacked", X, TWO, None]),
        (r"\begin{cases}x&2\\2\end{cases}", ["table", "{", "", "left", [[X, TWO], [TWO, ["row"]]]]),
        (r"\displaystyle x", X),
        ("", ["row"]),
    ],
)
def test_latex_is_read_as_written(latex: str, tree: list[Any]) -> None:
    assert formula_tree(latex) == tree


@pytest.mark.parametrize(
    ("latex", "named"),
    [
        (r"x+\foo{2}", r"\foo"),
        (r"\frac{x", "}?"),
        (r"\frac{x}", "…"),
        ("x}", "}"),
        ("x & 2", "&"),
        (r"\left(x", r"\right?"),
        (r"\begin{tikzpicture}x\end{tikzpicture}", r"\begin{tikzpicture}"),
        (r"\text{\foo}", r"\foo"),
        ("{" * 200, "{{{…"),
    ],
)
def test_what_is_unknown_or_open_is_refused_by_name(latex: str, named: str) -> None:
    with pytest.raises(FormulaError) as refused:
        formula_tree(latex)
    assert str(refused.value) == named


def facts(stem: list[Any]) -> dict[str, Any]:
    item = {"number": 1, "type": "text_entry", "stem": stem}
    section = {"title": "填空题", "words": "", "items": [item]}
    return {
        "language": "zh",
        "organization": "示例评价中心",
        "title": "试卷",
        "subject": None,
        "form": "A 卷",
        "minutes": 60,
        "full_mark": "100",
        "sections": [section],
        "is_sample": False,
    }


def every_formula() -> str:
    """Return LaTeX with every sign, style, accent, delimiter and environment that is known."""
    pieces = [
        *SYMBOLS,
        *FUNCTIONS,
        *LIMITS,
        *(f"{name}{{a}}" for name in (*STYLES, *ACCENTS)),
        *(rf"\left{each} \frac12 \right{each}" for each in DELIMITERS),
        *(
            rf"\begin{{{name}}}{'{cc}' if name == 'array' else ''}a&b\\c&d\end{{{name}}}"
            for name in ENVIRONMENTS
        ),
        r"\binom{n}{k} \dfrac{a}{b} \sqrt[3]{x} \overset{a}{b} \underset{a}{b} \not= a'",
        r"\text{电压}\quad\underline{a}\overline{b}\operatorname{sgn}\big(x\big)_i^2",
    ]
    return " ".join(pieces)


def test_every_known_sign_and_construct_is_set_with_its_fonts_inside() -> None:
    html = f'<p>见 <span data-latex="{every_formula().replace("&", "&amp;").replace("<", "&lt;")}">'
    made = pdf("paper", facts(rich_nodes(html, lambda _: None)))
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    assert "电压" in text
    assert "cos" in text


def test_rich_text_keeps_tables_lists_and_blanks() -> None:
    html = (
        '<p>a <strong>b</strong> <span data-blank="1"></span></p><ul><li>c</li></ul>'
        "<table><tbody><tr><th>d</th></tr><tr><td rowspan='2'>e</td><td colspan='2'>f</td></tr>"
        "<tr><td>g</td></tr></tbody></table>"
    )
    nodes = rich_nodes(html, lambda _: None)
    assert nodes == [
        ["paragraph", [["text", "a "], ["strong", [["text", "b"]]], ["text", " "], ["blank", "1"]]],
        ["list", [[["text", "c"]]]],
        [
            "table",
            3,
            [
                [0, 0, 1, 1, True, [["text", "d"]]],
                [0, 1, 1, 2, False, [["text", "e"]]],
                [1, 1, 2, 1, False, [["text", "f"]]],
                [1, 2, 1, 1, False, [["text", "g"]]],
            ],
        ],
    ]
    assert pdf("paper", facts(nodes)).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("html", "named"),
    [
        ('<span data-latex="\\foo"></span>', "\\foo"),
        ('<img src="media:x" alt="a dial">', "a dial"),
    ],
)
def test_what_cannot_be_printed_is_named(html: str, named: str) -> None:
    with pytest.raises(RichTextError) as refused:
        rich_nodes(html, lambda _: None)
    assert named in str(refused.value)


def formulas_in(value: Any) -> Iterator[str]:
    """Give every formula of nested texts."""
    if isinstance(value, str):
        yield from (part for part, is_formula in parts(value) if is_formula)
    elif isinstance(value, dict):
        yield from formulas_in(list(value.values()))
    elif isinstance(value, list):
        for each in value:
            yield from formulas_in(each)


def test_the_formulas_of_real_banks_are_set(shared: Path) -> None:
    files = sorted((shared / "banks").glob("**/*.json"))
    found = [
        each for file in files for each in formulas_in(json.loads(file.read_text(encoding="utf-8")))
    ]
    assert found
    nodes = [["formula", {"formula": formula_tree(each)}, False] for each in found]
    assert pdf("paper", facts(nodes)).startswith(b"%PDF")
