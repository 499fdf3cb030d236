"""An assessment item as an item of ours."""

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from itembank.interchange.qti.bodies import (
    Body,
    html_of,
    inner_html,
    is_blank,
    is_untranslated,
    lines_of,
)
from itembank.interchange.qti.calculation_parts import own_calculation, shown_names
from itembank.interchange.qti.choice_parts import choice_part
from itembank.interchange.qti.composites import composite
from itembank.interchange.qti.declarations import Declaration, declarations_of
from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.judging import (
    Reason,
    Scoring,
    Verdict,
    has_processing,
    scoring_of,
    unjudged,
    verdict,
)
from itembank.interchange.qti.pair_parts import gap_part, match_part, order_part
from itembank.interchange.qti.parts import Part, ShapeError
from itembank.interchange.qti.place_parts import hotspot_part, slider_part
from itembank.interchange.qti.processing import Drawn, drawn
from itembank.interchange.qti.template_calculations import (
    decimals_for,
    in_places,
    marks_the_same,
    place_of,
    template_facts,
)
from itembank.interchange.qti.text_parts import is_numeric, numeric_part, text_part
from itembank.interchange.qti.values import Maybe, as_number
from itembank.interchange.qti.written_parts import EXTENDED, written_part
from itembank.interchange.report import PictureFile

OWN_TOOL: Final = "exam-server"
TEXT: Final = "textEntryInteraction"
IGNORED: Final = ("endAttemptInteraction",)
INLINE: Final = (TEXT, "inlineChoiceInteraction")
ByName = Callable[[Element, Declaration, Body], Part]
PARTS: Final[Mapping[str, ByName]] = {
    "choiceInteraction": choice_part,
    "inlineChoiceInteraction": choice_part,
    "hottextInteraction": choice_part,
    "matchInteraction": match_part,
    "gapMatchInteraction": gap_part,
    "orderInteraction": order_part,
    "hotspotInteraction": hotspot_part,
    "selectPointInteraction": hotspot_part,
}


@dataclass(frozen=True)
class ItemRead:
    """An item as read, and what did not come along."""

    type: str
    content: dict[str, Any]
    key: dict[str, Any]
    losses: Mapping[str, set[str]]
    pictures: Mapping[str, PictureFile]
    explanation: str
    reason: Reason | None = None  # why it may be read but not marked
    scoring: Scoring | None = None
    say: Callable[[Any], dict[str, Maybe]] | None = field(default=None, compare=False)
    samples: Sequence[Any] = ()  # answers that were tried


def read_item(item: Element, file: Callable[[str], PictureFile | None]) -> ItemRead:
    """Return an item.

    Raises ShapeError for what no type of ours can hold; UnscorableError for a template that
    cannot be drawn.
    """
    body_element = item.first("itemBody")
    draw = drawn(item)
    declared = _drawn_declarations(item, draw.correct)
    body = Body(
        file,
        values=draw.values,
        in_formulas=_in_formulas(item),
        keeps_space=item.get("toolName") == OWN_TOOL,
    )
    interactions = _interactions(body_element)
    if body_element is None or not interactions:
        raise ShapeError("qti_no_interaction")
    told = own_calculation(item) if body.keeps_space else None
    if told is not None:
        return _own_calculation(item, replace(body, values=shown_names(told)), told, interactions)
    if item.find("templateProcessing"):
        calculated = _calculation(item, body, interactions)
        if calculated is not None:
            return calculated
        body.lose("qti_one_variant", item.get("identifier"))
    scoring = scoring_of(item, draw)
    reading = Reading(item, body_element, body, declared, interactions, scoring)
    made = reading.own_set() or reading.whole() or reading.several()
    _explanations(item, body)
    if item.get("adaptive") in ("true", "1") and made.verdict.reason is None:
        made = replace(made, verdict=replace(made.verdict, reason=("qti_adaptive", {})))
    return ItemRead(
        made.part.type,
        {name: each for name, each in made.part.content.items() if name != "_item"},
        made.verdict.key,
        body.losses | made.part.losses,
        body.pictures,
        "\n".join(dict.fromkeys(body.explanations)),
        made.verdict.reason,
        scoring,
        made.part.say,
        made.part.samples,
    )


def _own_calculation(
    item: Element, body: Body, told: Mapping[str, Any], interactions: Sequence[Element]
) -> ItemRead:
    """Return a calculation of this program: its template says nothing that its key does not."""
    root = item.first("itemBody") or item
    reading = Reading(item, root, body, {}, interactions, scoring_of(item, Drawn({}, {}, {})))
    unit = next((each for each in root.walk() if each.get("class") == "unit"), None)
    content: dict[str, Any] = {"stem": _own_stem(root, reading), "unit": None}
    if unit is not None and not is_untranslated(unit, body):
        content["unit"] = unit.text()
    if told.get("decimals") is not None:
        content["decimals"] = told["decimals"]
    _explanations(item, body)
    said = "\n".join(dict.fromkeys(body.explanations))
    key = dict(told["key"])
    return ItemRead("calculation", content, key, body.losses, body.pictures, said)


def _calculation(
    item: Element, drawn_body: Body, interactions: Sequence[Element]
) -> ItemRead | None:
    """Return an item of one number whose values are drawn; ``None`` where ours marks otherwise."""
    declared = declarations_of(item).get(interactions[0].get("responseIdentifier"))
    root = item.first("itemBody")
    if len(interactions) > 1 or interactions[0].name != TEXT or declared is None or root is None:
        return None
    facts = template_facts(item, declared) if is_numeric(item, declared) else None
    if facts is None:
        return None
    found, key = facts
    places = {name: place_of(own) for name, own in found.names.items()}
    body = replace(drawn_body, values=places)
    scoring = scoring_of(item, Drawn({}, {}, {}))
    reading = Reading(item, root, body, {declared.name: declared}, interactions, scoring)
    stem = in_places(reading.stem(), found.names.values())
    content = {"stem": stem, "unit": None, "decimals": decimals_for(found, key, stem)}
    if content["decimals"] is None or not marks_the_same(item, declared, found, content, key):
        return None
    _explanations(item, body)
    said = "\n".join(dict.fromkeys(body.explanations))
    return ItemRead("calculation", content, key, body.losses, body.pictures, said)


def _drawn_declarations(item: Element, correct: Mapping[str, Maybe]) -> dict[str, Declaration]:
    return {
        name: replace(each, correct=correct[name]) if name in correct else each
        for name, each in declarations_of(item).items()
    }


def _in_formulas(item: Element) -> frozenset[str]:
    declared = item.all("templateDeclaration")
    return frozenset(
        each.get("identifier") for each in declared if each.get("mathVariable") in ("true", "1")
    )


def _interactions(body: Element | None) -> list[Element]:
    return [
        each
        for each in (body.walk() if body is not None else ())
        if each.name.endswith("Interaction") and each.name not in IGNORED
    ]


def _explanations(item: Element, body: Body) -> None:
    """Gather what is said after the answer."""
    for each in item.all("modalFeedback"):
        if body.keeps_space and each.get("identifier") == "EXPLANATION":
            body.explanations.append(each.text())
        elif said := inner_html(each, body):
            body.explanations.append(lines_of(said))
            body.lose("qti_feedback_in_explanation", each.name)


@dataclass(frozen=True)
class Made:
    """A part with its verdict."""

    part: Part
    verdict: Verdict


@dataclass
class Reading:
    """An item under way."""

    item: Element
    root: Element
    body: Body
    declared: Mapping[str, Declaration]
    interactions: Sequence[Element]
    scoring: Scoring

    def whole(self) -> Made | None:
        """Return the item as one question; ``None`` where it is several."""
        texts = [each for each in self.interactions if each.name == TEXT]
        if len(texts) == len(self.interactions) > 1:
            return self._blanks(texts)
        if len(self.interactions) > 1:
            return None
        if self.interactions[0].name == EXTENDED:
            return self._written(self.interactions[0])
        part = self._part(self.interactions[0])
        self.stem_of(part, self.interactions[0])
        return Made(part, self._judged(part))

    def _written(self, interaction: Element) -> Made:
        """Return what a person marks: no processing can say more of it than its rubric."""
        part = written_part(self.root, interaction, self.declaration(interaction))
        self.stem_of(part, interaction)
        self.body.explanations.clear()  # what scorers are told is the key
        self.body.losses.pop("qti_rubric_in_explanation", None)
        if not part.key["model_answer"] and self.item.get("toolName") == OWN_TOOL:
            return Made(part, Verdict({}, ("qti_no_key", {})))  # taken out with all keys
        return Made(part, Verdict(part.key))

    def _blanks(self, texts: Sequence[Element]) -> Made | None:
        """Return several blanks as one item where it marks so."""
        if any(is_numeric(self.item, self.declaration(each)) for each in texts):
            return None
        names = [(_blank_id(each, n), self.declaration(each)) for n, each in enumerate(texts, 1)]
        part = text_part(self.item, names)
        judged = self._judged(part)
        if judged.reason is not None and judged.reason[0] != "qti_no_processing":
            return None
        self.stem_of(part, None)
        return Made(part, judged)

    def several(self) -> Made:
        """Return the item as an item set."""
        parts = []
        for n, each in enumerate(self.interactions, start=1):
            part = self._part(each)
            prompt = inner_html(each.first("prompt"), self.body)
            blank = f" {_blank('1')}" if part.type == "text_entry" else ""
            stem = f"<p>({n}){blank}</p>" if is_blank(prompt) else prompt + blank
            part.content["stem"] = stem
            parts.append(part)
        part, judged = composite(parts, self.scoring, has_processing=has_processing(self.item))
        part.content["stem"] = self._html(self.root.children, is_set=True) or self._title()
        return Made(part, judged)

    def own_set(self) -> Made | None:
        """Return an item set as this program writes it; ``None`` for anything else."""
        boxes = [each for each in self.root.all("div") if "item-part" in each.get("class").split()]
        if not self.body.keeps_space or not boxes:
            return None
        parts, names = [], []
        for box in boxes:
            inner = _interactions(box)
            names.append((box.get("id").removeprefix("PART_"), _share(box)))
            own = Reading(self.item, box, self.body, self.declared, inner, self.scoring)
            part = own.own_part()
            part.content["stem"] = _own_stem(box, own)
            parts.append(part)
        part, judged = composite(
            parts, self.scoring, names, has_processing=has_processing(self.item)
        )
        part.content["stem"] = _own_stem(self.root, self)
        return Made(part, judged)

    def own_part(self) -> Part:
        """Return a part of an item set as this program writes it."""
        if len(self.interactions) > 1 or "blank" in self.interactions[0].get("class"):
            names = [(_blank_id(each, 1), self.declaration(each)) for each in self.interactions]
            return text_part(self.item, names)
        if self.interactions[0].name == EXTENDED:
            written = self.interactions[0]
            return written_part(self.root, written, self.declaration(written))
        return self._part(self.interactions[0])

    def declaration(self, interaction: Element) -> Declaration:
        """Return the response an interaction writes to; raises ShapeError."""
        name = interaction.get("responseIdentifier")
        if name not in self.declared:
            raise ShapeError("qti_unknown_variable", variable=name)
        if self.declared[name].cardinality == "record" or interaction.get("base", "10") != "10":
            raise ShapeError("qti_interaction_unknown", interaction=f"{interaction.name} (record)")
        if sum(each.get("responseIdentifier") == name for each in self.interactions) > 1:
            raise ShapeError("qti_identifier_twice")
        return self.declared[name]

    def _part(self, interaction: Element) -> Part:
        name = interaction.name
        if name not in PARTS and name not in (TEXT, "sliderInteraction"):
            raise ShapeError("qti_interaction_unknown", interaction=name)
        declared = self.declaration(interaction)
        if name in PARTS:
            return PARTS[name](interaction, declared, self.body)
        if name == TEXT and not is_numeric(self.item, declared):
            return text_part(self.item, [(_blank_id(interaction, 1), declared)])
        is_text = name == TEXT
        values = [as_number(each) for each in self.body.values.values()]
        numbers = [each for each in values if each is not None]
        part = (
            numeric_part(self.item, declared, numbers)
            if is_text
            else slider_part(self.item, interaction, declared)
        )
        part.content["_item"] = self.item
        unit = next((each for each in self.root.walk() if each.get("class") == "unit"), None)
        if self.body.keeps_space and unit is not None and not is_untranslated(unit, self.body):
            part.content["unit"] = unit.text()
        return part

    def _judged(self, part: Part) -> Verdict:
        if not has_processing(self.item):
            return unjudged(part, "qti_no_processing")
        return verdict(part, lambda answer: self.scoring.score(part.say(answer)))

    def stem_of(self, part: Part, interaction: Element | None) -> None:
        """Set what a single question asks."""
        if self.body.keeps_space:
            part.content["stem"] = _own_stem(self.root, self)
            return
        stem = self._html(self.root.children)
        if part.type == "text_entry" and "data-blank" not in stem:
            stem += "".join(f"<p>{_blank(each['id'])}</p>" for each in part.content["blanks"])
        name = "" if interaction is None else interaction.name
        part.content["stem"] = stem if not is_blank(stem) or name == TEXT else self._title()

    def stem(self) -> str:
        """Return the text around interactions."""
        return self._html(self.root.children)

    def _title(self) -> str:
        said = self.item.get("title") or self.item.get("identifier") or "…"
        return f"<p>{html.escape(said, quote=False)}</p>"

    def _html(self, children: Sequence[Element | str], *, is_set: bool = False) -> str:
        """Return the text around interactions, with marks where they stand in a line."""
        number = {id(each): n for n, each in enumerate(self.interactions, start=1)}
        gaps = {id(each): n for n, each in enumerate(self.root.find("gap"), start=1)}

        def place(element: Element, body: Body) -> str | None:
            if id(element) in gaps:
                return f"({gaps[id(element)]})____"
            if element.name in ("gapText", "gapImg") or element.name in IGNORED:
                return ""
            if element.name == "hottext":
                return f"<u>{html_of(element.children, body)}</u>"
            if id(element) in number:
                return self._mark(element, number[id(element)], body, is_set=is_set)
            return None

        placed = replace(self.body, place=place)
        return html_of(children, placed).strip()

    def _mark(self, element: Element, n: int, body: Body, *, is_set: bool) -> str:
        if element.name in INLINE:
            if is_set:
                return f"({n})____"
            is_blank_ = element.name == TEXT and not is_numeric(
                self.item, self.declaration(element)
            )
            return _blank(_blank_id(element, n)) if is_blank_ else "____"
        prompt = "" if is_set else html_of(_prompts(element), body)
        has_text = element.name in ("gapMatchInteraction", "hottextInteraction")
        rest = [each for each in element.children if each not in _prompts(element)]
        return prompt + (html_of(rest, body) if has_text else "")


def _prompts(interaction: Element) -> list[Element | str]:
    prompts = interaction.all("prompt")
    return [Element("p", {}, each.children) if _is_inline(each) else each for each in prompts]


def _is_inline(element: Element) -> bool:
    return not element.all("p", "div", "ul", "ol", "table", "pre")


def _own_stem(root: Element, reading: "Reading") -> str:
    box = next((each for each in root.all("div") if each.get("class") == "item-stem"), None)
    if box is None or is_untranslated(box, reading.body):
        return ""
    return reading._html(box.children)  # noqa: SLF001 - its own module


def _blank(name: str) -> str:
    return f'<span data-type="blank" data-blank="{name}"></span>'


def _blank_id(interaction: Element, n: int) -> str:
    found = [each for each in interaction.get("class").split() if each.startswith("blank-")]
    return found[0].removeprefix("blank-") if found else str(n)


def _share(box: Element) -> str | None:
    found = [each for each in box.get("class").split() if each.startswith("share-")]
    return found[0].removeprefix("share-") if found else None
