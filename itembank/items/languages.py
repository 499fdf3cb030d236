"""An item in several languages: its own, and translations field by field.

``content["translations"]`` maps a language to the fields it has in that language: ``stem``,
``alt``, ``unit``, and ``options``, ``left``, ``right`` and ``parts`` as lists of things with the
ids of the original.
"""

import html
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from itembank.items.shapes import LONGEST_TEXT, rows, text
from itembank.problems import Problem

FIELDS = ("stem", "alt", "unit")
MUST = ("stem", "alt")  # a unit is often the same in every language
LISTS = ("options", "left", "right")
UNTRANSLATED = "untranslated:"  # before a field's name: the language its text is still in
LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Za-z]{2,8}){0,2}")
BLANK = re.compile(r'data-blank="([^"]*)"')
FORMULA = re.compile(r'data-latex="([^"]*)"')
WORDS_IN_FORMULA = re.compile(r"\\(?:text|mathrm|textrm|mbox)\s*\{[^{}]*\}|\s|\\[,;:! ]")


def languages_of(content: Mapping[str, Any]) -> list[str]:
    """Return the languages an item is translated into."""
    translations = content.get("translations")
    return sorted(map(str, translations)) if isinstance(translations, dict) else []


def has_language(content: Mapping[str, Any], language: str) -> bool:
    """Say whether a reader of a language can read all of an item."""
    is_there = language in languages_of(content)
    return is_there and not any(
        problem.code == "translation_missing" and problem.detail["language"] == language
        for problem in language_problems(content)
    )


def localized(content: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return content in a language; a field without translation stays as it is.

    Examples
    --------
    >>> content = {"stem": "电压", "unit": "V", "translations": {"en": {"stem": "Voltage"}}}
    >>> shown = localized(content, "en")
    >>> shown["stem"], shown["unit"]
    ('Voltage', 'V')
    """
    return _merged(content, _translation(content, language))


def marked_untranslated(content: Mapping[str, Any], language: str, own: str) -> dict[str, Any]:
    """Return content in a language; what is still in its ``own`` language is marked so.

    Examples
    --------
    >>> content = {"stem": "电压", "unit": "伏", "translations": {"en": {"stem": "Voltage"}}}
    >>> marked_untranslated(content, "en", "zh")["untranslated:unit"]
    'zh'
    """
    return _marked(localized(content, language), _translation(content, language), own)


def _marked(shown: Mapping[str, Any], texts: Mapping[str, Any], own: str) -> dict[str, Any]:
    new = dict(shown)
    new |= {f"{UNTRANSLATED}{name}": own for name in FIELDS if not text(texts, name)}
    for name in LISTS:
        said = {row.get("id") for row in rows(texts, name) if text(row, "content")}
        if name in shown:
            new[name] = [
                row if row.get("id") in said else {**row, f"{UNTRANSLATED}content": own}
                for row in rows(shown, name)
            ]
    if "parts" in shown:
        parts = {part.get("id"): part for part in rows(texts, "parts")}
        new["parts"] = [
            _marked(part, parts.get(part.get("id"), {}), own) for part in rows(shown, "parts")
        ]
    return new


def seat_translations(content: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the translations with nothing in them but fields that a seat shows."""
    return {
        language: _only_shown(_translation(content, language)) for language in languages_of(content)
    }


def changed(content: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """Return content with every piece of HTML changed, in all languages."""
    new = dict(content)
    if isinstance(content.get("stem"), str):
        new["stem"] = change(content["stem"])
    for name in LISTS:
        if name in content:
            new[name] = [_changed_row(row, change) for row in rows(content, name)]
    if "parts" in content:
        new["parts"] = [changed(part, change) for part in rows(content, "parts")]
    if "translations" in content:
        new["translations"] = {
            language: changed(_translation(content, language), change)
            for language in languages_of(content)
        }
    return new


def texts_of(content: Mapping[str, Any]) -> Iterator[str]:
    """Give every piece of HTML and every text for reading aloud, in all languages."""
    yield text(content, "stem")
    yield text(content, "alt")
    for name in LISTS:
        for row in rows(content, name):
            yield text(row, "content")
    for part in rows(content, "parts"):
        yield from texts_of(part)
    for language in languages_of(content):
        yield from texts_of(_translation(content, language))


def translation_problems(content: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the shape of the translations; gaps in them are no fault here."""
    translations = content.get("translations", {})
    if not isinstance(translations, dict):
        return [Problem("translations", "translation_shape", {"language": "?"})]
    wrong = [
        str(language)
        for language, texts in translations.items()
        if not LANGUAGE.fullmatch(str(language)) or not _is_right_shape(texts)
    ]
    return [
        Problem(f"translations.{each}", "translation_shape", {"language": each}) for each in wrong
    ]


def language_problems(content: Mapping[str, Any]) -> list[Problem]:
    """Return gaps in the translations, and blanks or formulas that differ from the original."""
    return [
        problem
        for language in languages_of(content)
        for problem in _compared(
            content, _translation(content, language), language, f"translations.{language}"
        )
    ]


def _compared(
    content: Mapping[str, Any], texts: Mapping[str, Any], language: str, where: str
) -> Iterator[Problem]:
    for name in MUST:
        if text(content, name) and not text(texts, name):
            yield _missing(language, f"{where}.{name}")
    yield from _compared_html(text(content, "stem"), text(texts, "stem"), language, f"{where}.stem")
    for name in LISTS:
        theirs = {row.get("id"): text(row, "content") for row in rows(texts, name)}
        for row in rows(content, name):
            place, own = f"{where}.{name}.{row.get('id')}", theirs.pop(row.get("id"), "")
            if not own:
                yield _missing(language, place)
            yield from _compared_html(text(row, "content"), own, language, place)
        for unknown in theirs:
            yield Problem(
                f"{where}.{name}.{unknown}", "translation_unknown", {"language": language}
            )
    parts = {part.get("id"): part for part in rows(texts, "parts")}
    for part in rows(content, "parts"):
        place = f"{where}.parts.{part.get('id')}"
        yield from _compared(part, parts.get(part.get("id"), {}), language, place)


def _compared_html(own: str, theirs: str, language: str, where: str) -> Iterator[Problem]:
    if not theirs:
        return
    if Counter(BLANK.findall(own)) != Counter(BLANK.findall(theirs)):
        yield Problem(where, "translation_blanks", {"language": language})
    if _formulas(own) != _formulas(theirs):
        yield Problem(where, "translation_formulas", {"language": language})


def _formulas(text_: str) -> Counter[str]:
    """Return the formulas of a text without the words inside them, which are translated."""
    return Counter(WORDS_IN_FORMULA.sub("", html.unescape(each)) for each in FORMULA.findall(text_))


def _missing(language: str, where: str) -> Problem:
    return Problem(where, "translation_missing", {"language": language})


def _translation(content: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    translations = content.get("translations")
    found = translations.get(language) if isinstance(translations, dict) else None
    return found if isinstance(found, dict) else {}


def _merged(content: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[str, Any]:
    new = dict(content)
    new |= {name: texts[name] for name in FIELDS if name in content and text(texts, name)}
    for name in LISTS:
        theirs = {row.get("id"): text(row, "content") for row in rows(texts, name)}
        if name in content:
            new[name] = [
                {**row, "content": theirs.get(row.get("id")) or row.get("content", "")}
                for row in rows(content, name)
            ]
    if "parts" in content:
        parts = {part.get("id"): part for part in rows(texts, "parts")}
        new["parts"] = [
            _merged(part, parts.get(part.get("id"), {})) for part in rows(content, "parts")
        ]
    return new


def _only_shown(texts: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {name: text(texts, name) for name in FIELDS if text(texts, name)}
    for name in LISTS:
        if rows(texts, name):
            shown[name] = [
                {"id": row.get("id"), "content": text(row, "content")} for row in rows(texts, name)
            ]
    if rows(texts, "parts"):
        shown["parts"] = [
            {"id": part.get("id"), **_only_shown(part)} for part in rows(texts, "parts")
        ]
    return shown


def _changed_row(row: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    return {**row, "content": change(str(row.get("content", "")))}


def _is_right_shape(texts: Any) -> bool:
    """Say whether a translation holds short texts under known names, and lists of such."""
    if not isinstance(texts, dict):
        return False
    for name, value in texts.items():
        if name in {*LISTS, "parts"}:
            is_list = isinstance(value, list)
            if not is_list or not all(_is_right_row(row, name) for row in value):
                return False
        elif name in FIELDS or name == "id":
            if not isinstance(value, str) or len(value) > LONGEST_TEXT:
                return False
        else:
            return False
    return True


def _is_right_row(row: Any, name: str) -> bool:
    if name == "parts":
        return _is_right_shape(row) and isinstance(row.get("id"), str)
    is_row = isinstance(row, dict) and set(row) <= {"id", "content"}
    return is_row and all(
        isinstance(each, str) and len(each) <= LONGEST_TEXT for each in row.values()
    )
