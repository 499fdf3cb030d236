"""Pages of the bank: list, search, editing, review, import and export."""

import html
import io
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from exam_server.accounts.models import Person
from exam_server.bank.jobs import JOBS
from exam_server.bank.models import Blueprint, Item, ItemVersion
from exam_server.db import Database
from exam_server.job_files import JobFile, remove_expired_files
from exam_server.programmes.models import Organization
from tests.exam_server.bank.test_pictures import drawn
from tests.factories import make_person
from tests.staff import Desk, desk_of, sign_in
from tests.written_items import single

LINES = """A | 基本要求 | 25
A-A | 职业道德 | 25
B | 相关知识 | 75
A-A-001 | 守则 | X
B-001 | 电路 | Y"""
ROW = {"id": "T1A01", "correct": 0, "question": "Which?", "answers": ["one", "two", "3", "4"]}


@pytest.fixture
def desk(client: FlaskClient, sqlite_database: Database) -> Desk:
    return desk_of(client, sqlite_database, "item_writer")


def reviewer_at(desk: Desk) -> None:
    """Sign a reviewer of the same organization in instead."""
    staff_at(desk, "reviewer")


def staff_at(desk: Desk, role: str) -> None:
    """Sign somebody else of the same organization in instead."""
    with desk.database.writing() as db:
        organization = db.get_one(Organization, desk.organization_id)
        person = make_person(db, role, organization=organization)
    sign_in(desk.client, person)


def writer_again(desk: Desk) -> None:
    with desk.database.reading() as db:
        sign_in(desk.client, db.get_one(Person, desk.person_id))


def make_bank(desk: Desk, lines: str = LINES, title: str = "题库") -> str:
    sent = {"organization": str(desk.organization_id), "title": title, "lines": lines}
    answer = desk.client.post("/bank/new", data={**sent, "language": "zh_Hans_CN"})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def post(desk: Desk, address: str, sent: dict[str, Any]) -> TestResponse:
    """Post as the editor does: JSON both ways."""
    return desk.client.post(address, json=sent, headers={"Accept": "application/json"})


def write(desk: Desk, bank: str, **changed: Any) -> dict[str, Any]:
    sent = single(point="A-A-001", **changed)
    answer = post(desk, f"{bank}/items/new", sent)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.get_json()
    return made


def rows_of(desk: Desk, table: Any) -> int:
    with desk.database.reading() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def state_of(desk: Desk, uid: str) -> str:
    with desk.database.reading() as db:
        return db.scalars(select(Item.state).where(Item.uid == uid)).one()


def upload(desk: Desk, bank: str, data: bytes, **fields: str) -> str:
    """Upload, work the job off, return its page."""
    files = {"files": (io.BytesIO(data), "pool.json"), **fields}
    answer = desk.client.post(f"{bank}/import", data=files)
    assert answer.status_code == 302
    assert desk.work(JOBS)
    return desk.client.get(answer.location).text


def test_an_item_is_written_found_and_shown_with_its_formula_and_key(desk: Desk) -> None:
    bank = make_bank(desk)
    made = write(desk, bank)
    page = desk.client.get(f"{bank}?item={made['uid']}").text
    assert 'data-latex="R"' in page
    assert "is-key" in page
    assert made["code"] in desk.client.get(f"{bank}?q=乙&type=single&at=A").text
    assert made["code"] not in desk.client.get(f"{bank}?at=B").text
    assert made["code"] in desk.client.get(f"{bank}/list?at=A-A-001").text
    assert "乙" in desk.client.get(f"/bank/items/{made['uid']}").text


def test_the_list_shows_formulas_as_plain_text_in_the_readers_language(
    desk: Desk,
) -> None:
    bank = make_bank(desk)
    formula = r'<span data-type="inline-math" data-latex="R=\dfrac{U}{I}"></span>'
    sent = single(point="A-A-001")["content"] | {
        "stem": f"<p>已知 {formula}</p>",
        "translations": {"en": {"stem": f"<p>Given {formula}</p>"}},
    }
    write(desk, bank, content=sent)
    assert '<td class="list-stem">已知 R=U/I</td>' in desk.client.get(f"{bank}/list").text
    desk.client.set_cookie("language", "en")
    english = desk.client.get(f"{bank}/list").text
    assert '<td class="list-stem">Given R=U/I</td>' in english


def test_a_bank_in_other_languages_is_written_in_each_of_them(desk: Desk) -> None:
    sent = {"organization": str(desk.organization_id), "title": "ئۇ", "lines": LINES}
    wrong = desk.client.post("/bank/new", data={**sent, "language": "uighur"})
    assert wrong.status_code == 422
    assert 'value="uighur"' in wrong.text
    made = desk.client.post("/bank/new", data={**sent, "language": "ug", "more_languages": "zh"})
    assert made.status_code == 302
    facts = desk.client.get(f"{made.location}/items/new").text
    facts = json.loads(html.unescape(re.search(r'data-facts="([^"]+)"', facts)[1]))  # type: ignore[index] # it is there
    assert facts["languages"] == [
        {"tag": "ug", "name": "维吾尔语"},
        {"tag": "zh_Hans_CN", "name": "中文"},
    ]
    item = single(point="A-A-001", explanation="چۈنكى", explanations={"zh_Hans_CN": "因为"})
    item["content"]["translations"] = {"zh_Hans_CN": {"stem": "<p>求</p>"}}
    answer = post(desk, f"{made.location}/items/new", item)
    assert answer.status_code == 200, answer.text
    assert "因为" in desk.client.get(f"/bank/items/{answer.get_json()['uid']}").text


def test_an_explanation_is_shown_in_the_readers_language_and_compared_in_each(desk: Desk) -> None:
    bank = make_bank(desk)
    made = write(desk, bank, explanation="因为甲", explanations={"en": "because of A", "de": " "})
    address = f"/bank/items/{made['uid']}"
    assert "因为甲" in desk.client.get(address).text
    desk.client.set_cookie("language", "en")
    english = desk.client.get(address).text
    assert "because of A" in english
    assert "因为甲" not in english
    sent = single(point="A-A-001", explanation="因为甲", explanations={"en": "because of B"})
    assert post(desk, f"{address}/edit", {**sent, "seen_version": 1}).status_code == 200
    changes = desk.client.get(f"{address}/changes?from=1&to=2").text
    assert "English › explanation" in changes
    assert "<ins>B</ins>" in changes
    exported = desk.client.post(f"{bank}/export", data={"kind": "json", "with_keys": "1"})
    assert json.loads(exported.text)["items"][0]["explanations"] == {"en": "because of B"}
    assert "because" not in desk.client.post(f"{bank}/export", data={"kind": "json"}).text


def test_saving_says_what_waits_unless_the_writer_stays(desk: Desk) -> None:
    bank = make_bank(desk)
    stayed = post(desk, f"{bank}/items/new?stays=1", single(point="A-A-001")).get_json()
    assert "notice-ok" not in desk.client.get(bank).text
    made = write(desk, bank)
    page = desk.client.get(bank).text
    assert f"{made['code']} 已保存为第 1 版，等待审题。" in page
    assert "notice-ok" not in desk.client.get(bank).text
    assert made["code"] != stayed["code"]


def test_a_reviewer_finds_the_first_waiting_item_open(desk: Desk) -> None:
    bank = make_bank(desk)
    first, second = write(desk, bank), write(desk, bank)
    reviewer_at(desk)
    page = desk.client.get(f"{bank}?review=waiting").text
    assert f'data-uid="{first["uid"]}"' in page
    assert f'data-uid="{second["uid"]}"' not in page
    assert "data-uid=" not in desk.client.get(bank).text


def test_a_wrong_item_is_refused_with_every_place_in_words(desk: Desk) -> None:
    bank = make_bank(desk)
    sent = single(point="A-A-001", key={"correct": []})
    answer = post(desk, f"{bank}/items/new", sent)
    assert answer.status_code == 422
    (problem,) = answer.get_json()["problems"]
    assert (problem["where"], problem["code"]) == ("key", "key_missing")
    assert rows_of(desk, Item) == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"content": {"stem": 5}},
        {"content": {"stem": "x", "evil": 1}},
        {"content": {"options": [{"id": "<b>"}]}},
        {"key": {"areas": [{"shape": "circle", "coords": ["a"]}]}},
        {"difficulty": 9},
        {"type": "essay"},
        {"point": "Z-9"},
    ],
)
def test_whatever_is_posted_is_answered_and_nothing_of_it_stored(
    desk: Desk, changed: dict[str, Any]
) -> None:
    bank = make_bank(desk)
    answer = post(desk, f"{bank}/items/new", {**single(point="A-A-001"), **changed})
    assert answer.status_code in {404, 422}
    assert answer.get_json()["ok"] is False
    assert rows_of(desk, Item) == 0


def test_a_check_gives_advice_that_keeps_nothing_from_being_saved(desk: Desk) -> None:
    bank = make_bank(desk)
    content = {**single()["content"], "stem": "<p>下列不属于安全标志的是</p>"}
    sent = single(point="A-A-001", content=content)
    answer = post(desk, f"{bank}/items/check", sent).get_json()
    assert answer["problems"] == []
    assert ("stem", "negative_unmarked") in {(e["where"], e["code"]) for e in answer["advice"]}
    assert post(desk, f"{bank}/items/new", sent).get_json()["ok"]
    assert rows_of(desk, Item) == 1


def test_a_check_names_problems_and_differing_languages_and_stores_nothing(desk: Desk) -> None:
    bank = make_bank(desk)
    content = {**single()["content"], "translations": {"en": {"stem": "<p>Find it</p>"}}}
    sent = single(point="", content=content, key={"correct": []})
    answer = post(desk, f"{bank}/items/check", sent).get_json()
    assert [each["code"] for each in answer["problems"]] == ["point_not_chosen", "key_missing"]
    found = {(each["where"], each["code"]) for each in answer["differences"]}
    assert ("translations.en.stem", "translation_formulas") in found
    assert ("translations.en.options.A", "translation_missing") in found
    assert rows_of(desk, Item) == 0


def test_an_edit_is_a_new_version_and_a_stale_edit_is_told_the_newest(desk: Desk) -> None:
    bank = make_bank(desk)
    made = write(desk, bank)
    address = f"/bank/items/{made['uid']}"
    assert "data-facts" in desk.client.get(f"{address}/edit").text
    content = {**single()["content"], "stem": "<p>新题干</p>"}
    sent = single(point="B-001", content=content, seen_version=1)
    assert post(desk, f"{address}/edit", sent).get_json()["version"] == 2
    stale = post(desk, f"{address}/edit", sent)
    assert stale.status_code == 409
    assert stale.get_json()["code"] == "item_changed_meanwhile"
    newest = desk.client.get(f"{address}/newest").get_json()["item"]
    assert (newest["seen_version"], newest["point"]) == (2, "B-001")
    assert rows_of(desk, ItemVersion) == 2
    changes = desk.client.get(f"{address}/changes?from=1&to=2").text
    assert "<ins>" in changes
    assert "新" in changes


def test_a_picture_is_uploaded_and_seen_by_the_own_organization_only(desk: Desk) -> None:
    bank = make_bank(desk)
    data = {"picture": (io.BytesIO(drawn()), "x.png")}
    made = desk.client.post(f"{bank}/pictures", data=data).get_json()
    assert (made["width"], made["height"]) == (40, 30)
    assert desk.client.get(f"/bank/pictures/{made['sha256']}").content_type == "image/png"
    refused = desk.client.post(
        f"{bank}/pictures",
        data={"picture": (io.BytesIO(b"<svg/>"), "x.png")},
        headers={"Accept": "application/json"},
    )
    assert (refused.status_code, refused.get_json()["code"]) == (422, "picture_unreadable")
    with desk.database.writing() as db:
        stranger = make_person(db, "item_writer", organization=None)
    sign_in(desk.client, stranger)
    assert desk.client.get(f"/bank/pictures/{made['sha256']}").status_code == 404


def test_a_draft_is_sent_back_with_words_changed_and_approved(desk: Desk) -> None:
    bank = make_bank(desk)
    made = write(desk, bank)
    address = f"/bank/items/{made['uid']}"
    assert desk.client.post(f"{address}/approve", data={"seen_version": "1"}).status_code == 403
    reviewer_at(desk)
    assert "待审" in desk.client.get("/bank/").text
    assert made["code"] in desk.client.get(f"{bank}?review=waiting").text
    said = {"seen_version": "1", "comment": "单位写错"}
    assert desk.client.post(f"{address}/send-back", data=said).status_code == 302
    writer_again(desk)
    assert "单位写错" in desk.client.get(f"{bank}?item={made['uid']}").text
    assert "退回给您" in desk.client.get("/bank/").text
    sent = single(point="A-A-001", seen_version=1)
    post(desk, f"{address}/edit", sent)
    reviewer_at(desk)
    answer = desk.client.post(f"{address}/approve?review=waiting", data={"seen_version": "2"})
    assert "review=waiting" in answer.location
    assert state_of(desk, made["uid"]) == "active"


def test_suspending_asks_for_a_reason(desk: Desk) -> None:
    made = write(desk, make_bank(desk))
    address = f"/bank/items/{made['uid']}/state"
    assert desk.client.post(address, data={"action": "retire"}).status_code == 422
    assert desk.client.post(address, data={"action": "retire", "reason": "旧"}).status_code == 302
    assert state_of(desk, made["uid"]) == "retired"


def test_a_wrong_blueprint_is_named_by_line_and_makes_no_bank(desk: Desk) -> None:
    sent = {"organization": str(desk.organization_id), "title": "题库", "language": "en"}
    wrong = LINES.replace("| 75", "| 70")
    answer = desk.client.post("/bank/new", data={**sent, "lines": wrong})
    assert answer.status_code == 422
    assert "95" in answer.text
    answer = desk.client.post("/bank/new", data={**sent, "lines": f"{LINES}\nnonsense"})
    assert re.search(r'<a href="#lines">[^<]*第 \d+ 行', answer.text)
    assert rows_of(desk, Blueprint) == 0


def test_an_officer_takes_the_bank_without_keys_only(desk: Desk) -> None:
    bank = make_bank(desk)
    write(desk, bank)
    made = desk.client.post(f"{bank}/export", data={"kind": "json", "with_keys": "1"})
    assert json.loads(made.text)["items"][0]["key"] == {"correct": ["B"]}
    assert desk.client.post(f"{bank}/export", data={"kind": "xlsx"}).data[:2] == b"PK"
    with desk.database.writing() as db:
        organization = db.get_one(Organization, desk.organization_id)
        officer = make_person(db, "exam_officer", organization=organization)
    sign_in(desk.client, officer)
    assert desk.client.get(f"{bank}/export").status_code == 200
    assert desk.client.get(f"{bank}/export/preview?kind=moodle").status_code == 200
    assert desk.client.get(f"{bank}/export/preview?kind=json&with_keys=1").status_code == 403
    refused = desk.client.post(f"{bank}/export", data={"kind": "json", "with_keys": "1"})
    assert refused.status_code == 403
    assert "correct" not in desk.client.post(f"{bank}/export", data={"kind": "json"}).text


def test_a_dry_run_reports_and_stores_nothing(desk: Desk) -> None:
    bank = make_bank(desk)
    page = upload(desk, bank, json.dumps([ROW, {**ROW, "question": ""}]).encode(), dry_run="1")
    assert "T1A01" in page
    assert rows_of(desk, Item) == 0


def test_a_dry_run_says_in_words_where_a_finding_stands(desk: Desk) -> None:
    page = upload(
        desk, make_bank(desk), "题型,题目,答案\n判断,甲,\n".encode("gb18030"), dry_run="1"
    )
    assert "第 2 行 · 答案" in page
    assert "<td>整个文件</td>" in page
    assert "¶" not in page


def test_what_a_dry_run_has_read_is_imported_by_one_click(desk: Desk) -> None:
    bank = make_bank(desk)
    data = json.dumps([ROW, {**ROW, "id": "T1A02", "question": ""}]).encode()
    page = upload(desk, bank, data, dry_run="1")
    action = re.search(rf'action="({bank}/import/[0-9a-f-]+)"', page)
    assert action
    answer = desk.client.post(action[1])
    assert answer.status_code == 302
    assert desk.work(JOBS)
    assert "T1A02" in desk.client.get(answer.location).text
    assert rows_of(desk, Item) == 1
    other = make_bank(desk, title="另一题库")
    assert desk.client.post(action[1].replace(bank, other)).status_code == 404
    real_import = answer.location.rpartition("/")[2]
    assert desk.client.post(f"{bank}/import/{real_import}").status_code == 404
    with desk.database.writing() as db:
        organization = db.get_one(Organization, desk.organization_id)
        colleague = make_person(db, "item_writer", organization=organization)
    sign_in(desk.client, colleague)
    assert desk.client.post(action[1]).status_code == 404


def test_the_files_of_a_dry_run_are_encrypted_and_gone_after_their_time(desk: Desk) -> None:
    bank = make_bank(desk)
    page = upload(desk, bank, json.dumps([ROW]).encode(), dry_run="1")
    action = re.search(rf'action="({bank}/import/[0-9a-f-]+)"', page)
    assert action
    with desk.database.reading() as db:
        kept = db.scalars(select(JobFile)).one()
        assert b"T1A01" not in kept.body
        over = kept.expires_at
    remove_expired_files(desk.database, now=over)
    assert rows_of(desk, JobFile) == 0
    answer = desk.client.post(action[1])
    assert answer.status_code == 404
    page = desk.client.get(action[1].replace(f"{bank}/import", "/jobs")).text
    assert f"{bank}/import?accepted=" in page
    assert f"{bank}/import/" not in page
    assert rows_of(desk, Item) == 0


def test_a_refused_row_stops_the_import_until_its_list_is_accepted(desk: Desk) -> None:
    bank = make_bank(desk)
    data = json.dumps([ROW, {**ROW, "id": "T1A02", "question": ""}]).encode()
    digest = re.search(r"accepted=([0-9a-f]+)", upload(desk, bank, data, dry_run="1"))
    assert digest
    assert "T1A02 question" in upload(desk, bank, data)
    assert rows_of(desk, Item) == 0
    upload(desk, bank, data, accepted=digest[1])
    assert rows_of(desk, Item) == 1


@pytest.mark.parametrize("data", [b"", b"[{", b"hello", b"\xff\xfe\xff"])
def test_a_malformed_file_says_so_and_stores_nothing(desk: Desk, data: bytes) -> None:
    page = upload(desk, make_bank(desk), data)
    assert "error-summary" in page
    assert rows_of(desk, Item) == 0


def test_several_items_are_acted_on_from_the_list_and_the_act_is_undone(desk: Desk) -> None:
    bank = make_bank(desk)
    uids = [write(desk, bank)["uid"] for _ in range(2)]
    sent = {"kind": "retire", "scope": "chosen", "item": uids, "reason": "旧标准"}
    answer = desk.client.post(f"{bank}/bulk?type=single", data=sent)
    assert "type=single" in answer.location
    page = desk.client.get(answer.location).text
    undo = re.search(r'action="([^"]*/acts/[^"]*/undo[^"]*)"', page)
    assert undo is not None
    assert [state_of(desk, uid) for uid in uids] == ["retired", "retired"]
    assert desk.client.post(html.unescape(undo[1])).status_code == 302
    assert [state_of(desk, uid) for uid in uids] == ["draft", "draft"]
    assert "旧标准" in desk.client.get(f"{bank}/acts").text
    refused = desk.client.post(f"{bank}/bulk", data={**sent, "reason": ""}, follow_redirects=True)
    assert "notice-danger" in refused.text
    assert [state_of(desk, uid) for uid in uids] == ["draft", "draft"]


def test_a_filter_is_saved_offered_and_removed(desk: Desk) -> None:
    bank = make_bank(desk)
    write(desk, bank)
    saved = desk.client.post(f"{bank}/filters?type=single", data={"name": "单选"})
    page = desk.client.get(saved.location).text
    drop = re.search(r'action="([^"]*/filters/[^"]*/drop[^"]*)"', page)
    assert "单选" in page
    assert drop is not None
    desk.client.post(html.unescape(drop[1]))
    assert "单选</a>" not in desk.client.get(f"{bank}/list").text


def test_twins_are_told_while_an_item_is_written_and_for_the_whole_bank(desk: Desk) -> None:
    bank = make_bank(desk)
    first = write(desk, bank)
    write(desk, bank)
    found = post(desk, f"{bank}/items/twins?but={first['uid']}", single()).get_json()["twins"]
    assert [(each["kind"], each["share"]) for each in found] == [("same", 100)]
    assert desk.client.post(f"{bank}/duplicates").status_code == 302
    assert desk.work(JOBS)
    assert first["code"] in desk.client.get(f"{bank}/duplicates").text
