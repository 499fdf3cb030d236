"""A drawing surface: lines, shapes and letters in picture pixels, smooth at the edges."""

import io
from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files
from typing import Final

from PIL import Image, ImageDraw, ImageFont

INK, SOFT, GROUND, TINT = "#1a1f24", "#6b7680", "#ffffff", "#e3ecef"
FINENESS: Final = 2  # drawn so many times larger, then made smaller
COLOURS: Final = 32
LINE: Final = 2
Point = tuple[float, float]


class Canvas:
    """A white sheet; ``areas`` are named places (left, top, right, bottom) for pointing at."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.areas: dict[str, tuple[int, int, int, int]] = {}
        self._image = Image.new("RGB", (width * FINENESS, height * FINENESS), GROUND)
        self._draw = ImageDraw.Draw(self._image)

    def line(self, *points: Point, width: float = LINE, fill: str = INK) -> None:
        """Draw a line through points."""
        self._draw.line(_scaled(points), fill=fill, width=round(width * FINENESS), joint="curve")

    def dashed(self, start: Point, end: Point, *, step: float = 6) -> None:
        """Draw a dashed straight line."""
        (x1, y1), (x2, y2) = start, end
        count = max(1, round(max(abs(x2 - x1), abs(y2 - y1)) / step))
        for number in range(0, count, 2):
            begin, stop = number / count, min(1, (number + 1) / count)
            self.line(
                (x1 + (x2 - x1) * begin, y1 + (y2 - y1) * begin),
                (x1 + (x2 - x1) * stop, y1 + (y2 - y1) * stop),
                width=1.5,
            )

    def box(  # noqa: PLR0913 - four sides and how it looks
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        *,
        fill: str | None = None,
        width: float = LINE,
        radius: float = 0,
    ) -> None:
        """Draw a rectangle."""
        self._draw.rounded_rectangle(
            _scaled([(left, top), (right, bottom)]),
            radius=radius * FINENESS,
            outline=INK,
            fill=fill,
            width=round(width * FINENESS),
        )

    def circle(
        self, x: float, y: float, radius: float, *, fill: str | None = None, width: float = LINE
    ) -> None:
        """Draw a circle."""
        corners = _scaled([(x - radius, y - radius), (x + radius, y + radius)])
        self._draw.ellipse(corners, outline=INK, fill=fill, width=round(width * FINENESS))

    def dot(self, x: float, y: float, radius: float = 3.5) -> None:
        """Draw a joint of wires."""
        self.circle(x, y, radius, fill=INK)

    def arc(self, box: tuple[Point, Point], begin: float, end: float, width: float = LINE) -> None:
        """Draw a part of an ellipse, in degrees clockwise from three o'clock."""
        self._draw.arc(_scaled(box), begin, end, fill=INK, width=round(width * FINENESS))

    def polygon(self, points: Sequence[Point], *, fill: str = INK) -> None:
        """Draw a filled shape."""
        self._draw.polygon(_scaled(points), fill=fill, outline=INK)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: int = 17,
        anchor: str = "mm",
        fill: str = INK,
    ) -> None:
        """Write letters; the anchor is Pillow's (``mm``: centred on the point)."""
        place = (x * FINENESS, y * FINENESS)
        self._draw.text(place, text, font=font(size * FINENESS), fill=fill, anchor=anchor)

    def name_area(self, name: str, left: float, top: float, right: float, bottom: float) -> None:
        """Name a place that an item asks for."""
        self.areas[name] = (round(left), round(top), round(right), round(bottom))

    def png(self) -> bytes:
        """Return the picture in few colours."""
        small = self._image.reduce(FINENESS)
        written = io.BytesIO()
        small.quantize(COLOURS, method=Image.Quantize.FASTOCTREE).save(written, "PNG")
        return written.getvalue()


def _scaled(points: Sequence[Point]) -> list[Point]:
    return [(x * FINENESS, y * FINENESS) for x, y in points]


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """Return the bundled Chinese font at a size in pixels."""
    found = files("pylopdf_fonts_zh_cn").joinpath("NotoSansSC-Regular.otf")
    with as_file(found) as path:
        return ImageFont.truetype(path, size)
