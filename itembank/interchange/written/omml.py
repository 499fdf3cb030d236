r"""Equations of Word (OMML) as LaTeX; what is not known refuses the equation, never a guess."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final
from xml.etree.ElementTree import Element

from itembank.plain_formulas import GREEK, SIGNS

M: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
UPRIGHT: Final = re.compile(r"\\mathrm\{([^{}]*)\}\\mathrm\{([^{}]*)\}")
DEEPEST: Final = 60
ROW_END: Final = r" \\ "
MATRIX: Final = r"\begin{{matrix}}{}\end{{matrix}}"
CHOSEN: Final = {  # of several commands for one sign
    "≤": "leq", "≥": "geq", "≠": "neq", "→": "to", "∥": "parallel", "…": "ldots",
    "φ": "varphi", "ϕ": "phi", "ε": "varepsilon", "ϵ": "epsilon", "∅": "emptyset", "|": "",
    "∗": "ast", "°": "circ", "Δ": "Delta", "Ω": "Omega", "Φ": "Phi", "Θ": "Theta", "Ψ": "Psi",
    "Σ": "Sigma",
}  # fmt: skip
COMMANDS: Final[Mapping[str, str]] = {
    **{sign: f"\\{name}" for name, sign in {**SIGNS, **GREEK}.items() if len(sign) == 1},
    **{sign: f"\\{name}" if name else sign for sign, name in CHOSEN.items()},
    "−": "-", "\u00a0": r"\ ", "′": "'", "µ": r"\mu", "∙": r"\cdot", "⋅": r"\cdot",
    "℃": r"^{\circ}\mathrm{C}",
}  # fmt: skip
SPECIAL: Final[Mapping[str, str]] = {
    "\\": r"\backslash ", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\wedge ", "~": r"\sim ",
}  # fmt: skip
FUNCTIONS: Final = frozenset(
    "sin cos tan cot sec csc sinh cosh tanh arcsin arccos arctan ln lg log exp lim max min".split()  # noqa: SIM905 - reads better
)
NARY: Final[Mapping[str, str]] = {
    "∑": r"\sum", "∏": r"\prod", "∫": r"\int", "∬": r"\iint", "∭": r"\iiint", "∮": r"\oint",
}  # fmt: skip
ACCENTS: Final[Mapping[str, str]] = {
    "\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0305": "overline", "\u0307": "dot",
    "\u0308": "ddot", "\u20d7": "vec", "\u0301": "acute", "\u0300": "grave", "\u030c": "check",
    "^": "hat", "~": "tilde", "¯": "bar", "→": "vec", "˙": "dot",
}  # fmt: skip
FENCES: Final[Mapping[str, str]] = {
    "(": "(", ")": ")", "[": "[", "]": "]", "{": r"\{", "}": r"\}", "|": "|", "‖": r"\|", "": ".",
    "⟨": r"\langle ", "⟩": r"\rangle ", "⌊": r"\lfloor ", "⌋": r"\rfloor ", "⌈": r"\lceil ",
    "⌉": r"\rceil ", "〈": r"\langle ", "〉": r"\rangle ",
}  # fmt: skip


class UnreadableEquationError(ValueError):
    """An equation holds something that is not known here; the text names it."""


def latex_of(equation: Element) -> str:
    """Return an ``m:oMath`` as LaTeX; raises UnreadableEquationError."""
    latex = _run(equation, 0)
    while UPRIGHT.search(latex):  # letters that Word keeps apart are one word
        latex = UPRIGHT.sub(r"\\mathrm{\1\2}", latex)
    return " ".join(latex.split())


def _run(parent: Iterable[Element], depth: int) -> str:
    if depth > DEEPEST:
        raise UnreadableEquationError("…")
    return "".join(_one(child, depth + 1) for child in parent)


def _one(element: Element, depth: int) -> str:
    tag = element.tag
    name = tag.removeprefix(M)
    if name in READ:
        return READ[name](element, depth)
    if name.endswith("Pr") or tag.startswith(W):
        return ""
    raise UnreadableEquationError(name.rpartition("}")[2])


def _part(element: Element, name: str, depth: int) -> str:
    found = element.find(f"{M}{name}")
    return "" if found is None else _run(found, depth)


def _said(element: Element, path: str, usual: str = "") -> str:
    """Return what a property says, such as ``m:dPr/m:begChr``."""
    found = element.find("/".join(f"{M}{each}" for each in path.split("/")))
    return usual if found is None else found.get(f"{M}val", "")


def _text(element: Element, _depth: int) -> str:
    text = "".join(each.text or "" for each in element.findall(f"{M}t"))
    is_plain = _said(element, "rPr/sty") == "p" or element.find(f"{M}rPr/{M}nor") is not None
    if element.find(f"{M}rPr/{M}nor") is not None or _has_words(text):
        return f"\\text{{{_escaped_text(text)}}}"
    made = "".join(_sign(letter) for letter in text)
    if is_plain and text.strip() in FUNCTIONS:
        return f"\\{text.strip()} "
    return f"\\mathrm{{{made}}}" if is_plain and any(each.isalpha() for each in text) else made


def _has_words(text: str) -> bool:
    return any("\u3000" <= letter <= "\u9fff" or "\uff00" <= letter <= "\uffef" for letter in text)


def _escaped_text(text: str) -> str:
    return "".join(f"\\{letter}" if letter in "{}$&#%_" else letter for letter in text)


def _sign(letter: str) -> str:
    if letter in SPECIAL:
        return SPECIAL[letter]
    found = COMMANDS.get(letter)
    if found is None or not found.startswith("\\") or not found[1:].isalpha():
        return found or letter
    return f"{found} "


def _fraction(element: Element, depth: int) -> str:
    above, below = _part(element, "num", depth), _part(element, "den", depth)
    kind = _said(element, "fPr/type", "bar")
    if kind == "lin":
        return f"{above}/{below}"
    return f"\\binom{{{above}}}{{{below}}}" if kind == "noBar" else f"\\frac{{{above}}}{{{below}}}"


def _scripts(element: Element, depth: int) -> str:
    base = _part(element, "e", depth)
    if len(base) > 1 and not base.startswith("\\"):
        base = f"{{{base}}}"
    below, above = _part(element, "sub", depth), _part(element, "sup", depth)
    if element.tag == f"{M}sPre":
        return f"{{}}_{{{below}}}^{{{above}}}{base}"
    marks = (f"_{{{below}}}" if below else "") + (f"^{{{above}}}" if above else "")
    return f"{base.rstrip()}{marks}"


def _root(element: Element, depth: int) -> str:
    degree = _part(element, "deg", depth)
    return f"\\sqrt{f'[{degree}]' if degree else ''}{{{_part(element, 'e', depth)}}}"


def _fence(element: Element, depth: int) -> str:
    signs = [
        _said(element, f"dPr/{name}", usual) for name, usual in (("begChr", "("), ("endChr", ")"))
    ]
    if any(sign not in FENCES for sign in signs):
        raise UnreadableEquationError("".join(signs))
    between = _sign(_said(element, "dPr/sepChr", "|"))
    inside = between.join(_run(each, depth) for each in element.findall(f"{M}e"))
    if signs == ["{", ""] and "\\begin{matrix}" in inside:
        return inside.replace("{matrix}", "{cases}")
    return f"\\left{FENCES[signs[0]]}{inside}\\right{FENCES[signs[1]]}"


def _nary(element: Element, depth: int) -> str:
    sign = _said(element, "naryPr/chr", "∫")
    if sign not in NARY:
        raise UnreadableEquationError(sign)
    below, above = _part(element, "sub", depth), _part(element, "sup", depth)
    marks = (f"_{{{below}}}" if below else "") + (f"^{{{above}}}" if above else "")
    return f"{NARY[sign]}{marks} {_part(element, 'e', depth)}"


def _function(element: Element, depth: int) -> str:
    return f"{_part(element, 'fName', depth)} {_part(element, 'e', depth)}"


def _limit(element: Element, depth: int) -> str:
    base, limit = _part(element, "e", depth), _part(element, "lim", depth)
    sign = "_" if element.tag == f"{M}limLow" else "^"
    if base.strip().removeprefix("\\") in FUNCTIONS:
        return f"{base.strip()}{sign}{{{limit}}}"
    return f"\\{'underset' if sign == '_' else 'overset'}{{{limit}}}{{{base}}}"


def _accent(element: Element, depth: int) -> str:
    sign = _said(element, "accPr/chr", "\u0302")
    if sign not in ACCENTS:
        raise UnreadableEquationError(sign)
    return f"\\{ACCENTS[sign]}{{{_part(element, 'e', depth)}}}"


def _bar(element: Element, depth: int) -> str:
    name = "overline" if _said(element, "barPr/pos", "bot") == "top" else "underline"
    return f"\\{name}{{{_part(element, 'e', depth)}}}"


def _matrix(element: Element, depth: int) -> str:
    rows = [
        " & ".join(_run(cell, depth) for cell in row.findall(f"{M}e"))
        for row in element.findall(f"{M}mr")
    ]
    return MATRIX.format(ROW_END.join(rows))


def _lines(element: Element, depth: int) -> str:
    rows = [_run(each, depth).replace("\\&", "&") for each in element.findall(f"{M}e")]
    return MATRIX.format(ROW_END.join(rows))


def _inside(element: Element, depth: int) -> str:
    return _part(element, "e", depth)


def _all(element: Element, depth: int) -> str:
    return _run(element, depth)


READ: Final[Mapping[str, Callable[[Element, int], str]]] = {
    "oMath": _all, "oMathPara": _all, "r": _text, "f": _fraction, "sSup": _scripts,
    "sSub": _scripts, "sSubSup": _scripts, "sPre": _scripts, "rad": _root, "d": _fence,
    "nary": _nary, "func": _function, "limLow": _limit, "limUpp": _limit, "acc": _accent,
    "bar": _bar, "m": _matrix, "eqArr": _lines, "box": _inside, "borderBox": _inside,
}  # fmt: skip
