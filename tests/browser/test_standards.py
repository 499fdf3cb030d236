"""A panel member's round in a browser: by keyboard, through a lost line and a reload."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from exam_server.accounts.models import Person
from exam_server.clock import utcnow
from exam_server.demo.programme import ORGANIZATION, sample_staff
from exam_server.programmes.models import Organization
from exam_server.standards import rating, service
from exam_server.standards.models import StandardPanel
from exam_server.standards.rules import PanelIn
from tests.browsers import PHONE_SIZE, Staff, axe_violations, hangs_over
from tests.factories import make_blueprint, make_forms
from tests.live_server import LiveServer

TITLE = "浏览器中的一轮"


def open_panel(server: LiveServer) -> str:
    """Open the first round of a panel of one, on three items and the four questions."""
    database = server.database()
    with database.writing() as db:
        here = db.scalars(select(Organization).where(Organization.code == ORGANIZATION)).one()
        form = make_forms(db, make_blueprint(db, here), n_forms=1, n_items=3).forms[0]
        member = db.scalars(select(Person).where(Person.username == "expert2")).one()
        sent = PanelIn(
            title=TITLE,
            method="angoff",
            source=f"form:{form.uid}",
            definition="刚好够得上",
            asks_hofstee=True,
            members=[member.uid],
        )
        officer = sample_staff(db, "officer")
        panel = service.create_panel(db, officer, sent, now=utcnow())
        service.open_round(db, officer, panel, note="", now=utcnow())
        uid = panel.uid
    database.close()
    return uid


def kept(server: LiveServer, uid: str) -> dict[int, Decimal]:
    database = server.database()
    with database.reading() as db:
        panel = db.scalars(select(StandardPanel).where(StandardPanel.uid == uid)).one()
        values = rating.values_of(db, panel.rounds[0], panel.members[0].person_id)
    database.close()
    return values


def close(server: LiveServer, uid: str) -> None:
    database = server.database()
    with database.writing() as db:
        officer = sample_staff(db, "officer")
        panel = service.panel_for(db, officer, uid)
        service.close_round(db, officer, panel, reason="", now=utcnow())
    database.close()


def is_at(page: Page, step: int) -> None:
    expect(page.get_by_test_id("step")).to_have_attribute("data-step", str(step))
    expect(page.get_by_test_id("step")).to_be_focused()


def is_saved(page: Page) -> None:
    expect(page.get_by_test_id("save-line")).to_have_attribute("data-line", "saved")


@pytest.mark.browser
@pytest.mark.slow
def test_a_round_is_judged_by_keyboard_and_nothing_is_lost(
    staff: Staff, demo_server: LiveServer
) -> None:
    uid = open_panel(demo_server)
    page = staff.page_as("expert2", size=PHONE_SIZE)
    page.goto(f"/standards/{uid}/rate")
    expect(page.get_by_test_id("panel-item")).to_be_visible()
    page.keyboard.press("7")
    page.keyboard.press("+")
    expect(page.get_by_test_id("value-75")).to_have_attribute("aria-pressed", "true")
    is_saved(page)
    assert axe_violations(page) == []
    assert hangs_over(page) <= 0
    page.keyboard.press("ArrowRight")
    is_at(page, 2)
    page.route("**/rate/ratings", lambda route: route.abort())
    page.keyboard.press("4")
    expect(page.get_by_test_id("save-line")).to_have_attribute("data-line", "lost")
    page.reload()
    expect(page.get_by_test_id("progress")).to_have_text("2 / 7")
    expect(page.get_by_test_id("save-line")).to_have_attribute("data-line", "lost")
    page.unroute("**/rate/ratings")
    is_saved(page)
    assert kept(demo_server, uid) == {1: 75, 2: 40}
    page.get_by_test_id("finish").click()
    is_at(page, 3)
    page.get_by_test_id("value-60").click()
    page.get_by_test_id("next").click()
    for name, value in (("low", "50"), ("high", "70"), ("least", "10"), ("most", "40")):
        page.get_by_test_id(name).fill(value)
    assert axe_violations(page) == []
    is_saved(page)
    page.get_by_test_id("finish").click()
    expect(page.get_by_test_id("said")).to_contain_text("已完成")
    values = {1: 75, 2: 40, 3: 60, -1: 50, -2: 70, -3: 10, -4: 40}
    assert kept(demo_server, uid) == values
    close(demo_server, uid)
    page.get_by_test_id("low").fill("45")
    expect(page.get_by_test_id("save-line")).to_have_attribute("data-line", "refused")
    assert kept(demo_server, uid) == values
