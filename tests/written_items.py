"""Items as the editor posts them, for tests."""

from typing import Any

from exam_server.bank.writing import ItemDraft

OPTIONS = ("甲", "乙", "丙", "丁")


def single(**changed: Any) -> dict[str, Any]:
    """Return a right single-choice item as posted."""
    content = {
        "stem": '<p>求 <span data-type="inline-math" data-latex="R"></span> 的值</p>',
        "options": [
            {"id": letter, "content": text, "fixed": False}
            for letter, text in zip("ABCD", OPTIONS, strict=True)
        ],
    }
    sent = {"type": "single", "point": "A-001", "content": content, "key": {"correct": ["B"]}}
    return {**sent, **changed}


def draft(**changed: Any) -> ItemDraft:
    """Return a right single-choice item as the service takes it."""
    given = {**single(), **changed}
    content = {**given["content"], "blanks": [], "unit": None}
    more = {
        name: given[name] for name in ("difficulty", "explanation", "explanations") if name in given
    }
    return ItemDraft(given["point"], given["type"], content, given["key"], **more)
