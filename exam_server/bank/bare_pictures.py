"""Pictures without what cameras and programs write beside them: place, owner, device, texts."""

import io
import warnings
from dataclasses import dataclass
from typing import Any, Final

from PIL import Image, ImageOps

from exam_server.errors import InvalidInputError

LARGEST_SIDE: Final = 4000
QUALITY: Final = 92
ORIENTATION: Final = 0x0112
BOMBS: Final = (Image.DecompressionBombWarning, Image.DecompressionBombError)
MIMES: Final = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "MPO": "image/jpeg",  # what phones make: a JPEG with more pictures behind it
}
READ: Final = ("PNG", "JPEG", "GIF", "WEBP")
MOST_DRAWN: Final = 40_000_000  # pixels over all frames of a moving picture
# What a file may say besides its picture and stay as it is: how it is drawn, nothing of its maker.
_LOOKS: Final = (
    "jfif jfif_version jfif_unit jfif_density dpi gamma transparency interlace background version "
    "duration loop timestamp adobe adobe_transform icc_profile progressive progression bbox blend "
    "default_image disposal chromaticity srgb aspect sizes"
)
HARMLESS: Final = frozenset(_LOOKS.split())


@dataclass(frozen=True)
class BarePicture:
    """A picture as it is stored."""

    body: bytes
    mime: str
    width: int
    height: int


def bare_picture(body: bytes) -> BarePicture:
    """Return a picture upright and without metadata; one that has none stays byte for byte.

    What its name says does not count.

    Raises InvalidInputError: ``picture_unreadable``, ``picture_too_wide``.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _bared(body)
    except (OSError, SyntaxError, ValueError, *BOMBS):
        raise InvalidInputError("picture_unreadable") from None


def _bared(body: bytes) -> BarePicture:
    with Image.open(io.BytesIO(body), formats=READ) as picture:
        kind, (width, height) = str(picture.format), picture.size
        if max(width, height) > LARGEST_SIDE:
            raise InvalidInputError("picture_too_wide", width=width, most=LARGEST_SIDE)
        picture.verify()
    with Image.open(io.BytesIO(body), formats=READ) as picture:
        picture.load()
        if _is_bare(picture):
            return BarePicture(body, MIMES[kind], width, height)
        return _rewritten(picture, kind)


def _is_bare(picture: Image.Image) -> bool:
    """Say whether a file holds nothing beside its picture; texts may stand behind it too."""
    said = set(picture.info) | set(getattr(picture, "text", {}))
    if picture.info.get("extension", (b"",))[0].startswith(b"NETSCAPE"):
        said.remove("extension")  # how often a moving picture is shown
    return picture.format != "MPO" and said <= HARMLESS and not picture.getexif()


def _rewritten(picture: Image.Image, kind: str) -> BarePicture:
    """Return a file made anew of what is drawn, turned as its camera was held."""
    options = _options(picture, kind)
    upright = picture if "save_all" in options else ImageOps.exif_transpose(picture)
    for each in (picture, upright):
        each.info = {name: said for name, said in each.info.items() if name in HARMLESS}
    made = io.BytesIO()
    upright.save(made, "JPEG" if kind == "MPO" else kind, **options)
    return BarePicture(made.getvalue(), MIMES[kind], *upright.size)


def _options(picture: Image.Image, kind: str) -> dict[str, Any]:
    options: dict[str, Any] = {"icc_profile": picture.info.get("icc_profile")}
    if kind in {"JPEG", "MPO"}:
        options |= {"quality": QUALITY, "optimize": True}
    elif kind == "WEBP":
        options |= {"quality": QUALITY}
    frames = int(getattr(picture, "n_frames", 1))
    if frames > 1 and kind != "MPO":
        if frames * picture.width * picture.height > MOST_DRAWN:
            raise ValueError(frames)
        options |= {"save_all": True}
    return options
