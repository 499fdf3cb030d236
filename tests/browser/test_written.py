"""Answers in words in a browser: written at a seat, and set with a rubric in the bank's editor."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import EN, PHONE_SIZE, ZH, Staff, axe_violations, hangs_over
from tests.exam_items import single
from tests.live_server import LiveServer
from tests.sat import Sat, sat_exam, saved

LIMITS = {"fewest_characters": 5, "most_characters": 10, "lines": 4}
SHORT = {"stem": "<p>为什么停电后还要验电？</p>", **LIMITS}
ITEMS = [
    ("short_answer", SHORT),
    (
        "item_set",
        {
            "stem": "<p>某车间的电动机不转。</p>",
            "parts": [
                {"id": "1", "type": "single", "mark_share": "1", **single()},
                {
                    "id": "2",
                    "type": "essay",
                    "mark_share": "3",
                    "stem": "<p>分析可能的原因。</p>",
                    "lines": 12,
                },
            ],
        },
    ),
]

STEMS = {ZH: "为什么停电后还要验电？", EN: "Name two faults of a three-phase motor."}


@pytest.fixture
def sat(shared_server: LiveServer, chromium: Browser) -> Iterator[Sat]:
    with sat_exam(shared_server, chromium, items=ITEMS) as made:
        yield made


def look(page: Page) -> None:
    assert axe_violations(page) == []
    assert hangs_over(page) <= 0


@pytest.mark.browser
@pytest.mark.slow
def test_a_text_is_kept_as_written_and_its_limit_is_told_and_cuts_nothing(sat: Sat) -> None:
    page = sat.at_work(sat.page(size=PHONE_SIZE))
    field = page.get_by_test_id("written")
    field.fill("防止带电")
    expect(page.locator(".written-count")).to_contain_text("还不到 5 字")
    field.press("End")
    field.press("Enter")
    page.keyboard.insert_text("作业，f 1 确认无电压后")
    expect(page.get_by_test_id("written-count")).to_have_text("已写 15 字")
    expect(page.locator(".written-count")).to_contain_text("已超过 10 字")
    look(page)
    text = "防止带电\n作业，f 1 确认无电压后"
    saved(page)
    assert sat.answers()[-1] == (1, json.dumps(text, ensure_ascii=False))
    page.reload()
    expect(field).to_have_value(text)
    page.get_by_test_id("next").click()
    field.fill("电源缺相")
    look(page)
    saved(page)
    assert sat.answers()[-1] == (2, '{"2":"电源缺相"}')
    page.get_by_test_id("previous").click()
    page.get_by_test_id("clear").click()
    saved(page)
    assert sat.answers()[-1] == (1, None)
    expect(field).to_have_value("")


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.parametrize("language", [ZH, EN])
def test_a_rubric_is_written_with_levels_and_comes_back(staff: Staff, language: str) -> None:
    page = staff.page_as("writer", language=language)
    open_editor(page, "short_answer")
    page.get_by_test_id("rich-stem").click()
    page.keyboard.insert_text(STEMS[language])
    page.get_by_test_id("field-most_characters").fill("1O0")
    page.get_by_test_id("model-answer").fill("防止带电作业。")
    fill_criterion(page, 1, "4", "说出原因")
    page.get_by_test_id("add-criterion").click()
    fill_criterion(page, 2, "6", "说出做法")
    page.get_by_test_id("key.rubric.2-add-level").click()
    expect(page.get_by_test_id("key.rubric.2.levels.1.points")).to_have_value("6")
    expect(page.get_by_test_id("problems")).to_contain_text("6000")
    page.get_by_test_id("field-most_characters").fill("100")
    page.get_by_test_id("key.rubric.2.levels.1.words").fill("完整")
    expect(page.locator(".paper-rubric legend")).to_contain_text("10")
    page.get_by_test_id("point").fill("欧姆")
    page.get_by_test_id("point").press("Enter")
    expect(page.locator(".problem-list li")).to_have_text([])
    expect(page.get_by_test_id("preview").get_by_test_id("written")).to_be_visible()
    look(page)
    page.get_by_test_id("save").click()
    expect(page.locator(".shown-rubric").first).to_contain_text("完整")
    look(page)


def fill_criterion(page: Page, number: int, points: str, words: str) -> None:
    page.get_by_test_id(f"key.rubric.{number}.points").fill(points)
    page.get_by_test_id(f"key.rubric.{number}.words").fill(words)


def open_editor(page: Page, kind: str) -> None:
    page.goto("/bank/")
    page.locator("main table a").first.click()
    expect(page.locator("[data-bank][data-ready]")).to_be_visible()
    page.goto(f"{page.url}/items/new?of={kind}")
    expect(page.get_by_test_id("rich-stem")).to_be_visible()
