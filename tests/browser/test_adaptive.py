"""Adaptive practice in a browser: the officer's pages, then a trainee from ticket to result."""

import os
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from exam_server.adaptive import jobs
from exam_server.adaptive.models import AdaptivePlan, AdaptiveTrial
from exam_server.demo.programme import ORGANIZATION
from exam_server.jobs import Job, Work
from exam_server.programmes.models import Organization
from tests.browsers import EN, PHONE_SIZE, ZH, Staff, at_first_sight, axe_violations, hangs_over
from tests.exam_server.adaptive.test_practising import switched_on
from tests.factories import NOW
from tests.live_server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.long]


def looked_at(page: Page, name: str) -> None:
    shots = os.environ.get("SHOTS")
    if shots:
        page.screenshot(path=Path(shots) / f"{name}.png", full_page=True)
    assert axe_violations(page) == []
    assert hangs_over(page) == 0


def made(server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str, str, str]:
    """Put a plan into force and try it out in small; return plan, trial, ticket and code."""
    monkeypatch.setattr(jobs, "N_CANDIDATES", 60)
    monkeypatch.setattr(jobs, "ABILITIES", np.linspace(-3, 3, 7))
    monkeypatch.setattr(jobs, "AT_EACH", 10)
    database = server.database()
    with database.writing() as db:
        here = select(Organization).where(Organization.code == ORGANIZATION)
        secret = server.settings.secret
        slips = switched_on(db, organization=db.scalars(here).one(), secret=secret)
        plan = db.scalars(select(AdaptivePlan).order_by(AdaptivePlan.id.desc()).limit(1)).one()
        job = Job(kind="adaptive.simulate", title="练习", status="running", payload={})
        db.add(job)
        db.flush()
        tried = AdaptiveTrial(
            plan=plan, is_supposed=True, asked_at=NOW, asked_by=plan.created_by, job_id=job.id
        )
        db.add(tried)
        db.flush()
        facts = plan.uid, tried.uid
        work = Work(database, server.settings, job.id, None, {"trial": tried.id}, None)
    jobs.simulate(work)
    with database.writing() as db:
        db.get_one(Job, work.job_id).status = "done"
    database.close()
    return *facts, *slips[0]


def test_an_officer_looks_and_a_trainee_practises(
    staff: Staff, demo_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, trial, ticket, code = made(demo_server, monkeypatch)
    for language in (ZH, EN):
        for width, size in ((1366, (1366, 768)), (390, PHONE_SIZE)):
            page = staff.page_as("officer", language=language, size=size)
            for address, name in (
                ("/adaptive/", "plans"),
                ("/adaptive/new", "new"),
                (f"/adaptive/{plan}", "plan"),
                (f"/adaptive/trials/{trial}", "trial"),
            ):
                page.goto(address)
                looked_at(page, f"{name}-{language}-{width}")
    phone = staff.page_as(language=EN, size=PHONE_SIZE)
    phone.goto("/practice")
    looked_at(phone, "practice-sign-in")
    phone.get_by_test_id("ticket").fill(ticket)
    phone.get_by_test_id("code").fill("wrong")
    phone.locator("button.primary").click()
    expect(phone.get_by_role("alert")).to_be_visible()
    phone.get_by_test_id("code").fill(code.lower())
    phone.locator("button.primary").click()
    number = phone.get_by_test_id("number")
    expect(number).to_have_attribute("data-number", "1")
    phone.get_by_test_id("next").click()  # nothing chosen yet
    expect(phone.get_by_role("alert")).to_be_visible()
    phone.locator(".question label").first.click()
    looked_at(phone, "practice-question")
    # The line is lost with the answer on its way; a reload sends it again.
    phone.context.set_offline(True)
    phone.get_by_test_id("next").click()
    expect(phone.get_by_test_id("line")).to_have_class(re.compile("is-lineLost"))
    phone.context.set_offline(False)
    phone.reload()
    expect(number).to_have_attribute("data-number", "2")
    at_first_sight(phone, "[data-number='3']", "document.querySelector('.question input').click();")
    for step in range(2, 7):
        expect(number).to_have_attribute("data-number", str(step))
        if step == 3:  # chosen as the question came
            expect(phone.locator(".question input:checked")).to_have_count(1)
        else:
            phone.locator(".question label").first.click()
        phone.get_by_test_id("next").click()
    expect(phone.get_by_test_id("result")).to_be_visible()
    looked_at(phone, f"practice-result-{EN}-390")
    wide = staff.page_as(language=ZH)
    wide.goto("/practice")
    looked_at(wide, f"practice-sign-in-{ZH}-1366")
    wide.get_by_test_id("ticket").fill(ticket)
    wide.get_by_test_id("code").fill(code)
    wide.locator("button.primary").click()
    expect(wide.get_by_test_id("result")).to_be_visible()
    looked_at(wide, f"practice-result-{ZH}-1366")
    phone.reload()  # the newest sign-in holds the run
    expect(phone.get_by_role("alert")).to_be_visible()
