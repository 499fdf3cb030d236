"""Pictures that writers upload."""

import io

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank import pictures
from exam_server.bank.bare_pictures import LARGEST_SIDE
from exam_server.bank.models import Blueprint, Picture
from exam_server.errors import InvalidInputError
from tests.factories import actor_of, make_blueprint, make_organization, make_person


def drawn(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "white").save(file, kind)
    return file.getvalue()


@pytest.fixture
def bank(db: Session) -> Blueprint:
    return make_blueprint(db, make_organization(db))


@pytest.fixture
def writer(db: Session) -> Actor:
    return actor_of(make_person(db, "item_writer"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_is_kept_once_under_its_hash(
    db: Session, writer: Actor, bank: Blueprint, kind: str
) -> None:
    first = pictures.add_picture(db, writer, bank, pictures.examined(drawn(kind)))
    assert pictures.add_picture(db, writer, bank, pictures.examined(drawn(kind))) == first
    assert (first.width, first.height) == (40, 30)
    assert db.scalars(select(Picture.mime)).one() == f"image/{kind.lower()}"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "picture_empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture_unreadable"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 40, "picture_unreadable"),
        (drawn("BMP"), "picture_unreadable"),
        (drawn(size=(LARGEST_SIDE + 1, 1)), "picture_too_wide"),
    ],
)
def test_what_is_no_picture_of_ours_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(InvalidInputError, match=code):
        pictures.examined(body)


def test_too_large_a_file_is_told_the_limit() -> None:
    with pytest.raises(InvalidInputError, match="picture_too_large") as refused:
        pictures.examined(b"0" * (pictures.LARGEST_BYTES + 1))
    assert refused.value.detail == {"size": "2", "largest": "2"}
