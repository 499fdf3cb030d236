"""GIFT and Aiken: the reference grammar's parses, items, encodings, and what is no question."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itembank.interchange.detect import read_pool
from itembank.interchange.moodle.gift_grammar import CONTROLS, GiftError, parsed
from itembank.interchange.report import Parsed, UnreadableError


def plain(value: Any) -> Any:
    """Return a parse as the reference writes it."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items() if name != "line"}
    if isinstance(value, list):
        return [plain(each) for each in value]
    is_number = isinstance(value, Decimal | int | float) and not isinstance(value, bool)
    return float(value) if is_number else value


def read(text: str, encoding: str = "utf-8") -> Parsed:
    return read_pool(text.encode(encoding), {}, "q.gift")


def test_every_file_parses_as_the_reference_grammar_says(shared: Path) -> None:
    files = sorted((shared / "interop/gift/gift-grammar").glob("*.gift"))
    assert len(files) > 20
    for file in files:
        made = [plain(each) for each in parsed(file.read_text(encoding="utf-8"))]
        wanted = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        assert made == plain(wanted), file.name


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("Q {~a =b ~c}", "single", {"correct": ["B"]}),
        ("Q {~%50%a ~%50%b ~%-100%c}", "multiple", {"correct": ["A", "B"]}),
        ("Q {T}", "true_false", {"correct": ["A"]}),
        ("Q {=no one =nobody}", "text_entry", {"blanks": {"1": ["no one", "nobody"]}}),
        ("Q {#3.141..3.142}", "numeric", {"value": "3.1415", "tolerance": "0.0005"}),
        ("Q {=a -> x =b -> y = -> z}", "matching", {"pairs": [["a", "1"], ["b", "2"]]}),
    ],
)
def test_each_kind_becomes_its_item(text: str, kind: str, key: dict[str, Any]) -> None:
    (item,) = read(text).items
    assert item.type == kind
    assert {name: item.key[name] for name in key} == key


def test_a_missing_word_stands_where_it_was() -> None:
    (item,) = read("Grant is {=buried =entombed} in the tomb.").items
    assert item.content["stem"] == (
        '<p>Grant is <span data-type="blank" data-blank="1"></span> in the tomb.</p>'
    )


def test_category_id_title_and_feedback_come_along() -> None:
    text = "$CATEGORY: $course$/top/电工/安全\n\n// [id:K-7]\n::T::电{~a#no =b#yes ####because}"
    (item,) = read(text).items
    assert item.code == "K-7"
    assert item.path == (("电工", "电工"), ("安全", "安全"), ("001", "安全"))
    assert item.explanation == "because\na: no\nb: yes"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Only words.\n\nQ {T}", "text_without_question"),
        ("Q { =a } and { =b }", "gift_braces"),
        ("Q {#=many}", "gift_number"),
        ("Q {~%50%a ~b}", "no_full_answer"),
        ("Q {=a*}", "only_wildcards"),
        ("Q {T}\n\nQ {T}", "question_repeated"),
    ],
)
def test_what_has_no_counterpart_is_refused_by_name(text: str, code: str) -> None:
    assert [each.code for each in read(text).refused] == [code]


@pytest.mark.parametrize(
    ("encoding", "note"),
    [("gb18030", "read_as_gb18030"), ("utf-16", "read_as_utf_16"), ("utf-8-sig", "")],
)
def test_the_encoding_is_found_and_said(encoding: str, note: str) -> None:
    parsed_file = read("电压的单位是{~安培 =伏特 ~欧姆}，不是瓦特。", encoding)
    assert [each.code for each in parsed_file.notes] == ([note] if note else [])
    assert parsed_file.items[0].content["options"][1]["content"] == "伏特"


def test_two_questions_of_one_name_keep_apart_and_the_same_one_keeps_its_code() -> None:
    one, other = read("::Q1::a{T}\n\n::Q1::b{T}").items
    assert one.code != other.code
    assert read("::Q1::a{T}").items[0].code == one.code


def test_a_brace_that_stays_open_harms_its_question_only() -> None:
    made = read("A {~a =b\n\nB {T}\n\nC {F}")
    assert [item.key["correct"] for item in made.items] == [["A"], ["B"]]
    assert [each.code for each in made.refused] == ["gift_braces"]


words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"], exclude_characters="\\[]"),
    min_size=1,
    max_size=12,
).filter(lambda text: text.upper() not in {"T", "F", "TRUE", "FALSE"} and "->" not in text)


def escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in CONTROLS else sign for sign in text)


@settings(max_examples=40)
@given(words, st.lists(words, min_size=2, max_size=6, unique=True), st.integers(0, 5))
def test_what_is_escaped_is_read_as_it_was(stem: str, options: list[str], place: int) -> None:
    right = place % len(options)
    answers = "".join(
        f"{'=' if n == right else '~'}{escaped(text)}\n" for n, text in enumerate(options)
    )
    found = list(parsed(f"::t::x {escaped(stem)}{{{answers}}}"))
    assert not any(isinstance(each, GiftError) for each in found)
    (made,) = found
    assert isinstance(made, dict)
    assert made["stem"]["text"] == f"x {stem}"
    assert [each["text"]["text"] for each in made["choices"]] == options
    assert [each["isCorrect"] for each in made["choices"]].index(True) == right


def test_aiken_is_read_and_its_gaps_are_named() -> None:
    text = "One?\nA) x\nB) y\nANSWER: B\n\nTwo?\nA. x\nB. y\n\nThree?\nA. x\nB. y\nANSWER: D\n"
    made = read_pool(text.encode(), {}, "a.txt")
    assert [item.key for item in made.items] == [{"correct": ["B"]}]
    assert [each.code for each in made.refused] == ["key_missing", "key_without_option"]


def test_data_for_programs_are_no_questions() -> None:
    with pytest.raises(UnreadableError) as refused:
        read_pool(b'{"cases": [{"name": "a = b ~ c"}]}', {}, "cases.json")
    assert refused.value.code == "format_unknown"
