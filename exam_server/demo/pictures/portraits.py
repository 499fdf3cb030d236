"""Portraits of the made-up candidates: flat figures in varied colours, plainly marked 示例."""

import io
from functools import cache
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from exam_server.demo.pictures.canvas import font

WIDTH, HEIGHT, FINENESS = 240, 320, 2
QUALITY: Final = 85
GROUNDS: Final = ("#dfe8ee", "#e8e4da", "#dcebe3", "#ebe0e6", "#e3e3ee", "#f0ead9")
SKINS: Final = ("#f0cfae", "#e6bd95", "#d9a97e", "#f4d9bd")
HAIRS: Final = ("#22201f", "#35302c", "#4a3a2e", "#6e6a67")
CLOTHES: Final = ("#2f4858", "#5b7c6b", "#8a4f4f", "#54508a", "#3d3d3d", "#9a7a3f", "#2a6f77")
WATERMARK: Final = (90, 90, 90, 110)


def portrait(place: int, *, is_woman: bool) -> bytes:
    """Return the portrait of the candidate at a place of the list, as a JPEG."""
    rng = np.random.default_rng(place)
    ground, skin, hair, clothes = (
        str(rng.choice(colours)) for colours in (GROUNDS, SKINS, HAIRS, CLOTHES)
    )
    image = Image.new("RGB", (WIDTH * FINENESS, HEIGHT * FINENESS), ground)
    draw = ImageDraw.Draw(image)

    def oval(left: int, top: int, right: int, bottom: int, fill: str) -> None:
        draw.ellipse([each * FINENESS for each in (left, top, right, bottom)], fill=fill)

    if is_woman:
        oval(58, 56, 182, 250, hair)
    oval(20, 228, 220, 440, clothes)
    draw.rectangle([each * FINENESS for each in (98, 190, 142, 246)], fill=skin)
    oval(72, 72, 168, 212, skin)
    fringe = int(rng.integers(96, 116))
    draw.pieslice([each * FINENESS for each in (66, 54, 174, 2 * fringe - 54)], 180, 360, fill=hair)
    if rng.random() < 0.3:  # noqa: PLR2004 - so many wear glasses
        for left in (86, 126):
            draw.ellipse(
                [each * FINENESS for each in (left, 128, left + 30, 152)],
                outline="#333333",
                width=2 * FINENESS,
            )
    return _marked(image.reduce(FINENESS))


def _marked(image: Image.Image) -> bytes:
    """Return the picture with the watermark across it."""
    marked = image.convert("RGBA")
    marked.alpha_composite(_watermark())
    written = io.BytesIO()
    marked.convert("RGB").save(written, "JPEG", quality=QUALITY)
    return written.getvalue()


@cache
def _watermark() -> Image.Image:
    words = Image.new("RGBA", (340, 400), (0, 0, 0, 0))
    draw = ImageDraw.Draw(words)
    for row in range(4):
        for column in range(3):
            draw.text((column * 120, row * 110), "示例", font=font(34), fill=WATERMARK)
    turned = words.rotate(24, resample=Image.Resampling.BILINEAR)
    return turned.crop((50, 40, 50 + WIDTH, 40 + HEIGHT))
