"""Advice to writers: what is said of which item, and what is left in peace."""

from typing import Any

import pytest

from itembank.writing_style import advice


def codes(type_name: str, stem: str, *texts: str, correct: str = "A", **more: Any) -> set[str]:
    options = [{"id": i, "content": f"<p>{t}</p>"} for i, t in zip("ABCDEF", texts, strict=False)]
    content = {"stem": f"<p>{stem}</p>", "options": options, **more}
    return {each.code for each in advice(type_name, content, {"correct": [correct]})}


@pytest.mark.parametrize(
    "stem",
    [
        "下列不属于安全标志的是（ ）。",
        "关于接地，下列说法错误的是",
        "下列叙述中不正确的一项是____。",
        "以下均为低压电器，但熔断器除外",
        "下列不能用于灭火的是：",
        "Which of these is not a conductor?",
        "All of these are conductors except",
    ],
)
def test_a_negative_question_is_to_be_marked(stem: str) -> None:
    assert codes("single", stem, "甲", "乙") == {"negative_unmarked"}


@pytest.mark.parametrize(
    "stem",
    [
        "下列<strong>不属于</strong>安全标志的是（ ）。",
        "电动机不能起动的原因是（ ）。",
        "导线总截面积不应超过管内截面积的（ ）",
        "最高速度不能超过多少",
        "A machine that does not start is",
    ],
)
def test_a_marked_negative_and_a_fault_asked_about_are_left_in_peace(stem: str) -> None:
    assert codes("single", stem, "甲", "乙") == set()


@pytest.mark.parametrize(
    ("said", "is_absolute"),
    [
        ("电流一定会增大", True),
        ("绝对不会触电", True),
        ("It never trips", True),
        ("达到一定的温度", False),
        ("有一定道理", False),
        ("用绝对值表示", False),
        ("燃烧不完全", False),
    ],
)
def test_absolute_words_count_only_where_they_are_meant(said: str, is_absolute: bool) -> None:  # noqa: FBT001
    found = codes("single", "应当", said, "停机")
    assert ("absolute_word" in found) == is_absolute
    assert codes("true_false", said, "对", "错") == found


@pytest.mark.parametrize(
    "said", ["以上都对", "上述选项均不正确", "A和C", "AB都对", "All of the above"]
)
def test_options_that_speak_of_others_and_would_be_shuffled_are_named(said: str) -> None:
    assert codes("multiple", "应当", "停机", said) == {"speaks_of_moving_options"}
    fixed = {"stem": "应当", "options": [{"id": "A", "content": said, "fixed": True}]}
    assert [each.code for each in advice("single", fixed, {})] == ["speaks_of_options"]


@pytest.mark.parametrize("said", ["A 相", "EHF", "ABB 公司的断路器", "B 类火灾"])
def test_letters_that_are_no_options_are_left_in_peace(said: str) -> None:
    assert codes("single", "应选", said, "停机") == set()


def test_the_length_that_gives_a_key_away_is_told_from_another_long_option() -> None:
    long = "先断开电源并挂牌，再由专人监护"
    assert codes("single", "应当", "停机", long, "报告", correct="B") == {"key_stands_out"}
    assert codes("single", "应当", "停机", long, "报告") == {"option_stands_out"}
    assert codes("single", "应当", "停机", "切断电源", "报告") == set()
    assert codes("single", "应当", "停机", long) == set()  # two options: either is the longer


def test_words_that_all_options_begin_with_belong_into_the_stem() -> None:
    assert codes("single", "应", "三相异步电动机甲", "三相异步电动机乙", "三相异步电动机丙") == {
        "options_repeat"
    }
    assert codes("single", "U", "1000 V", "1000 A", "1000 W") == set()


def test_parts_of_a_set_and_translations_are_looked_at_in_their_places() -> None:
    part = {"id": "1", "type": "single", "stem": "不属于的是", "options": []}
    content = {"stem": "材料", "parts": [part]}
    found = advice("item_set", content, {"parts": {"1": {"correct": ["A"]}}})
    assert [each.where for each in found] == ["parts.1.stem"]
    options = [{"id": "A", "content": "停机"}, {"id": "B", "content": "报告"}]
    english = {"stem": "Then", "options": [{"id": "A", "content": "never"}]}
    content = {"stem": "应当", "options": options, "translations": {"en": english}}
    assert [each.where for each in advice("single", content, {})] == ["translations.en.options.A"]


@pytest.mark.parametrize("key", [{}, {"parts": []}, {"parts": {"1": 3}}, {"correct": "A"}])
def test_keys_of_any_shape_are_borne(key: dict[str, Any]) -> None:
    parts = [{"id": "1", "type": "single", "options": [{"id": "A"}]}]
    for kind in ("single", "item_set", "true_false", "essay"):
        assert advice(kind, {"stem": "甲", "options": [3], "parts": parts}, key) == []
