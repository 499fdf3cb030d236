r"""GIFT, the plain-text question format of Moodle, parsed into plain data.

A question is a dictionary in the shape of the PEG grammar that others use as the reference:
``type`` (``MC``, ``Short``, ``Numerical``, ``TF``, ``Matching``, ``Essay``, ``Description``,
``Category``), ``title``, ``id``, ``tags``, ``stem`` and what the type has; a text is
``{"format", "text"}``. ``line`` is where it begins.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

CONTROLS: Final = "~=#{}:"
BLANK: Final = "_____"
FORMAT: Final = re.compile(r"\s*\[(html|plain|markdown|moodle|agpu)\]")
TITLE: Final = re.compile(r"\s*::((?:\\.|[^\\])*?)::", re.DOTALL)
WEIGHT: Final = re.compile(r"\s*%(-?\d{1,3}(?:\.\d{1,10})?)%")
CATEGORY: Final = re.compile(r"\s*\$CATEGORY:\s*(.*)")
COMMENT_ID: Final = re.compile(r"\[id:((?:\\.|[^\]\\]){1,200})\]")
COMMENT_TAG: Final = re.compile(r"\[tag:((?:\\.|[^\]\\]){1,200})\]")
ESCAPED: Final = re.compile(r"\\([~=#{}:n\[\]\\])")
NUMBER: Final = r"[+-]?(?:\d{1,30}\.?\d{0,30}|\.\d{1,30})(?:[eE][+-]?\d{1,2})?"
WITHIN: Final = re.compile(rf"({NUMBER})\s*:\s*({NUMBER})")
BETWEEN: Final = re.compile(rf"({NUMBER})\s*\.\.\s*({NUMBER})")
SIMPLE: Final = re.compile(NUMBER)
TRUE: Final = ("T", "TRUE")
FALSE: Final = ("F", "FALSE")
PAIR_SIGN: Final = "->"


class GiftError(ValueError):
    """A question that does not follow the grammar: ``code`` says how."""

    def __init__(self, code: str, line: int) -> None:
        super().__init__(code)
        self.code = code
        self.line = line


@dataclass(frozen=True)
class Block:
    """One question's text, the line it begins on, and what its comments say of it."""

    text: str
    line: int
    id: str | None = None
    tags: tuple[str, ...] = ()


def parsed(text: str) -> Iterator[dict[str, Any] | GiftError]:
    """Give the questions of a text in turn, and errors where one is none."""
    for block in blocks(text):
        try:
            yield question(block)
        except GiftError as error:
            yield error


def blocks(text: str) -> Iterator[Block]:
    """Give the questions' texts: parted by empty lines, comments taken out.

    An empty line inside braces parts nothing where the braces are closed again before others
    are opened.
    """
    paragraphs = list(_paragraphs(text))
    place = 0
    while place < len(paragraphs):
        block = paragraphs[place]
        place += 1
        while _open(block.text) and place < len(paragraphs):
            following = paragraphs[place]
            if "{" in _bare(following.text) or _open(block.text + following.text):
                break
            block = Block(f"{block.text}\n{following.text}", block.line, block.id, block.tags)
            place += 1
        if block.text.strip():
            yield block


def _paragraphs(text: str) -> Iterator[Block]:
    lines: list[str] = []
    start = 0
    named: str | None = None
    tags: tuple[str, ...] = ()
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if line.lstrip().startswith("//"):
            found = COMMENT_ID.search(line)
            named = _plain(found[1]) if found else named
            tags = (*tags, *(_plain(each) for each in COMMENT_TAG.findall(line)))
            continue
        is_category = CATEGORY.match(line) is not None
        if line.strip() and not is_category:
            start = start if lines else number
            lines.append(line)
            continue
        if lines:
            yield Block("\n".join(lines), start, named, tags)
            lines, named, tags = [], None, ()
        if is_category:
            yield Block(line, number)


def question(block: Block) -> dict[str, Any]:
    """Return a question; raises GiftError."""
    category = CATEGORY.match(block.text)
    if category:
        return {"type": "Category", "title": category[1].strip(), "line": block.line}
    rest, title = block.text, None
    found = TITLE.match(rest)
    if found:
        title, rest = _plain(found[1].strip()), rest[found.end() :]
    said = FORMAT.match(rest)
    form = "moodle" if said is None or said[1] == "agpu" else said[1]
    rest = rest[said.end() :] if said else rest
    before, inside, after = _parts(rest, block.line)
    made: dict[str, Any] = {
        "id": block.id,
        "tags": list(block.tags) or None,
        "type": "Description",
        "title": title,
        "stem": {"format": form, "text": _stem(before, after, form)},
        "hasEmbeddedAnswers": bool(after.strip()),
        "line": block.line,
    }
    return made if inside is None else {**made, **_answers(inside, form, block.line)}


def _stem(before: str, after: str, form: str) -> str:
    one, other = _text(before, form), _text(after, form)
    return f"{one} {BLANK} {other}".strip() if other else one


def _answers(inside: str, form: str, line: int) -> dict[str, Any]:
    """Return type and answers by what stands between the braces."""
    body, general = _split_once(inside, "####")
    shared = {"globalFeedback": _said(general, form) if general is not None else None}
    marks = _marked(body)
    if not body.strip():
        return {"type": "Essay", **shared}
    if body.lstrip().startswith("#"):
        return {"type": "Numerical", **shared, "choices": _numbers(body.lstrip()[1:], form, line)}
    word, _, feedback = _cut(body, "#")
    if word.strip().upper() in TRUE + FALSE:
        return {**shared, **_judgement(word.strip().upper() in TRUE, feedback, form)}
    if not marks:
        return {"type": "Short", **shared, "choices": [_choice("=" + body, form)]}
    if body[: marks[0]].strip():
        raise GiftError("gift_before_answers", line)
    pieces = [body[a:b] for a, b in zip(marks, [*marks[1:], len(body)], strict=True)]
    if all(each[0] == "=" and PAIR_SIGN in _bare(each) for each in pieces):
        return {"type": "Matching", **shared, "matchPairs": [_pair(each, form) for each in pieces]}
    kind = "Short" if all(each[0] == "=" for each in pieces) else "MC"
    return {"type": kind, **shared, "choices": [_choice(each, form) for each in pieces]}


def _judgement(is_true: bool, feedback: str, form: str) -> dict[str, Any]:  # noqa: FBT001 - a fact
    first, _, second = _cut(feedback, "#")
    return {
        "type": "TF",
        "isTrue": is_true,
        "trueFeedback": _said(first, form) if first.strip() else None,
        "falseFeedback": _said(second, form) if second.strip() else None,
    }


def _choice(piece: str, form: str) -> dict[str, Any]:
    """Return one answer: its sign, weight, text and feedback."""
    rest, weight = piece[1:], None
    found = WEIGHT.match(rest)
    if found:
        weight, rest = _number(found[1]), rest[found.end() :]
    words, has_feedback, feedback = _cut(rest, "#")
    return {
        "isCorrect": piece[0] == "=",
        "weight": weight,
        "text": _said(words, form),
        "feedback": _said(feedback, form) if has_feedback and feedback.strip() else None,
    }


def _pair(piece: str, form: str) -> dict[str, Any]:
    words = _cut(piece[1:], "#")[0]
    left, _, right = words.partition(PAIR_SIGN)
    return {"subquestion": _said(left, form), "subanswer": _text(right, form)}


def _numbers(body: str, form: str, line: int) -> Any:
    """Return one range, or a list of answers each with its range."""
    marks = _marked(body)
    if not marks or body[: marks[0]].strip():
        first = body[: marks[0]] if marks else body
        alone = _range(_cut(first, "#")[0])
        if alone is None:
            raise GiftError("gift_number", line)
        if not marks:
            return alone
    pieces = [body[a:b] for a, b in zip(marks, [*marks[1:], len(body)], strict=True)]
    choices = [_choice(each, form) for each in pieces]
    for piece, choice in zip(pieces, choices, strict=True):
        words = choice["text"]["text"]
        found = _range(words)
        if found is None and (piece[0] == "=" and words != "*"):
            raise GiftError("gift_number", line)
        choice["text"] = found or {**choice["text"], "text": words or "*"}
        if found and found["type"] == "simple":
            choice["text"] = {"type": "simple", "number": found["number"]}
    if body[: marks[0]].strip():  # {#3:2~#wrong}: a first answer without its sign
        first_choice = _choice("=" + body[: marks[0]], form)
        first_choice["text"] = _range(first_choice["text"]["text"])
        choices.insert(0, first_choice)
    return choices


def _range(words: str) -> dict[str, Any] | None:
    text = words.strip()
    if found := BETWEEN.fullmatch(text):
        low, high = _number(found[1]), _number(found[2])
        return {"type": "high-low", "numberHigh": high, "numberLow": low}
    if found := WITHIN.fullmatch(text):
        return {"type": "range", "number": _number(found[1]), "range": _number(found[2])}
    return {"type": "simple", "number": _number(text)} if SIMPLE.fullmatch(text) else None


def _number(text: str) -> Decimal:
    return Decimal(text)


def _said(words: str, form: str) -> dict[str, str]:
    found = FORMAT.match(words)
    own = form if found is None else "moodle" if found[1] == "agpu" else found[1]
    return {"format": own, "text": _text(words[found.end() :] if found else words, own)}


def _text(words: str, form: str) -> str:
    """Return a text without its escapes; line ends are blanks but in Markdown."""
    lines = [each.strip() for each in words.strip().splitlines()]
    kept = words.strip() if form == "markdown" else " ".join(each for each in lines if each)
    return _plain(kept)


def _plain(words: str) -> str:
    return ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], words)


def _bare(words: str) -> str:
    """Return a text of the same length in which escaped signs are blanks."""
    return re.sub(r"\\[~=#{}:\\]", "  ", words)


def _open(words: str) -> bool:
    bare = _bare(words)
    return bare.count("{") > bare.count("}")


def _parts(words: str, line: int) -> tuple[str, str | None, str]:
    """Return what stands before, inside and after the braces."""
    bare = _bare(words)
    start, stop = bare.find("{"), bare.rfind("}")
    if start < 0 and stop < 0:
        return words, None, ""
    if start < 0 or stop < start or bare.count("{") > 1 or bare.count("}") > 1:
        raise GiftError("gift_braces", line)
    return words[:start], words[start + 1 : stop], words[stop + 1 :]


def _marked(body: str) -> list[int]:
    """Return the places where answers begin: a sign that is neither escaped nor in a text."""
    return [found.start() for found in re.finditer(r"[=~]", _bare(body))]


def _cut(words: str, sign: str) -> tuple[str, bool, str]:
    place = _bare(words).find(sign)
    if place < 0:
        return words, False, ""
    return words[:place], True, words[place + len(sign) :]


def _split_once(words: str, sign: str) -> tuple[str, str | None]:
    one, is_there, other = _cut(words, sign)
    return one, other if is_there else None
