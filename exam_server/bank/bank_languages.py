"""Languages of items: tags as people write them (BCP 47), as they are stored, and their names."""

import re
from collections.abc import Sequence
from typing import Final

from babel import Locale, UnknownLocaleError

from exam_server.errors import InvalidInputError, Problem

CHINESE: Final = "zh_Hans_CN"
OFFERED: Final = ("zh-Hans-CN", "en", "zh-Hant-TW", "ug", "bo", "mn", "kk", "ko", "ja", "de", "fr")
LONGEST: Final = 16
MOST: Final = 8
OWN_NAMES: Final = {CHINESE: "中文", "en": "English"}
PART: Final = re.compile(r"[-_]")
REGION_LETTERS, SCRIPT_LETTERS = 2, 4


def stored_tag(text: str) -> str | None:
    """Return a language tag as items and banks store it; ``None`` for what names no language.

    Examples
    --------
    >>> [stored_tag(each) for each in ("zh", "zh-hans-cn", "EN", "zh-hant-tw", "de-AT")]
    ['zh_Hans_CN', 'zh_Hans_CN', 'en', 'zh_Hant_TW', 'de_AT']
    >>> stored_tag("englisch"), stored_tag("en-"), stored_tag("en-XY1")
    (None, None, None)
    """
    language, *rest = PART.split(text.strip())
    known = Locale("en")
    parts = [language.lower()]
    for part in rest:
        named = part.title() if len(part) == SCRIPT_LETTERS else part.upper()
        if named not in (known.scripts if len(part) == SCRIPT_LETTERS else known.territories):
            return None
        parts.append(named)
    if not language.isascii() or parts[0] not in known.languages or "_" in parts[0]:
        return None
    tag = "_".join(parts)
    if tag in {"zh", "zh_CN", "zh_Hans"}:
        return CHINESE
    letters_only = all(part.isalpha() for part in parts)
    return tag if letters_only and len(parts) <= 3 and len(tag) <= LONGEST else None  # noqa: PLR2004


def language_name(tag: str, reader: str) -> str:
    """Return a language's name: of the two of this program in itself, else in the reader's.

    Examples
    --------
    >>> language_name("zh_Hans_CN", "en"), language_name("ug", "zh_Hans_CN")
    ('中文', '维吾尔语')
    """
    if tag in OWN_NAMES:
        return OWN_NAMES[tag]
    try:
        return str(Locale.parse(tag).get_display_name(reader) or tag)
    except (UnknownLocaleError, ValueError):
        return str(Locale.parse(reader).languages.get(tag.partition("_")[0], tag))


def read_languages(first: str, more: str) -> tuple[str, list[str]]:
    """Return a bank's first language and those it is translated into, each once.

    Raises InvalidInputError: ``languages_wrong`` with ``language_unknown`` or ``too_many``.
    """
    own = stored_tag(first)
    written = [each for each in re.split(r"[\s,，、;；]+", more.strip()) if each]
    problems = [] if own else [Problem("language", "language_unknown", {"value": first})]
    problems += [
        Problem("more_languages", "language_unknown", {"value": each})
        for each in written
        if not stored_tag(each)
    ]
    if len(written) > MOST:
        problems.append(Problem("more_languages", "too_many_languages", {"most": MOST}))
    if problems or own is None:
        raise InvalidInputError("languages_wrong", problems)
    tags = dict.fromkeys(filter(None, map(stored_tag, written)))
    return own, [tag for tag in tags if tag != own]


def usual_translations(language: str) -> Sequence[str]:
    """Return what a bank is translated into that does not say: the other one of the usual two."""
    return ["en"] if language == CHINESE else [CHINESE]
