"""An item of ours as an assessment item."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from itembank.interchange.qti.calculation_writing import (
    drawn_names,
    stem_with_values,
    template_declarations,
    template_rules,
)
from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.html_writing import body_children
from itembank.interchange.qti.items import OWN_TOOL
from itembank.interchange.qti.xml_writing import Edition, h, q
from itembank.items.calculation import travels
from itembank.items.choices import WHOLE, full_points, option_points, policy_of
from itembank.items.languages import UNTRANSLATED
from itembank.items.numeric import right_answer
from itembank.items.shapes import gives_part_marks
from itembank.items.written import LIMITS
from itembank.items.written_cells import written_cell
from scoring.marks import read_number

NAME: Final = re.compile(r"[A-Za-z_\u4e00-\u9fff][\w.-]*")
UNIT: Final = "unit"


@dataclass(frozen=True)
class Writing:
    """How an item is written: the edition, where its pictures lie, whether with its key."""

    edition: Edition
    pictures: Mapping[str, str]
    with_keys: bool = True

    def html(self, text: str) -> list[Element | str]:
        """Return HTML as elements."""
        return body_children(text, self.edition, self.pictures)


@dataclass(frozen=True)
class Written:
    """A question as written: declarations, what stands below its stem, its score's rules."""

    declared: list[Element]
    below: list[Element | str]
    rules: list[Element]
    stem: list[Element | str] | None = None  # where blanks or drawn values stand in it
    template: list[Element] = field(default_factory=list)  # variables, and the rules that draw


Facts = Mapping[str, Any]


def written_item(
    code: str, kind: str, content: Facts, key: Facts, explanation: str, writing: Writing
) -> Element:
    """Return an item; without keys it holds neither key nor rules nor explanation."""
    made = _question(kind, content, key, writing, "RESPONSE", "SCORE")
    scores = [_outcome("SCORE", "0")]
    if kind == "item_set":
        scores += [_outcome(f"SCORE_{n}", "0") for n, _ in enumerate(content["parts"], start=1)]
    children: list[Element | str] = [*made.declared, *scores, _outcome("MAXSCORE", "1")]
    if explanation and writing.with_keys:
        children.append(_outcome("FEEDBACK", "EXPLANATION", "identifier"))
    children += made.template
    stem = made.stem if made.stem is not None else writing.html(str(content.get("stem", "")))
    children.append(q("itemBody", _stem(content, stem), *made.below))
    if writing.with_keys:
        children.append(q("responseProcessing", *made.rules))
        children += _explained(explanation, writing)
    title = re.sub(r"\s+", " ", code)
    return Element(
        "assessmentItem",
        {
            "identifier": code
            if NAME.fullmatch(code)
            else f"ITEM_{re.sub(r'[^A-Za-z0-9]', '_', code)}",
            "title": title,
            "label": code,
            "adaptive": "false",
            "timeDependent": "false",
            "toolName": OWN_TOOL,
        },
        children,
        "qti",
    )


def _stem(content: Facts, stem: list[Element | str]) -> Element:
    return h("div", *stem, class_="item-stem", **_said_in(content, "stem"))


def _said_in(row: Facts, name: str) -> dict[str, str]:
    """Return the mark of a text that is not translated."""
    language = row.get(f"{UNTRANSLATED}{name}")
    return {"xml:lang": str(language)} if language else {}


def _explained(explanation: str, writing: Writing) -> list[Element]:
    if not explanation:
        return []
    facts = {"outcomeIdentifier": "FEEDBACK", "identifier": "EXPLANATION", "showHide": "show"}
    inner = h("p", explanation)  # plain text
    held = [q("contentBody", inner)] if writing.edition.is_kebab else [inner]
    return [q("modalFeedback", *held, **facts)]


def _outcome(name: str, default: str, base: str = "float") -> Element:
    value = q("defaultValue", q("value", default))
    return q("outcomeDeclaration", value, identifier=name, cardinality="single", baseType=base)


def _question(
    kind: str, content: Facts, key: Facts, writing: Writing, name: str, score: str
) -> Written:
    return WRITERS[kind](content, key, writing, _Names(name, score, kind))


@dataclass(frozen=True)
class _Names:
    response: str
    score: str
    kind: str


def _declared(names: _Names, cardinality: str, base: str, *inner: Element) -> Element:
    facts = {"identifier": names.response, "cardinality": cardinality, "baseType": base}
    return q("responseDeclaration", *inner, **facts)


def _correct(values: list[str], writing: Writing) -> list[Element]:
    if not writing.with_keys or not values:
        return []
    return [q("correctResponse", *(q("value", each) for each in values))]


def _set(score: str, value: Element) -> Element:
    return q("setOutcomeValue", value, identifier=score)


def _number(value: str) -> Element:
    return q("baseValue", value, baseType="float")


def _variable(name: str) -> Element:
    return q("variable", identifier=name)


def _one_if(test: Element, score: str) -> Element:
    return q("responseCondition", q("responseIf", test, _set(score, _number("1"))))


def _matches(names: _Names) -> Element:
    right = q("match", _variable(names.response), q("correct", identifier=names.response))
    return _one_if(right, names.score)


def _choice(content: Facts, key: Facts, writing: Writing, names: _Names) -> Written:
    is_single = names.kind != "multiple"
    correct = [str(each) for each in key.get("correct", [])]
    inner = _correct(correct[:1] if is_single else correct, writing)
    rules = [_matches(names)]
    if policy_of(key) != WHOLE and writing.with_keys:
        mapping, rules = _by_points(content, key, names, is_single=is_single)
        inner.append(mapping)
    declared = _declared(names, "single" if is_single else "multiple", "identifier", *inner)
    options = [
        q(
            "simpleChoice",
            *writing.html(str(each["content"])),
            identifier=each["id"],
            **_option_facts(each),
        )
        for each in content["options"]
    ]
    facts = {"responseIdentifier": names.response, "shuffle": "true"}
    if names.kind == "true_false":
        facts["class"] = "judgement"
    most = "1" if is_single else "0"
    asked = q("choiceInteraction", *options, **facts, maxChoices=most)
    return Written([declared], [asked], rules)


def _by_points(
    content: Facts, key: Facts, names: _Names, *, is_single: bool
) -> tuple[Element, list[Element]]:
    """Return what options bring or take away, and the rule that gives their share of the mark."""
    points = option_points(content, key)
    full = f"{full_points(points, is_single=is_single):f}"
    entries = [q("mapEntry", mapKey=each, mappedValue=f"{points[each]:f}") for each in points]
    mapping = q("mapping", *entries, lowerBound="0", upperBound=full, defaultValue="0")
    share = q("divide", q("mapResponse", identifier=names.response), _number(full))
    return mapping, [_set(names.score, share)]


def _option_facts(option: Facts) -> dict[str, str]:
    fixed = {"fixed": "true"} if option.get("fixed") else {}
    return {**fixed, **_said_in(option, "content")}


def _numeric(content: Facts, key: Facts, writing: Writing, names: _Names) -> Written:
    is_range = key.get("tolerance_mode") == "range"
    value = _digits(right_answer(content, key) if is_range else key.get("value", ""))
    declared = _declared(names, "single", "float", *_correct([value], writing))
    line = h("p", *_typed_number(content, names))
    if is_range:
        return Written([declared], [line], [_one_if(_between(key, names), names.score)])
    compared = _near(key, _number(value), names)
    return Written([declared], [line], [_one_if(compared, names.score)])


def _between(key: Facts, names: _Names) -> Element:
    """Return a comparison with the ends there are; open ones do not belong to the range."""
    open_ends = {"both": ("least", "most")}.get(str(key.get("open")), (key.get("open"),))
    ways = {"least": ("gt", "gte"), "most": ("lt", "lte")}
    tests = [
        q(how[end not in open_ends], _variable(names.response), _number(_digits(key[end])))
        for end, how in ways.items()
        if key.get(end)
    ]
    return tests[0] if len(tests) == 1 else q("and", *tests)


def _near(key: Facts, right: Element, names: _Names) -> Element:
    tolerance = _digits(key.get("tolerance") or "0")
    mode = str(key.get("tolerance_mode") or "absolute")
    if mode == "relative":
        tolerance = str(Decimal(tolerance).scaleb(2))  # QTI counts in hundredths
    answer = _variable(names.response)
    return q("equal", right, answer, toleranceMode=mode, tolerance=tolerance)


def _calculation(content: Facts, key: Facts, writing: Writing, names: _Names) -> Written:
    """Write a template: what is right is worked out of the values that were drawn.

    Its rules are its key: without keys one set of values is asked.
    """
    if not writing.with_keys:
        _, asked, _ = travels(content, key)
        made = _numeric(asked, {}, writing, names)
        return replace(made, stem=writing.html(str(asked["stem"])))
    declared = _declared(names, "single", "float")
    right = q("correct", identifier=names.response)
    stem = stem_with_values(
        str(content.get("stem", "")), drawn_names(key), writing.edition, writing.pictures
    )
    return Written(
        [declared],
        [h("p", *_typed_number(content, names))],
        [_one_if(_near(key, right, names), names.score)],
        stem,
        [*template_declarations(content, key), template_rules(content, key, names.response)],
    )


def _typed_number(content: Facts, names: _Names) -> list[Element | str]:
    blank = q("textEntryInteraction", responseIdentifier=names.response, expectedLength="12")
    line: list[Element | str] = [blank]
    if content.get("unit"):
        line += [" ", h("span", str(content["unit"]), class_=UNIT, **_said_in(content, "unit"))]
    return line


def _extended(content: Facts, key: Facts, writing: Writing, names: _Names) -> Written:
    """Write an answer in words; what scorers are told stands before it, a line a paragraph."""
    lines = str(content.get("lines") or 0)
    limits = [f"{name}-{content[name]}" for name in LIMITS if content.get(name)]
    box = q(
        "extendedTextInteraction",
        responseIdentifier=names.response,
        expectedLines=lines,
        class_=" ".join([names.kind, *limits]),
    )
    below: list[Element | str] = [box]
    if writing.with_keys:
        told = [h("p", line) for line in written_cell(key).split("\n")]
        below = [q("rubricBlock", *told, view="scorer", use="instructions"), box]
    return Written([_declared(names, "single", "string")], below, [])


def _digits(said: Any) -> str:
    """Return a number as other programs read it, however a writer has typed it."""
    number = read_number(str(said))
    return str(said) if number is None else str(number)


def _texts(content: Facts, key: Facts, writing: Writing, names: _Names) -> Written:
    blanks = [str(each["id"]) for each in content["blanks"]]
    responses = {each: _blank_name(names.response, n) for n, each in enumerate(blanks)}
    case = "true" if key.get("case_sensitive") else "false"
    keys = key.get("blanks", {})
    declared = []
    for blank, response in responses.items():
        texts = [str(each) for each in keys.get(blank, [])]
        inner = _correct(texts[:1], writing)
        if writing.with_keys:
            entries = [
                q("mapEntry", mapKey=each, mappedValue="1", caseSensitive=case) for each in texts
            ]
            inner.append(q("mapping", *entries, defaultValue="0", upperBound="1"))
        named = _Names(response, names.score, names.kind)
        declared.append(_declared(named, "single", "string", *inner))

    def place(blank: str) -> Element:
        facts = {"responseIdentifier": responses.get(blank, "?"), "class": f"blank-{blank}"}
        return q("textEntryInteraction", **facts)

    rules = [_blanks_share(list(responses.values()), names, is_whole=bool(key.get("whole")))]
    stem = body_children(str(content["stem"]), writing.edition, writing.pictures, place)
    return Written(declared, [], rules, stem)


def _blanks_share(responses: list[str], names: _Names, *, is_whole: bool) -> Element:
    """Return the rule that gives each blank its share, or all of them the mark together."""
    worths = [q("mapResponse", identifier=each) for each in responses]
    if is_whole:
        most = {"toleranceMode": "exact"}
        return _one_if(
            q("equal", q("sum", *worths), _number(str(len(worths))), **most), names.score
        )
    return _set(names.score, q("divide", q("sum", *worths), _number(str(len(worths)))))


def _blank_name(response: str, n: int) -> str:
    return response if not n else f"{response}_B{n + 1}"


def _pairs(content: Facts, key: Facts, writing: Writing, names: _Names) -> Written:
    pairs = [f"L_{one} R_{other}" for one, other in key.get("pairs", [])]
    inner = _correct(pairs, writing)
    rules = [_matches(names)]
    if gives_part_marks(key) and writing.with_keys:
        entries = [q("mapEntry", mapKey=each, mappedValue="1") for each in pairs]
        inner.append(q("mapping", *entries, defaultValue="0"))
        earned = q("mapResponse", identifier=names.response)
        rules = [_set(names.score, q("divide", earned, _number(str(len(pairs)))))]
    most = "0" if content.get("reuse") else "1"
    left = [_column("L", each, "1", writing) for each in content["left"]]
    right = [_column("R", each, most, writing) for each in content["right"]]
    asked = q(
        "matchInteraction",
        q("simpleMatchSet", *left),
        q("simpleMatchSet", *right),
        responseIdentifier=names.response,
        shuffle="true",
        maxAssociations=str(len(left)),
    )
    return Written([_declared(names, "multiple", "directedPair", *inner)], [asked], rules)


def _column(side: str, row: Facts, most: str, writing: Writing) -> Element:
    facts = {"identifier": f"{side}_{row['id']}", "matchMax": most, **_said_in(row, "content")}
    return q("simpleAssociableChoice", *writing.html(str(row["content"])), **facts)


def _order(content: Facts, key: Facts, writing: Writing, names: _Names) -> Written:
    order = [f"S_{each}" for each in key.get("order", [])]
    choices = [
        q(
            "simpleChoice",
            *writing.html(str(each["content"])),
            identifier=f"S_{each['id']}",
            **_option_facts(each),
        )
        for each in content["options"]
    ]
    asked = q("orderInteraction", *choices, responseIdentifier=names.response, shuffle="true")
    declared = _declared(names, "ordered", "identifier", *_correct(order, writing))
    rules = [_matches(names)]
    if gives_part_marks(key):
        fixed = {f"S_{each['id']}" for each in content["options"] if each.get("fixed")}
        rules = _places(order, fixed, names)
    return Written([declared], [asked], rules)


def _places(order: list[str], fixed: set[str], names: _Names) -> list[Element]:
    """Return rules that give each step in its place its share."""
    asked = [(place, each) for place, each in enumerate(order, start=1) if each not in fixed]
    rules = []
    for place, each in asked:
        there = q("index", _variable(names.response), n=str(place))
        right = q("match", there, q("baseValue", each, baseType="identifier"))
        more = _set(names.score, q("sum", _variable(names.score), _number("1")))
        rules.append(q("responseCondition", q("responseIf", right, more)))
    share = q("divide", _variable(names.score), _number(str(len(asked))))
    return [*rules, _set(names.score, share)]


def _place(content: Facts, key: Facts, writing: Writing, names: _Names) -> Written:
    entries = [
        q(
            "areaMapEntry",
            shape=str(each["shape"]),
            coords=",".join(map(str, each["coords"])),
            mappedValue="1",
        )
        for each in key.get("areas", [])
    ]
    mapping = q("areaMapping", *entries, defaultValue="0", upperBound="1")
    declared = _declared(names, "single", "point", *([mapping] if writing.with_keys else []))
    source = writing.pictures.get(str(content["picture"]).removeprefix("media:"), "missing")
    sides = {name: str(content[name]) for name in ("width", "height")}
    sides |= _said_in(content, "alt")
    words = str(content.get("alt", ""))
    if writing.edition.is_kebab:
        shown = h("img", src=source, alt=words, **sides)
    else:
        kind = "image/" + source.rpartition(".")[2].replace("jpg", "jpeg")
        shown = h("object", words, type_=kind, data=source, **sides)
    asked = q("selectPointInteraction", shown, responseIdentifier=names.response, maxChoices="1")
    earned = q("mapResponsePoint", identifier=names.response)
    return Written([declared], [asked], [_set(names.score, earned)])


def _set_of_parts(content: Facts, key: Facts, writing: Writing, names: _Names) -> Written:
    declared: list[Element] = []
    boxes: list[Element | str] = []
    rules: list[Element] = []
    earned, shares = [], []
    for n, part in enumerate(content["parts"], start=1):
        own = key.get("parts", {}).get(part["id"], {})
        score = f"{names.score}_{n}"
        made = _question(part["type"], part, own, writing, f"{names.response}_{n}", score)
        stem = made.stem if made.stem is not None else writing.html(str(part["stem"]))
        kind = ["item-part", *([f"share-{part['mark_share']}"] if "mark_share" in part else [])]
        box = h("div", _stem(part, stem), *made.below)
        box.attributes |= {"class": " ".join(kind), "id": f"PART_{part['id']}"}
        boxes.append(box)
        declared += made.declared
        rules += made.rules
        share = str(part.get("mark_share", "1"))
        shares.append(Decimal(share))
        earned.append(q("product", _variable(score), _number(share)))
    whole = q("divide", q("sum", *earned), _number(str(sum(shares))))
    return Written(declared, boxes, [*rules, _set(names.score, whole)])


WRITERS: Final[Mapping[str, Callable[[Facts, Facts, Writing, _Names], Written]]] = {
    "single": _choice,
    "multiple": _choice,
    "true_false": _choice,
    "numeric": _numeric,
    "text_entry": _texts,
    "matching": _pairs,
    "ordering": _order,
    "hotspot": _place,
    "short_answer": _extended,
    "essay": _extended,
    "item_set": _set_of_parts,
    "calculation": _calculation,
}
