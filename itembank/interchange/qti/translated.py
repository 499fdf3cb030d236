"""Items that a package holds once in each language, put together as one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from itembank.interchange.qti.metadata import ItemFacts
from itembank.interchange.report import DraftItem, RowFinding
from itembank.items.languages import FIELDS, LANGUAGE, LISTS
from itembank.items.shapes import rows, text

Read = tuple[DraftItem, ItemFacts, str]


def with_translations(read: Sequence[Read]) -> tuple[list[DraftItem], list[RowFinding]]:
    """Return the items with those that are the same in another language as their translations.

    One whose original is not there, or that has another shape, stays out and is named.
    """
    drafts = {name or draft.code: draft for draft, facts, name in read if not facts.version_of}
    findings = []
    for draft, facts, _ in read:
        if not facts.version_of:
            continue
        whole = drafts.get(facts.version_of)
        tag = facts.language.replace("-", "_")
        if whole is None or whole.type != draft.type or not LANGUAGE.fullmatch(tag):
            detail: dict[str, object] = {"what": tag or "?"}
            findings.append(
                RowFinding(draft.row, draft.code, "translations", "qti_translation_alone", detail)
            )
            continue
        drafts[facts.version_of] = _joined(whole, draft, tag)
    return list(drafts.values()), findings


def _joined(whole: DraftItem, other: DraftItem, tag: str) -> DraftItem:
    said = texts_of_content(other.content)
    known = dict(whole.content.get("translations", {})) | ({tag: said} if said else {})
    content = {**whole.content, **({"translations": known} if known else {})}
    explanations = dict(whole.explanations or {})
    if other.explanation:
        explanations[tag] = other.explanation
    pictures = {**whole.pictures, **other.pictures}
    return replace(whole, content=content, explanations=explanations, pictures=pictures)


def texts_of_content(content: dict[str, Any]) -> dict[str, Any]:
    """Return what of a content is said in a language; what is not translated is empty there."""
    said: dict[str, Any] = {name: text(content, name) for name in FIELDS if text(content, name)}
    for name in LISTS:
        found = [
            {"id": row.get("id"), "content": text(row, "content")}
            for row in rows(content, name)
            if text(row, "content")
        ]
        said |= {name: found} if found else {}
    parts = [(part.get("id"), texts_of_content(dict(part))) for part in rows(content, "parts")]
    told = [{"id": part, **texts} for part, texts in parts if texts]
    return {**said, **({"parts": told} if told else {})}
