r"""MathML as LaTeX."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from itembank.interchange.qti.elements import Element, words

SIGNS: Final = {
    "×": r"\times ", "÷": r"\div ", "±": r"\pm ", "∓": r"\mp ", "⋅": r"\cdot ", "·": r"\cdot ",
    "−": "-", "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ", "≈": r"\approx ", "∞": r"\infty ",
    "∑": r"\sum ", "∏": r"\prod ", "∫": r"\int ", "√": r"\surd ", "∂": r"\partial ",
    "→": r"\to ", "⇒": r"\Rightarrow ", "⇔": r"\Leftrightarrow ", "∈": r"\in ", "∉": r"\notin ",
    "⊂": r"\subset ", "∪": r"\cup ", "∩": r"\cap ", "∀": r"\forall ", "∃": r"\exists ",
    "∠": r"\angle ", "°": r"^{\circ}", "…": r"\ldots ", "′": "'", "∆": r"\Delta ",
    "α": r"\alpha ", "β": r"\beta ", "γ": r"\gamma ", "δ": r"\delta ", "ε": r"\varepsilon ",
    "θ": r"\theta ", "λ": r"\lambda ", "μ": r"\mu ", "π": r"\pi ", "ρ": r"\rho ",
    "σ": r"\sigma ", "τ": r"\tau ", "φ": r"\varphi ", "ω": r"\omega ", "η": r"\eta ",
    "Δ": r"\Delta ", "Σ": r"\Sigma ", "Ω": r"\Omega ", "Φ": r"\Phi ", "Π": r"\Pi ",
    "%": r"\%", "#": r"\#", "&": r"\&", "$": r"\$", "_": r"\_", "{": r"\{", "}": r"\}",
    "\\": r"\backslash ", "\u2061": "", "\u2062": "", "\u2063": "", "\u2064": "", "\u00a0": "~",
}  # fmt: skip
OVER: Final = {
    "→": r"\vec", "⃗": r"\vec", "¯": r"\overline", "‾": r"\overline", "_": r"\overline",
    "^": r"\hat", "ˆ": r"\hat", "~": r"\tilde", "˜": r"\tilde", "˙": r"\dot", ".": r"\dot",
    "⏞": r"\overbrace",
}  # fmt: skip
FUNCTIONS: Final = words(
    "sin cos tan cot sec csc log ln lim max min exp det gcd arcsin arccos arctan sinh cosh tanh"
)
NOTHING_SHOWN: Final = ("annotation", "annotation-xml", "mphantom", "maligngroup", "malignmark")


class FormulaError(ValueError):
    """A formula holds what has no LaTeX here: the element's name."""


def latex_of(math: Element) -> str:
    r"""Return MathML as LaTeX; LaTeX that stands beside it is taken as it is.

    Raises FormulaError with the name of an element that is not known.

    Examples
    --------
    >>> half = Element("mfrac", {}, [Element("mn", {}, ["1"]), Element("mn", {}, ["2"])])
    >>> latex_of(Element("math", {}, [half]))
    '\\frac{1}{2}'
    """
    for each in math.find("annotation"):
        if "tex" in each.get("encoding").lower() and each.text():
            return each.text()
    return re.sub(r" +", " ", _row(math)).strip()


def _row(element: Element) -> str:
    return "".join(_piece(each) for each in element.elements())


def _piece(element: Element) -> str:
    if element.name in NOTHING_SHOWN:
        return ""
    if element.name not in PIECES:
        raise FormulaError(element.name)
    return PIECES[element.name](element)


def _letters(text: str) -> str:
    return "".join(SIGNS.get(each, each) for each in text)


def _name(element: Element) -> str:
    said = element.text()
    if said in FUNCTIONS:
        return f"\\{said} "
    plain = _letters(said)
    is_upright = element.get("mathvariant") == "normal" or len(said) > 1
    return f"\\mathrm{{{plain}}}" if is_upright and said.isalpha() else plain


def _sign(element: Element) -> str:
    return _letters(element.text())


def _text(element: Element) -> str:
    said = re.sub(r"\s+", " ", "".join(each for each in element.children if isinstance(each, str)))
    return f"\\text{{{said}}}" if said.strip() else ("~" if said else "")


def _args(element: Element, n: int) -> list[str]:
    given = [_piece(each) for each in element.elements()]
    return [*given, *[""] * n][:n]


def _fraction(element: Element) -> str:
    above, below = _args(element, 2)
    return f"\\frac{{{above}}}{{{below}}}"


def _root(element: Element) -> str:
    of, degree = _args(element, 2)
    return f"\\sqrt[{degree}]{{{of}}}"


def _square_root(element: Element) -> str:
    return f"\\sqrt{{{_row(element)}}}"


def _base(text: str) -> str:
    return text if re.fullmatch(r"\\?\w+ ?|\w", text) else f"{{{text}}}"


def _scripts(pattern: str) -> Callable[[Element], str]:
    def scripts(element: Element) -> str:
        base, *given = _args(element, 1 + len(pattern))
        return _base(base) + "".join(
            f"{sign}{{{said}}}" for sign, said in zip(pattern, given, strict=True) if said
        )

    return scripts


def _over(element: Element) -> str:
    base, above = _args(element, 2)
    mark = element.elements()[1].text() if len(element.elements()) > 1 else ""
    if mark in OVER:
        return f"{OVER[mark]}{{{base}}}"
    return f"{base}^{{{above}}}" if base.strip() in LIMITS else f"\\overset{{{above}}}{{{base}}}"


def _under(element: Element) -> str:
    base, below = _args(element, 2)
    return f"{base}_{{{below}}}" if base.strip() in LIMITS else f"\\underset{{{below}}}{{{base}}}"


def _table(element: Element) -> str:
    rows = [
        " & ".join(_row(cell) for cell in row.all("mtd"))
        for row in element.all("mtr", "mlabeledtr")
    ]
    inner = " \\\\ ".join(rows)
    return f"\\begin{{matrix}}{inner}\\end{{matrix}}" if rows else ""


def _fenced(element: Element) -> str:
    between = element.get("separators", ",").strip()[:1]
    inner = between.join(_piece(each) for each in element.elements())
    left, right = _letters(element.get("open", "(")), _letters(element.get("close", ")"))
    return f"\\left{left or '.'}{inner}\\right{right or '.'}"


def _space(_element: Element) -> str:
    return r"\,"


LIMITS: Final = (r"\sum", r"\prod", r"\int", r"\lim", r"\max", r"\min")
PIECES: Final[Mapping[str, Callable[[Element], str]]] = {
    **dict.fromkeys(("mrow", "mstyle", "semantics", "mpadded", "menclose", "math", "merror"), _row),
    "mi": _name,
    "mn": _sign,
    "mo": _sign,
    "ms": _text,
    "mtext": _text,
    "mspace": _space,
    "mfrac": _fraction,
    "msqrt": _square_root,
    "mroot": _root,
    "msup": _scripts("^"),
    "msub": _scripts("_"),
    "msubsup": _scripts("_^"),
    "munderover": _scripts("_^"),
    "mover": _over,
    "munder": _under,
    "mtable": _table,
    "mfenced": _fenced,
}
