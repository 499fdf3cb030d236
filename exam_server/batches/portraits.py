"""Portraits: whatever picture is sent becomes a small JPEG that holds nothing but the picture."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

LONGEST_SIDE = 480
SHORTEST_SIDE = 120
MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 60_000_000
QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")
MIME = "image/jpeg"


def portrait_problem(data: bytes) -> str | None:
    """Return why a file cannot become a portrait, from its size and its first bytes only."""
    if len(data) > MOST_BYTES:
        return "photo_too_large"
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            width, height = picture.size
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return "photo_too_large"
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return "photo_not_a_picture"
    if width * height > MOST_PIXELS:
        return "photo_too_large"
    return "photo_too_small" if min(width, height) < SHORTEST_SIDE else None


def portrait(data: bytes) -> bytes | None:
    """Return a JPEG of at most 480 pixels, upright, without EXIF; ``None`` for a broken picture.

    Call ``portrait_problem`` first: this one decodes whatever it is given.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            opened.draft("RGB", (LONGEST_SIDE * 2, LONGEST_SIDE * 2))
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    ground = Image.new("RGBA", upright.size, "white")
    flat = Image.alpha_composite(ground, upright).convert("RGB")
    flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean = Image.new("RGB", flat.size)
    clean.paste(flat)
    made = io.BytesIO()
    clean.save(made, "JPEG", quality=QUALITY, optimize=True)
    return made.getvalue()
