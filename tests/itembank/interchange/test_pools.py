"""Pools of other makers: the real ones with their traps, and broken ones."""

import json
from pathlib import Path
from typing import Any

import pytest

from itembank.interchange.detect import read_pool
from itembank.interchange.report import Parsed, PictureFile, UnreadableError
from itembank.items.registry import item_type

HEAD = "J,P,I,Q,T,A,B,C,D"
ROW = "LK0001,1.2.3,MC1-0001,题干？,A,甲,乙,丙,丁"


def us_row(**values: Any) -> dict[str, Any]:
    return {
        "id": "T1A01",
        "correct": 2,
        "question": "Which?",
        "answers": ["one", "two", "three", "All these choices are correct"],
        "figure": "",
        "correct_letter": "C",
        **values,
    }


def read_us(*rows: Any, **pictures: bytes) -> Parsed:
    files = {
        f"{name.replace('_', '-')}.png": PictureFile(body, "image/png")
        for name, body in pictures.items()
    }
    return read_pool(json.dumps(rows).encode(), files)


def read_cn(*rows: str, head: str = HEAD, encoding: str = "utf-8") -> Parsed:
    return read_pool("\n".join([head, *rows]).encode(encoding), {})


def read_folder(folder: Path, name: str) -> Parsed:
    paths = [*folder.glob("*.png"), *folder.glob("images/*.jpg")]
    pictures = {path.name: PictureFile(path.read_bytes(), "image/png") for path in paths}
    return read_pool((folder / name).read_bytes(), pictures)


def refusals(parsed: Parsed) -> list[tuple[int, str, str]]:
    return [(each.row, each.column, each.code) for each in parsed.refused]


@pytest.mark.parametrize(
    ("pool", "count", "pictured", "missing"),
    [
        ("technician-2026-2030", 409, 12, 0),
        ("general-2023-2027", 423, 5, 0),
        ("technician-2022-2026", 411, 0, 12),
    ],
)
def test_the_us_pools_are_read_whole(
    shared: Path, pool: str, count: int, pictured: int, missing: int
) -> None:
    parsed = read_folder(shared / "banks/us-amateur-radio" / pool, f"{pool}.json")
    assert (len(parsed.items), parsed.refused) == (count, ())
    assert sum(bool(item.pictures) for item in parsed.items) == pictured
    assert [note.code for note in parsed.notes] == ["figure_missing"] * missing


def test_the_us_pool_has_its_groups(shared: Path) -> None:
    folder = shared / "banks/us-amateur-radio/technician-2026-2030"
    rule = json.loads((folder / "exam-rule.json").read_text(encoding="utf-8"))
    parsed = read_folder(folder, "technician-2026-2030.json")
    sizes: dict[str, int] = {}
    for item in parsed.items:
        sizes[item.path[1][0]] = sizes.get(item.path[1][0], 0) + 1
    assert sizes == rule["group_pool_sizes"]


def test_class_a_is_read_whole_and_its_disagreements_are_told(shared: Path) -> None:
    parsed = read_folder(shared / "banks/cn-amateur-radio-2025", "class_a.csv")
    items = {item.code: item for item in parsed.items}
    assert (len(items), parsed.refused) == (683, ())
    for code in ("MC1-0014", "MC1-0016"):
        assert (items[code].type, items[code].key) == ("multiple", {"correct": ["A", "B"]})
    told = {(note.item, note.code) for note in parsed.notes}
    assert told == {(code, "id_and_key_disagree") for code in ("MC1-0014", "MC1-0016")}


def test_labels_do_not_identify(shared: Path) -> None:
    """LX stands on 167 rows of class A; every one of them is an item of its own."""
    text = (shared / "banks/cn-amateur-radio-2025/class_a.csv").read_text(encoding="utf-8-sig")
    labelled = [line for line in text.splitlines() if line.startswith("LX,")]
    parsed = read_folder(shared / "banks/cn-amateur-radio-2025", "class_a.csv")
    assert len(labelled) == 167
    assert len({item.code for item in parsed.items}) == len(parsed.items)


def test_every_real_item_is_right_in_itself(shared: Path) -> None:
    banks = shared / "banks"
    parsed = [
        *read_folder(banks / "cn-amateur-radio-2025", "class_a.csv").items,
        *read_folder(
            banks / "us-amateur-radio/technician-2026-2030", "technician-2026-2030.json"
        ).items,
    ]
    for item in parsed:
        assert item_type(item.type).content_problems(item.content, item.key) == []


def test_an_option_about_the_others_keeps_its_place() -> None:
    options = read_us(us_row()).items[0].content["options"]
    assert [option["fixed"] for option in options] == [False, False, False, True]


def test_an_option_that_merely_begins_with_all_does_not() -> None:
    answers = ["All HF bands", "None", "Both stations should move", "three"]
    options = read_us(us_row(answers=answers)).items[0].content["options"]
    assert not any(option["fixed"] for option in options)


def test_a_figure_named_in_the_text_is_attached() -> None:
    parsed = read_us(us_row(question="What is part 1 in figure T-2?", figure=None), t_2=b"png")
    (item,) = parsed.items
    (digest,) = item.pictures
    assert f'src="media:{digest}"' in item.content["stem"]


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (us_row(id="X1"), "id", "id_unknown"),
        (us_row(question=" "), "question", "stem_empty"),
        (us_row(answers=["one"]), "answers", "answer_count"),
        (us_row(answers=["one", "two", "", "four"]), "answers", "option_empty"),
        (us_row(correct=4), "correct", "key_without_option"),
        (us_row(correct=True), "correct", "key_without_option"),
        (us_row(correct_letter="A"), "correct_letter", "keys_disagree"),
        ("text", "row", "row_not_an_object"),
    ],
)
def test_a_bad_us_row_is_refused_and_hides_no_other(row: Any, column: str, code: str) -> None:
    parsed = read_us(row, us_row(id="T1A02"))
    assert refusals(parsed) == [(1, column, code)]
    assert [item.code for item in parsed.items] == ["T1A02"]


def test_a_repeated_id_is_refused() -> None:
    assert refusals(read_us(us_row(), us_row())) == [(2, "id", "id_repeated")]


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (ROW.replace("MC1-0001", "X"), "I", "id_unknown"),
        (ROW.replace("1.2.3", "first"), "P", "chapter_unknown"),
        (ROW.replace("题干？", ""), "Q", "stem_empty"),
        (ROW.replace(",A,甲", ",,甲"), "T", "key_missing"),
        (ROW.replace(",A,甲", ",E,甲"), "T", "key_without_option"),
        (ROW.replace("乙", "甲"), "A-D", "option_repeated"),
        (ROW.replace("丙", " "), "C", "option_empty"),
        (ROW + ",more", "row", "field_count"),
        ("LK0001,1.2.3,MC1-0001", "row", "field_count"),
    ],
)
def test_a_bad_cn_row_is_refused_and_hides_no_other(row: str, column: str, code: str) -> None:
    parsed = read_cn(row, ROW.replace("0001,", "0002,"))
    assert refusals(parsed) == [(1, column, code)]
    assert len(parsed.items) == 1


def test_two_labels_in_one_cell_are_both_looked_up() -> None:
    row = ROW.replace("LK0001", '"LK0001,LK0002"')
    picture = {"LK0002.jpg": PictureFile(b"jpg", "image/jpeg")}
    parsed = read_pool(f"{HEAD}\n{row}".encode(), picture)
    assert len(parsed.items[0].pictures) == 1


def test_gb18030_and_a_byte_order_mark_are_read() -> None:
    assert read_cn(ROW, encoding="utf-8-sig").items[0].content["stem"] == "<p>题干？</p>"
    parsed = read_cn(ROW, encoding="gb18030")
    assert parsed.items[0].content["stem"] == "<p>题干？</p>"
    assert [note.code for note in parsed.notes] == ["read_as_gb18030"]


def test_markup_in_a_plain_text_is_shown_not_obeyed() -> None:
    stem = read_us(us_row(question="<script>alert(1)</script>")).items[0].content["stem"]
    assert "<script>" not in stem


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"[{", "not_json"),
        (b"hello", "format_unknown"),
        (b"J,P,I,Q,T,A,B\n", "columns_wrong"),
        (b"J,P,I,Q,T\xff\xff\xff", "encoding_unknown"),
    ],
)
def test_an_unreadable_file_says_why(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        read_pool(data, {})
    assert refused.value.code == code
