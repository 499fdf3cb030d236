"""Formulas of calculations in Moodle's words, and Moodle's in ours."""

import ast
from collections.abc import Mapping
from typing import Final

from itembank.expressions import UnreadableExpressionError, syntax_tree

SIGNS: Final[Mapping[type, str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
}
MOST_DECIMALS: Final = 8
LONGEST: Final = 250  # what is written anew may be longer, and has a limit of its own


def moodle_formula(text: str, decimals: int) -> str:
    """Return a formula as Moodle works it out, rounded as the item asks.

    Examples
    --------
    >>> moodle_formula("-U**2 / sqrt(R)", 1)
    'round(((-pow({U}, 2)) / sqrt({R})), 1)'
    """
    return f"round({_moodle(syntax_tree(text), text.strip())}, {decimals})"


def _moodle(node: ast.expr, text: str) -> str:
    if isinstance(node, ast.Constant):
        return _typed(node, text)
    if isinstance(node, ast.Name):
        return f"{{{node.id}}}"
    if isinstance(node, ast.UnaryOp):
        inner = _moodle(node.operand, text)
        return f"(-{inner})" if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.Call):
        return f"sqrt({_moodle(node.args[0], text)})"
    if isinstance(node, ast.BinOp):
        left, right = _moodle(node.left, text), _moodle(node.right, text)
        if isinstance(node.op, ast.Pow):
            return f"pow({left}, {right})"
        return f"({left} {SIGNS[type(node.op)]} {right})"
    raise UnreadableExpressionError(text)


def own_formula(text: str, names: Mapping[str, str]) -> tuple[str, int | None]:
    """Return a formula in our words, and to how many decimals it is rounded as a whole.

    ``names`` are ours for Moodle's. Raises UnreadableExpressionError.

    Examples
    --------
    >>> own_formula("round(pow({a},2)/{b c}, 2)", {"a": "a", "b c": "p2"})
    ('((a**2)/p2)', 2)
    >>> own_formula("pi()*{a} + 1.50", {"a": "a"})
    ('((pi*a)+1.50)', None)
    """
    written = text.strip()
    for name, own in names.items():
        written = written.replace(f"{{{name}}}", own)
    if len(written) > LONGEST:
        raise UnreadableExpressionError(text)
    tree, decimals = syntax_tree(written), None
    if isinstance(tree, ast.Call) and _name(tree) == "round" and len(tree.args) == len("xn"):
        said = tree.args[1]
        if isinstance(said, ast.Constant) and said.value in range(MOST_DECIMALS + 1):
            tree, decimals = tree.args[0], int(str(said.value))
    return _own(tree, written), decimals


def _own(node: ast.expr, text: str) -> str:
    if isinstance(node, ast.Constant):
        return _typed(node, text)
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        sign = "-" if isinstance(node.op, ast.USub) else "+"
        return f"({sign}{_own(node.operand, text)})"
    if isinstance(node, ast.BinOp) and type(node.op) in SIGNS:
        return f"({_own(node.left, text)}{SIGNS[type(node.op)]}{_own(node.right, text)})"
    if isinstance(node, ast.Call) and not node.keywords:
        return _own_call(node, [_own(each, text) for each in node.args], text)
    raise UnreadableExpressionError(text)


def _own_call(node: ast.Call, given: list[str], text: str) -> str:
    ways: Mapping[tuple[str, int], str] = {
        ("pi", 0): "pi",
        ("sqrt", 1): "sqrt({0})",
        ("abs", 1): "sqrt({0}**2)",
        ("pow", 2): "({0}**{1})",
    }
    way = ways.get((_name(node), len(given)))
    if way is None:
        raise UnreadableExpressionError(text)
    return way.format(*given)


def _name(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _typed(node: ast.Constant, text: str) -> str:
    """Return a number as it was typed."""
    return text[node.col_offset : node.end_col_offset]
