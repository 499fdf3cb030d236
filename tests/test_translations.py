import re

import pytest
from babel.messages.catalog import Message

from tests.catalogues import catalogues, entries, named_facts, raised_codes, shown_messages
from tests.source import place

CODE = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+")
LANGUAGES = ("zh_Hans_CN", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_sentence(language: str) -> None:
    sentences = entries(language)
    without = {
        raised.code: raised.where
        for raised in raised_codes()
        if ("error", raised.code) not in sentences
    }
    assert not without, listing(without)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_names_only_facts_that_come_with_its_code(language: str) -> None:
    sentences = entries(language)
    unfilled: dict[str, str] = {}
    for raised in raised_codes():
        message = sentences.get(("error", raised.code))
        if message and raised.facts is not None:
            missing = named_facts(str(message.string)) - raised.facts
            if missing:
                unfilled[f"{raised.code}: {', '.join(sorted(missing))}"] = raised.where
    assert not unfilled, listing(unfilled)


def test_every_message_shown_is_translated_into_chinese() -> None:
    translated = entries("zh_Hans_CN")
    without = {
        f"{context or ''} {text}": where
        for where, context, text in shown_messages()
        if (context, text) not in translated
    }
    assert not without, listing(without)


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_fill_in_what_their_messages_do(language: str) -> None:
    wrong = [
        f"{place(path)}:{message.lineno} {error}"
        for path, catalogue in catalogues(language)
        for message in catalogue
        if message.id and message.context != "error"
        for error in message.check(catalogue)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_stands_under_what_kind_of_code_it_is(language: str) -> None:
    """A message that has lost its context in an edit is found by nobody who asks for it."""
    bare = [
        f"{place(path)}:{message.lineno} {message.id}"
        for path, catalogue in catalogues(language)
        for message in catalogue
        if isinstance(message.id, str) and CODE.fullmatch(message.id) and message.context is None
    ]
    assert bare == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_desks_word_the_same_message_differently(language: str) -> None:
    wordings: dict[tuple[str | None, object], dict[object, str]] = {}
    for path, catalogue in catalogues(language):
        for message in catalogue:
            if message.id and message.string:
                wordings.setdefault(key_of(message), {})[message.string] = path.name
    assert {key: found for key, found in wordings.items() if len(found) > 1} == {}


def key_of(message: Message) -> tuple[str | None, object]:
    return message.context, message.id


def listing(found: dict[str, str]) -> str:
    return "\n" + "\n".join(f"{where}  {text}" for text, where in found.items())
