"""What changed between two versions of an item, in words people can read."""

import difflib
import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from exam_server.bank.rules import placed_texts, readable

# A formula, a blank, a picture, a Latin word or number is one piece; of Chinese, a character.
PIECE = re.compile(r"\$[^$]*\$|\[\w+\]|【图：[^】]*】|[A-Za-z]+|\d+(?:\.\d+)?|\s+|.", re.DOTALL)
PLAIN_FACTS = ("unit", "alt", "picture", "reuse")


@dataclass(frozen=True)
class VersionFacts:
    """What a version says, as far as it is compared."""

    type: str
    content: Mapping[str, Any]
    key: Mapping[str, Any]
    difficulty: int
    explanation: str
    explanations: Mapping[str, str] = field(default_factory=dict)


def facts_of_version(version: Any) -> VersionFacts:
    """Return what a stored version says, to be compared."""
    return VersionFacts(
        version.type,
        version.content,
        version.key,
        version.difficulty,
        version.explanation,
        version.explanations or {},
    )


@dataclass(frozen=True)
class Piece:
    """A piece of a changed text: ``kept``, ``gone`` or ``new``."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """A place of an item that changed: what stood there and what stands there now, in pieces."""

    where: str
    pieces: tuple[Piece, ...]


def changes_between(old: VersionFacts, new: VersionFacts) -> list[Change]:
    """Return every place whose words differ, in the order a reader meets them."""
    before, after = dict(_places(old)), dict(_places(new))
    places = [*before, *(place for place in after if place not in before)]
    return [
        Change(place, tuple(pieces(before.get(place, ""), after.get(place, ""))))
        for place in places
        if before.get(place, "") != after.get(place, "")
    ]


def pieces(old: str, new: str) -> Iterator[Piece]:
    """Give a text's pieces: kept ones, those gone, those new.

    Examples
    --------
    >>> [(each.kind, each.text) for each in pieces("电压5V", "电压6V")]
    [('kept', '电压'), ('gone', '5'), ('new', '6'), ('kept', 'V')]
    """
    before, after = PIECE.findall(old), PIECE.findall(new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            yield Piece("kept", "".join(before[start:end]))
            continue
        if end > start:
            yield Piece("gone", "".join(before[start:end]))
        if new_end > new_start:
            yield Piece("new", "".join(after[new_start:new_end]))


def _places(facts: VersionFacts) -> Iterator[tuple[str, str]]:
    yield "type", facts.type
    for where, text in placed_texts(facts.content):
        yield where, readable(text)
    yield from _facts(facts.content, "")
    yield from _key_places(facts.key, "key")
    yield "difficulty", str(facts.difficulty)
    yield "explanation", facts.explanation
    for language, said in facts.explanations.items():
        yield f"translations.{language}.explanation", said


def _facts(content: Mapping[str, Any], inside: str) -> Iterator[tuple[str, str]]:
    """Give what a content says outside its HTML: unit, picture, what keeps its place."""
    for name in PLAIN_FACTS:
        if content.get(name):
            yield f"{inside}{name}", html.unescape(str(content[name]))
    fixed = [str(each["id"]) for each in content.get("options") or [] if each.get("fixed")]
    if fixed:
        yield f"{inside}fixed", ", ".join(fixed)
    for part in content.get("parts") or []:
        yield f"{inside}parts.{part.get('id')}.type", str(part.get("type", ""))
        yield f"{inside}parts.{part.get('id')}.mark_share", str(part.get("mark_share", ""))
        yield from _facts(part, f"{inside}parts.{part.get('id')}.")


def _key_places(key: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
    for name, value in key.items():
        if name in {"parts", "blanks"} and isinstance(value, dict):
            for part, own in value.items():
                inner = own if isinstance(own, dict) else {"accepted": own}
                yield from _key_places(inner, f"{place}.{name}.{part}")
        else:
            yield f"{place}.{name}", _said(value)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "✓" if value else ""
    if isinstance(value, list):
        return "; ".join(_inner(each) for each in value)
    return str(value)


def _inner(value: Any) -> str:
    if isinstance(value, list):
        return "–".join(str(each) for each in value)
    if isinstance(value, dict):
        return " ".join(_said(each) for each in value.values())
    return str(value)
