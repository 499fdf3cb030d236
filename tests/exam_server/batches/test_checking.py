"""Lists of candidates seen before they are stored; photos read by a job; one candidate typed in."""

import csv
import io
import re
import zipfile
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from exam_server.audit import AuditEntry
from exam_server.batches.jobs import JOBS
from exam_server.batches.models import CandidatePhoto, Registration
from exam_server.batches.photo_matching import PhotoFile, files_of_archive, packed
from exam_server.batches.rules import COLUMNS
from exam_server.db import Database
from exam_server.errors import InvalidInputError
from exam_server.jobs import Job
from exam_server.programmes.models import Organization
from exam_server.tables_in import as_pasted, read_pasted
from tests.factories import make_batch, make_registration
from tests.staff import Desk, desk_of

GOOD = "张三\t11010119900307803X\n李四\tP200\t护照\t一厂\n"


@pytest.fixture
def office(client: FlaskClient, sqlite_database: Database) -> Desk:
    return desk_of(client, sqlite_database, "exam_officer")


@pytest.fixture
def batch(office: Desk) -> str:
    with office.database.writing() as db:
        owner = db.get_one(Organization, office.organization_id)
        return f"/batches/{make_batch(db, owner, code='ZZ').uid}"


def check(office: Desk, batch: str, **fields: Any) -> TestResponse:
    return office.client.post(f"{batch}/candidates/check", data=fields)


def count(office: Desk, kind: type[Any] = Registration) -> int:
    with office.database.reading() as db:
        return db.scalar(select(func.count()).select_from(kind)) or 0


def test_pasted_cells_are_read_with_headings_or_in_the_columns_order() -> None:
    bare = read_pasted(GOOD, COLUMNS)
    assert [row.number for row in bare] == [1, 2]
    assert bare[1].cells["employer"] == "一厂"
    headed = read_pasted("证件号码\t姓名\n11010119900307803X\t张三\n", COLUMNS)
    assert [row.number for row in headed] == [2]
    assert headed[0].cells["name"] == "张三"
    assert [r.cells for r in read_pasted(as_pasted(bare, COLUMNS), COLUMNS)] == [
        r.cells for r in bare
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "证件号码\t单位\n1\t2"])
def test_pasted_text_that_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        read_pasted(text, COLUMNS)


def test_a_list_is_shown_and_stored_only_when_confirmed(office: Desk, batch: str) -> None:
    answer = check(office, batch, text=GOOD)
    assert answer.status_code == 200
    assert "登记 2 名考生" in answer.text
    assert count(office) == 0
    text = answer.text.split('<textarea name="text"')[1].split(">", 1)[1].split("</textarea>")[0]
    assert office.client.post(f"{batch}/candidates", data={"text": text}).status_code == 302
    assert count(office) == 2


def test_a_wrong_cell_is_named_beside_its_row_and_corrected_in_place(
    office: Desk, batch: str
) -> None:
    wrong = GOOD.replace("803X", "8031")
    answer = check(office, batch, text=wrong)
    assert 'name="cell.1.id_number" value="110101199003078031"' in answer.text
    assert "登记 2 名考生" not in answer.text
    fixed = check(office, batch, text=wrong, **{"cell.1.id_number": "11010119900307803X"})
    assert "登记 2 名考生" in fixed.text
    assert "110101199003078031" not in fixed.text
    assert count(office) == 0


def test_a_wrong_list_that_is_confirmed_all_the_same_registers_nobody(
    office: Desk, batch: str
) -> None:
    answer = office.client.post(f"{batch}/candidates", data={"text": "张三\t1\n李四\tP1\t护照"})
    assert answer.status_code == 422
    assert 'name="cell.1.id_number"' in answer.text
    assert count(office) == 0


def test_a_name_that_cannot_be_printed_is_a_warning(office: Desk, batch: str) -> None:
    answer = check(office, batch, text="王𡒄\tP1\t护照\n𠮷田\tP2\t护照")
    assert "“𡒄”" in answer.text
    assert "“𠮷”" not in answer.text
    assert "登记 2 名考生" in answer.text


def test_those_who_are_registered_already_are_left_out(office: Desk, batch: str) -> None:
    office.client.post(f"{batch}/candidates", data={"text": GOOD})
    longer = f"{GOOD}王五\tP300\t护照\n"
    assert "去掉已登记的 2 人" in check(office, batch, text=longer).text
    left = check(office, batch, text=longer, without_known="1")
    assert "登记 1 名考生" in left.text
    assert check(office, batch, text=GOOD, without_known="1").status_code == 422


@pytest.mark.parametrize("fields", [{}, {"text": "  "}, {"text": "证件号码\t单位\n1\t2"}])
def test_what_is_no_list_is_said_on_the_page_of_the_ways_in(
    office: Desk, batch: str, fields: dict[str, str]
) -> None:
    answer = check(office, batch, **fields)
    assert answer.status_code == 422
    assert 'name="file"' in answer.text


def test_a_long_list_comes_back_whole(office: Desk, batch: str) -> None:
    lines = "\n".join(f"考生{n}\tP{n:06}\t护照\t" + "单位" * 20 for n in range(6000))
    answer = check(office, batch, text=lines)
    assert answer.status_code == 200
    assert "登记 6000 名考生" in answer.text
    assert answer.text.count("<tr>") < 600


def test_one_candidate_is_typed_in(office: Desk, batch: str) -> None:
    sent = {"name": "张三", "id_type": "resident", "id_number": "1", "employer": "", "ticket": ""}
    wrong = office.client.post(f"{batch}/candidates/new", data=sent)
    assert wrong.status_code == 422
    assert 'id="id_number-error"' in wrong.text
    right = sent | {"id_number": "11010119900307803x"}
    assert office.client.post(f"{batch}/candidates/new", data=right).status_code == 302
    with office.database.reading() as db:
        assert db.scalars(select(Registration.ticket)).one() == "ZZ0001"
    assert office.client.post(f"{batch}/candidates/new", data=right).status_code == 422


def test_the_list_is_taken_away_as_a_table(office: Desk, batch: str) -> None:
    office.client.post(f"{batch}/candidates", data={"text": GOOD})
    text = office.client.get(f"{batch}?format=csv").text
    assert "居民身份证,11010119900307803X" in text
    assert office.client.get(f"{batch}?format=xlsx").data[:2] == b"PK"


def test_the_rows_shown_are_taken_away_in_their_order(office: Desk, batch: str) -> None:
    office.client.post(f"{batch}/candidates", data={"text": GOOD})
    page = office.client.get(batch).text
    keys = re.findall(r'<tr data-key="([^"]+)"', page)
    assert len(keys) > 1
    sent = {"rows": "\r\n".join([*reversed(keys[1:]), "of somebody else"])}
    answer = office.client.post(f"{batch}?format=csv", data=sent)
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert [row[0] for row in rows[1:]] == [*reversed(keys[1:])]
    with office.database.reading() as db:
        chosen = select(AuditEntry.detail).where(AuditEntry.act == "export_table")
        assert db.scalars(chosen).one()["rows"] == len(keys) - 1
    found = office.client.get(f"{batch}?format=csv&search={keys[0]}").text
    assert [row[0] for row in csv.reader(io.StringIO(found))][1:] == keys[:1]


def picture(colour: tuple[int, int, int] = (9, 9, 9)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (300, 400), colour).save(made, "JPEG")
    return made.getvalue()


def upload(office: Desk, batch: str, *files: tuple[str, bytes], **fields: str) -> str:
    sent = {**fields, "photos": [(io.BytesIO(body), name) for name, body in files]}
    answer = office.client.post(f"{batch}/photos", data=sent)
    assert answer.status_code == 302
    office.work(JOBS)
    with office.database.reading() as db:
        assert db.scalars(select(Job.status).order_by(Job.id.desc())).first() == "done"
    return answer.location


def archive(*files: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for name, body in files:
            opened.writestr(name, body)
    return made.getvalue()


def test_photos_that_all_fit_are_stored_at_once(office: Desk, batch: str) -> None:
    office.client.post(f"{batch}/candidates", data={"text": GOOD})
    page = upload(office, batch, ("11010119900307803x.jpg", picture()), ("ZZ0002.png", picture()))
    assert "已保存 2 张照片" in office.client.get(page).text
    assert count(office, CandidatePhoto) == 2
    shown = office.client.get(batch).text
    assert shown.count('class="photo-small"') == 2
    address = shown.split('photo-small" ')[1].split('src="')[1].split('"')[0]
    assert office.client.get(address).data[:3] == b"\xff\xd8\xff"


def test_nothing_is_stored_of_an_upload_with_strangers_until_it_is_accepted(
    office: Desk, batch: str
) -> None:
    office.client.post(f"{batch}/candidates", data={"text": GOOD})
    zipped = archive(
        ("照片/ZZ0001.jpg", picture()),
        ("照片/nobody.jpg", picture()),
        ("照片/ZZ0002.jpg", b"text"),
        ("__MACOSX/._ZZ0001.jpg", b""),
    )
    page = upload(office, batch, ("photos.zip", zipped))
    assert count(office, CandidatePhoto) == 0
    shown = office.client.get(page).text
    for words in ("本批次没有此准考证号或证件号码", "不是能识别的图片", "保存匹配的 1 张照片"):
        assert words in shown
    assert office.client.post(f"{page}/accept").status_code == 302
    assert count(office, CandidatePhoto) == 1
    assert office.client.post(f"{page}/accept").status_code == 404


def test_an_earlier_photo_is_replaced_only_when_accepted(office: Desk, batch: str) -> None:
    office.client.post(f"{batch}/candidates", data={"text": GOOD})
    upload(office, batch, ("ZZ0001.jpg", picture()))
    with office.database.reading() as db:
        before = db.scalars(select(CandidatePhoto.sha256)).one()
    page = upload(office, batch, ("ZZ0001.jpg", picture((200, 0, 0))))
    with office.database.reading() as db:
        assert db.scalars(select(CandidatePhoto.sha256)).one() == before
    office.client.post(f"{page}/accept")
    with office.database.reading() as db:
        assert db.scalars(select(CandidatePhoto.sha256)).one() != before


def test_a_picture_uploaded_for_one_candidate_needs_no_name(office: Desk, batch: str) -> None:
    with office.database.writing() as db:
        owner = db.get_one(Organization, office.organization_id)
        uid = make_registration(db, make_batch(db, owner)).uid
    office.client.post(f"{batch}/candidates", data={"text": GOOD})
    with office.database.reading() as db:
        chosen = select(Registration.uid).where(Registration.ticket == "ZZ0001")
        one = db.scalars(chosen).one()
    upload(office, batch, ("IMG_0001.jpg", picture()), registration=one)
    assert count(office, CandidatePhoto) == 1
    sent = {"registration": uid, "photos": (io.BytesIO(picture()), "a.jpg")}
    assert office.client.post(f"{batch}/photos", data=sent).status_code == 404
    removed = office.client.post(f"{batch}/candidates/{one}/photo/remove")
    assert removed.status_code == 302
    assert count(office, CandidatePhoto) == 0


def test_no_photos_and_a_broken_archive_are_refused(office: Desk, batch: str) -> None:
    assert office.client.post(f"{batch}/photos", data={}).status_code == 422
    sent = {"photos": (io.BytesIO(b"no zip"), "a.zip")}
    page = office.client.post(f"{batch}/photos", data=sent).location
    office.work(JOBS)
    assert "压缩包无法读取" in office.client.get(page).text


def test_an_archive_that_unpacks_to_too_much_is_refused() -> None:
    # what is claimed is enough: to pack so much takes seconds
    bomb = archive(*[(f"{n}.jpg", b"0" * 300) for n in range(20)])
    bomb = bomb.replace((300).to_bytes(4, "little"), (30_000_000).to_bytes(4, "little"))
    with pytest.raises(InvalidInputError, match="archive_too_large"):
        list(files_of_archive(bomb))


def test_files_put_together_are_read_again() -> None:
    files = [PhotoFile("a.jpg", b"1"), PhotoFile("a.jpg", b"2")]
    assert list(files_of_archive(packed(files))) == files
