"""Uploaded files read as one pool."""

import hashlib
import io
import json

import pytest
import xlsxwriter

from exam_server.bank.uploads import packed, read_files, unpacked
from exam_server.errors import InvalidInputError
from tests.photos import exif, photo


def workbook(*rows: tuple[object, ...]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def test_a_workbook_in_the_fields_layout_is_read() -> None:
    heads = ("认定点代码", "题型代码", "试题(题干)", "选项A", "选项B", "正确答案", "难度代码")
    body = workbook(
        heads, ("A-001", "B", "1+1=？", 2, "三", "A", 3), ("A-001", "U", "？", "", "", 5)
    )
    parsed = read_files({"题库.xlsx": body})
    assert [item.type for item in parsed.items] == ["single", "numeric"]
    assert parsed.items[0].content["options"][0]["content"] == "2"
    assert (parsed.items[0].difficulty, parsed.items[1].key["value"]) == (3, "5")


def test_a_workbook_that_is_none_says_so() -> None:
    with pytest.raises(InvalidInputError, match="sheet_unreadable"):
        read_files({"bank.xlsx": b"PK\x03\x04 no workbook"})


@pytest.mark.parametrize("files", [{}, {"a.csv": b"x", "b.csv": b"y"}, {"a.png": b"x"}])
def test_one_question_file_is_wanted(files: dict[str, bytes]) -> None:
    with pytest.raises(InvalidInputError, match="one_question_file"):
        read_files(files)


def test_a_bundle_holds_what_was_packed() -> None:
    files = {"题库.csv": b"1", "图/a.png": bytes(300)}
    assert unpacked(packed(files)) == files


def with_figure(body: bytes) -> dict[str, bytes]:
    """Return a file of one question about a figure, and the figure."""
    answers = ["one", "two", "three", "four"]
    row = {"id": "T1A01", "correct": 0, "question": "In figure T-1?", "answers": answers}
    return {"pool.json": json.dumps([row]).encode(), "t-1.png": body}


def test_an_imported_picture_comes_without_its_camera_under_the_name_of_what_is_stored() -> None:
    (item,) = read_files(with_figure(photo("JPEG", exif=exif()))).items
    ((name, picture),) = item.pictures.items()
    assert b"Camera of" not in picture.body
    assert picture.mime == "image/jpeg"  # what the file is, not what its name says
    assert hashlib.sha256(picture.body).hexdigest() == name
    assert f"media:{name}" in item.content["stem"]


def test_an_item_with_a_broken_picture_is_refused_with_the_reason() -> None:
    parsed = read_files(with_figure(b"png"))
    assert parsed.items == ()
    assert [(each.item, each.code) for each in parsed.refused] == [("T1A01", "picture_unreadable")]
