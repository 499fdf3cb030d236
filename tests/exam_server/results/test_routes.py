"""Pages of results and item analysis: what works, what is refused, and for whom."""

import csv
import io
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from exam_server.analysis.models import AnalysisReport
from exam_server.audit import AuditEntry
from exam_server.bank.models import ItemVersion
from exam_server.db import Database
from exam_server.jobs import Job
from exam_server.marking.models import ComponentMark
from exam_server.programmes.models import Organization
from exam_server.working import JobFunctions
from tests.factories import (
    NOW,
    make_answers,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_person,
    make_sitting,
)
from tests.staff import Desk, desk_of, sign_in


@dataclass(frozen=True)
class Batch:
    """A batch of three at an officer's desk: two have handed in, one never came."""

    desk: Desk
    uid: str
    exam_session: str
    tickets: tuple[str, ...]
    candidates: tuple[str, ...]

    def get(self, path: str = "") -> str:
        answer = self.desk.client.get(f"/results/{self.uid}{path}")
        assert answer.status_code == 200
        return answer.text

    def post(self, path: str, **fields: Any) -> tuple[int, str]:
        address = f"/results/{self.uid}{path}"
        answer = self.desk.client.post(address, data=fields, follow_redirects=True)
        return answer.status_code, answer.text

    def send(self, *lines: str) -> tuple[int, str]:
        text = "\n".join(("准考证号,技能操作,工作业绩", *lines))
        return self.post("/marks", file=(io.BytesIO(text.encode()), "marks.csv"))

    def mark(self) -> str:
        """Ask for the marking, let the job process do it, return the page."""
        self.post("/mark")
        assert self.desk.work(JobFunctions())
        return self.get()

    def json(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        answer = self.desk.client.post(
            f"/results/{self.uid}{path}", json=body, headers={"Accept": "application/json"}
        )
        return answer.status_code, answer.get_json()

    def acts(self) -> list[str]:
        with self.desk.database.reading() as db:
            return list(db.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))

    def change_to(self, *roles: str) -> None:
        """Sign a colleague in at the same browser."""
        with self.desk.database.writing() as db:
            organization = db.get_one(Organization, self.desk.organization_id)
            person = make_person(db, *roles, organization=organization)
        sign_in(self.desk.client, person)


@pytest.fixture
def batch(client: FlaskClient, sqlite_database: Database) -> Batch:
    desk = desk_of(client, sqlite_database, "exam_officer")
    with sqlite_database.writing() as db:
        organization = db.get_one(Organization, desk.organization_id)
        run = make_forms(db, make_blueprint(db, organization), n_forms=1)
        exam_session = make_exam_session(db, make_batch(db, organization), assembly_run=run)
        form = run.forms[0]
        sittings = [
            make_sitting(db, exam_session, form=form, status="handed_in", started_at=NOW)
            for _ in range(2)
        ]
        for sitting, answers in zip(sittings, ("AAAA", "AB--"), strict=True):
            make_answers(db, sitting, *answers)
        sittings.append(make_sitting(db, exam_session, form=form))
        sittings[2].registration.candidate.name = "=SUM(A1)"
        exam_session.rooms[0].closed_at = NOW
        registrations = [sitting.registration for sitting in sittings]
        return Batch(
            desk,
            exam_session.batch.uid,
            exam_session.uid,
            tuple(each.ticket for each in registrations),
            tuple(each.uid for each in registrations),
        )


def test_a_batch_is_marked_entered_decided_and_exported(batch: Batch) -> None:
    page = batch.mark()
    assert "已评 2 / 2 份" in page
    assert "还有 3 人缺成绩：现在作出结论，他们的结论为“成绩不全”。" in page
    assert batch.send(*(f"{ticket},80,90.5" for ticket in batch.tickets))[0] == 200
    assert "人缺成绩" not in batch.get()
    _, page = batch.post("/decide")
    assert "100.0 × 40 % + 80 × 50 % + 90.5 × 10 % = 89.05 → 89.1" in page
    assert "3 人中 1 人合格" in page
    rows = list(csv.reader(io.StringIO(batch.get("/decisions?format=csv").lstrip("\ufeff"))))
    assert [(row[5], row[6]) for row in rows[1:]] == [
        ("89.1", "合格"),
        ("59.1", "不合格"),
        ("", "缺考"),
    ]
    assert rows[3][1] == "'=SUM(A1)"
    shown = "\n".join([batch.tickets[2], batch.tickets[0]])
    answer = batch.desk.client.post(
        f"/results/{batch.uid}/decisions?format=csv", data={"rows": shown}
    )
    taken = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert [row[0] for row in taken[1:]] == [batch.tickets[2], batch.tickets[0]]
    assert batch.acts() == [
        "mark",
        "analyse",
        "enter_marks",
        "decide",
        "export_table",
        "export_table",
    ]


def test_the_workbook_has_numbers_as_numbers_and_the_rules_behind(batch: Batch) -> None:
    batch.mark()
    batch.send(f"{batch.tickets[0]},80,90.5")
    batch.post("/decide")
    answer = batch.desk.client.get(f"/results/{batch.uid}/decisions?format=xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    decided, rules = (book.get_sheet_by_index(number).to_python() for number in (0, 1))
    assert decided[1][2:6] == [100.0, 80.0, 90.5, 89.1]
    values = {str(row[0]): row[1] for row in rules}
    assert values["合格线"] == 60
    assert [value for name, value in values.items() if "权重" in name] == [40, 50, 10]


def test_a_second_marking_is_not_asked_for_while_one_is_under_way(batch: Batch) -> None:
    batch.post("/mark")
    status, page = batch.post("/mark")
    assert status == 409
    assert "正在评分" in page
    assert batch.desk.work(JobFunctions())
    assert not batch.desk.work(JobFunctions())


def test_a_mark_of_101_is_refused_with_its_row_and_column(batch: Batch) -> None:
    status, page = batch.send(f"{batch.tickets[0]},80,90", f"{batch.tickets[1]},101,")
    assert status == 422
    assert "3 practical" in page
    with batch.desk.database.reading() as db:
        assert db.scalars(select(ComponentMark)).all() == []


@pytest.mark.parametrize(
    ("file", "status"),
    [
        (None, 422),
        ((b"", "marks.csv"), 422),
        ((b"\xff\xfe\x00", "marks.xlsx"), 422),
        ("姓名,成绩\n甲,80".encode(), 422),
    ],
)
def test_a_file_that_is_no_mark_list_is_refused(
    batch: Batch, file: tuple[bytes, str] | bytes | None, status: int
) -> None:
    body, name = file if isinstance(file, tuple) else (file, "marks.csv")
    fields = {} if body is None else {"file": (io.BytesIO(body), name)}
    assert batch.post("/marks", **fields)[0] == status


def test_a_mark_by_hand_is_kept_with_the_one_it_replaced(batch: Batch) -> None:
    path = f"/candidates/{batch.candidates[0]}"
    batch.post(path, practical="70", performance="")
    _, page = batch.post(path, practical="71.5", performance="")
    assert "71.5" in page
    assert ">70<" in page
    status, page = batch.post(path, practical="101", performance="88")
    assert status == 422
    assert 'value="88"' in page


def test_a_decision_that_no_longer_holds_says_so(batch: Batch) -> None:
    batch.mark()
    assert "结论会不同" not in batch.post("/decide")[1]
    batch.send(f"{batch.tickets[0]},80,90")
    assert "1 名考生的结论会不同" in batch.get()


def test_nothing_is_decided_or_exported_before_its_time(
    batch: Batch, sqlite_database: Database
) -> None:
    assert batch.desk.client.get(f"/results/{batch.uid}/decisions?format=csv").status_code == 404
    assert batch.desk.client.get(f"/results/{batch.uid}/slips").status_code == 404
    with sqlite_database.writing() as db:
        organization = db.get_one(Organization, batch.desk.organization_id)
        empty = make_batch(db, organization).uid
    client = batch.desk.client
    client.post(f"/results/{empty}/mark")
    assert batch.desk.work(JobFunctions())
    with sqlite_database.reading() as db:
        job = db.scalars(select(Job)).one()
        assert (job.status, job.error_code) == ("refused", "no_exam_sessions")
    assert client.post(f"/results/{empty}/decide").status_code == 409
    assert client.get("/results/").status_code == 200


def test_an_examiner_enters_marks_and_sees_neither_theory_nor_decisions(batch: Batch) -> None:
    batch.mark()
    batch.post("/decide")
    batch.change_to("examiner")
    answer = batch.desk.client.get(f"/results/{batch.uid}")
    assert answer.location.endswith("/entry")
    for path in ("/entry", f"/candidates/{batch.candidates[0]}"):
        page = batch.get(path).split("<main", 1)[1]
        assert "× 40 %" not in page
        assert "理论" not in page
    assert batch.send(f"{batch.tickets[0]},80,90")[0] == 200
    status, text = batch.post("/marks.csv")
    assert status == 200
    assert f"{batch.tickets[0]},80,90" in text
    assert batch.acts()[-2:] == ["enter_marks", "export_marks"]
    for path in ("/mark", "/decide"):
        assert batch.post(path)[0] == 403
    client = batch.desk.client
    slip = f"/candidates/{batch.candidates[0]}/slip"
    for path in ("/decisions?format=csv", "/slips", slip, f"/sessions/{batch.exam_session}/keys"):
        assert client.get(f"/results/{batch.uid}{path}").status_code == 403
    assert client.get(f"/analysis/{batch.exam_session}").status_code == 403


def test_an_examiner_reads_what_is_granted_and_never_why(batch: Batch) -> None:
    assert "entry-mark" not in batch.get("/entry")
    granted = {"extra_percent": "25", "helper": "手语翻译", "reason": "诊断书 7 号"}
    form = f"/batches/{batch.uid}/candidates/{batch.candidates[1]}/accommodation"
    assert batch.desk.client.post(form, data=granted).status_code == 302
    batch.change_to("examiner")
    page = batch.get("/entry")
    assert page.count("entry-mark") == 1
    told = page.split('data-testid="granted"', 1)[1].split("</section>", 1)[0]
    for words in (batch.tickets[1], "25%", "手语翻译"):
        assert words in told
    assert batch.tickets[0] not in told
    assert "诊断书" not in page
    hidden = batch.get("/entry?names=hidden").split('data-testid="granted"', 1)[1]
    assert f"<dt>{batch.tickets[1]}</dt>" in hidden


def test_another_organization_finds_no_batch_candidate_or_analysis(batch: Batch) -> None:
    batch.mark()
    batch.post("/decide")
    desk_of(batch.desk.client, batch.desk.database, "exam_officer", "examiner")
    client = batch.desk.client
    slip = f"/candidates/{batch.candidates[0]}/slip"
    keys = f"/sessions/{batch.exam_session}/keys"
    paths = ("", "/entry", f"/candidates/{batch.candidates[0]}", slip, "/slips", keys)
    for path in (*paths, "/decisions?format=csv"):
        assert client.get(f"/results/{batch.uid}{path}").status_code == 404
    for path in ("/mark", "/marks", "/marks.csv", "/decide"):
        assert batch.post(path)[0] == 404
    assert batch.json("/entry", {"cells": [cell(batch)]})[0] == 404
    assert batch.json("/entry/paste", {"text": "", "component": "practical", "order": []})[0] == 404
    assert batch.post(f"/candidates/{batch.candidates[0]}", practical="1")[0] == 404
    for path in ("", "/items", "/items/A/1"):
        assert client.get(f"/analysis/{batch.exam_session}{path}").status_code == 404


def cell(batch: Batch, typed: str = "85", **more: str) -> dict[str, str]:
    return {"registration": batch.candidates[0], "component": "practical", "typed": typed, **more}


def test_cells_are_saved_conflicts_told_and_wrong_ones_said_in_words(batch: Batch) -> None:
    status, reply = batch.json("/entry", {"cells": [cell(batch, "85,5")]})
    assert status == 200
    (saved,) = reply["saved"]
    assert (saved["shown"], saved["typed"], bool(saved["seen"])) == ("85.5", "85,5", True)
    _, reply = batch.json("/entry", {"cells": [cell(batch, "84")]})
    (conflict,) = reply["conflicts"]
    assert (conflict["shown"], conflict["seen"]) == ("85.5", saved["seen"])
    _, reply = batch.json("/entry", {"cells": [cell(batch, "840", seen=saved["seen"])]})
    assert reply["refused"][0]["message"] == "成绩 840 不在 0–100 之间。"
    assert 'value="85.5"' in batch.get("/entry")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"cells": []},
        {"cells": [{"registration": "x", "component": "theory", "typed": "1"}]},
        {"cells": [{"registration": "x", "component": "practical", "typed": "1" * 50}]},
    ],
)
def test_what_is_no_message_of_the_grid_is_refused(batch: Batch, body: dict[str, Any]) -> None:
    status, reply = batch.json("/entry", body)
    assert (status, reply["ok"], reply["code"]) == (422, False, "invalid_input")


def test_a_paste_is_shown_before_it_is_entered(batch: Batch) -> None:
    text = f"{batch.tickets[1]}\t70\nT-unknown\t71\n{batch.tickets[0]}\t101"
    sent = {"text": text, "component": "practical", "order": list(batch.candidates)}
    status, reply = batch.json("/entry/paste", sent)
    assert status == 200
    assert [(c["ticket"], c["typed"], bool(c["problem"])) for c in reply["cells"]] == [
        (batch.tickets[1], "70", False),
        (batch.tickets[0], "101", True),
    ]
    assert reply["unmatched"] == [{"line": 2, "name": "T-unknown"}]
    with batch.desk.database.reading() as db:
        assert db.scalars(select(ComponentMark)).all() == []


def test_hidden_names_do_not_reach_the_page(batch: Batch) -> None:
    assert "=SUM(A1)" in batch.get("/entry")
    assert "=SUM(A1)" not in batch.get("/entry?names=hidden").split("<main", 1)[1]


def test_a_candidates_page_explains_the_outcome_and_the_slip_says_it(batch: Batch) -> None:
    batch.mark()
    batch.send(*(f"{ticket},80,90.5" for ticket in batch.tickets))
    batch.post("/decide")
    page = batch.get(f"/candidates/{batch.candidates[1]}")
    told = "理论 25.0 × 40 % + 技能 80 × 50 % + 业绩 90.5 × 10 % = 59.05 → 59.1"
    assert told in page
    assert "理论低于最低分" in page
    assert batch.desk.client.get(f"/results/{batch.uid}/slips").status_code == 409
    assert batch.post("/release")[0] == 409  # the second computation is still to come
    assert batch.desk.work(JobFunctions())
    assert "两次计算一致" in batch.get()
    assert batch.post("/release")[0] == 200
    slip = batch.get(f"/candidates/{batch.candidates[1]}/slip")
    assert "59.1" in slip
    assert slip.count('class="slip"') == 1
    assert batch.get("/slips").count('class="slip"') == 3


def test_deciding_again_tells_what_it_changed_and_by_whom(batch: Batch) -> None:
    batch.mark()
    batch.post("/decide")
    assert "历次结论" not in batch.get()
    batch.send(f"{batch.tickets[0]},80,90")
    page = batch.post("/decide")[1]
    assert "历次结论" in page
    assert f"{batch.tickets[0]} " in page.split("历次结论", 1)[1]
    assert "1 名考生" in page.split("历次结论", 1)[1]


def test_the_keys_used_say_when_the_bank_has_another_by_now(batch: Batch) -> None:
    path = f"/sessions/{batch.exam_session}/keys"
    assert batch.desk.client.get(f"/results/{batch.uid}{path}").status_code == 404
    batch.mark()
    assert "全部一致" in batch.get(path)
    with batch.desk.database.writing() as db:
        version = db.scalars(select(ItemVersion)).first()
        assert version is not None
        version.item.version_number = 2
        newer = ItemVersion(number=2, key={"correct": ["B"]}, created_at=NOW, search_text="")
        newer.item_id, newer.type, newer.content = version.item_id, version.type, version.content
        db.add(newer)
    page = batch.get(path)
    assert "1 道题在题库中的答案已经变动" in page


def test_the_analysis_is_there_as_soon_as_the_marking_is(batch: Batch) -> None:
    address = f"/analysis/{batch.exam_session}"
    client = batch.desk.client
    assert "试卷尚未评分" in client.get(address).text
    assert client.get(f"{address}/items?format=csv").status_code == 404
    batch.mark()
    page = client.get(address).text
    assert "最少的一份试卷只有 2 人作答" in page
    assert "1.00" in page
    assert "—" in page
    item = client.get(f"{address}/items/A/2?part=1").text
    assert "<html" not in item
    assert "选项B" in item
    assert "<html" in client.get(f"{address}/items/A/2").text
    assert client.get(f"{address}/items/A/77").status_code == 404
    rows = list(csv.reader(io.StringIO(client.get(f"{address}/items?format=csv").text)))
    assert len(rows) == 5
    assert rows[1][7] == "1.0"
    assert 'data-key="A/2"' in page
    shown = client.post(f"{address}/items?format=csv", data={"rows": "A/3\nA/2"}).text
    assert [row[4] for row in csv.reader(io.StringIO(shown))][1:] == ["3", "2"]


def test_a_marking_without_analysis_is_analysed_when_asked(batch: Batch) -> None:
    batch.mark()
    with batch.desk.database.writing() as db:
        db.delete(db.scalars(select(AnalysisReport)).one())
    address, client = f"/analysis/{batch.exam_session}", batch.desk.client
    assert "开始分析" in client.get(address).text
    client.post(f"{address}/compute")
    assert "data-job=" in client.get(address).text
    assert batch.desk.work(JobFunctions())
    assert "最少的一份试卷" in client.get(address).text
