"""The page a proctor opens at every computer, in a real browser."""

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from exam_server.clock import utcnow
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery.models import SeatCheck
from exam_server.delivery.seat_checks import room_code
from tests.browsers import patient_context
from tests.exam_papers import make_sat_exam
from tests.live_server import LiveServer

pytestmark = pytest.mark.browser


def test_a_computer_is_looked_at_and_reports_to_its_room(
    shared_server: LiveServer, chromium: Browser
) -> None:
    settings = Settings(var=shared_server.var)
    database = Database(settings.url, keyring=settings.keyring)
    with database.writing() as db:
        exam = make_sat_exam(db, settings.secret, now=utcnow())
    context = patient_context(
        chromium, viewport={"width": 1366, "height": 768}, screen={"width": 1366, "height": 768}
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto(f"{shared_server.base}/seat-check#{room_code(settings.secret, exam.room_run_id)}")
    for name in ("browser", "storage", "line", "secure", "clock", "screen", "fonts"):
        row = page.locator(f'[data-looked="{name}"]')
        expect(row).to_have_attribute("data-state", "ok")
    page.locator('input[name="seat"]').fill("2")
    page.get_by_role("button", name="送出结果").click()
    expect(page.get_by_role("status")).to_contain_text("2 号座位就绪")
    with database.reading() as db:
        row_stored = db.scalars(
            select(SeatCheck).where(SeatCheck.room_run_id == exam.room_run_id)
        ).one()
        assert (row_stored.seat, row_stored.is_ready, row_stored.screen) == (2, True, "1366x768")
    page.locator('input[name="code"]').fill("AAAA2222")
    page.get_by_role("button", name="送出结果").click()
    expect(page.get_by_role("status")).to_contain_text("没有这个考场检查码")
    assert faults == []
    context.close()
    database.close()
