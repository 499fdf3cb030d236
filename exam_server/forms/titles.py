"""Titles of a paper's sections by language: as written, else as the type is usually called.

A stored section has ``title`` in the paper's own language and may have ``titles``, by language.
"""

from collections.abc import Mapping
from typing import Any

from itembank.items.registry import TYPES


def usual_titles(kind: str) -> Mapping[str, str]:
    """Return what a section of a type is usually called, by language; nothing for no type."""
    return TYPES[kind].ABOUT.titles if kind in TYPES else {}


def section_titles(section: Mapping[str, Any], language: str) -> dict[str, str]:
    """Return a section's title by language; ``language`` is that of the paper.

    Examples
    --------
    >>> section_titles({"type": "single", "title": "单选"}, "zh_Hans_CN")
    {'zh_Hans_CN': '单选', 'en': 'Single choice'}
    >>> section_titles({"type": "single", "title": "A", "titles": {"en": "Part A"}}, "zh_Hans_CN")
    {'zh_Hans_CN': 'A', 'en': 'Part A'}
    """
    usual = usual_titles(section["type"])
    written = {name: str(said) for name, said in section.get("titles", {}).items() if said}
    own = str(section.get("title", ""))
    if own in {"", section["type"]}:  # nothing was written
        own = usual.get(language, own)
    return {**usual, language: own, **written}
