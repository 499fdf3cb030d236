"""Made-up photographs that say who took them and where, for tests."""

import io
from typing import Any

from PIL import Image

SECRET = "Camera of 张三"
GPS = 0x8825


def photo(kind: str, **options: Any) -> bytes:
    """Draw a picture with a red left half, as a camera held upright would keep it."""
    picture = Image.new("RGB", (40, 20), "white")
    picture.paste("red", (0, 0, 20, 20))
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    said = Image.Exif()
    said[0x0112] = orientation
    said[0x010F] = SECRET
    said.get_ifd(GPS)[1] = "N"
    said.get_ifd(GPS)[2] = (39.0, 54.0, 26.0)
    return said
