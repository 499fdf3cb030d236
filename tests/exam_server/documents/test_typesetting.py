"""Documents: PDF/A with text that can be taken out and every font inside."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from exam_server.documents.typesetting import pdf
from exam_server.errors import InvalidInputError

A4 = {210, 297}
LISTS = ("attendance", "seat_chart", "door_list", "desk_labels")


def photo() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (360, 480), (90, 140, 200)).save(made, "JPEG")
    return made.getvalue()


def seat(number: int, **more: Any) -> dict[str, Any]:
    return {
        "number": number,
        "row": (number - 1) // 6 + 1,
        "column": (number - 1) % 6 + 1,
        "state": "seat",
        "ticket": f"B1{number:04}",
        "name": f"考生{number}",
        "id_number": "110101********803X",
        "form": number % 2,
        "photo": None,
        **more,
    }


def facts(language: str = "zh", **more: Any) -> dict[str, Any]:
    exam_session = {
        "name": "电工四级理论第一场",
        "occupation": "电工",
        "work_type": "",
        "level": 4,
        "component": "理论知识",
        "date": "2026-06-01",
        "from": "09:00",
        "to": "10:00",
        "minutes": 60,
    }
    seats = more.pop("seats", None) or [seat(number) for number in range(1, 31)]
    room = {
        "site": "一中考点",
        "address": "示例路 1 号",
        "name": "第一考场",
        "rows": 5,
        "columns": 6,
        "due": len(seats),
        "seats": seats,
    }
    return {
        "language": language,
        "organization": "示例评价中心",
        "batch": {"name": "2026年第一批", "code": "B1"},
        "exam_session": exam_session,
        "printed_at": "2026-06-01 08:00",
        "is_sample": False,
        "rooms": [room],
        **more,
    }


def tickets(language: str = "zh", per_page: int = 4, count: int = 30) -> dict[str, Any]:
    data = facts(language)
    room = data["rooms"][0]
    candidates = [
        {
            "ticket": f"B1{number:04}",
            "name": f"考生{number}",
            "id_type": "resident",
            "id_number": "11010119900307803X",
            "photo": None,
            "room": room,
            "seat": number,
            "code": f"K7M2Q{number:03}",
        }
        for number in range(1, count + 1)
    ]
    rules = {"entry_opens": 30, "late_limit": 30, "hand_in_after": 30}
    return {**data, "candidates": candidates, "per_page": per_page, "rules": rules}


def words(made: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


def fonts_of(made: bytes) -> Iterator[DictionaryObject]:
    for page in PdfReader(io.BytesIO(made)).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            for below in font.get_object()["/DescendantFonts"]:
                yield below.get_object()["/FontDescriptor"]


def millimetres(points: float) -> int:
    return round(float(points) / 72 * 25.4)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("template", LISTS)
def test_every_list_names_everybody_on_a4_with_its_fonts_inside(
    template: str, language: str
) -> None:
    made = pdf(template, facts(language))
    text = words(made)
    assert all(f"B1{number:04}" in text for number in range(1, 31))
    assert "2026年第一批" in text.replace(" ", "")
    for page in PdfReader(io.BytesIO(made)).pages:
        assert {millimetres(page.mediabox.width), millimetres(page.mediabox.height)} == A4
    descriptors = list(fonts_of(made))
    assert descriptors
    assert all({"/FontFile2", "/FontFile3"} & each.keys() for each in descriptors)


def test_every_page_says_which_it_is_of_how_many() -> None:
    pages = PdfReader(io.BytesIO(pdf("attendance", facts()))).pages
    assert len(pages) == 2
    for number, page in enumerate(pages, start=1):
        assert f"第{number}页，共2页" in page.extract_text().replace(" ", "")


@pytest.mark.parametrize(("per_page", "pages"), [(2, 15), (4, 8)])
def test_a_ticket_has_all_that_is_needed_and_nobody_elses_code(per_page: int, pages: int) -> None:
    made = PdfReader(io.BytesIO(pdf("tickets", tickets(per_page=per_page))))
    assert len(made.pages) == pages
    first = made.pages[0].extract_text().replace(" ", "")
    for text in ("B10001", "考生1", "K7M2Q001", "第一考场", "2026-06-01", "11010119900307803X"):
        assert text in first
    assert "K7M2Q005" not in first


def test_a_long_address_makes_the_letters_smaller_and_never_a_second_page() -> None:
    data = tickets(per_page=2, count=4)
    data["rooms"][0]["address"] = "吉林省长春市净月高新技术产业开发区示例大街一千二百三十四号" * 4
    assert len(PdfReader(io.BytesIO(pdf("tickets", data))).pages) == 2


def test_an_english_reader_gets_english_labels() -> None:
    text = words(pdf("tickets", tickets("en")))
    assert "Login code" in text
    assert "登录口令" not in text


def test_a_photo_is_inside() -> None:
    made = pdf("attendance", facts(seats=[seat(1, photo="a.jpg")]), pictures={"a.jpg": photo()})
    assert len(PdfReader(io.BytesIO(made)).pages[0].images) == 1


def test_a_rare_character_is_printed() -> None:
    assert "𠮷田" in words(pdf("door_list", facts(seats=[seat(1, name="𠮷田")])))


def test_a_name_that_no_font_can_print_is_named_with_its_character() -> None:
    with pytest.raises(InvalidInputError) as refused:
        pdf("door_list", facts(seats=[seat(1), seat(2, name="王𡒄")]))
    assert refused.value.code == "characters_unprintable"
    (problem,) = refused.value.problems
    assert (problem.where, problem.detail) == ("王𡒄", {"value": "𡒄", "code": "U+21484"})


def test_typst_reads_no_markup_in_a_name() -> None:
    name = '#panic("x") *a* $x$'
    assert "#panic" in words(pdf("door_list", facts(seats=[seat(1, name=name)])))


def test_a_room_of_ninety_seats_fits_its_chart_on_one_page() -> None:
    seats = [
        {**seat(number), "row": (number - 1) // 15 + 1, "column": (number - 1) % 15 + 1}
        for number in range(1, 91)
    ]
    data = facts(seats=seats)
    data["rooms"][0] |= {"rows": 6, "columns": 15}
    assert len(PdfReader(io.BytesIO(pdf("seat_chart", data))).pages) == 1


def test_a_record_holds_facts_tables_and_lines_to_sign() -> None:
    more = {
        "title": "考场情况记录单",
        "facts": [["应到", "30"], ["实到", "29"], ["缺考", "1"]],
        "sections": [
            {"title": "缺考", "headings": ["座位", "姓名"], "rows": [["3", "张三"]], "empty": "无"},
            {"title": "异常", "headings": ["时间"], "rows": [], "empty": "无异常情况"},
        ],
        "notes": ["其他情况"],
        "signatures": ["监考员", "主考"],
    }
    text = words(pdf("record", facts(**more))).replace(" ", "")
    for part in ("考场情况记录单", "张三", "无异常情况", "其他情况", "监考员", "主考"):
        assert part in text


def test_figures_of_a_table_end_at_one_line_and_words_begin_at_one() -> None:
    rows = [["7", "甲"], ["1234567", "乙丙丁"]]
    section = {"title": "表", "headings": ["计数的一列很宽", "姓名"], "rows": rows, "empty": ""}
    more = {"title": "单", "facts": [["应到", "30"]], "sections": [section], "signatures": []}
    at: dict[str, float] = {}

    def place(text: str, page_at: list[float], line_at: list[float], *_font: object) -> None:
        at.setdefault(text.strip(), page_at[4] + line_at[4])

    for page in PdfReader(io.BytesIO(pdf("record", facts(**more)))).pages:
        page.extract_text(visitor_text=place)
    assert at["7"] > at["1234567"] + 10
    assert at["甲"] == pytest.approx(at["乙丙丁"])
