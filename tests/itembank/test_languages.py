"""Items in several languages."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from itembank.items.languages import (
    changed,
    has_language,
    language_problems,
    languages_of,
    localized,
    texts_of,
)
from itembank.items.registry import item_problems, seat_view
from tests.items import RIGHT, choice, column

OHM = '<span data-type="inline-math" data-latex="R=\\frac{U}{I}\\text{欧}"></span>'
OHM_EN = '<span data-type="inline-math" data-latex="R = \\frac{U}{I} \\text{ohm}"></span>'
anything: Any = st.recursive(
    st.none() | st.text() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def with_english(**fields: Any) -> dict[str, Any]:
    content = {**choice(2), "stem": f"<p>求电阻 {OHM}</p>"}
    return {**content, "translations": {"en": fields}}


def codes(content: dict[str, Any]) -> set[tuple[str, str]]:
    return {(each.where, each.code) for each in language_problems(content)}


def test_what_is_translated_is_shown_and_the_rest_stays() -> None:
    options = [{"id": "B", "content": "second"}]
    shown = localized(with_english(stem="<p>Find the resistance</p>", options=options), "en")
    assert shown["stem"] == "<p>Find the resistance</p>"
    assert [(each["id"], each["content"]) for each in shown["options"]] == [
        ("A", "A"),
        ("B", "second"),
    ]


def test_a_language_that_is_not_there_changes_nothing() -> None:
    content = with_english(stem="<p>Find</p>")
    assert localized(content, "de") == content


def test_parts_and_columns_are_translated() -> None:
    content = {
        **RIGHT["item_set"][0],
        "translations": {
            "en": {
                "stem": "<p>Material</p>",
                "parts": [{"id": "6", "stem": "<p>Pair</p>", "left": column(b="amps")}],
            }
        },
    }
    part = localized(content, "en")["parts"][5]
    assert part["stem"] == "<p>Pair</p>"
    assert [each["content"] for each in part["left"]] == ["volt", "amps"]


def test_gaps_are_named() -> None:
    found = codes(with_english(options=[{"id": "A", "content": "first"}]))
    assert found == {
        ("translations.en.stem", "translation_missing"),
        ("translations.en.options.B", "translation_missing"),
    }


def test_other_blanks_and_formulas_are_named_but_not_words_in_formulas() -> None:
    options = [{"id": "A", "content": "first"}, {"id": "B", "content": "second"}]
    assert codes(with_english(stem=f"<p>Find {OHM_EN}</p>", options=options)) == set()
    other = OHM.replace("{I}", "{R}") + '<span data-type="blank" data-blank="1"></span>'
    assert codes(with_english(stem=f"<p>Find {other}</p>", options=options)) == {
        ("translations.en.stem", "translation_formulas"),
        ("translations.en.stem", "translation_blanks"),
    }


def test_an_option_that_the_original_has_not_is_named() -> None:
    options = [{"id": each, "content": each} for each in "ABC"]
    found = codes(with_english(stem=f"<p>Find {OHM}</p>", options=options))
    assert found == {("translations.en.options.C", "translation_unknown")}


def test_a_language_counts_when_nothing_is_missing() -> None:
    options = [{"id": each, "content": each} for each in "AB"]
    assert has_language(with_english(stem=f"<p>Find {OHM}</p>", options=options), "en")
    assert not has_language(with_english(stem=f"<p>Find {OHM}</p>"), "en")
    assert not has_language(choice(2), "en")


@given(anything)
def test_translations_of_any_shape_are_judged_and_never_shown_beyond_their_fields(
    translations: Any,
) -> None:
    content = {**choice(2), "translations": translations}
    language_problems(content)
    item_problems("single", content, {"correct": ["A"]})
    list(texts_of(content))
    changed(content, str.upper)
    for language in languages_of(content):
        localized(content, language)
        shown = seat_view("single", content)["translations"][language]
        assert set(shown) <= {"stem", "alt", "unit", "options", "left", "right", "parts"}


def test_a_translation_of_another_shape_is_a_problem() -> None:
    for translations in ([], {"en": []}, {"EN-US!": {}}, {"en": {"stem": 1}}, {"en": {"key": ""}}):
        content = {**choice(2), "translations": translations}
        (problem,) = item_problems("single", content, {"correct": ["A"]})
        assert problem.code == "translation_shape"
