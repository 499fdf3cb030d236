"""An item of QTI 1.2 in the words of QTI 2."""

import re
from collections.abc import Iterator
from typing import Final

from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.html_reading import html_children
from itembank.interchange.qti.qti12_drawn import drawn_template, first_set
from itembank.interchange.qti.qti12_processing import (
    Responses,
    outcome_declarations,
    processing_of,
    right_answers,
    with_labels,
)

TEXT_ONLY: Final = "text_only_question"
TYPED: Final = ("short_answer_question", "fill_in_multiple_blanks_question")
ESSAY: Final = "essay_question"
UPLOAD: Final = "file_upload_question"
PLACE: Final = re.compile(r"\[([^\[\]]{1,80})\]")
OPEN: Final = "openEntry"
TYPED_IN: Final = "textEntryInteraction"
COMPARISONS: Final = (
    "varequal",
    "varsubset",
    "varsubstring",
    "varlt",
    "varlte",
    "vargt",
    "vargte",
)


def question_type(item: Element) -> str:
    """Return the kind of question that metadata name."""
    return metadata(item).get("question_type", metadata(item).get("cc_profile", ""))


def metadata(item: Element) -> dict[str, str]:
    """Return an item's metadata fields."""
    fields: dict[str, str] = {}
    for each in item.find("qtimetadatafield"):
        label, entry = each.first("fieldlabel"), each.first("fieldentry")
        if label is not None and entry is not None:
            fields.setdefault(label.text(), entry.text())
    return fields


class Qti12Item:
    """One item under way."""

    def __init__(self, item: Element, stimulus: Element | None) -> None:
        self.item, self.stimulus = item, stimulus
        self.kind = question_type(item)
        self.responses = item.find(
            "response_lid", "response_str", "response_num", "response_xy", "response_grp"
        )
        if self.kind == ESSAY and not self.responses:
            self.responses = [Element("response_str", {"ident": "response"})]
        self.placed: dict[str, Element] = {}
        self.drawn = first_set(item)
        first = self.responses[0].get("ident") if self.responses else ""
        self.template = drawn_template(item, first) if len(self.responses) == 1 else None
        self.matching = self._is_matching()

    def element(self) -> Element:
        """Return the item in the words of QTI 2."""
        declared = self._declarations()
        children: list[Element | str] = [
            *declared,
            *outcome_declarations(self.item),
            Element("itemBody", {}, self._body()),
        ]
        processing = processing_of(
            self.item, self._responses(), self.drawn, is_drawn=self.template is not None
        )
        if processing is not None:
            children.append(processing)
        children += list(self._feedback())
        names = {"identifier": self.item.get("ident"), "title": self.item.get("title")}
        lang = self.item.get("xml:lang")
        made = Element(
            "assessmentItem", {**names, **({"xml:lang": lang} if lang else {})}, children
        )
        made.line = self.item.line
        if self.template is not None:
            made.children += [*self.template.declarations, self.template.rules]
        elif self.drawn:  # one of the calculations a computer has drawn
            made.children.append(Element("templateProcessing"))
        return made

    def _responses(self) -> Responses:
        kinds = {each.get("ident"): self._sort(each) for each in self.responses}
        texts = {
            (each.get("ident"), label.get("ident")): _label_text(label)
            for each in self.responses
            for label in each.find("response_label")
        }
        return Responses(kinds, texts, is_matching=self.matching)

    def _is_matching(self) -> bool:
        lids = [each for each in self.responses if each.name == "response_lid"]
        is_named = self.kind == "matching_question"
        if len(lids) < 2 or len(lids) != len(self.responses):  # noqa: PLR2004 - two to match
            return False
        has_words = all(each.first("material") for each in lids)
        is_single = all(each.get("rcardinality", "Single") == "Single" for each in lids)
        return is_named and has_words and is_single

    def _sort(self, response: Element) -> str:
        """Return what a response is: single, multiple, ordered, text, number, place."""
        if response.name == "response_xy":
            return "place"
        if response.name == "response_lid":
            if self._is_typed(response):
                return "text"
            return response.get("rcardinality", "Single").lower()
        fib = next(iter(response.find("render_fib")), None)
        kind = fib.get("fibtype", "String") if fib is not None else "String"
        is_number = response.name == "response_num" or kind in ("Decimal", "Integer", "Scientific")
        return "number" if is_number or self.drawn else "text"

    def _is_typed(self, response: Element) -> bool:
        answers = {label.get("answer_type") for label in response.find("response_label")} - {""}
        return OPEN in answers if answers else self.kind in TYPED

    def _declarations(self) -> list[Element]:
        right = right_answers(self.item, self._responses(), self.drawn)
        right = with_labels(right, self._responses())
        if self.matching:
            pairs = [f"{name} {value}" for name, values in right.items() for value in values]
            return [_declaration("MATCHING", "multiple", "directedPair", pairs)]
        made = []
        for each in self.responses:
            sort, name = self._sort(each), each.get("ident")
            base = {"text": "string", "number": "float", "place": "point"}.get(sort, "identifier")
            cardinality = sort if sort in ("multiple", "ordered") else "single"
            declared = _declaration(name, cardinality, base, right.get(name, []))
            if sort == "place":
                declared.children.append(_areas(each))
            made.append(declared)
        return made

    def _body(self) -> list[Element | str]:
        shared = self.stimulus.all("presentation") if self.stimulus is not None else []
        before = [Element("div", {}, self._inside(each)) for each in shared]
        presentation = self.item.first("presentation")
        own = self._inside(presentation) if presentation is not None else []
        left = (
            []
            if self.matching
            else [each for each in self.responses if each.get("ident") not in self.placed]
        )
        after = [
            Element("p", {}, [self._interaction(each)])
            if self._is_typed_in(each)
            else self._interaction(each)
            for each in left
        ]
        if self.matching:
            after = [self._match()]
        if self.kind == UPLOAD:
            after = [Element("uploadInteraction", {"responseIdentifier": ""})]
        return [*before, *own, *after]

    def _inside(self, element: Element) -> list[Element | str]:
        found: list[Element | str] = []
        for each in element.elements():
            if each.name == "material":
                found.append(Element("div", {}, self._material(each)))
            elif each.name.startswith("response_"):
                if _is_inline(element, each) and not self.matching:
                    self.placed[each.get("ident")] = each
                    found.append(self._interaction(each))
            elif each.name in ("flow", "flow_mat", "flow_label"):
                found += self._inside(each)
        return found

    def _material(self, material: Element) -> list[Element | str]:
        found: list[Element | str] = []
        for each in material.elements():
            if each.name in ("mattext", "matemtext"):
                found += self._with_places(_text_of(each))
            elif each.name == "matimage":
                address = each.get("uri") or each.text()
                sides = {name: each.get(name) for name in ("width", "height") if each.get(name)}
                found.append(Element("object", {"type": "image/", "data": address, **sides}))
            elif each.name == "matbreak":
                found.append(Element("br"))
            elif each.name != "altmaterial":
                found.append(Element(each.name.removeprefix("mat"), {}))
        return found

    def _with_places(self, children: list[Element | str]) -> list[Element | str]:
        """Return text with the values drawn, and with interactions where it names them."""
        found: list[Element | str] = []
        for each in children:
            if isinstance(each, Element):
                inner = self._with_places(each.children)
                found.append(Element(each.name, each.attributes, inner, each.namespace, each.line))
                continue
            for n, piece in enumerate(PLACE.split(each)):
                found.append(self._named(piece) if n % 2 else piece)
        return found

    def _named(self, name: str) -> Element | str:
        if self.template is not None and name in self.template.names:
            return Element("printedVariable", {"identifier": name})
        if name in self.drawn:
            return self.drawn[name]
        for each in self.responses:
            own = each.get("ident")
            if own in (name, f"response_{name}") and own not in self.placed:
                self.placed[own] = each
                return self._interaction(each, is_inline=True)
        return f"[{name}]"

    def _interaction(self, response: Element, *, is_inline: bool = False) -> Element:
        sort, name = self._sort(response), response.get("ident")
        named = {"responseIdentifier": name}
        prompt = [] if is_inline else self._prompt(response)
        if sort in ("text", "number"):
            kind = "extendedTextInteraction" if self._is_written(response) else TYPED_IN
            return Element(kind, named)
        if sort == "place":
            return Element(
                "selectPointInteraction",
                {**named, "maxChoices": "1"},
                [*prompt, *self._picture(response)],
            )
        labels = response.find("response_label")
        kind = "inlineChoice" if is_inline else "simpleChoice"
        choices = [Element(kind, _choice_facts(each), self._label(each)) for each in labels]
        shuffled = any(each.get("shuffle", "No") == "Yes" for each in response.walk())
        if shuffled:
            named["shuffle"] = "true"
        if sort == "ordered":
            return Element("orderInteraction", named, [*prompt, *choices])
        most = "1" if sort == "single" else "0"
        whole = "inlineChoiceInteraction" if is_inline else "choiceInteraction"
        return Element(whole, {**named, "maxChoices": most}, [*prompt, *choices])

    def _is_typed_in(self, response: Element) -> bool:
        return response.name in ("response_str", "response_num") and not self._is_written(response)

    def _is_written(self, response: Element) -> bool:
        """Say whether a person marks what is typed: no rule speaks of it, or it has many rows."""
        rows = [each.get("rows") for each in response.find("render_fib")]
        is_long = any(each.isdecimal() and int(each) > 1 for each in rows)
        return is_long or self.kind == ESSAY or not (self._is_judged(response) or self.drawn)

    def _is_judged(self, response: Element) -> bool:
        named = [each.get("respident") for each in self.item.find(*COMPARISONS)]
        texts = [_label_text(each) for each in response.find("response_label")]
        is_whole = self.item.find("resprocessing") == []  # nothing at all said of marks
        return response.get("ident") in named or any(texts) or is_whole

    def _prompt(self, response: Element) -> list[Element | str]:
        inner = [part for each in response.all("material") for part in self._material(each)]
        return [Element("prompt", {}, inner)] if inner else []

    def _picture(self, response: Element) -> list[Element | str]:
        return [
            inner
            for material in response.find("material")
            for inner in self._material(material)
            if isinstance(inner, Element) and inner.name == "object"
        ]

    def _label(self, label: Element) -> list[Element | str]:
        return [
            part
            for each in label.walk()
            if each.name == "material"
            for part in self._material(each)
        ]

    def _match(self) -> Element:
        left = [
            Element(
                "simpleAssociableChoice",
                {"identifier": each.get("ident"), "matchMax": "1"},
                [part for inner in each.all("material") for part in self._material(inner)],
            )
            for each in self.responses
        ]
        rights: dict[str, Element] = {}
        for each in self.responses:
            for label in each.find("response_label"):
                rights.setdefault(
                    label.get("ident"),
                    Element(
                        "simpleAssociableChoice",
                        {"identifier": label.get("ident"), "matchMax": "0"},
                        self._label(label),
                    ),
                )
        sets: list[Element | str] = [
            Element("simpleMatchSet", {}, [*left]),
            Element("simpleMatchSet", {}, [*rights.values()]),
        ]
        return Element("matchInteraction", {"responseIdentifier": "MATCHING"}, sets)

    def _feedback(self) -> Iterator[Element]:
        for each in self.item.all("itemfeedback"):
            inner = [
                part for material in each.find("material") for part in self._material(material)
            ]
            if inner:
                yield Element("modalFeedback", {"identifier": each.get("ident")}, inner)


def _choice_facts(label: Element) -> dict[str, str]:
    facts = {"identifier": label.get("ident")}
    is_locked = label.get("rshuffle") == "No" or label.get("lock") == "Yes"
    return {**facts, "fixed": "true"} if is_locked else facts


def _is_inline(parent: Element, response: Element) -> bool:
    """Say whether a typed response stands between texts."""
    if response.name not in ("response_str", "response_num"):
        return False
    beside = parent.elements()
    place = next(n for n, each in enumerate(beside) if each is response)
    return any(each.name == "material" for each in beside[place + 1 :])


def _text_of(mattext: Element) -> list[Element | str]:
    if mattext.get("texttype").lower() == "text/html" and not mattext.elements():
        return html_children("".join(each for each in mattext.children if isinstance(each, str)))
    return list(mattext.children)


def _label_text(label: Element) -> str:
    return " ".join(each.text() for each in label.find("mattext")).strip()


def _declaration(name: str, cardinality: str, base: str, right: list[str]) -> Element:
    facts = {"identifier": name, "cardinality": cardinality, "baseType": base}
    values: list[Element | str] = [Element("value", {}, [each]) for each in dict.fromkeys(right)]
    inner: list[Element | str] = [Element("correctResponse", {}, values)] if values else []
    return Element("responseDeclaration", facts, inner)


def _areas(response: Element) -> Element:
    entries: list[Element | str] = []
    shapes = {"rectangle": "rect", "ellipse": "ellipse", "bounded": "poly"}
    for label in response.find("response_label"):
        facts = {
            "shape": shapes.get(label.get("rarea", "ellipse").lower(), "poly"),
            "coords": label.text(),
            "mappedValue": "1",
        }
        entries.append(Element("areaMapEntry", facts))
    return Element("areaMapping", {"defaultValue": "0", "upperBound": "1"}, entries)
