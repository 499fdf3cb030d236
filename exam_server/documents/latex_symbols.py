"""LaTeX's names of signs, spaces, styles and tables, as formulas use them."""

from collections.abc import Mapping
from typing import Final

GREEK: Final = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "omicron": "ο", "pi": "π", "varpi": "ϖ",
    "rho": "ρ", "varrho": "ϱ", "sigma": "σ", "varsigma": "ς", "tau": "τ", "upsilon": "υ",
    "phi": "ϕ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π",
    "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
    "varGamma": "Γ", "varDelta": "Δ", "varTheta": "Θ", "varLambda": "Λ", "varXi": "Ξ",
    "varPi": "Π", "varSigma": "Σ", "varUpsilon": "Υ", "varPhi": "Φ", "varPsi": "Ψ",
    "varOmega": "Ω",
}  # fmt: skip
SIGNS: Final = {
    "times": "×", "div": "÷", "cdot": "·", "pm": "±", "mp": "∓", "ast": "∗", "star": "⋆",
    "circ": "∘", "bullet": "∙", "oplus": "⊕", "ominus": "⊖", "otimes": "⊗", "odot": "⊙",
    "le": "≤", "leq": "≤", "leqslant": "⩽", "ge": "≥", "geq": "≥", "geqslant": "⩾", "ne": "≠",
    "neq": "≠", "approx": "≈", "equiv": "≡", "sim": "∼", "simeq": "≃", "cong": "≅",
    "propto": "∝", "ll": "≪", "gg": "≫", "lt": "<", "gt": ">", "doteq": "≐",
    "infty": "∞", "partial": "∂", "nabla": "∇", "hbar": "ℏ", "ell": "ℓ", "Re": "ℜ", "Im": "ℑ",
    "sum": "∑", "prod": "∏", "int": "∫", "iint": "∬", "iiint": "∭", "oint": "∮",
    "angle": "∠", "measuredangle": "∡", "parallel": "∥", "nparallel": "∦", "perp": "⊥",
    "degree": "°", "prime": "′", "triangle": "△", "square": "□", "diamond": "⋄",
    "cdots": "⋯", "ldots": "…", "dots": "…", "dotsc": "…", "dotsb": "⋯", "vdots": "⋮",
    "ddots": "⋱",
    "to": "→", "rightarrow": "→", "leftarrow": "←", "gets": "←", "leftrightarrow": "↔",
    "uparrow": "↑", "downarrow": "↓", "updownarrow": "↕", "Rightarrow": "⇒", "implies": "⇒",
    "Leftarrow": "⇐", "Leftrightarrow": "⇔", "iff": "⇔", "mapsto": "↦", "longrightarrow": "⟶",
    "rightleftharpoons": "⇌", "nearrow": "↗", "searrow": "↘",
    "in": "∈", "notin": "∉", "ni": "∋", "subset": "⊂", "subseteq": "⊆", "supset": "⊃",
    "supseteq": "⊇", "cup": "∪", "cap": "∩", "setminus": "∖", "emptyset": "∅",
    "varnothing": "∅", "forall": "∀", "exists": "∃", "therefore": "∴", "because": "∵",
    "wedge": "∧", "land": "∧", "vee": "∨", "lor": "∨", "neg": "¬", "lnot": "¬", "mid": "∣",
    "nmid": "∤", "vert": "|", "lvert": "|", "rvert": "|", "Vert": "‖", "lVert": "‖",
    "rVert": "‖", "langle": "⟨", "rangle": "⟩", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈",
    "rceil": "⌉", "backslash": "\\", "colon": ":", "checkmark": "✓",
    "%": "%", "#": "#", "&": "&", "$": "$", "_": "_", "{": "{", "}": "}", "|": "‖",
    "lbrace": "{", "rbrace": "}", "lbrack": "[", "rbrack": "]",
}  # fmt: skip
SYMBOLS: Final[Mapping[str, str]] = {f"\\{name}": sign for name, sign in (GREEK | SIGNS).items()}

SPACES: Final[Mapping[str, float]] = {
    "\\,": 0.167, "\\thinspace": 0.167, "\\:": 0.222, "\\>": 0.222, "\\;": 0.278, "\\ ": 0.25,
    "\\!": -0.167, "\\enspace": 0.5, "\\quad": 1.0, "\\qquad": 2.0,
}  # fmt: skip
IGNORED: Final = ("\\displaystyle", "\\textstyle", "\\scriptstyle", "\\nonumber")
FUNCTIONS: Final = (
    "\\sin", "\\cos", "\\tan", "\\cot", "\\sec", "\\csc", "\\sinh", "\\cosh", "\\tanh",
    "\\coth", "\\arcsin", "\\arccos", "\\arctan", "\\ln", "\\lg", "\\log", "\\exp", "\\arg",
    "\\deg", "\\dim", "\\ker", "\\hom",
)  # fmt: skip
LIMITS: Final[Mapping[str, str]] = {
    **{f"\\{name}": name for name in ("lim", "max", "min", "sup", "inf", "det", "gcd", "Pr")},
    "\\limsup": "lim sup",
    "\\liminf": "lim inf",
}
TEXTS: Final[Mapping[str, str]] = {
    "\\text": "upright",
    "\\textrm": "upright",
    "\\mbox": "upright",
    "\\textnormal": "upright",
    "\\textbf": "bold",
    "\\textit": "upright",  # Chinese has no italics
}
STYLES: Final[Mapping[str, str]] = {
    "\\mathrm": "upright",
    "\\rm": "upright",
    "\\mathbf": "bold-upright",
    "\\boldsymbol": "bold",
    "\\bm": "bold",
    "\\mathit": "italic",
    "\\mathsf": "sans",
    "\\mathtt": "mono",
    "\\mathbb": "double",
    "\\mathcal": "script",
    "\\mathscr": "script",
    "\\mathfrak": "fraktur",
}
ACCENTS: Final[Mapping[str, str]] = {
    "\\vec": "\u20d7", "\\overrightarrow": "\u20d7", "\\hat": "\u0302", "\\widehat": "\u0302",
    "\\bar": "\u0304", "\\tilde": "\u0303", "\\widetilde": "\u0303", "\\dot": "\u0307",
    "\\ddot": "\u0308", "\\acute": "\u0301", "\\grave": "\u0300", "\\check": "\u030c",
    "\\breve": "\u0306",
}  # fmt: skip
DELIMITERS: Final[Mapping[str, str]] = {
    **{sign: sign for sign in "()[]|/"},
    ".": "",
    "<": "⟨",
    ">": "⟩",
    **{
        f"\\{name}": SYMBOLS[f"\\{name}"]
        for name in (
            "{", "}", "lbrace", "rbrace", "|", "vert", "lvert", "rvert", "Vert", "lVert", "rVert",
            "langle", "rangle", "lfloor", "rfloor", "lceil", "rceil", "lbrack", "rbrack",
        )
    },
}  # fmt: skip
ENVIRONMENTS: Final[Mapping[str, tuple[str, str, str]]] = {
    "matrix": ("", "", "center"),
    "pmatrix": ("(", ")", "center"),
    "bmatrix": ("[", "]", "center"),
    "Bmatrix": ("{", "}", "center"),
    "vmatrix": ("|", "|", "center"),
    "Vmatrix": ("‖", "‖", "center"),
    "array": ("", "", "center"),
    "cases": ("{", "", "left"),
    "aligned": ("", "", "left"),
    "split": ("", "", "left"),
    "gathered": ("", "", "center"),
}
