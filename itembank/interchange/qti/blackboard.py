"""Pools and tests of Blackboard (QTI 1.2 with names of its own) in the words of QTI 1.2.

There a right answer is often only a feedback called ``correct``, the texts of a match stand in a
block of their own, and every text is formatted text in an extension.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from itembank.interchange.qti.elements import Element

KIND: Final = "bbmd_questiontype"
KINDS: Final[Mapping[str, str]] = {
    "Matching": "matching_question",
    "Essay": "essay_question",
    "Short Response": "essay_question",
    "File Upload": "file_upload_question",
    "Fill in the Blank": "short_answer_question",
    "Fill in the Blank Plus": "fill_in_multiple_blanks_question",
}
RIGHT_COLUMN: Final = "RIGHT_MATCH_BLOCK"
ASKED: Final = "RESPONSE_BLOCK"
RIGHT: Final = "correct"
MOST: Final = "SCORE.max"
LIDS: Final = ("response_lid", "response_str", "response_num", "response_grp", "response_xy")


def is_blackboard(root: Element) -> bool:
    """Say whether a file of QTI 1.2 uses Blackboard's names."""
    return bool(root.find(KIND))


def in_plain_words(root: Element) -> Element:
    """Return the file with what is Blackboard's own said as others say it."""
    return _changed(root, iter(range(1, len(root.find("item")) + 1)))


def _changed(element: Element, numbers: Iterator[int]) -> Element:
    if element.name == "item":
        return _item(element, next(numbers))
    children = [
        each if isinstance(each, str) else _changed(each, numbers) for each in element.children
    ]
    return _copy(element, children)


def _copy(element: Element, children: Sequence[Element | str], **facts: str) -> Element:
    attributes = {**element.attributes, **facts}
    return Element(element.name, attributes, [*children], element.namespace, element.line)


def _item(item: Element, number: int) -> Element:
    said = next((each.text() for each in item.find(KIND)), "")
    own = next((each.text() for each in item.find("bbmd_asi_object_id")), "")
    names = {each.get("ident") for each in item.find(*LIDS)}
    is_part = "false" not in {each.text() for each in item.find("bbmd_partialcredit")}
    matching = KINDS.get(said) == "matching_question"
    worth = next((each.text() for each in item.find("qmd_absolutescore_max")), "")
    children: list[Element | str] = [_metadata(KINDS.get(said, said), worth)]
    for each in item.elements():
        if each.name == "presentation":
            made = _texts(each)
            children.append(_matched(made) if matching else made)
        elif each.name == "resprocessing":
            places = _places(item) if matching else {}
            children.append(_processing(each, names, places, is_part=is_part))
        elif each.name != "itemmetadata":
            children.append(_texts(each))
    return _copy(item, children, ident=item.get("ident") or own.strip("_") or f"B{number}")


def _metadata(kind: str, worth: str) -> Element:
    fields = [
        Element(
            "qtimetadatafield",
            {},
            [Element("fieldlabel", {}, [name]), Element("fieldentry", {}, [text])],
        )
        for name, text in (("question_type", kind), ("points_possible", worth))
    ]
    return Element("itemmetadata", {}, [Element("qtimetadata", {}, [*fields])])


def _texts(element: Element) -> Element:
    """Return texts as QTI 1.2 has them, without the blocks that hold none."""
    if element.name == "mat_formattedtext":
        return Element("mattext", {"texttype": "text/html"}, [*element.children])
    children: list[Element | str] = []
    for each in element.children:
        if isinstance(each, str):
            children.append(each)
            continue
        made = _texts(each)
        if made.name == "mat_extension":
            children += made.elements()
        elif made.name != "material" or made.text() or made.find("matimage"):
            children.append(made)
    return _copy(element, children)


def _block(presentation: Element, name: str) -> Element | None:
    blocks = [each for each in presentation.find("flow") if each.get("class") == name]
    return blocks[0] if blocks else None


def _places(item: Element) -> dict[str, str]:
    """Return for each label its place in its column: every row has labels of its own."""
    return {
        label.get("ident"): f"R{place}"
        for lid in item.find("response_lid")
        for place, label in enumerate(lid.find("response_label"), start=1)
    }


def _matched(presentation: Element) -> Element:
    """Return a match whose rows hold their text and their labels' texts."""
    right, asked = _block(presentation, RIGHT_COLUMN), _block(presentation, ASKED)
    if right is None or asked is None:
        return presentation
    texts = [each.find("material") for each in right.all("flow")]
    rows = [
        _row(lid, block.find("material"), texts)
        for block in asked.all("flow")
        for lid in block.find("response_lid")
    ]
    return _copy(presentation, [*_without(presentation, (right, asked)), *rows])


def _without(element: Element, left_out: Sequence[Element]) -> list[Element | str]:
    return [
        each if isinstance(each, str) else _copy(each, _without(each, left_out))
        for each in element.children
        if not any(each is one for one in left_out)
    ]


def _row(lid: Element, words: Sequence[Element], texts: Sequence[Sequence[Element]]) -> Element:
    labels = [
        Element("response_label", {"ident": f"R{place}"}, [*text])
        for place, text in enumerate(texts, start=1)
    ]
    return _copy(lid, [*words, Element("render_choice", {}, [*labels])])


def _processing(
    processing: Element, names: set[str], places: Mapping[str, str], *, is_part: bool
) -> Element:
    most = next((each.get("maxvalue") for each in processing.find("decvar")), "") or "1"
    rules = [
        each
        for each in processing.all("respcondition")
        if all(one.get("respident") in names for one in each.find("varequal"))
    ]
    right = [each for each in rules if not each.find("setvar") and _is_right(each)]
    if places and right and not is_part:
        rules = [_together(right)]
        right = list(rules)
    share = f"{Decimal(most) / len(right):.9f}" if places and is_part and right else most
    action = "Add" if places and is_part else "Set"
    children: list[Element | str] = [*processing.all("outcomes")]
    for each in rules:
        inner = [_rule(one, most, places) for one in each.elements()]
        if each in right:
            inner.append(Element("setvar", {"varname": "SCORE", "action": action}, [share]))
        children.append(_copy(each, inner))
    return _copy(processing, children)


def _is_right(condition: Element) -> bool:
    return any(each.get("linkrefid") == RIGHT for each in condition.all("displayfeedback"))


def _together(right: Sequence[Element]) -> Element:
    held = [one for each in right for inner in each.all("conditionvar") for one in inner.elements()]
    return Element("respcondition", {}, [Element("conditionvar", {}, [*held])])


def _rule(element: Element, most: str, places: Mapping[str, str]) -> Element:
    if element.name == "setvar":
        said = most if element.text() == MOST else element.text()
        facts = {"varname": element.get("variablename", "SCORE"), "action": element.get("action")}
        return Element("setvar", facts, [said])
    if element.name == "varequal" and places:
        return _copy(element, [places.get(element.text(), element.text())])
    # a number stands between two bounds; the value named beside them is their middle
    is_between = bool(element.all("vargte") and element.all("varlte"))
    inner = [
        each if isinstance(each, str) else _rule(each, most, places)
        for each in element.children
        if isinstance(each, str) or not (is_between and each.name == "varequal")
    ]
    return _copy(element, inner)
