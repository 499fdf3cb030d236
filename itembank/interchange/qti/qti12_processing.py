"""Response processing of QTI 1.2 as rules of QTI 2."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from itembank.interchange.qti.elements import Element

SCORE: Final = "SCORE"
MATCHED: Final = "SOMETHING_MATCHED"
COMPARED: Final = {"varlt": "lt", "varlte": "lte", "vargt": "gt", "vargte": "gte"}
ACTIONS: Final = {"add": "sum", "subtract": "subtract", "multiply": "product", "divide": "divide"}


@dataclass(frozen=True)
class Responses:
    """What an item's responses are (single, multiple, ordered, text, number, place).

    ``texts`` are those of the labels, by response and label.
    """

    kinds: Mapping[str, str]
    texts: Mapping[tuple[str, str], str]
    is_matching: bool = False


def _value(base: str, said: str) -> Element:
    return Element("baseValue", {"baseType": base}, [said])


def _variable(name: str) -> Element:
    return Element("variable", {"identifier": name})


def _of(name: str, *children: Element, **attributes: str) -> Element:
    return Element(name, attributes, [*children])


def score_name(item: Element) -> str:
    """Return the variable that holds an item's score."""
    names = [each.get("varname", SCORE) for each in item.find("setvar")]
    return SCORE if SCORE in names or not names else names[0]


def outcome_declarations(item: Element) -> list[Element]:
    """Return the outcomes of an item; the one that is its score is called so."""
    main = score_name(item)
    defaults = {each.get("varname", SCORE): each for each in item.find("decvar")}
    names = [each.get("varname", SCORE) for each in item.find("setvar")]
    made = []
    for name in dict.fromkeys([main, *names]):
        said = defaults[name].get("defaultval", "0") if name in defaults else "0"
        made.append(_declared(SCORE if name == main else name, "float", said or "0"))
    return [*made, _declared(MATCHED, "boolean", "false")]


def _declared(name: str, base: str, default: str) -> Element:
    facts = {"identifier": name, "cardinality": "single", "baseType": base}
    value = _of("defaultValue", Element("value", {}, [default]))
    return Element("outcomeDeclaration", facts, [value])


def processing_of(
    item: Element, responses: Responses, drawn: Mapping[str, str], *, is_drawn: bool = False
) -> Element | None:
    """Return the rules of an item; ``None`` where it has none.

    ``is_drawn`` says that a template works out what is right.
    """
    conditions = [each for each in item.find("respcondition") if each.first("setvar")]
    if drawn:
        return _calculated(responses, drawn, is_drawn=is_drawn)
    if not conditions:
        return None
    main = score_name(item)
    rules = [_rule(each, responses, main) for each in conditions]
    return Element("responseProcessing", {}, [*rules, *_bounds(item, main)])


def _calculated(responses: Responses, drawn: Mapping[str, str], *, is_drawn: bool) -> Element:
    name = next(iter(responses.kinds), "")
    tolerance = drawn["\0tolerance"].strip()
    mode = "relative" if tolerance.endswith("%") else "absolute"
    facts = {"toleranceMode": mode, "tolerance": tolerance.rstrip("% ") or "0"}
    right = _of("correct", identifier=name) if is_drawn else _value("float", drawn["\0answer"])
    compared = _of("equal", right, _variable(name), **facts)
    set_one = _of("setOutcomeValue", _value("float", "1"), identifier=SCORE)
    branch = _of("responseIf", compared, set_one)
    return _of("responseProcessing", _of("responseCondition", branch))


def _bounds(item: Element, main: str) -> Iterator[Element]:
    for each in item.find("decvar"):
        if each.get("varname", SCORE) != main:
            continue
        for name, how in (("minvalue", "lt"), ("maxvalue", "gt")):
            said = each.get(name)
            if said:
                compared = _of(how, _variable(SCORE), _value("float", said))
                bound = _of("setOutcomeValue", _value("float", said), identifier=SCORE)
                yield _of("responseCondition", _of("responseIf", compared, bound))


def _rule(condition: Element, responses: Responses, main: str) -> Element:
    held = condition.first("conditionvar")
    test = _all(held, responses) if held is not None else _value("boolean", "true")
    acts = [_set(each, main) for each in condition.all("setvar")]
    acts.append(_of("setOutcomeValue", _value("boolean", "true"), identifier=MATCHED))
    if condition.get("continue") == "No":
        acts.append(Element("exitResponse"))
    return _of("responseCondition", _of("responseIf", test, *acts))


def _set(setvar: Element, main: str) -> Element:
    name = setvar.get("varname", SCORE)
    own = SCORE if name == main else name
    value, action = _value("float", setvar.text() or "0"), setvar.get("action", "Set").lower()
    if action in ACTIONS:
        value = _of(ACTIONS[action], _variable(own), value)
    return _of("setOutcomeValue", value, identifier=own)


def _all(held: Element, responses: Responses) -> Element:
    """Return conditions that must all hold.

    Several values of one response that takes one are alternatives: else none could ever hold;
    several of an ordered one are its order.
    """
    equal: dict[str, list[Element]] = {}
    parts: list[Element] = []
    for each in held.elements():
        if each.name == "varequal":
            equal.setdefault(each.get("respident"), []).append(each)
        else:
            parts.append(_condition(each, responses))
    for name, those in equal.items():
        kind = responses.kinds.get(name, "")
        if kind == "ordered":
            values = [_value("identifier", each.text()) for each in those]
            parts.append(_of("match", _variable(name), _of("ordered", *values)))
        elif len(those) > 1 and kind != "multiple":
            parts.append(_of("or", *(_equal(each, responses) for each in those)))
        else:
            parts += [_equal(each, responses) for each in those]
    return parts[0] if len(parts) == 1 else _of("and", *parts)


def _equal(element: Element, responses: Responses) -> Element:
    name, said = element.get("respident"), element.text()
    kind = responses.kinds.get(name, "text")
    if responses.is_matching:
        return _of("member", _value("directedPair", f"{name} {said}"), _variable("MATCHING"))
    if kind == "multiple":
        return _of("member", _value("identifier", said), _variable(name))
    if kind == "number":
        return _number(element, name, said)
    if kind == "text":
        text = responses.texts.get((name, said), said)
        case = "true" if element.get("case") == "Yes" else "false"
        return _of("stringMatch", _variable(name), _value("string", text), caseSensitive=case)
    return _of("match", _variable(name), _value("identifier", said))


def _number(element: Element, name: str, said: str) -> Element:
    figures = element.get("precision")
    if figures.isdecimal():
        is_decimal = element.get("precisiontype").lower().startswith("decimal")
        mode = "decimalPlaces" if is_decimal else "significantFigures"
        return _of(
            "equalRounded",
            _variable(name),
            _value("float", said),
            roundingMode=mode,
            figures=figures,
        )
    return _of("equal", _variable(name), _value("float", said), toleranceMode="exact")


def _compared(element: Element, _responses: Responses) -> Element:
    value = _value("float", element.text())
    return _of(COMPARED[element.name], _variable(element.get("respident")), value)


def _many(how: str) -> Callable[[Element, Responses], Element]:
    def many(element: Element, responses: Responses) -> Element:
        if how == "and":
            return _all(element, responses)
        return _of(how, *(_condition(each, responses) for each in element.elements()))

    return many


def _not(element: Element, responses: Responses) -> Element:
    """Return a denial; what nobody has answered is not so either."""
    inner = _all(element, responses)
    denied = _of("not", inner)
    return _of("or", denied, _of("isNull", inner)) if inner.name != "not" else denied


def _inside(element: Element, _responses: Responses) -> Element:
    shapes = {"rectangle": "rect", "ellipse": "ellipse", "bounded": "poly"}
    shape = shapes.get(element.get("areatype", "").lower(), "poly")
    return _of("inside", _variable(element.get("respident")), shape=shape, coords=element.text())


def _part(element: Element, _responses: Responses) -> Element:
    case = "true" if element.get("case") == "Yes" else "false"
    value = _value("string", element.text())
    return _of(
        "stringMatch",
        _variable(element.get("respident")),
        value,
        substring="true",
        caseSensitive=case,
    )


CONDITIONS: Final[Mapping[str, Callable[[Element, Responses], Element]]] = {
    "varequal": _equal,
    **dict.fromkeys(COMPARED, _compared),
    "and": _many("and"),
    "or": _many("or"),
    "not": _not,
    "varinside": _inside,
    "varsubstring": _part,
    "other": lambda *_: _of("not", _variable(MATCHED)),
    "unanswered": lambda each, _: _of("isNull", _variable(each.get("respident"))),
}


def _condition(element: Element, responses: Responses) -> Element:
    """Return one condition; what is not known keeps its name and is refused for marking."""
    act = CONDITIONS.get(element.name)
    return act(element, responses) if act is not None else Element(f"qti12 {element.name}")


def right_answers(
    item: Element, responses: Responses, drawn: Mapping[str, str]
) -> dict[str, list[str]]:
    """Return for each response the values that add to the score."""
    if drawn:
        return {next(iter(responses.kinds), ""): [drawn["\0answer"]]}
    found: dict[str, list[str]] = {}
    for condition in item.find("respcondition"):
        worths = [each.text() for each in condition.all("setvar")]
        if not any(_is_above_zero(each) for each in worths):
            continue
        for held in condition.all("conditionvar"):
            for each in _asserted(held):
                name, said = each.get("respident"), each.text()
                kind = responses.kinds.get(name)
                own = responses.texts.get((name, said), said) if kind == "text" else said
                found.setdefault(name, []).append(own)
    return found


def with_labels(right: dict[str, list[str]], responses: Responses) -> dict[str, list[str]]:
    """Return the right values with, for a typed answer that has none, the texts listed for it."""
    found = dict(right)
    for (name, _), text in responses.texts.items():
        if responses.kinds.get(name) == "text" and name not in right and text:
            found.setdefault(name, []).append(text)
    return found


def _is_above_zero(said: str) -> bool:
    try:
        return float(said) > 0
    except ValueError:
        return False


def _asserted(element: Element) -> Iterator[Element]:
    for each in element.elements():
        if each.name == "varequal":
            yield each
        elif each.name != "not":
            yield from _asserted(each)
