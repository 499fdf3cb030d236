"""A calculation as an item with a template: values drawn by its rules, an answer worked out.

What QTI has no place for (the parameters as they were typed, other units, limits) stands in a
template variable of its own, so that the item comes back as it was.
"""

import ast
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from itembank.expressions import read_condition, read_expression, syntax_tree
from itembank.interchange.qti.elements import MATHML, Element
from itembank.interchange.qti.html_writing import body_children
from itembank.interchange.qti.xml_writing import Edition, q
from itembank.item_models import plain, written_values
from itembank.items.calculation import USUAL_DECIMALS
from scoring.marks import read_number

OWN: Final = "CALCULATION"
PI: Final = "pi"
USUAL_PI: Final = "3.14"
ANSWER: Final = "answer"
VALUE: Final = "V_"  # before the names of parameters: none is a name of QTI's own
HELD: Final = 0xE000  # first of the signs that hold a value's place while a formula is written
HAIR: Final = "0.000000001"
SIGNS: Final[Mapping[type, str]] = {
    ast.Add: "sum",
    ast.Sub: "subtract",
    ast.Mult: "product",
    ast.Div: "divide",
    ast.Pow: "power",
    ast.Lt: "lt",
    ast.LtE: "lte",
    ast.Gt: "gt",
    ast.GtE: "gte",
    ast.Eq: "equal",
    ast.NotEq: "equal",
}
Facts = Mapping[str, Any]


def variable_name(name: str) -> str:
    """Return the template variable of a parameter."""
    return f"{VALUE}{name}"


def drawn_names(key: Facts) -> list[str]:
    """Return what a stem may name in braces."""
    return [*key.get("parameters", {}), PI]


def template_declarations(content: Facts, key: Facts) -> list[Element]:
    """Return a variable for each parameter, pi and the answer, and one with what is ours alone."""
    whole = {"decimals": content.get("decimals"), "key": dict(key)}
    said = q("defaultValue", q("value", json.dumps(whole, ensure_ascii=False)))
    own = q("templateDeclaration", said, identifier=OWN, cardinality="single", baseType="string")
    names = [*drawn_names(key), ANSWER]
    return [*(_declared(variable_name(name)) for name in names), own]


def _declared(name: str) -> Element:
    facts = {"identifier": name, "cardinality": "single", "baseType": "float"}
    return q("templateDeclaration", **facts, mathVariable="true")


def template_rules(content: Facts, key: Facts, response: str) -> Element:
    """Return the rules that draw values, keep what conditions allow, and work the answer out."""
    said = content.get("decimals")
    decimals = USUAL_DECIMALS if said is None else int(said)
    exact = formula(str(key["formula"]))
    rounded = q("roundTo", _variable(ANSWER), roundingMode="decimalPlaces", figures=str(decimals))
    return q(
        "templateProcessing",
        *(_set(name, _drawn(values)) for name, values in key["parameters"].items()),
        _set(PI, _number(str(key.get("pi") or USUAL_PI))),
        _set(ANSWER, exact),
        *_constraints(key),
        q("setCorrectResponse", rounded, identifier=response),
    )


def _constraints(key: Facts) -> Iterator[Element]:
    for each in key.get("conditions", []):
        yield q("templateConstraint", condition(str(each)))
    places = key.get("exact_decimals")
    if places is not None:
        near = {"toleranceMode": "absolute", "tolerance": HAIR}
        rounded = {"roundingMode": "decimalPlaces", "figures": str(places)}
        whole = q("roundTo", _variable(ANSWER), **rounded)
        yield q("templateConstraint", q("equal", whole, _variable(ANSWER), **near))


def _drawn(values: Any) -> Element:
    """Return how a value is drawn: from a list, or by steps that are whole numbers."""
    if isinstance(values, list):
        listed = [_number(str(read_number(str(each)))) for each in values]
        return q("random", q("multiple", *listed))
    low, high, step = (Decimal(str(read_number(str(values[each])))) for each in ENDS)
    steps = int((high - low) / step)
    number = q("randomInteger", min="0", max=str(steps))
    steps_up = q("product", q("integerToFloat", number), _number(plain(step)))
    return q("sum", _number(plain(low)), steps_up)


ENDS: Final = ("from", "to", "step")


def formula(text: str, named: Callable[[str], str] = variable_name) -> Element:
    """Return a formula as an expression of QTI; raises UnreadableExpressionError."""
    read_expression(text)
    return _expression(syntax_tree(text), text.strip(), named)


def condition(text: str) -> Element:
    """Return a condition; a chain of comparisons holds where each does."""
    read_condition(text)
    tree = syntax_tree(text)
    if not isinstance(tree, ast.Compare):
        msg = f"no condition: {text!r}"
        raise TypeError(msg)
    sides = [tree.left, *tree.comparators]
    made = [
        _comparison(sign, _expression(one, text.strip()), _expression(other, text.strip()))
        for sign, one, other in zip(tree.ops, sides, sides[1:], strict=False)
    ]
    return made[0] if len(made) == 1 else q("and", *made)


def _comparison(sign: ast.cmpop, one: Element, other: Element) -> Element:
    name = SIGNS[type(sign)]
    made = q(name, one, other, **({"toleranceMode": "exact"} if name == "equal" else {}))
    return q("not", made) if isinstance(sign, ast.NotEq) else made


def _expression(node: ast.expr, text: str, named: Callable[[str], str] = variable_name) -> Element:
    if isinstance(node, ast.Constant):
        return _number(text[node.col_offset : node.end_col_offset])
    if isinstance(node, ast.Name):
        return q("variable", identifier=named(node.id))
    if isinstance(node, ast.UnaryOp):
        inner = _expression(node.operand, text, named)
        return q("product", _number("-1"), inner) if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.Call):  # a root: the only one that is read
        return q("power", _expression(node.args[0], text, named), _number("0.5"))
    if isinstance(node, ast.BinOp):
        sides = (_expression(each, text, named) for each in (node.left, node.right))
        return q(SIGNS[type(node.op)], *sides)
    msg = f"no formula: {text!r}"
    raise ValueError(msg)


def _number(value: str) -> Element:
    return q("baseValue", value, baseType="float")


def _variable(name: str) -> Element:
    return q("variable", identifier=variable_name(name))


def _set(name: str, value: Element) -> Element:
    return q("setTemplateValue", value, identifier=variable_name(name))


def stem_with_values(
    html: str, names: Sequence[str], edition: Edition, pictures: Mapping[str, str]
) -> list[Element | str]:
    """Return a stem as elements, with a printed variable or a formula's variable for each value."""
    signs = {name: chr(HELD + place) for place, name in enumerate(names)}
    held = written_values(html, names, lambda name, _: signs[name])
    known = {sign: name for name, sign in signs.items()}
    return _children(body_children(held, edition, pictures), known)


def _children(children: Sequence[Element | str], known: Mapping[str, str]) -> list[Element | str]:
    made: list[Element | str] = []
    for each in children:
        if isinstance(each, str):
            made += _pieces(each, known, lambda name: q("printedVariable", identifier=name))
        elif each.name == "mtext":
            made += _in_formula(each.text(), known)
        else:
            facts = {name: _unheld(said, known) for name, said in each.attributes.items()}
            inner: list[Element | str] = (
                [_unheld(each.text(), known)]
                if each.name == "annotation"
                else _children(each.children, known)
            )
            made.append(Element(each.name, facts, inner, each.namespace))
    return made


def _in_formula(text: str, known: Mapping[str, str]) -> list[Element | str]:
    pieces = _pieces(text, known, lambda name: Element("mi", {}, [name], MATHML))
    return [
        Element("mtext", {}, [each], MATHML) if isinstance(each, str) else each for each in pieces
    ]


def _pieces(text: str, known: Mapping[str, str], how: Any) -> list[Element | str]:
    made: list[Element | str] = [""]
    for sign in text:
        if sign in known:
            made += [how(variable_name(known[sign])), ""]
        else:
            made[-1] = f"{made[-1]}{sign}"
    return [each for each in made if each != ""]


def _unheld(text: str, known: Mapping[str, str]) -> str:
    return "".join(f"{{{known[sign]}}}" if sign in known else sign for sign in text)
