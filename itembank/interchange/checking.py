"""The last look at what a reader has read: every item must be right in itself and storable."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from itembank.interchange.report import DraftItem, Parsed, RowFinding
from itembank.items.choices import IDS
from itembank.items.registry import TYPES, item_problems

LONGEST_CODE: Final = 64
LONGEST_PART: Final = 32  # of a range's or point's own code
LONGEST_NAME: Final = 300
MOST_TIERS: Final = 6
CHOICES: Final = ("single", "multiple")
UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")  # what no store holds as text


def checked(parsed: Parsed) -> Parsed:
    """Return what was read with every item that is wrong among the refused."""
    items, refused, notes = [], list(parsed.refused), list(parsed.notes)
    wrong: set[int] = set()
    for read in parsed.items:
        item, loss = without_repeats(read)
        finding = finding_of(item)
        if finding is not None:
            refused.append(finding)
            wrong.add(item.row)
            continue
        items.append(item)
        if loss is not None:
            notes.append(loss)
    return replace(
        parsed,
        items=tuple(items),
        refused=tuple(sorted(refused, key=_row_of)),
        notes=tuple(sorted((note for note in notes if note.row not in wrong), key=_row_of)),
    )


def without_repeats(item: DraftItem) -> tuple[DraftItem, RowFinding | None]:
    """Return a choice item without wrong options that say the same, and what was left out.

    Where a right option says the same as another, the item stays as it is: it is wrong.
    """
    if item.type not in CHOICES:
        return item, None
    options, key = item.content["options"], item.key["correct"]
    texts = [str(option["content"]).strip() for option in options]
    right = {text for option, text in zip(options, texts, strict=True) if option["id"] in key}
    repeated = [
        place for place, text in enumerate(texts) if text in texts[:place] and text not in right
    ]
    if not repeated:
        return item, None
    kept = [option for place, option in enumerate(options) if place not in repeated]
    letters = {option["id"]: IDS[place] for place, option in enumerate(kept)}
    content = {
        **item.content,
        "options": [{**option, "id": letters[option["id"]]} for option in kept],
    }
    changed = {"correct": [letters[each] for each in key if each in letters]}
    left_out = ", ".join(str(options[place]["id"]) for place in repeated)
    detail: dict[str, object] = {"option": left_out}
    loss = RowFinding(item.row, item.code, "options", "option_left_out", detail, is_loss=True)
    return replace(item, content=content, key=changed), loss


def _row_of(finding: RowFinding) -> int:
    return finding.row


def finding_of(item: DraftItem) -> RowFinding | None:
    """Return the first thing wrong with an item, or ``None``."""
    code = UNSTORABLE.sub("", item.code)[:LONGEST_CODE]
    if code != item.code or not code:
        return RowFinding(item.row, code, "id", "id_unknown", {"id": code})
    if any(UNSTORABLE.search(text) for text in _texts([item.content, item.key, item.path])):
        return RowFinding(item.row, code, "row", "text_unstorable")
    if not _is_right_path(item.path):
        return RowFinding(item.row, code, "point", "chapter_unknown", {"chapter": ""})
    if item.type not in TYPES:
        return RowFinding(item.row, code, "type", "no_such_type", {"type": item.type})
    problems = item_problems(item.type, item.content, item.key)
    if not problems:
        return None
    first = problems[0]
    return RowFinding(item.row, code, first.where, first.code, first.detail)


def _is_right_path(path: tuple[tuple[str, str], ...]) -> bool:
    """Say whether there is a range and a point, with codes that can stand in a path."""
    if not 1 < len(path) <= MOST_TIERS + 1:
        return False
    return all(
        0 < len(code) <= LONGEST_PART and "-" not in code and 0 < len(name) <= LONGEST_NAME
        for code, name in path
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _texts([name, each])
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
