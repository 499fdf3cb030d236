"""Pictures as they are stored: upright, and nothing of camera, place or owner."""

import io
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from exam_server.bank import bare_pictures
from exam_server.bank.bare_pictures import bare_picture
from exam_server.errors import InvalidInputError
from tests.photos import SECRET, exif, photo


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_and_camera_are_not_stored_and_the_picture_stands_upright(kind: str) -> None:
    sent = photo(kind, exif=exif(orientation=6))
    assert b"Camera of" in sent
    made = bare_picture(sent)
    assert (made.width, made.height) == (20, 40)
    for trace in (b"Camera of", b"Exif\x00", b"eXIf", b"EXIF"):
        assert trace not in made.body
    with Image.open(io.BytesIO(made.body)) as picture:
        assert dict(picture.getexif()) == {}
        red, _, blue = picture.convert("RGB").getpixel((10, 4))  # type: ignore[misc] # RGB
        assert red > 200 > blue + 100  # what was left is above now
        assert picture.convert("RGB").getpixel((10, 36)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_without_metadata_stays_byte_for_byte(kind: str) -> None:
    body = photo(kind)
    assert bare_picture(body).body == body


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"comment": SECRET}),
        ("GIF", {"comment": SECRET}),
        ("JPEG", {"xmp": b"<x>Camera of</x>"}),
        ("WEBP", {"xmp": b"<x>Camera of</x>"}),
    ],
)
def test_comments_and_xmp_are_taken_out(kind: str, options: dict[str, Any]) -> None:
    body = photo(kind, **options)
    assert b"Camera of" in body
    made = bare_picture(body)
    assert b"Camera of" not in made.body
    assert bare_picture(made.body).body == made.body


def test_texts_of_a_png_are_taken_out_and_its_picture_is_the_same() -> None:
    said = PngInfo()
    said.add_text("Author", SECRET)
    body = photo("PNG", pnginfo=said)
    made = bare_picture(body)
    assert b"Author" not in made.body
    with Image.open(io.BytesIO(body)) as old, Image.open(io.BytesIO(made.body)) as new:
        assert old.tobytes() == new.tobytes()


def test_a_phones_picture_of_several_is_its_first() -> None:
    picture = Image.new("RGB", (40, 20), "red")
    file = io.BytesIO()
    picture.save(file, "MPO", save_all=True, append_images=[Image.new("RGB", (40, 20))])
    made = bare_picture(file.getvalue())
    assert made.mime == "image/jpeg"
    with Image.open(io.BytesIO(made.body)) as stored:
        assert (stored.format, getattr(stored, "n_frames", 1)) == ("JPEG", 1)


def test_a_moving_picture_keeps_its_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [Image.new("RGB", (40, 20), colour) for colour in ("red", "green", "blue")]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], loop=0, comment=SECRET)
    made = bare_picture(file.getvalue())
    assert b"Camera of" not in made.body
    with Image.open(io.BytesIO(made.body)) as stored:
        assert getattr(stored, "n_frames", 1) == 3
    monkeypatch.setattr(bare_pictures, "MOST_DRAWN", 2 * 40 * 20)
    with pytest.raises(InvalidInputError, match="picture_unreadable"):
        bare_picture(file.getvalue())


def test_a_small_file_of_a_huge_picture_is_refused_before_it_is_drawn() -> None:
    file = io.BytesIO()
    Image.new("1", (9000, 9000)).save(file, "PNG")
    assert len(file.getvalue()) < 100_000
    with pytest.raises(InvalidInputError, match="picture_too_wide"):
        bare_picture(file.getvalue())


def test_half_a_picture_is_refused() -> None:
    body = photo("PNG")
    with pytest.raises(InvalidInputError, match="picture_unreadable"):
        bare_picture(body[: len(body) // 2])
