"""Exact arithmetic of short expressions typed by writers: ``+ - * / **``, ``sqrt`` and names.

Nothing else is read, so an expression can neither call nor reach anything, and none can take
long: its length, its exponents and the size of every number in between are limited.
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from math import isqrt
from typing import Final

LONGEST: Final = 300
MOST_BITS: Final = 2048
HIGHEST_POWER: Final = 12
ROOT_DIGITS: Final = 60  # of a root that is no fraction
NUMBER: Final = re.compile(r"[0-9]{1,30}(\.[0-9]{1,30})?")
NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,15}")
Values = Mapping[str, Fraction]
Reading = Callable[[Values], "Value"]

OPERATORS: Final[Mapping[type, Callable[[Fraction, Fraction], Fraction]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
COMPARISONS: Final[Mapping[type, Callable[[Fraction, Fraction], bool]]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


@dataclass(frozen=True)
class Value:
    """A number; one that is not exact comes of a root and is right to over 50 digits."""

    number: Fraction
    is_exact: bool = True


class UnreadableExpressionError(ValueError):
    """The text is no expression that is allowed."""


class NoValueError(ArithmeticError):
    """No value here: a division by zero, a root of less, a number too large, a tie of rounding."""


@dataclass(frozen=True)
class Expression:
    """An expression that has been read: the names it needs, and its value for theirs."""

    text: str
    names: frozenset[str]
    value: Reading


@dataclass(frozen=True)
class Condition:
    """A comparison that has been read, such as ``1 <= U / R < 10``."""

    text: str
    names: frozenset[str]
    holds: Callable[[Values], bool]


def read_expression(text: str) -> Expression:
    """Return an expression read; raises UnreadableExpressionError.

    Examples
    --------
    >>> read_expression("U / R + 0.1").value({"U": Fraction(220), "R": Fraction(44)}).number
    Fraction(51, 10)
    >>> read_expression("sqrt(a**2 + b**2)").value({"a": Fraction(3), "b": Fraction(4)})
    Value(number=Fraction(5, 1), is_exact=True)
    """
    tree = syntax_tree(text)
    return Expression(text, _names(tree), _reading(tree, text))


def read_condition(text: str) -> Condition:
    """Return a condition read; raises UnreadableExpressionError."""
    tree = syntax_tree(text)
    if not isinstance(tree, ast.Compare):
        raise UnreadableExpressionError(text)
    sides = [_reading(side, text) for side in (tree.left, *tree.comparators)]
    signs = [COMPARISONS.get(type(sign)) for sign in tree.ops]
    if None in signs:
        raise UnreadableExpressionError(text)
    known = [sign for sign in signs if sign is not None]

    def holds(values: Values) -> bool:
        numbers = [side(values).number for side in sides]
        return all(map(_call, known, numbers, numbers[1:]))

    return Condition(text, _names(tree), holds)


def rounded_half_up(value: Value, decimals: int) -> Decimal:
    """Return a value rounded; raises NoValueError where a root comes too near a tie to tell.

    Examples
    --------
    >>> rounded_half_up(Value(Fraction(1, 8)), 2)
    Decimal('0.13')
    >>> rounded_half_up(Value(Fraction(-1, 8)), 2)
    Decimal('-0.13')
    """
    scaled = abs(value.number) * 10**decimals
    whole = int(scaled)
    over = scaled - whole - Fraction(1, 2)
    if not value.is_exact and abs(over) < Fraction(1, 10**20):
        raise NoValueError
    units = whole + (over >= 0)
    with localcontext() as exact:
        exact.prec = MOST_BITS
        size = Decimal(units).scaleb(-decimals)
        return -size if value.number < 0 and units else size


def syntax_tree(text: str) -> ast.expr:
    """Return what an expression says, in Python's own words; raises UnreadableExpressionError."""
    if len(text) > LONGEST or not text.isascii() or "\n" in text.strip():
        raise UnreadableExpressionError(text)
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise UnreadableExpressionError(text) from None


def _names(tree: ast.expr) -> frozenset[str]:
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return frozenset(node.id for node in names if id(node) not in called)


def _reading(node: ast.expr, text: str) -> Reading:
    """Return how a node is worked out; whatever is not on the list is refused here."""
    if isinstance(node, ast.Constant):
        return _constant(node, text)
    if isinstance(node, ast.Name) and NAME.fullmatch(node.id):
        name = node.id
        return lambda values: Value(values[name])
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        inner, sign = _reading(node.operand, text), -1 if isinstance(node.op, ast.USub) else 1
        return lambda values: _times(inner(values), sign)
    if isinstance(node, ast.BinOp):
        return _operation(node, text)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _root_of(node, text)
    raise UnreadableExpressionError(text)


def _constant(node: ast.Constant, text: str) -> Reading:
    """Return a number as typed, which is not what a float makes of it."""
    typed = text.strip()[node.col_offset : node.end_col_offset]
    if not NUMBER.fullmatch(typed):
        raise UnreadableExpressionError(text)
    number = Value(Fraction(typed))
    return lambda _: number


def _operation(node: ast.BinOp, text: str) -> Reading:
    left, right = _reading(node.left, text), _reading(node.right, text)
    if isinstance(node.op, ast.Pow):
        return lambda values: _power(left(values), right(values))
    combine = OPERATORS.get(type(node.op))
    if combine is None:
        raise UnreadableExpressionError(text)

    def combined(values: Values) -> Value:
        one, other = left(values), right(values)
        try:
            number = combine(one.number, other.number)
        except ZeroDivisionError:
            raise NoValueError from None
        return _limited(Value(number, one.is_exact and other.is_exact))

    return combined


def _root_of(node: ast.Call, text: str) -> Reading:
    is_sqrt = isinstance(node.func, ast.Name) and node.func.id == "sqrt"
    if not is_sqrt or len(node.args) != 1 or node.keywords:
        raise UnreadableExpressionError(text)
    inner = _reading(node.args[0], text)
    return lambda values: _root(inner(values))


def _power(base: Value, exponent: Value) -> Value:
    times = exponent.number
    if times.denominator != 1 or abs(times) > HIGHEST_POWER or (times < 0 and not base.number):
        raise NoValueError
    return _limited(Value(Fraction(base.number ** int(times)), base.is_exact and exponent.is_exact))


def _root(value: Value) -> Value:
    """Return a square root: exact where it is a fraction, else to many digits."""
    number = value.number
    if number < 0:
        raise NoValueError
    top, bottom = isqrt(number.numerator), isqrt(number.denominator)
    if top**2 == number.numerator and bottom**2 == number.denominator:
        return Value(Fraction(top, bottom), value.is_exact)
    scale = 10 ** (2 * ROOT_DIGITS)
    near = isqrt(number.numerator * scale // number.denominator)
    return Value(Fraction(near, 10**ROOT_DIGITS), is_exact=False)


def _times(value: Value, sign: int) -> Value:
    return Value(sign * value.number, value.is_exact)


def _limited(value: Value) -> Value:
    parts = (value.number.numerator, value.number.denominator)
    if max(part.bit_length() for part in parts) > MOST_BITS:
        raise NoValueError
    return value


def _call(sign: Callable[[Fraction, Fraction], bool], one: Fraction, other: Fraction) -> bool:
    return sign(one, other)
