"""Titles of sections in each language."""

from exam_server.forms.titles import section_titles, usual_titles
from itembank.items.registry import TYPES


def test_every_type_has_a_usual_title_in_both_languages() -> None:
    for name in TYPES:
        assert {language for language, said in usual_titles(name).items() if said} == {
            "zh_Hans_CN",
            "en",
        }


def test_a_section_without_a_title_is_called_as_usual() -> None:
    untitled = {"type": "multiple", "title": "multiple"}
    assert section_titles(untitled, "zh_Hans_CN")["zh_Hans_CN"] == "多项选择题"


def test_a_paper_in_a_third_language_keeps_its_own_title_beside_the_usual_ones() -> None:
    section = {"type": "single", "title": "Einfachauswahl"}
    assert section_titles(section, "de") == {**usual_titles("single"), "de": "Einfachauswahl"}
