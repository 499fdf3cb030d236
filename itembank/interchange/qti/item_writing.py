"""An item of ours as an assessment item."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from itembank.interchange.qti.arranged_questions import write_order, write_pairs, write_place
from itembank.interchange.qti.elements import OWN_TOOL, Element
from itembank.interchange.qti.question_elements import (
    Facts,
    Names,
    Writing,
    Written,
    correct_response,
    declared_as,
    matches,
    number_of,
    option_facts,
    said_in,
    set_score,
    variable_of,
)
from itembank.interchange.qti.typed_questions import (
    write_calculation,
    write_extended,
    write_numeric,
    write_texts,
)
from itembank.interchange.qti.xml_writing import h, q
from itembank.items.choices import WHOLE, full_points, option_points, policy_of

NAME: Final = re.compile(r"[A-Za-z_\u4e00-\u9fff][\w.-]*")


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
    return h("div", *stem, class_="item-stem", **said_in(content, "stem"))


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
    return WRITERS[kind](content, key, writing, Names(name, score, kind))


def _choice(content: Facts, key: Facts, writing: Writing, names: Names) -> Written:
    is_single = names.kind != "multiple"
    correct = [str(each) for each in key.get("correct", [])]
    inner = correct_response(correct[:1] if is_single else correct, writing)
    rules = [matches(names)]
    if policy_of(key) != WHOLE and writing.with_keys:
        mapping, rules = _by_points(content, key, names, is_single=is_single)
        inner.append(mapping)
    declared = declared_as(names, "single" if is_single else "multiple", "identifier", *inner)
    options = [
        q(
            "simpleChoice",
            *writing.html(str(each["content"])),
            identifier=each["id"],
            **option_facts(each),
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
    content: Facts, key: Facts, names: Names, *, is_single: bool
) -> tuple[Element, list[Element]]:
    """Return what options bring or take away, and the rule that gives their share of the mark."""
    points = option_points(content, key)
    full = f"{full_points(points, is_single=is_single):f}"
    entries = [q("mapEntry", mapKey=each, mappedValue=f"{points[each]:f}") for each in points]
    mapping = q("mapping", *entries, lowerBound="0", upperBound=full, defaultValue="0")
    share = q("divide", q("mapResponse", identifier=names.response), number_of(full))
    return mapping, [set_score(names.score, share)]


def _set_of_parts(content: Facts, key: Facts, writing: Writing, names: Names) -> Written:
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
        earned.append(q("product", variable_of(score), number_of(share)))
    whole = q("divide", q("sum", *earned), number_of(str(sum(shares))))
    return Written(declared, boxes, [*rules, set_score(names.score, whole)])


WRITERS: Final[Mapping[str, Callable[[Facts, Facts, Writing, Names], Written]]] = {
    "single": _choice,
    "multiple": _choice,
    "true_false": _choice,
    "numeric": write_numeric,
    "text_entry": write_texts,
    "matching": write_pairs,
    "ordering": write_order,
    "hotspot": write_place,
    "short_answer": write_extended,
    "essay": write_extended,
    "item_set": _set_of_parts,
    "calculation": write_calculation,
}
