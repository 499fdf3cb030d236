"""The size of a picture in pixels, read off the beginning of its file."""

import struct
from typing import Final

PNG: Final = b"\x89PNG\r\n\x1a\n"
GIF: Final = (b"GIF87a", b"GIF89a")
JPEG: Final = b"\xff\xd8"
FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # markers that tell the size
ALONE: Final = frozenset(range(0xD0, 0xD9)) | {0x01}


def picture_size(body: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG, GIF or JPEG; ``None`` for anything else.

    Examples
    --------
    >>> picture_size(b"GIF89a" + bytes([2, 0, 3, 0]))
    (2, 3)
    """
    try:
        if body.startswith(PNG):
            width, height = struct.unpack(">II", body[16:24])
        elif body.startswith(GIF):
            width, height = struct.unpack("<HH", body[6:10])
        elif body.startswith(JPEG):
            return _of_jpeg(body)
        else:
            return None
    except struct.error:
        return None
    return (width, height) if width and height else None


def _of_jpeg(body: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 < len(body) and body[place] == 0xFF:  # noqa: PLR2004 - every marker begins so
        marker = body[place + 1]
        if marker in FRAMES:
            height, width = struct.unpack(">HH", body[place + 5 : place + 9])
            return (width, height) if width and height else None
        length = 0 if marker in ALONE else struct.unpack(">H", body[place + 2 : place + 4])[0]
        place += 2 + length
    return None
