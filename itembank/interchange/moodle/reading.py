"""Moodle's XML: questions by category, with their files inside."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from xml.etree.ElementTree import Element

from itembank.interchange.guards import xml_of
from itembank.interchange.moodle.calculated import CHOICE, KINDS, calculated, is_calculated
from itembank.interchange.moodle.items import Gathered, add_question
from itembank.interchange.moodle.marker import marker_facts
from itembank.interchange.moodle.questions import Answer, Question, Said
from itembank.interchange.moodle.sets import grouped
from itembank.interchange.report import Parsed, PictureFile, UnreadableError
from itembank.interchange.sources import MOST_ROWS, check_size

FORMAT: Final = "moodle_xml"
FORMATS: Final[Mapping[str, str]] = {"html": "html", "plain_text": "plain", "markdown": "markdown"}
MIMES: Final = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif"}
START: Final = re.compile(rb"<quiz[\s>]")
USUAL_FEEDBACK: Final = re.compile(
    r"(Your answer is (partially )?(in)?correct\.?"
    r"|(您|你)?的?(回答|答案)(部分)?(不?正确|错误)[。.]?)?"
)
ORDER_MARKS: Final = {
    **dict.fromkeys(("-1", "ALL_OR_NOTHING"), "all_or_nothing"),
    **dict.fromkeys(("0", "ABSOLUTE_POSITION"), "part_marks"),
}
UNIT_PENALTIES: Final = ("1", "2")  # a share of the mark of the answer, or of the question
ORDER_ALL: Final = ("0", "ALL")
SLASHES: Final = re.compile(r"(?<!/)/(?!/)")


def is_moodle_xml(data: bytes) -> bool:
    """Say whether a file looks like one of these."""
    return data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") and bool(START.search(data[:4000]))


def read_moodle_xml(data: bytes, pictures: Mapping[str, PictureFile], source: str) -> Parsed:
    """Read a file; raises UnreadableError as ``xml_of`` does, and ``not_moodle_xml``."""
    check_size(data)
    root = xml_of(data)
    if root.tag != "quiz":
        raise UnreadableError("not_moodle_xml", element=root.tag[:40])
    if len(root) > MOST_ROWS:
        raise UnreadableError("too_many_rows", most=MOST_ROWS)
    files = {name.lower(): each for name, each in pictures.items()}
    gathered = Gathered(FORMAT, source, files)
    for question in grouped(_questions(root)):
        if is_calculated(question.kind):
            calculated(question, gathered)
        else:
            add_question(question, gathered)
    return gathered.parsed()


def category_of(title: str) -> tuple[str, ...]:
    """Return the names of a category and those above it.

    Examples
    --------
    >>> category_of("$course$/top/A//B/C")
    ('$course$', 'top', 'A/B', 'C')
    """
    return tuple(part.replace("//", "/").strip() for part in SLASHES.split(title))


def _questions(root: Element) -> Iterator[Question]:
    category: tuple[str, ...] = ()
    row = 0
    for each in root.findall("question"):
        if each.get("type") == "category":
            category = category_of(_text(each.find("category")))
            continue
        row += 1
        yield _question(each, row, category)


def _question(each: Element, row: int, category: tuple[str, ...]) -> Question:
    kind = each.get("type", "")
    tags = tuple(_text(tag) for tag in each.findall("tags/tag"))
    return Question(
        row=row,
        kind=kind,
        name=_text(each.find("name")),
        stem=_said(each.find("questiontext")),
        id=(each.findtext("idnumber") or "").strip(),
        answers=tuple(_answer(one) for one in each.findall("answer")),
        feedback=_said(each.find("generalfeedback")),
        mark=_decimal(each.findtext("defaultgrade"), "1"),
        tags=tuple(tag.strip() for tag in tags if tag.strip()),
        category=category,
        facts=_facts(kind, each),
    )


def _facts(kind: str, each: Element) -> dict[str, Any]:
    shared: dict[str, Any] = {
        "unit_penalty": (each.findtext("unitgradingtype") or "0").strip() in UNIT_PENALTIES,
        "hints": any(_text(hint).strip() for hint in each.findall("hint")),
        "own_feedback": any(
            not USUAL_FEEDBACK.fullmatch(re.sub(r"<[^>]+>", "", _text(each.find(name))).strip())
            for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
        ),
    }
    return {**shared, **FACTS[kind](each)} if kind in FACTS else shared


def _choice_facts(each: Element) -> dict[str, Any]:
    return {
        "is_single": _is_true(each.findtext("single"), usual=True),
        "is_shuffled": _is_true(each.findtext("shuffleanswers"), usual=True),
    }


def _text_facts(each: Element) -> dict[str, Any]:
    return {"is_case_sensitive": _is_true(each.findtext("usecase"), usual=False)}


def _number_facts(each: Element) -> dict[str, Any]:
    units = each.findall("units/unit")
    return {
        "units": [
            ((unit.findtext("unit_name") or "").strip(), unit.findtext("multiplier") or "1")
            for unit in units
        ]
    }


def _match_facts(each: Element) -> dict[str, Any]:
    pairs = each.findall("subquestion")
    return {"pairs": [(_said(pair), Said(_text(pair.find("answer")), "html")) for pair in pairs]}


def _order_facts(each: Element) -> dict[str, Any]:
    said = (each.findtext("gradingtype") or "0").strip()
    shown = (each.findtext("selecttype") or "ALL").strip()
    return {"policy": ORDER_MARKS.get(said, "other"), "is_partly_shown": shown not in ORDER_ALL}


def _marker_facts(each: Element) -> dict[str, Any]:
    return marker_facts(each, _files(each))


def _drawn_facts(each: Element) -> dict[str, Any]:
    return {"element": each}


def _gap_facts(each: Element) -> dict[str, Any]:
    boxes = each.findall("selectoption") or each.findall("dragbox")
    is_listed = each.find("selectoption") is not None
    return {
        "choices": [
            (Said(_text(box), "html"), (box.findtext("group") or "1").strip()) for box in boxes
        ],
        "may_repeat": is_listed or any(box.find("infinite") is not None for box in boxes),
    }


def _answer(each: Element) -> Answer:
    feedback = each.find("feedback")
    return Answer(
        said=_said(each, usual="html" if each.get("format") else "plain"),
        fraction=_decimal(each.get("fraction"), "0"),
        feedback=_said(feedback),
        tolerance=(each.findtext("tolerance") or "").strip(),
    )


def _said(each: Element | None, usual: str = "html") -> Said:
    if each is None:
        return Said()
    form = each.get("format", "")
    known = FORMATS.get(form, "moodle" if form.endswith("auto_format") else usual)
    return Said(_text(each), known, _files(each))


def _files(each: Element) -> dict[str, PictureFile]:
    found: dict[str, PictureFile] = {}
    for file in each.findall("file"):
        name = (file.get("name") or "").rpartition("/")[2].lower()
        mime = MIMES.get(name.rpartition(".")[2])
        try:
            body = base64.b64decode(file.text or "", validate=False)
        except (binascii.Error, ValueError):
            continue
        if mime and body:
            found[name] = PictureFile(body, mime)
    return found


def _text(each: Element | None) -> str:
    if each is None:
        return ""
    inner = each.find("text")
    return (each.text if inner is None else inner.text) or ""


def _decimal(said: str | None, usual: str) -> Decimal:
    try:
        number = Decimal((said or usual).strip() or usual)
    except InvalidOperation:
        return Decimal(usual)
    return number if number.is_finite() and abs(number) < 10**6 else Decimal(usual)


def _is_true(said: str | None, *, usual: bool) -> bool:
    return (said or str(usual)).strip().lower() in {"true", "1"}


def _essay_facts(element: Element) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    info, lines = element.find("graderinfo"), element.findtext("responsefieldlines") or ""
    if info is not None:
        facts["grader_info"] = _said(info)
    if lines.strip().isdecimal():
        facts["lines"] = int(lines.strip()[:4])
    return facts


FACTS: Final[Mapping[str, Callable[[Element], dict[str, Any]]]] = {
    "essay": _essay_facts,
    "multichoice": _choice_facts,
    "shortanswer": _text_facts,
    "numerical": _number_facts,
    "matching": _match_facts,
    "match": _match_facts,
    "gapselect": _gap_facts,
    "ddwtos": _gap_facts,
    "ordering": _order_facts,
    "ddmarker": _marker_facts,
    **dict.fromkeys(KINDS, _drawn_facts),
    CHOICE: lambda each: {**_drawn_facts(each), **_choice_facts(each)},
}
