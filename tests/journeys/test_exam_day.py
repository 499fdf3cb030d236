"""A whole exam day: pools imported, forms assembled, a room seated, sat, marked and decided.

Twenty-nine seats are programs, one is a real browser; a proctor starts the room and adds time.
"""

import csv
import io
import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio
from playwright.sync_api import Page, expect
from sqlalchemy import select

from exam_server.accounts.passwords import hash_password
from exam_server.batches.models import Registration
from exam_server.clock import utcnow
from exam_server.db import Database
from exam_server.delivery.models import AnswerEvent
from exam_server.demo.programme import STAFF, add_organization, add_programme, add_staff
from exam_server.forms.custody import form_items, held_in
from exam_server.forms.models import AssemblyRun, Form
from exam_server.results.models import Decision
from exam_server.seating.models import Sitting
from tests.browsers import patient_context
from tests.live_server import LiveServer
from tests.releases import request_on
from tests.seats import LIMIT_S, SeatClient

PASSWORD = "a-long-password"
JOB_LIMIT_S = 600  # a busy machine takes its time over pictures


class Office:
    """A member of staff at the pages, as a browser posts them."""

    def __init__(self, base: str, username: str) -> None:
        self.base = base
        self.http = requests.Session()
        answer = self.post("/sign-in", {"username": username, "password": PASSWORD})
        assert answer.url == f"{base}/", answer.text

    def get(self, path: str) -> str:
        answer = self.http.get(self.base + path, timeout=LIMIT_S)
        assert answer.status_code == 200, (path, answer.text[-500:])
        return answer.text

    def token(self) -> str:
        page = self.http.get(f"{self.base}/sign-in").text
        found = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert found
        return found[1]

    def post(self, path: str, data: dict[str, Any], **more: Any) -> requests.Response:
        sent = {**data, "csrf_token": self.token()}
        return self.http.post(self.base + path, data=sent, timeout=LIMIT_S, **more)

    def sent(self, path: str, data: dict[str, Any]) -> Any:
        """Post JSON as a script of a page does, expect success, return the reply."""
        headers = {"X-CSRFToken": self.token(), "Accept": "application/json"}
        answer = self.http.post(self.base + path, json=data, headers=headers, timeout=LIMIT_S)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    def done(self, path: str, data: dict[str, Any], **more: Any) -> str:
        """Post, expect success, return the address it led to."""
        answer = self.post(path, data, **more)
        assert answer.status_code == 200, (path, words_of(answer.text))
        assert 'class="error-summary"' not in answer.text, (path, words_of(answer.text))
        return answer.url.removeprefix(self.base)

    def wait_for_job(self, path: str) -> str:
        """Ask the job's page until it has ended."""
        deadline = time.monotonic() + JOB_LIMIT_S
        while time.monotonic() < deadline:
            text = self.get(path)
            if "data-refresh-s" not in text:
                return text
            requests.get(f"{self.base}/healthz", timeout=LIMIT_S)
        pytest.fail("the job did not end")


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())[-800:]


@pytest.fixture
def staffed(live_server: LiveServer) -> Iterator[tuple[LiveServer, Database]]:
    """The live server with the sample staff and programme, and no bank yet."""
    database = live_server.database()
    with database.writing() as db:
        organization = add_organization(db)
        add_staff(db, organization, password_hash=hash_password(PASSWORD), now=utcnow())
        add_programme(db, organization)
    assert STAFF
    yield live_server, database
    database.close()


@pytest.mark.browser
@pytest.mark.slow
def test_an_exam_day_from_pools_to_decisions(
    staffed: tuple[LiveServer, Database], chromium: Any, shared: Path
) -> None:
    server, database = staffed
    writer, officer = Office(server.base, "writer"), Office(server.base, "officer")

    technician = import_pool(
        writer,
        "US Technician",
        shared / "banks/us-amateur-radio/technician-2026-2030",
        "technician-2026-2030.json",
    )
    class_a = import_pool(
        writer, "业余无线电 A", shared / "banks/cn-amateur-radio-2025", "class_a.csv"
    )
    us_run = assemble(officer, technician, *us_rule(shared), n_forms=4)
    sections = [section("single", "单选", 32, "2.5"), section("multiple", "多选", 8, "2.5")]
    cn_run = assemble(officer, class_a, sections, {})
    check_forms(database, us_run, cn_run)

    batch, codes = register_thirty(officer)
    exam_session = plan_session(officer, batch, cn_run)
    tickets = dict(codes)
    forms, keys = forms_and_keys(database)
    assert len(forms) == 30

    browsing, *others = sorted(tickets)
    unmarked = others[-1]  # nobody enters this one's practical and performance marks
    context = patient_context(chromium, viewport={"width": 1366, "height": 768})
    page = context.new_page()
    sign_in_browser(page, server.base, browsing, tickets[browsing])
    seats = [SeatClient(server.base, ticket, tickets[ticket]) for ticket in others]
    with ThreadPoolExecutor(len(seats)) as pool:
        list(pool.map(lambda seat: (seat.sign_in(), seat.connect().prepare()), seats))
        run_the_room(server, exam_session, seats)
        expect(page.get_by_test_id("question")).to_be_visible()
        expected = dict(pool.map(lambda seat: answer_paper(seat, keys[forms[seat.ticket]]), seats))
    answer_in_browser(page, context)
    expected[browsing] = mark_by_hand(database, browsing, keys[forms[browsing]])

    officer.done(f"/results/{batch}/mark", {})
    officer.wait_for_job(f"/results/{batch}")
    decided = decide(officer, batch, sorted(tickets), unmarked)
    check_decisions(database, expected, unmarked, decided)


def run_the_room(server: LiveServer, exam_session: str, seats: list[SeatClient]) -> None:
    """Start the room as its proctor and give it five minutes more."""
    console, snapshot = join_console(server, exam_session)
    assert len(snapshot["seats"]) == 30
    room = {"exam_session": exam_session, "room": snapshot["room"]["id"]}
    assert ask(console, "start_room", room)["started"] == 30
    for seat in seats:
        seat.gets_key()
    granted = {**room, "sitting": None, "minutes": "5", "reason": "打铃延误"}
    assert ask(console, "grant_time", granted)["reached"] == 30
    assert all(seat.expect("clock_changed")["minutes_added"] == "5" for seat in seats)
    console.disconnect()


def import_pool(writer: Office, title: str, folder: Path, name: str) -> str:
    """Make a bank and import a pool with its pictures; return the bank's id."""
    organization = re.search(r'<option value="(\d+)"', writer.get("/bank/new"))
    assert organization
    sent = {"organization": organization[1], "title": title, "language": "en", "lines": ""}
    bank = writer.done("/bank/new", sent).rsplit("/", 1)[1]
    pictures = [*folder.glob("*.png"), *folder.glob("images/*.jpg")]
    paths = [folder / name, *pictures]
    files = [("files", (path.name, path.read_bytes())) for path in paths]
    dry = writer.wait_for_job(writer.done(f"/bank/{bank}/import", {"dry_run": "1"}, files=files))
    assert "state-danger" not in dry
    done = writer.wait_for_job(writer.done(f"/bank/{bank}/import", {}, files=files))
    assert "state-ok" in done
    return bank


def section(kind: str, title: str, count: int, mark: str) -> dict[str, Any]:
    return {"type": kind, "title": title, "count": count, "mark": mark}


def us_rule(shared: Path) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Return sections and areas of the US rule: 35 items, one of each group."""
    folder = shared / "banks/us-amateur-radio/technician-2026-2030"
    rule = json.loads((folder / "exam-rule.json").read_text(encoding="utf-8"))
    areas = {code: n["questions"] for code, n in rule["subelements"].items()}
    return [section("single", "Questions", rule["questions"], "1")], areas


def assemble(
    officer: Office,
    bank: str,
    sections: list[dict[str, Any]],
    areas: dict[str, int],
    *,
    n_forms: int = 2,
) -> str:
    sent = {"blueprint": bank, "title": "Paper", "minutes": "40"}
    structure = officer.sent("/papers/new", {**sent, "sections": sections, "areas": areas})
    run = officer.done(f"{structure['address']}/assemble", {"n_forms": str(n_forms), "seed": "7"})
    officer.wait_for_job(run)
    return run.rsplit("/", 1)[1]


def check_forms(database: Database, us_run: str, cn_run: str) -> None:
    """The US forms take one item of each group; no two forms of a run share an item."""
    with database.reading() as db:
        runs = {
            uid: db.scalars(select(AssemblyRun).where(AssemblyRun.uid == uid)).one()
            for uid in (us_run, cn_run)
        }
        for run in runs.values():
            used = [item.item_version_id for form in run.forms for item in held_in(db, form)]
            assert len(used) == len(set(used))
        for form in runs[us_run].forms:
            assert len({item.item_version.item.point_id for item in form_items(db, form)}) == 35
        for form in runs[cn_run].forms:
            types = [item.item_version.type for item in form_items(db, form)]
            assert (types.count("single"), types.count("multiple")) == (32, 8)


def register_thirty(officer: Office) -> tuple[str, list[tuple[str, str]]]:
    """Make a batch of thirty candidates from a CSV; return its id and the login codes."""
    page = officer.get("/batches/new")
    programme, rules = re.findall(r'<option value="([0-9a-f-]{36})"', page)[:2]
    sent = {"programme": programme, "rule_set": rules, "code": "DAY1", "name": "一批"}
    batch = officer.done("/batches/new", {**sent, "exam_date": "2026-06-01"}).rsplit("/", 1)[1]
    rows = ["姓名,证件类型,证件号码", *(f"考生{n:02},passport,P{n:06}" for n in range(30))]
    files = {"file": ("candidates.csv", "\n".join(rows).encode())}
    officer.done(f"/batches/{batch}/candidates", {}, files=files)
    answer = officer.post(f"/batches/{batch}/codes", {"csv": "1"})
    listed = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))[1:]
    return batch, [(row[0], row[2]) for row in listed]


def plan_session(officer: Office, batch: str, run: str) -> str:
    """Plan room, exam session and duties; draw seats; release; return the exam session's id."""
    organization = re.search(
        r'<option value="(\d+)"', officer.get("/exam-sessions/rooms/sites/new")
    )
    assert organization
    site = {"organization": organization[1], "name": "考点", "address": "考试路 1 号"}
    address = officer.done("/exam-sessions/rooms/sites/new", site)
    room = {"site": address.rpartition("site=")[2], "name": "一考场", "rows": "5", "columns": "6"}
    layout = {"numbering": "rows", "door": "left", "cells": ""}
    officer.done("/exam-sessions/rooms/new", {**room, **layout})
    page = officer.get("/exam-sessions/new")
    rooms = re.findall(r'name="rooms" value="([^"]+)"', page)
    now = utcnow().isoformat(timespec="minutes")
    sent = {"batch": batch, "assembly_run": run, "name": "上午", "planned_start": now}
    address = officer.done("/exam-sessions/new", {**sent, "minutes": "40", "rooms": rooms})
    too_early = officer.post(f"{address}/release/ask", {})
    assert too_early.status_code == 409
    officer.done(f"{address}/draw", {"seed": "11"})
    officer.done(f"{address}/duties", {"username": "proctor", "room": rooms[0]})
    # One proctor and no photos: the release says so and keeps the reason.
    assert officer.post(f"{address}/release/ask", {}).status_code != 200
    officer.done(f"{address}/release/ask", {"reason": "试运行，监考员一名"})
    second = Office(officer.base, "officer2")
    request = request_on(second.get(f"{address}/release"))
    assert officer.post(f"{address}/release", {"request": request}).status_code == 403
    second.done(f"{address}/release", {"request": request})
    assert officer.post(f"{address}/draw", {"seed": "12"}).status_code == 409
    return address.rsplit("/", 1)[1]


Keys = dict[int, tuple[list[str], str]]


def forms_and_keys(database: Database) -> tuple[dict[str, int | None], dict[int | None, Keys]]:
    """Return every ticket's form, and each form's keys by position with the item's type."""
    keys: dict[int | None, Keys] = {}
    with database.reading() as db:
        of_sittings = select(Registration.ticket, Sitting.form_id).join(
            Sitting, Sitting.registration_id == Registration.id
        )
        forms = {row[0]: row[1] for row in db.execute(of_sittings)}
        for form in db.scalars(select(Form)):
            keys[form.id] = {
                item.position: (item.item_version.key["correct"], item.item_version.type)
                for item in form_items(db, form)
            }
    return forms, keys


def mark_by_hand(database: Database, ticket: str, keys: Keys) -> Decimal:
    """Mark a sitting of the store with no help from the code under test."""
    standing: dict[int, Any] = {}
    with database.reading() as db:
        chosen = (
            select(AnswerEvent)
            .join(Sitting, AnswerEvent.sitting_id == Sitting.id)
            .join(Registration, Sitting.registration_id == Registration.id)
            .where(Registration.ticket == ticket, AnswerEvent.kind == "answer")
        )
        for event in db.scalars(chosen.order_by(AnswerEvent.seq)):
            standing[event.position] = json.loads(event.answer or "null")
    assert len(standing) == 2
    right = [
        position
        for position, answer in standing.items()
        if (answer if isinstance(answer, list) else [answer]) == keys[position][0]
    ]
    return Decimal("2.5") * len(right)


def answer_paper(seat: SeatClient, keys: dict[int, tuple[list[str], str]]) -> tuple[str, Decimal]:
    """Answer so many right as the seat's number says, hand in; return the raw mark."""
    wanted = 10 + int(seat.ticket[-2:])
    right = 0
    for position, (key, kind) in keys.items():
        is_right = right < wanted
        letters = key if is_right else ["ABCD"["ABCD".index(key[0]) - 1]]
        seat.note(position, letters if kind == "multiple" else letters[0])
        right += is_right
    while seat.outbox:
        assert seat.send()["refused"] == []
    receipt = seat.hand_in()
    assert receipt["ok"], receipt
    assert receipt["receipt"]["count"] == len(keys)
    seat.cut()
    return seat.ticket, Decimal("2.5") * right


def sign_in_browser(page: Page, base: str, ticket: str, code: str) -> None:
    page.goto(f"{base}/sitting")
    page.get_by_test_id("ticket").fill(ticket)
    page.get_by_test_id("code").fill(code)
    page.get_by_test_id("sign-in").click()
    page.get_by_test_id("confirm").click()
    page.get_by_test_id("pledge-box").check()
    page.get_by_test_id("pledge").click()
    page.get_by_test_id("warm-skip").click()
    expect(page.get_by_test_id("waiting")).to_be_visible()


def answer_in_browser(page: Page, context: Any) -> None:
    """Answer two with a lost line and a reload between, and hand in."""
    expect(page.get_by_test_id("save-line")).to_contain_text("＋")
    page.get_by_test_id("option-A").click()
    expect(page.get_by_test_id("save-line")).to_contain_text("✓")
    context.set_offline(True)
    page.get_by_test_id("next").click()
    page.get_by_test_id("option-B").click()
    expect(page.get_by_test_id("save-line")).to_contain_text("⚠")
    context.set_offline(False)
    expect(page.get_by_test_id("save-line")).to_contain_text("✓")
    page.reload()
    expect(page.get_by_test_id("question")).to_be_visible()
    expect(page.locator(".card-grid .is-full")).to_have_count(2)
    page.get_by_test_id("hand-in").click()
    page.get_by_test_id("hand-in-confirm").click()
    expect(page.get_by_test_id("receipt-code")).to_be_visible()
    context.close()


def join_console(server: LiveServer, exam_session: str) -> tuple[socketio.Client, dict[str, Any]]:
    """Join the room as its proctor."""
    proctor = Office(server.base, "proctor")
    rooms = re.search(r"/proctoring/([0-9a-f-]{36})/([0-9a-f-]{36})", proctor.get("/proctoring/"))
    assert rooms
    cookies = "; ".join(f"{name}={value}" for name, value in proctor.http.cookies.items())
    console = socketio.Client(reconnection=False)
    console.connect(
        server.base,
        namespaces=["/proctoring"],
        headers={"Cookie": cookies},
        transports=["websocket"],
    )
    reply = ask(console, "join_room", {"exam_session": exam_session, "room": rooms[2]})
    return console, reply["snapshot"]


def ask(console: socketio.Client, name: str, data: dict[str, Any]) -> dict[str, Any]:
    reply: dict[str, Any] = console.call(name, data, namespace="/proctoring", timeout=LIMIT_S)
    assert reply["ok"], reply
    return reply


def decide(officer: Office, batch: str, tickets: list[str], unmarked: str) -> dict[str, list[str]]:
    """Refuse a mark of 101, enter all, decide; return the exported list by ticket."""
    rows = [["准考证号", "技能操作", "工作业绩"]]
    rows += [[ticket, "80", "90.5"] for ticket in tickets if ticket != unmarked]
    bad = [*rows, [unmarked, "101", ""]]
    refused = officer.post(
        f"/results/{batch}/marks", {}, files={"file": ("marks.csv", as_csv(bad))}
    )
    assert refused.status_code == 422
    assert "101" in refused.text
    officer.done(f"/results/{batch}/marks", {}, files={"file": ("marks.csv", as_csv(rows))})
    officer.done(f"/results/{batch}/decide", {})
    exported = officer.get(f"/results/{batch}/decisions?format=csv")
    listed = csv.reader(io.StringIO(exported.lstrip("\ufeff")))
    return {row[0]: row for row in list(listed)[1:]}


def as_csv(rows: list[list[str]]) -> bytes:
    return "\n".join(",".join(row) for row in rows).encode()


def check_decisions(
    database: Database,
    expected: dict[str, Decimal],
    unmarked: str,
    exported: dict[str, list[str]],
) -> None:
    """Every decision follows from marks known beforehand, by hand."""
    with database.reading() as db:
        decisions = {each.registration.ticket: each for each in db.scalars(select(Decision)).all()}
        assert len(decisions) == len(exported) == 30
        for ticket, theory in expected.items():
            if ticket == unmarked:
                continue
            decision = decisions[ticket]
            assert decision.theory == theory
            composite = theory * 40 + Decimal(80) * 50 + Decimal("90.5") * 10
            rounded = (composite / 100).quantize(Decimal("0.1"), rounding="ROUND_HALF_UP")
            assert decision.composite == rounded
            is_pass = theory >= 60 and rounded >= 60
            assert decision.outcome == ("pass" if is_pass else "fail")
            assert exported[ticket][6] == ("合格" if is_pass else "不合格")
        assert decisions[unmarked].outcome == "incomplete"
