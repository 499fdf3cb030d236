"""Moodle's questions as items, kind by kind: what an item cannot do is told as a loss."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from itembank.interchange.moodle.making import Making
from itembank.interchange.moodle.own_ids import renamed_match, renamed_order
from itembank.interchange.moodle.questions import Answer, RefusedQuestionError, Said
from itembank.interchange.moodle.units import TAG, read_units
from itembank.items.choices import BY_OPTION, IDS, MINUS, PART, WHOLE
from itembank.items.written import MOST_LINES
from itembank.items.written_cells import read_written_cell
from scoring.marks import read_number

Made = tuple[str, dict[str, Any], dict[str, Any]]  # type, content, key

FULL: Final = Decimal(100)
NEARLY: Final = Decimal("0.1")  # thirds are written 33.33333
LINE: Final = re.compile(r"_{3,}|＿{2,}")
GAP: Final = re.compile(r"\[\[(\d{1,2})\]\]")
ANY: Final = "*"
MOST_OPTIONS: Final = 8


def multichoice(making: Making) -> Made:
    """Return a single or multiple choice."""
    answers = making.question.answers
    if len(answers) > MOST_OPTIONS:
        raise RefusedQuestionError("too_many_options", "options", most=MOST_OPTIONS)
    if not any(answer.fraction > 0 for answer in answers):
        raise RefusedQuestionError("key_missing", "key")
    is_single = making.question.facts.get("is_single", True)
    key = _key_of_single(making) if is_single else _key_of_many(making)
    content = {
        "stem": making.stem(),
        "options": making.options([answer.said for answer in answers]),
        "blanks": [],
        "unit": None,
    }
    return "single" if is_single else "multiple", making.content(**content), key


def _key_of_single(making: Making) -> dict[str, Any]:
    """Return the one right option; several, or part of the mark for others, go by points."""
    fractions = [answer.fraction for answer in making.question.answers]
    correct = [IDS[place] for place, each in enumerate(fractions) if each == FULL]
    if not correct:
        raise RefusedQuestionError("no_full_answer", "key")
    if making.question.tagged("policy") == BY_OPTION:
        return _by_points(making, correct, fractions)
    if min(fractions) < 0:  # nothing is the least an answer earns
        making.lost("minus_not_kept")
    if len(correct) == 1 and not any(0 < each < FULL for each in fractions):
        return {"correct": correct}
    return _by_points(making, correct, [max(each, Decimal(0)) for each in fractions])


def _key_of_many(making: Making) -> dict[str, Any]:
    """Return the right options and how part of them is marked."""
    fractions = [answer.fraction for answer in making.question.answers]
    right = [each for each in fractions if each > 0]
    wrong = {each for each in fractions if each <= 0}
    if abs(sum(right) - FULL) > NEARLY:
        raise RefusedQuestionError("no_full_answer", "key")
    correct = [IDS[place] for place, each in enumerate(fractions) if each > 0]
    said = making.question.tagged("policy")
    if said == BY_OPTION:
        return _by_points(making, correct, fractions)
    is_strict = len(right) == 1 and all(each <= -FULL for each in wrong)
    if is_strict or said == WHOLE:
        return {"correct": correct, **({"policy": said} if said == PART else {})}
    if len(set(right)) == 1 and len(wrong) <= 1:
        if wrong <= {-FULL}:
            return {"correct": correct, "policy": PART}
        if wrong == {-right[0]}:
            return {"correct": correct, "policy": MINUS}
    return _by_points(making, correct, fractions)


def _by_points(making: Making, correct: list[str], fractions: Sequence[Decimal]) -> dict[str, Any]:
    """Return a key by points: those a tag of ours says, else the fractions of the file."""
    words = (making.question.tagged("points") or "").split()
    told = dict(zip(words[::2], words[1::2], strict=False))
    if set(told) != set(IDS[: len(fractions)]):
        told = {IDS[place]: f"{each.normalize():f}" for place, each in enumerate(fractions) if each}
    return {"correct": correct, "policy": BY_OPTION, "points": told}


def truefalse(making: Making) -> Made:
    """Return a judgement."""
    by_word = {answer.said.text.strip().lower(): answer for answer in making.question.answers}
    right = [word for word, answer in by_word.items() if answer.fraction == FULL]
    if set(by_word) != {"true", "false"} or len(right) != 1:
        raise RefusedQuestionError("judgement_unknown", "key")
    content = {"stem": making.stem(), "options": making.judged(), "blanks": [], "unit": None}
    return "true_false", making.content(**content), {"correct": ["A" if right == ["true"] else "B"]}


def shortanswer(making: Making) -> Made:
    """Return a text with one blank: where a line stands in the stem, or after it."""
    texts = accepted_texts(making, making.question.answers)
    content: dict[str, Any] = {
        "stem": making.stem(change=_with_blank),
        "options": [],
        "blanks": [{"id": "1"}],
        "unit": None,
    }
    key = {
        "blanks": {"1": texts},
        "case_sensitive": bool(making.question.facts.get("is_case_sensitive", False)),
    }
    return "text_entry", making.content(**content), key


def accepted_texts(making: Making, answers: Sequence[Answer]) -> list[str]:
    """Return the texts that earn the full mark, literally; what else earns something is lost."""
    full = [answer.said.text.strip() for answer in answers if answer.fraction == FULL]
    if not full:
        raise RefusedQuestionError("no_full_answer", "key")
    if any(0 < answer.fraction < FULL for answer in answers):
        making.lost("part_credit_not_kept")
    literal = [text for text in full if ANY not in text.replace("\\*", "")]
    if len(literal) < len(full):
        making.lost("wildcard_not_kept", text=", ".join(set(full) - set(literal))[:80])
    if not literal:
        raise RefusedQuestionError("only_wildcards", "key", text=full[0][:80])
    plain = [making.plain(Said(text, "plain")) for text in literal]
    return list(dict.fromkeys(text.replace("\\*", ANY) for text in plain if text))


def numerical(making: Making) -> Made:
    """Return a number within a tolerance."""
    question = making.question
    key: dict[str, Any] = {**number_key(making, question.answers)}
    units = question.facts.get("units", ())
    unit = units[0][0][:40] if units else None
    others, lost = read_units(unit or "", units[1:], question.tagged(TAG))
    if lost:
        making.lost("other_units_not_kept", units=", ".join(lost)[:80])
    if others:
        key["units"] = others
    content: dict[str, Any] = {
        "stem": making.stem(),
        "options": [],
        "blanks": [],
        "unit": unit,
    }
    if unit is not None and read_number(str(units[0][1])) != 1:
        raise RefusedQuestionError("unit_factor", "unit", unit=unit)
    return "numeric", making.content(**content), key


def number_key(making: Making, answers: Sequence[Answer]) -> dict[str, str]:
    """Return the value and tolerance that earn the full mark."""
    full = [answer for answer in answers if answer.fraction == FULL]
    if not full:
        raise RefusedQuestionError("no_full_answer", "key")
    if len(full) > 1:
        raise RefusedQuestionError("several_numbers_right", "key", count=len(full))
    if any(0 < answer.fraction < FULL for answer in answers):
        making.lost("part_credit_not_kept")
    value, tolerance = full[0].said.text.strip(), full[0].tolerance.strip() or "0"
    if read_number(value) is None:
        raise RefusedQuestionError("key_not_a_number", "key")
    if read_number(tolerance) is None:
        raise RefusedQuestionError("tolerance_not_a_number", "key")
    mode = str(making.question.facts.get("tolerance_mode", "absolute"))
    relative = making.question.tagged("relative")
    if relative and read_number(relative) is not None:
        return {"value": value, "tolerance": relative, "tolerance_mode": "relative"}
    return {"value": value, "tolerance": tolerance.lstrip("-"), "tolerance_mode": mode}


def matching(making: Making) -> Made:
    """Return a match; an answer without a question is one more to choose from."""
    pairs: Sequence[tuple[Said, Said]] = making.question.facts.get("pairs", ())
    lefts = [(left, making.plain(right)) for left, right in pairs if making.plain(left)]
    rights: dict[str, Said] = {}
    for _, right in pairs:
        if making.plain(right):
            rights.setdefault(making.plain(right), right)
    names = {words: f"{place}" for place, words in enumerate(rights, start=1)}
    left_ids = [chr(ord("a") + place) for place in range(len(lefts))]
    if any(words not in names for _, words in lefts):
        raise RefusedQuestionError("pair_missing", "key", left="?")
    keyed = [[each, names[words]] for each, (_, words) in zip(left_ids, lefts, strict=False)]
    content: dict[str, Any] = {
        "stem": making.stem(),
        "left": making.listed("left", [left for left, _ in lefts], left_ids),
        "right": making.listed("right", list(rights.values()), list(names.values())),
    }
    if len({right for _, right in keyed}) < len(keyed) or making.question.tagged("reuse"):
        content["reuse"] = True
    key = {"pairs": keyed, **_policy(making)}
    return "matching", *renamed_match(making, making.content(**content), key)


def ordering(making: Making) -> Made:
    """Return an order: the answers stand in the right one."""
    ids = IDS + "IJKL"
    answers = making.question.answers
    if len(answers) > len(ids):
        raise RefusedQuestionError("too_many_options", "options", most=len(ids))
    if making.question.facts.get("is_partly_shown"):
        making.lost("subset_not_kept")
    shown = [
        {**row, "fixed": False}
        for row in making.listed("options", [answer.said for answer in answers], ids)
    ]
    content = {"stem": making.stem(), "options": shown}
    key = {"order": [row["id"] for row in shown], **_policy(making)}
    return "ordering", *renamed_order(making, making.content(**content), key)


def _policy(making: Making) -> dict[str, str]:
    """Return how part of an answer is marked: Moodle marks every pair and place by itself."""
    said = making.question.tagged("policy") or str(making.question.facts.get("policy", ""))
    if said == "all_or_nothing":
        return {"policy": said}
    if said == "other":
        making.lost("part_marks_otherwise")
    return {} if said == "usual" else {"policy": "part_marks"}


def gaps(making: Making) -> Made:
    """Return words to be put into gaps: a match of the gaps, or a choice for each group's."""
    choices: Sequence[tuple[Said, str]] = making.question.facts.get("choices", ())
    places = [int(each) for each in GAP.findall(making.question.stem.text)]
    if not places or max(places) > len(choices):
        raise RefusedQuestionError("gap_without_choice", "stem")
    if len({choices[each - 1][1] for each in places}) > 1 or len(places) == 1:
        return _gap_set(making, choices, places)
    group = choices[places[0] - 1][1]
    mine = {place: said for place, (said, other) in enumerate(choices, 1) if other == group}
    keyed = [[f"g{n}", str(place)] for n, place in enumerate(places, start=1)]
    lefts = [Said(f"({n})", "plain") for n in range(1, len(places) + 1)]
    content: dict[str, Any] = {
        "stem": making.stem(change=_numbered(GAP)),
        "left": making.listed("left", lefts, [each for each, _ in keyed]),
        "right": making.listed("right", list(mine.values()), [str(place) for place in mine]),
    }
    if making.question.facts.get("may_repeat") or len(set(places)) < len(places):
        content["reuse"] = True
    return "matching", making.content(**content), {"pairs": keyed, "policy": "part_marks"}


def _gap_set(making: Making, choices: Sequence[tuple[Said, str]], places: Sequence[int]) -> Made:
    """Return an item set: for each gap a choice among its group's."""
    parts: list[dict[str, Any]] = []
    keys: dict[str, Any] = {}
    for number, place in enumerate(places, start=1):
        group = [
            (other, said)
            for other, (said, name) in enumerate(choices, 1)
            if name == choices[place - 1][1]
        ]
        if len(group) > MOST_OPTIONS:
            raise RefusedQuestionError("too_many_options", "options", most=MOST_OPTIONS)
        aside = Making(making.question, making.files, making.made)
        options = [
            {**row, "fixed": False} for row in aside.listed("options", [said for _, said in group])
        ]
        part = f"p{number}"
        stem = f"<p>({number})</p>"
        parts.append(
            {"id": part, "type": "single", "mark_share": "1", "stem": stem, "options": options}
            | {"blanks": [], "unit": None}
        )
        keys[part] = {"correct": [IDS[[other for other, _ in group].index(place)]]}
    content = {"stem": making.stem(change=_numbered(GAP)), "parts": parts}
    return "item_set", making.content(**content), {"parts": keys}


def _numbered(pattern: re.Pattern[str]) -> Callable[[str], str]:
    def numbered(text: str) -> str:
        numbers = iter(range(1, 100))
        return pattern.sub(lambda _: f"<u> ({next(numbers)}) </u>", text)

    return numbered


def _with_blank(text: str) -> str:
    blank = '<span data-type="blank" data-blank="1"></span>'
    made, n = LINE.subn(blank, text, count=1)
    return made if n else f"{text} {blank}"


def refused(making: Making) -> Made:
    """Refuse a kind that has no counterpart."""
    raise RefusedQuestionError("moodle_kind_not_carried", "type", kind=making.question.kind[:40])


def essay(making: Making) -> Made:
    """Return what people mark: by what the file tells graders, else as a whole."""
    facts, points = making.question.facts, f"{making.question.mark.normalize():f}"
    told = making.plain(facts["grader_info"]) if "grader_info" in facts else ""
    key = read_written_cell(told, points if making.question.mark > 0 else "1")
    lines = min(int(facts.get("lines", 0)), MOST_LINES)
    kind = making.question.tagged("type")
    content = {"stem": making.stem(), "lines": lines}
    return "short_answer" if kind == "short_answer" else "essay", making.content(**content), key


def description(_making: Making) -> Made:
    """Refuse a text without a question."""
    raise RefusedQuestionError("text_without_question", "type")


KINDS: Final[Mapping[str, Callable[[Making], Made]]] = {
    "multichoice": multichoice,
    "truefalse": truefalse,
    "shortanswer": shortanswer,
    "numerical": numerical,
    "matching": matching,
    "match": matching,
    "ordering": ordering,
    "gapselect": gaps,
    "ddwtos": gaps,
    "essay": essay,
    "description": description,
}
