"""The questions of an assessment item, as types of ours."""

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
from itembank.interchange.qti.choice_parts import choice_part
from itembank.interchange.qti.composites import composite
from itembank.interchange.qti.declarations import Declaration
from itembank.interchange.qti.elements import OWN_TOOL, Element
from itembank.interchange.qti.judging import (
    Reason,
    Scoring,
    Verdict,
    has_processing,
    unjudged,
    verdict,
)
from itembank.interchange.qti.pair_parts import gap_part, match_part, order_part
from itembank.interchange.qti.parts import Part, ShapeError
from itembank.interchange.qti.place_parts import hotspot_part, slider_part
from itembank.interchange.qti.text_parts import is_numeric, numeric_part, text_part
from itembank.interchange.qti.values import Maybe, as_number
from itembank.interchange.qti.written_parts import EXTENDED, written_part
from itembank.interchange.report import PictureFile

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
            inner = interactions_in(box)
            names.append((box.get("id").removeprefix("PART_"), _share(box)))
            own = Reading(self.item, box, self.body, self.declared, inner, self.scoring)
            part = own.own_part()
            part.content["stem"] = own.own_stem(box)
            parts.append(part)
        part, judged = composite(
            parts, self.scoring, names, has_processing=has_processing(self.item)
        )
        part.content["stem"] = self.own_stem(self.root)
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
            part.content["stem"] = self.own_stem(self.root)
            return
        stem = self._html(self.root.children)
        if part.type == "text_entry" and "data-blank" not in stem:
            stem += "".join(f"<p>{_blank(each['id'])}</p>" for each in part.content["blanks"])
        name = "" if interaction is None else interaction.name
        part.content["stem"] = stem if not is_blank(stem) or name == TEXT else self._title()

    def stem(self) -> str:
        """Return the text around interactions."""
        return self._html(self.root.children)

    def own_stem(self, root: Element) -> str:
        """Return a stem as this program writes it."""
        box = next((each for each in root.all("div") if each.get("class") == "item-stem"), None)
        if box is None or is_untranslated(box, self.body):
            return ""
        return self._html(box.children)

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


def interactions_in(body: Element | None) -> list[Element]:
    """Return the interactions that ask something."""
    return [
        each
        for each in (body.walk() if body is not None else ())
        if each.name.endswith("Interaction") and each.name not in IGNORED
    ]


def gather_explanations(item: Element, body: Body) -> None:
    """Gather what is said after the answer."""
    for each in item.all("modalFeedback"):
        if body.keeps_space and each.get("identifier") == "EXPLANATION":
            body.explanations.append(each.text())
        elif said := inner_html(each, body):
            body.explanations.append(lines_of(said))
            body.lose("qti_feedback_in_explanation", each.name)


def _prompts(interaction: Element) -> list[Element | str]:
    prompts = interaction.all("prompt")
    return [Element("p", {}, each.children) if _is_inline(each) else each for each in prompts]


def _is_inline(element: Element) -> bool:
    return not element.all("p", "div", "ul", "ol", "table", "pre")


def _blank(name: str) -> str:
    return f'<span data-type="blank" data-blank="{name}"></span>'


def _blank_id(interaction: Element, n: int) -> str:
    found = [each for each in interaction.get("class").split() if each.startswith("blank-")]
    return found[0].removeprefix("blank-") if found else str(n)


def _share(box: Element) -> str | None:
    found = [each for each in box.get("class").split() if each.startswith("share-")]
    return found[0].removeprefix("share-") if found else None
