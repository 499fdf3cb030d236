"""Texts in several languages by Moodle's convention: ``<span lang="en" class="multilang">``."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

SPAN: Final = re.compile(
    r'<span\s+(?:lang="(?P<one>[A-Za-z_-]{2,20})"\s+class="multilang"'
    r'|class="multilang"\s+lang="(?P<other>[A-Za-z_-]{2,20})")\s*>'
)
END: Final = "</span>"
TAGS: Final = {"zh": "zh_Hans_CN", "zh_cn": "zh_Hans_CN", "zh_hans": "zh_Hans_CN"}
MOODLE: Final = {"zh_Hans_CN": "zh_cn"}


def language_tag(said: str) -> str:
    """Return a language as this program names it.

    Examples
    --------
    >>> language_tag("zh-CN"), language_tag("EN")
    ('zh_Hans_CN', 'en')
    """
    name = said.replace("-", "_")
    return TAGS.get(name.lower(), name if "_" in name else name.lower())


def together(texts: Mapping[str, str]) -> str:
    """Return texts by language as one; a single one stays as it is."""
    if len(texts) == 1:
        return next(iter(texts.values()))
    return "".join(
        f'<span lang="{MOODLE.get(language, language)}" class="multilang">{text}{END}'
        for language, text in texts.items()
    )


def apart(text: str) -> dict[str, str]:
    """Return the text of each language, in the order in which they stand; empty if in one.

    What stands outside of the languages belongs to all.

    Examples
    --------
    >>> apart('<span lang="zh_cn" class="multilang">电</span><span lang="en" class="multilang">E'
    ...       '</span>: 5')
    {'zh_Hans_CN': '电: 5', 'en': 'E: 5'}
    """
    runs = list(_runs(text))
    languages = list(dict.fromkeys(language for language, _ in runs if language))
    return {
        wanted: "".join(words for language, words in runs if language in {"", wanted})
        for wanted in languages
    }


def _runs(text: str) -> Sequence[tuple[str, str]]:
    """Return pieces with their language, '' for all; spans inside of one are minded."""
    runs, last = [], 0
    while found := SPAN.search(text, last):
        stop, depth = found.end(), 1
        for tag in re.finditer(r"<span\b|</span>", text[found.end() :]):
            depth += -1 if tag[0] == END else 1
            if not depth:
                stop = found.end() + tag.start()
                break
        else:
            break
        runs.append(("", text[last : found.start()]))
        runs.append((language_tag(found["one"] or found["other"]), text[found.end() : stop]))
        last = stop + len(END)
    return [*runs, ("", text[last:])]
