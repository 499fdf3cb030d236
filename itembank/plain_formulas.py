r"""A formula as a line of plain text: LaTeX's commands made into letters and signs of Unicode."""

import re
from collections.abc import Sequence
from typing import Final

TOKEN: Final = re.compile(r"\\[A-Za-z]+\*?|\\.|[{}^_&~]|\s+|[^\\{}^_&~\s]", re.DOTALL)
NAME: Final = re.compile(r"\\[A-Za-z]+")
LONGEST: Final = 2000  # what is longer is no formula for a list
DEEPEST: Final = 20


def _pairs(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


GREEK: Final = _pairs(
    "alpha α beta β gamma γ delta δ epsilon ϵ zeta ζ eta η theta θ iota ι kappa κ lambda λ mu μ "
    "nu ν xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi ϕ chi χ psi ψ omega ω varepsilon ε "
    "vartheta ϑ varphi φ varrho ϱ varsigma ς varpi ϖ Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π "
    "Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω varPhi Φ varOmega Ω varDelta Δ varTheta Θ varPsi Ψ "
    "varSigma Σ"
)
SIGNS: Final = _pairs(
    "times × cdot · div ÷ pm ± mp ∓ ast ∗ star ⋆ circ ° bullet • oplus ⊕ otimes ⊗ leq ≤ le ≤ "
    "geq ≥ ge ≥ neq ≠ ne ≠ approx ≈ equiv ≡ sim ∼ simeq ≃ cong ≅ propto ∝ ll ≪ gg ≫ infty ∞ "
    "partial ∂ nabla ∇ sum ∑ prod ∏ int ∫ iint ∬ oint ∮ to → rightarrow → leftarrow ← "
    "Rightarrow ⇒ Leftarrow ⇐ leftrightarrow ↔ Leftrightarrow ⇔ iff ⇔ implies ⇒ uparrow ↑ "
    "downarrow ↓ in ∈ notin ∉ subset ⊂ subseteq ⊆ supset ⊃ cup ∪ cap ∩ emptyset ∅ varnothing ∅ "
    "forall ∀ exists ∃ neg ¬ lnot ¬ land ∧ wedge ∧ lor ∨ vee ∨ angle ∠ perp ⊥ parallel ∥ "
    "triangle △ square □ degree ° prime ′ dots … ldots … cdots ⋯ vdots ⋮ hbar ℏ ell ℓ Re ℜ Im ℑ "
    "therefore ∴ because ∵ mid | vert | Vert ‖ lvert | rvert | langle ⟨ rangle ⟩ lceil ⌈ rceil ⌉ "
    r"lfloor ⌊ rfloor ⌋ backslash \ mho ℧ rightleftharpoons ⇌ leqslant ≤ geqslant ≥ dag †"
)
_SPACES: Final = dict.fromkeys(["\\,", "\\;", "\\:", "\\ ", "~", "\\quad", "\\qquad"], " ") | {
    "\\!": ""
}
_MARKS: Final = {  # set over one letter
    "\\bar": "\u0305",
    "\\overline": "\u0305",
    "\\hat": "\u0302",
    "\\widehat": "\u0302",
    "\\vec": "\u20d7",
    "\\overrightarrow": "\u20d7",
    "\\dot": "\u0307",
    "\\ddot": "\u0308",
    "\\tilde": "\u0303",
    "\\underline": "\u0332",
}
_FRACTIONS: Final = frozenset({"\\frac", "\\dfrac", "\\tfrac", "\\cfrac"})
_LOOKS: Final = (  # of letters and brackets; they say nothing themselves
    "Big Bigg Bigl Bigr big bigg bigl bigr bm boldsymbol boxed displaystyle hbox hline left limits "
    "mathbb mathbf mathcal mathit mathrm mathsf mbox nolimits operatorname phantom right tag text "
    "textbf textit textrm textstyle"
)
_SAY_NOTHING: Final = frozenset(_LOOKS.split())
_SUPERSCRIPTS: Final = dict(
    zip(
        "0123456789+-=()niabcdefghjklmoprstuvwxyzT",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ",
        strict=True,
    )
)
_SUBSCRIPTS: Final = dict(
    zip(
        "0123456789+-=()aehijklmnoprstuvxβγρφχ",
        "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
        strict=True,
    )
)
_LOW_OR_HIGH: Final = frozenset({*_SUPERSCRIPTS.values(), *_SUBSCRIPTS.values()})
_RAISED_ALREADY: Final = frozenset("°′″*")


def formula_text(latex: str) -> str:
    r"""Return LaTeX as one line of plain text; what is not known is shown by its name.

    Examples
    --------
    >>> formula_text(r"I=\dfrac{U}{R}"), formula_text(r"\sqrt{3}\,U_{1}\cos\varphi")
    ('I=U/R', '√3 U₁ cos φ')
    >>> formula_text(r"10^{-3}\,\mathrm{m}^2"), formula_text(r"\frac{a+b}{2}"), formula_text("U_L")
    ('10⁻³ m²', '(a+b)/2', 'U_L')
    """
    if len(latex) > LONGEST:
        return latex
    read = _Reader(TOKEN.findall(latex))
    return " ".join(read.run(closing=False).split())


def raised(text: str) -> str:
    """Return text as a superscript: by its own letters where all have one, else after a caret."""
    return _placed(text, _SUPERSCRIPTS, "^")


def lowered(text: str) -> str:
    """Return text as a subscript: by its own letters where all have one, else after a low line."""
    return _placed(text, _SUBSCRIPTS, "_")


class _Reader:
    """Walks over tokens; nothing that is wrong in a formula stops it."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self.tokens = tokens
        self.place = 0
        self.depth = 0

    def run(self, *, closing: bool) -> str:
        """Read to the end, or to the brace that closes this group."""
        made, after_name = "", False
        self.depth += 1
        while (unit := self.take()) and not (closing and unit == "}"):
            if NAME.fullmatch(unit) and self.tokens[self.place : self.place + 1] == [" "]:
                self.place += not made.endswith(" ")
            piece = self.piece(unit)
            is_name = len(piece) > 1 and unit == f"\\{piece}"
            made += f" {piece}" if (is_name or after_name) and _touch(made, piece) else piece
            after_name = is_name or (after_name and unit in "^_")
        self.depth -= 1
        return made

    def take(self) -> str:
        """Return the next unit, nothing at the end."""
        self.place += 1
        return self.tokens[self.place - 1] if self.place <= len(self.tokens) else ""

    def piece(self, unit: str) -> str:
        """Return what one piece, with what belongs to it, says."""
        if unit == "{":
            return self.run(closing=True) if self.depth < DEEPEST else ""
        if unit in "^_":
            said = self.argument()
            return raised(said) if unit == "^" else lowered(said)
        if unit in _FRACTIONS:
            above = self.argument()
            return f"{_grouped(above)}/{_grouped(self.argument())}"
        if unit == "\\sqrt":
            return self.root()
        if unit in _MARKS:
            return self.marked(_MARKS[unit])
        return self.sign(unit)

    def sign(self, unit: str) -> str:
        """Return the sign a piece stands for."""
        if unit in {"\\begin", "\\end"}:
            is_array = self.argument() == "array" and unit == "\\begin"
            return self.argument()[:0] if is_array else " "
        if unit.removeprefix("\\") in _SAY_NOTHING or unit in {"}", "\\"}:
            return self.unseen() if unit in {"\\left", "\\right"} else ""
        if unit == "&" or unit.isspace():
            return " "
        if unit in _SPACES:
            return _SPACES[unit]
        if unit == "\\\\":
            return "; "
        name = unit.removeprefix("\\")
        return GREEK.get(name) or SIGNS.get(name) or name

    def unseen(self) -> str:
        r"""Pass over the dot of ``\left.``, which stands for no bracket."""
        if self.place < len(self.tokens) and self.tokens[self.place] == ".":
            self.place += 1
        return ""

    def argument(self) -> str:
        """Return what a command or a raised sign takes: a group, or the next sign."""
        while self.place < len(self.tokens) and self.tokens[self.place].isspace():
            self.place += 1
        unit = self.take()
        if not unit or unit == "}" or self.depth >= DEEPEST:
            return ""
        self.depth += 1
        said = self.piece(unit) or self.argument()
        self.depth -= 1
        return said.strip()

    def root(self) -> str:
        """Return a root, with its degree where it has one."""
        degree = ""
        if self.place < len(self.tokens) and self.tokens[self.place] == "[":
            stop = self.tokens.index("]", self.place) if "]" in self.tokens[self.place :] else -1
            if stop > 0:
                degree = raised(_Reader(self.tokens[self.place + 1 : stop]).run(closing=False))
                self.place = stop + 1
        return f"{degree}√{_grouped(self.argument())}"

    def marked(self, mark: str) -> str:
        """Return letters, each with a mark above it."""
        return "".join(f"{letter}{mark}" for letter in self.argument())


def _placed(text: str, letters: dict[str, str], sign: str) -> str:
    said = text.strip().replace("−", "-")
    if not said or all(each in _RAISED_ALREADY for each in said):
        return said
    if all(each in letters for each in said):
        return "".join(letters[each] for each in said)
    return f"{sign}{said}" if said.isalnum() else f"{sign}({said})"


def _grouped(text: str) -> str:
    """Put brackets around what is more than one number or name."""
    return text if _is_lone(text) else f"({text})"


def _is_lone(text: str) -> bool:
    if re.fullmatch(r"[0-9.]+", text):
        return True
    bare = [each for each in text if each.isalpha() and each not in "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"]
    return len(bare) <= 1 and not re.search(r"[\s+\-−×·÷/=<>≤≥±]", text)


def _touch(made: str, piece: str) -> bool:
    """Say whether a function's name and what stands beside it would run into each other."""
    return made[-1:].isalnum() and piece[:1].isalnum() and piece[:1] not in _LOW_OR_HIGH
