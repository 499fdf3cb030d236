"""Moodle's questions made into items: codes, places in the blueprint, findings."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from itembank.interchange.moodle.calculations import calculation_kind
from itembank.interchange.moodle.kinds import refused
from itembank.interchange.moodle.making import HAN, Making, digest, part_code
from itembank.interchange.moodle.questions import Question, RefusedQuestionError
from itembank.interchange.moodle.sets import PART_KINDS, item_set
from itembank.interchange.own_paths import tagged_path
from itembank.interchange.report import DraftItem, Parsed, PictureFile, RowFinding
from itembank.lifecycle import STATES

MOST_TIERS: Final = 6
LONGEST_CODE: Final = 64
LONGEST_EXPLANATION: Final = 4000
TITLE_IN_CODE: Final = 40
LONGEST_NAME: Final = 300
TAG: Final = re.compile(r"<[^>]{0,200}>")
POINT: Final = "001"
EXPLANATION: Final = re.compile(r"explanation\.([A-Za-z_]{2,16}):(.*)", re.DOTALL)
UNNAMED: Final = ("top", "$course$", "$system$", "$cat1$", "$module$", "$category$")
ALL_KINDS: Final = {**PART_KINDS, "item_set": item_set, "calculation": calculation_kind}


@dataclass
class Gathered:
    """What has been read so far."""

    format: str
    source: str  # the file's name: where items without a category belong
    files: Mapping[str, PictureFile]
    items: list[DraftItem] = field(default_factory=list)
    refused: list[RowFinding] = field(default_factory=list)
    notes: list[RowFinding] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    enemies: list[tuple[str, str]] = field(default_factory=list)

    def refuse(
        self, row: int, code: str, where: str, why: str, detail: Mapping[str, object]
    ) -> None:
        """Note a question that is not taken."""
        self.refused.append(RowFinding(row, code[:LONGEST_CODE], where, why, dict(detail)))

    def parsed(self) -> Parsed:
        """Return all of it."""
        chinese = sum(HAN.search(str(item.content)) is not None for item in self.items)
        language = "zh_Hans_CN" if chinese * 2 > len(self.items) else ""
        return Parsed(
            self.format,
            tuple(self.items),
            tuple(self.refused),
            tuple(self.notes),
            enemies=tuple(self.enemies),
            language=language,
        )


def gather(questions: Iterable[Question], gathered: Gathered) -> None:
    """Make items of questions."""
    for question in questions:
        add_question(question, gathered)


def add_question(question: Question, gathered: Gathered) -> None:
    """Make an item of a question, or say why there is none."""
    making = Making(question, gathered.files)
    try:
        kind, content, key = ALL_KINDS.get(question.kind, refused)(making)
        explanation = making.explanation()
    except RefusedQuestionError as wrong:
        code = code_of(question)
        gathered.refuse(question.row, code, wrong.where, wrong.code, wrong.detail)
        return
    code = code_of(question)
    if code in gathered.seen:
        why = "id_repeated" if question.id.strip() else "question_repeated"
        gathered.refuse(question.row, code, "id", why, {"id": code})
        return
    gathered.seen.add(code)
    if len(explanation) > LONGEST_EXPLANATION:
        making.lost("explanation_cut", most=LONGEST_EXPLANATION)
    told(question, making)
    said = question.tagged("difficulty") or ""
    state = question.tagged("state") or "active"
    gathered.items.append(
        DraftItem(
            code=code,
            path=path_of(question, gathered.source),
            type=kind,
            content=content,
            key=key,
            pictures=dict(making.made.pictures),
            row=question.row,
            difficulty=int(said) if said in tuple("12345") else None,
            explanation=explanation[:LONGEST_EXPLANATION] or None,
            explanations=explanations_of(question),
            state=state if state in STATES else "active",
        )
    )
    gathered.notes += findings(question.row, code, making)


def findings(row: int, code: str, making: Making) -> list[RowFinding]:
    """Return what an item lost on its way."""
    return [
        RowFinding(row, code, "row", why, detail, is_loss=True)
        for why, detail in making.made.losses
    ]


def told(question: Question, making: Making) -> None:
    """Name what Moodle's question says beside its answers and an item has no place for."""
    if question.mark != 1 and question.mark > 0 and question.tagged("share") is None:
        making.lost("mark_not_kept", mark=f"{question.mark.normalize():f}")
    if question.facts.get("unit_penalty"):
        making.lost("unit_penalty_not_kept")
    if question.facts.get("hints"):
        making.lost("hints_not_kept")
    if question.facts.get("own_feedback"):
        making.lost("feedback_not_kept")
    if question.facts.get("left_out"):
        making.lost("drawn_values_left_out", count=question.facts["left_out"])
    if others := question.foreign_tags:
        making.lost("tags_not_kept", tags=", ".join(others)[:80])


def code_of(question: Question) -> str:
    """Return an item's code: the question's own id, else its name with a hash of what it asks.

    A name such as “Question 1” stands in many files: alone it would make one item a version of
    another.
    """
    if question.id.strip():
        return question.id.strip()[:LONGEST_CODE]
    answers = [
        f"{answer.said.text}\t{answer.fraction}\t{answer.tolerance}" for answer in question.answers
    ]
    pairs = [f"{left.text}\t{right.text}" for left, right in question.facts.get("pairs", ())]
    asked = digest(question.kind, question.stem.text, *answers, *pairs)[:8]
    name = question.name.strip() or TAG.sub(" ", question.stem.text[:LONGEST_NAME]).strip()
    name = name.partition("\n")[0]
    return f"{part_code(name, TITLE_IN_CODE)}-{asked}" if part_code(name) else asked


def path_of(question: Question, source: str) -> tuple[tuple[str, str], ...]:
    """Return ranges and point: those of a tag ``point:``, else of the category, else the file's."""
    names = [
        name.removeprefix("Default for ").strip()
        for name in question.category
        if name.strip().lower() not in UNNAMED and name.strip()
    ]
    own = tagged_path(question.tagged("point") or "", names)
    if own:
        return own
    names = names or [source]
    if len(names) > MOST_TIERS:
        names = [*names[: MOST_TIERS - 1], " / ".join(names[MOST_TIERS - 1 :])]
    ranges = tuple((part_code(name) or POINT, name[:300]) for name in names)
    return (*ranges, (POINT, names[-1][:300]))


def explanations_of(question: Question) -> dict[str, str] | None:
    """Return the explanations in other languages that tags hold; ``None`` for none."""
    found = [EXPLANATION.fullmatch(tag) for tag in question.tags]
    return {each[1]: each[2] for each in found if each} or None
