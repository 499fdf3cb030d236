"""Titles of a paper's sections by language: as written, else as the type is usually called.

A stored section has ``title`` in the paper's own language and may have ``titles``, by language.
"""

from collections.abc import Mapping
from typing import Any, Final

USUAL: Final[Mapping[str, Mapping[str, str]]] = {
    "single": {"zh_Hans_CN": "单项选择题", "en": "Single choice"},
    "multiple": {"zh_Hans_CN": "多项选择题", "en": "Multiple choice"},
    "true_false": {"zh_Hans_CN": "判断题", "en": "True or false"},
    "numeric": {"zh_Hans_CN": "数值题", "en": "Numeric answers"},
    "text_entry": {"zh_Hans_CN": "填空题", "en": "Fill in the blanks"},
    "matching": {"zh_Hans_CN": "匹配题", "en": "Matching"},
    "ordering": {"zh_Hans_CN": "排序题", "en": "Ordering"},
    "hotspot": {"zh_Hans_CN": "图上点选题", "en": "Point at the picture"},
    "item_set": {"zh_Hans_CN": "材料题（综合题）", "en": "Questions on one material"},
}


def section_titles(section: Mapping[str, Any], language: str) -> dict[str, str]:
    """Return a section's title by language; ``language`` is that of the paper.

    Examples
    --------
    >>> section_titles({"type": "single", "title": "单选"}, "zh_Hans_CN")
    {'zh_Hans_CN': '单选', 'en': 'Single choice'}
    >>> section_titles({"type": "single", "title": "A", "titles": {"en": "Part A"}}, "zh_Hans_CN")
    {'zh_Hans_CN': 'A', 'en': 'Part A'}
    """
    usual = USUAL.get(section["type"], {})
    written = {name: str(said) for name, said in section.get("titles", {}).items() if said}
    own = str(section.get("title", ""))
    if own in {"", section["type"]}:  # nothing was written
        own = usual.get(language, own)
    return {**usual, language: own, **written}
