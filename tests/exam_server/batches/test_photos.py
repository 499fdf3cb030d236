"""Photos of candidates."""

import io

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from exam_server.batches.models import CandidatePhoto
from exam_server.batches.photos import photo_for, store_photos, with_photo
from exam_server.batches.portraits import portrait, portrait_problem
from exam_server.errors import NotFoundError
from tests.factories import (
    NOW,
    actor_of,
    make_batch,
    make_organization,
    make_person,
    make_registration,
)


def picture(size: tuple[int, int] = (600, 800), kind: str = "JPEG", **more: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (200, 120, 80)).save(made, kind, **more)
    return made.getvalue()


def test_a_portrait_is_small_upright_and_holds_no_exif() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "Camera of 张三"
    made = portrait(picture((2000, 1500), exif=exif))
    assert made is not None
    with Image.open(io.BytesIO(made)) as read:
        assert (read.format, read.size) == ("JPEG", (360, 480))
        assert dict(read.getexif()) == {}
    assert "Camera" not in made.decode("latin-1")


def test_what_shines_through_becomes_white() -> None:
    made = io.BytesIO()
    Image.new("RGBA", (200, 200), (0, 0, 0, 0)).save(made, "PNG")
    small = portrait(made.getvalue())
    assert small is not None
    with Image.open(io.BytesIO(small)) as read:
        assert read.getpixel((100, 100)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "photo_not_a_picture"),
        (b"GIF89a", "photo_not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo_not_a_picture"),
        (picture((100, 100)), "photo_too_small"),
        (picture((9000, 9000), "PNG"), "photo_too_large"),
        (b"\xff" * (20 * 1024 * 1024 + 1), "photo_too_large"),
        (picture(), None),
        (picture(kind="PNG"), None),
    ],
)
def test_what_is_no_portrait_is_found_before_it_is_decoded(data: bytes, code: str | None) -> None:
    assert portrait_problem(data) == code


def test_a_picture_that_would_fill_the_memory_is_never_decoded() -> None:
    bomb = bytearray(picture((200, 200), "PNG"))
    bomb[16:24] = (30_000).to_bytes(4, "big") * 2
    assert portrait_problem(bytes(bomb)) is not None


def test_a_picture_cut_short_is_no_portrait() -> None:
    assert portrait(picture(kind="PNG")[:200]) is None


def test_a_photo_is_stored_replaced_and_shown_to_the_organizations_staff_only(db: Session) -> None:
    organization = make_organization(db)
    batch = make_batch(db, organization)
    registration = make_registration(db, batch)
    proctor = actor_of(make_person(db, "proctor", organization=organization))
    stranger = actor_of(make_person(db, "exam_officer"))
    with pytest.raises(NotFoundError, match="no_such_photo"):
        photo_for(db, proctor, registration)
    for body in (b"first", b"second"):
        store_photos(db, None, batch, {registration.candidate_id: body}, now=NOW)
    assert photo_for(db, proctor, registration).body == b"second"
    with pytest.raises(NotFoundError, match="no_such_photo"):
        photo_for(db, stranger, registration)
    assert list(with_photo(db, batch)) == [registration.candidate_id]
    assert db.query(CandidatePhoto).count() == 1
