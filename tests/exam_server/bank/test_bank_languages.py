"""Languages of a bank."""

import pytest

from exam_server.bank.bank_languages import MOST, language_name, read_languages, stored_tag
from exam_server.errors import InvalidInputError


@pytest.mark.parametrize(
    "text", ["", "english", "xx", "en-", "-en", "en-XYZZ", "zh-Hans-CN-x-a", "英"]
)
def test_what_is_no_language_tag_is_none(text: str) -> None:
    assert stored_tag(text) is None


def test_a_bank_names_its_languages_each_once() -> None:
    assert read_languages("zh", "en, ug，zh-Hans-CN en") == ("zh_Hans_CN", ["en", "ug"])
    assert read_languages("de-AT", " ") == ("de_AT", [])


def test_every_wrong_tag_is_named_in_its_field() -> None:
    with pytest.raises(InvalidInputError, match="languages_wrong") as refused:
        read_languages("chinese", "en, englisch")
    assert [(each.where, each.code, each.detail) for each in refused.value.problems] == [
        ("language", "language_unknown", {"value": "chinese"}),
        ("more_languages", "language_unknown", {"value": "englisch"}),
    ]
    with pytest.raises(InvalidInputError) as refused:
        read_languages("zh", ",".join(["en"] * (MOST + 1)))
    assert refused.value.problems[0].code == "too_many_languages"


def test_a_tag_without_a_name_of_its_own_is_called_by_its_language() -> None:
    assert language_name("ug_CN", "en").startswith("Uyghur")
    assert language_name("bo", "zh_Hans_CN") == "藏语"
