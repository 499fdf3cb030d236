"""Written as QTI and read again, an item says and marks the same."""

import hashlib
import io
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from exam_server.bank.rules import cleaned
from itembank.interchange.checking import checked
from itembank.interchange.qti.item_writing import WRITERS
from itembank.interchange.qti.reading import read_qti
from itembank.interchange.qti.writing import BankFacts, BankItem, written_package
from itembank.interchange.report import DraftItem, Parsed, PictureFile
from itembank.items.canonical import same_item
from itembank.items.registry import item_problems, item_type
from tests.items import RIGHT

EDITIONS = ("2.2", "3.0")
PATH = (("A", "职业道德"), ("B", "电工基础"), ("001", "直流电路"))


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (400, 300)).save(made, "PNG")
    return made.getvalue()


PICTURE = picture()
NAME = hashlib.sha256(PICTURE).hexdigest()
PICTURES = {NAME: PictureFile(PICTURE, "image/png")}


def there_and_back(items: list[BankItem], edition: str, *, with_keys: bool = True) -> Parsed:
    facts = BankFacts("电工", "zh_Hans_CN", with_keys)
    return checked(read_qti(written_package(facts, items, PICTURES, edition), {}, "b.zip"))


def is_same(one: DraftItem, other: BankItem) -> bool:
    return same_item(
        (one.type, cleaned(one.content), one.key), (other.type, other.content, other.key)
    )


def bank_item(kind: str, **facts: Any) -> BankItem:
    content, key, _ = json.loads(json.dumps(RIGHT[kind]).replace("a" * 64, NAME))
    return BankItem(f"B-A-{kind}", PATH, kind, cleaned(content), key, **facts)


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_type_comes_back_as_it_was(edition: str) -> None:
    items = [
        bank_item(kind, state="suspended", difficulty=4, explanation="因为 U < 220 V\n第二行")
        for kind in WRITERS
    ]
    back = there_and_back(items, edition)
    assert (back.refused, back.notes, back.language) == ((), (), "zh_Hans_CN")
    assert [each.code for each in back.items if not is_same(each, bank_item(each.type))] == []
    for each in back.items:
        assert (each.path, each.state, each.difficulty) == (PATH, "suspended", 4)
        assert each.explanation == "因为 U < 220 V\n第二行"


@pytest.mark.parametrize("edition", EDITIONS)
def test_part_marks_and_shares_come_back(edition: str) -> None:
    for kind in ("matching", "ordering"):
        item = bank_item(kind)
        item.key["policy"] = "part_marks"  # type: ignore[index]
        (back,) = there_and_back([item], edition).items
        assert is_same(back, item)


@pytest.mark.parametrize("edition", EDITIONS)
def test_marking_by_options_comes_back(edition: str) -> None:
    content = bank_item("multiple").content
    points = {"A": "1", "B": "-0.5", "C": "1"}
    ways = [
        ("multiple", {"correct": ["A", "C"], "policy": "part_marks"}),
        ("multiple", {"correct": ["A", "C"], "policy": "minus"}),
        ("multiple", {"correct": ["A", "C"], "policy": "by_option", "points": points}),
        ("single", {"correct": ["B"], "policy": "by_option", "points": {"A": "0.25", "B": "1"}}),
        ("single", {"correct": ["A", "C"], "policy": "by_option", "points": {"A": "1", "C": "1"}}),
    ]
    for kind, key in ways:
        item = BankItem("B-A-1", PATH, kind, content, key)
        (back,) = there_and_back([item], edition).items
        full, own = Decimal(6), item_type(kind)
        answers = "ABCD" if kind == "single" else [list(each) for each in ("A", "AB", "AC", "BC")]
        assert back.state == "active"
        for answer in answers:
            marks = [own.score(content, each, answer, full) for each in (key, back.key)]
            assert marks[0] == marks[1], (key, answer)


@pytest.mark.parametrize("edition", EDITIONS)
def test_languages_come_back(edition: str) -> None:
    item = bank_item("single", explanation="因为", explanations={"en": "Because"})
    said = {"stem": "<p>Which one?</p>", "options": [{"id": "A", "content": "first"}]}
    content = {**item.content, "translations": {"en": said}}
    whole = BankItem(**{**vars(item), "content": content})
    back = there_and_back([whole, bank_item("numeric")], edition)
    assert back.notes == ()
    assert is_same(back.items[0], whole)
    assert back.items[0].explanations == {"en": "Because"}


def test_a_package_without_keys_holds_none() -> None:
    items = [bank_item(kind, explanation="weil") for kind in WRITERS]
    data = written_package(BankFacts("T", "en", with_keys=False), items, PICTURES, "3.0")
    back = checked(read_qti(data, {}, "b.zip"))
    assert back.items == ()
    assert {each.code for each in back.refused} == {"qti_no_key", "qti_area_unknown"}


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=12
).filter(lambda text: text.strip() and not set(text) & set("<>&\u00ad"))
HTML = st.one_of(
    WORDS.map(lambda text: f"<p>{text}</p>"),
    WORDS.map(lambda text: f"<p>{text} <u>{text}</u><sub>2</sub><br>{text}</p>"),
    WORDS.map(
        lambda text: (
            f"<ul><li>{text}</li></ul><table><tbody><tr><td>{text}</td></tr></tbody></table>"
        )
    ),
    st.sampled_from([r"\frac{1}{2}", "x^2 < 3", "U_L & I"]).map(
        lambda latex: f'<p><span data-type="inline-math" data-latex="{latex}"></span></p>'
    ),
    st.just(f'<p><img src="media:{NAME}" alt="图 &quot;1&quot;"></p>'),
)
COLUMN = st.lists(HTML, min_size=2, max_size=5, unique=True)


def listed(texts: list[str], ids: str) -> list[dict[str, Any]]:
    return [{"id": each, "content": text} for each, text in zip(ids, texts, strict=False)]


@st.composite
def choices(drawing: st.DrawFn) -> tuple[str, dict[str, Any], dict[str, Any]]:
    options = listed(drawing(COLUMN), "ABCDE")
    for option in options:
        option["fixed"] = drawing(st.booleans())
    kind = drawing(st.sampled_from(["single", "multiple"]))
    ids = [option["id"] for option in options]
    most = 1 if kind == "single" else len(ids)
    correct = drawing(st.lists(st.sampled_from(ids), min_size=1, max_size=most, unique=True))
    return kind, {"stem": drawing(HTML), "options": options}, {"correct": correct}


@st.composite
def pairs(drawing: st.DrawFn) -> tuple[str, dict[str, Any], dict[str, Any]]:
    left, right = listed(drawing(COLUMN), "12345"), listed(drawing(COLUMN), "12345")
    content = {"stem": drawing(HTML), "left": left, "right": right, "reuse": True}
    ends = [[each["id"], drawing(st.sampled_from(right))["id"]] for each in left]
    policy = drawing(st.sampled_from(["all_or_nothing", "part_marks"]))
    return "matching", content, {"pairs": ends, "policy": policy}


@st.composite
def orders(drawing: st.DrawFn) -> tuple[str, dict[str, Any], dict[str, Any]]:
    options = listed(drawing(COLUMN), "ABCDE")
    order = drawing(st.permutations([each["id"] for each in options]))
    policy = drawing(st.sampled_from(["all_or_nothing", "part_marks"]))
    return (
        "ordering",
        {"stem": drawing(HTML), "options": options},
        {"order": order, "policy": policy},
    )


@st.composite
def numbers(drawing: st.DrawFn) -> tuple[str, dict[str, Any], dict[str, Any]]:
    value = drawing(st.decimals(-999, 999, places=2).filter(bool))
    tolerance = drawing(st.decimals(0, "0.99", places=2))
    mode = drawing(st.sampled_from(["absolute", "relative"]))
    key = {"value": str(value), "tolerance": str(tolerance), "tolerance_mode": mode}
    return (
        "numeric",
        {"stem": drawing(HTML), "unit": drawing(st.sampled_from([None, "V", "m/s"]))},
        key,
    )


@st.composite
def blanks(drawing: st.DrawFn) -> tuple[str, dict[str, Any], dict[str, Any]]:
    n = drawing(st.integers(1, 3))
    ids = [str(each) for each in range(1, n + 1)]
    stem = "".join(
        f'{drawing(HTML)}<p><span data-type="blank" data-blank="{each}"></span></p>' for each in ids
    )
    plain = st.text("abcXYZ电压", min_size=1, max_size=5)
    texts = st.lists(plain, min_size=1, max_size=3, unique_by=str.casefold)
    key: dict[str, Any] = {"blanks": {each: drawing(texts) for each in ids}}
    has_case = any(t.upper() != t.lower() for each in key["blanks"].values() for t in each)
    if has_case and drawing(st.booleans()):
        key["case_sensitive"] = True
    return "text_entry", {"stem": stem, "blanks": [{"id": each} for each in ids]}, key


SIMPLE = st.one_of(choices(), pairs(), orders(), numbers(), blanks())


@st.composite
def sets(drawing: st.DrawFn) -> tuple[str, dict[str, Any], dict[str, Any]]:
    drawn = drawing(st.lists(SIMPLE, min_size=1, max_size=3))
    parts = [
        {
            "id": f"p{n}",
            "type": kind,
            "mark_share": drawing(st.sampled_from(["1", "2", "0.5"])),
            **c,
        }
        for n, (kind, c, _) in enumerate(drawn)
    ]
    keys = {f"p{n}": key for n, (_, _, key) in enumerate(drawn)}
    return "item_set", {"stem": drawing(HTML), "parts": parts}, {"parts": keys}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(SIMPLE, sets()), min_size=1, max_size=3), st.sampled_from(EDITIONS))
def test_any_item_comes_back_as_it_was(
    drawn: list[tuple[str, dict[str, Any], dict[str, Any]]], edition: str
) -> None:
    items = [
        BankItem(f"题-{n}", PATH, kind, cleaned(content), key)
        for n, (kind, content, key) in enumerate(drawn)
        if not item_problems(kind, cleaned(content), key)
    ]
    if not items:
        return
    back = there_and_back(items, edition)
    assert (back.refused, back.notes) == ((), ())
    wrong = [
        (one, other)
        for one, other in zip(back.items, items, strict=True)
        if not is_same(one, other)
    ]
    assert wrong == []
    assert {each.state for each in back.items} == {"active"}
