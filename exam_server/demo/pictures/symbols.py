"""Symbols of circuit diagrams, each drawn downwards from its upper end; they return their foot."""

from exam_server.demo.pictures.canvas import GROUND, INK, Canvas

CONTACT, FUSE, COIL = 44, 44, 40
BLADE = 11
RESISTOR = 56


def make_contact(canvas: Canvas, x: float, y: float, label: str = "", *, side: int = 1) -> float:
    """Draw a normally open contact with its label on a side (1 right, -1 left)."""
    canvas.line((x, y), (x, y + 12))
    canvas.line((x - BLADE, y + 14), (x, y + 32), (x, y + CONTACT))
    _label(canvas, x, y + 22, label, side)
    return y + CONTACT


def break_contact(canvas: Canvas, x: float, y: float, label: str = "", *, side: int = 1) -> float:
    """Draw a normally closed contact."""
    canvas.line((x, y), (x, y + 12), (x + BLADE, y + 12))
    canvas.line((x + BLADE - 1, y + 8), (x, y + 32), (x, y + CONTACT))
    _label(canvas, x + (10 if side > 0 else 0), y + 24, label, side)
    return y + CONTACT


def start_button(canvas: Canvas, x: float, y: float, label: str) -> float:
    """Draw a push-button with a normally open contact."""
    foot = make_contact(canvas, x, y)
    _push(canvas, x - 6, y + 22)
    _label(canvas, x - 30, y + 22, label, -1)
    return foot


def stop_button(canvas: Canvas, x: float, y: float, label: str) -> float:
    """Draw a push-button with a normally closed contact."""
    foot = break_contact(canvas, x, y)
    _push(canvas, x + 4, y + 20)
    _label(canvas, x - 30, y + 20, label, -1)
    return foot


def overload_contact(canvas: Canvas, x: float, y: float, label: str) -> float:
    """Draw the normally closed contact of a thermal overload relay."""
    foot = break_contact(canvas, x, y)
    canvas.dashed((x + 4, y + 22), (x - 18, y + 22))
    canvas.line((x - 18, y + 14), (x - 18, y + 18), (x - 26, y + 18), (x - 26, y + 26))
    canvas.line((x - 26, y + 26), (x - 18, y + 26), (x - 18, y + 30))
    _label(canvas, x - 30, y + 22, label, -1)
    return foot


def coil(canvas: Canvas, x: float, y: float, label: str) -> float:
    """Draw a coil."""
    canvas.line((x, y), (x, y + 10))
    canvas.box(x - 20, y + 10, x + 20, y + 30)
    canvas.line((x, y + 30), (x, y + COIL))
    _label(canvas, x + 24, y + 20, label, 1)
    return y + COIL


def fuse(canvas: Canvas, x: float, y: float, label: str = "", *, side: int = 1) -> float:
    """Draw a fuse."""
    canvas.line((x, y), (x, y + FUSE))
    canvas.box(x - 6, y + 9, x + 6, y + 35)
    _label(canvas, x + side * 8, y + 22, label, side)
    return y + FUSE


def resistor(canvas: Canvas, x: float, y: float, label: str = "", *, side: int = 1) -> float:
    """Draw a resistor."""
    canvas.line((x, y), (x, y + 10))
    canvas.box(x - 8, y + 10, x + 8, y + 46)
    canvas.line((x, y + 46), (x, y + RESISTOR))
    _label(canvas, x + side * 10, y + 28, label, side)
    return y + RESISTOR


def lamp(canvas: Canvas, x: float, y: float, label: str = "") -> None:
    """Draw a lamp around a point."""
    canvas.circle(x, y, 15, fill=GROUND)
    canvas.line((x - 10, y - 10), (x + 10, y + 10))
    canvas.line((x - 10, y + 10), (x + 10, y - 10))
    _label(canvas, x + 18, y, label, 1)


def diode(canvas: Canvas, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw a diode in the middle of a straight wire that it lets current through to ``end``."""
    canvas.line(start, end)
    (x1, y1), (x2, y2) = start, end
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    along = ((x2 - x1) / length, (y2 - y1) / length)
    across = (-along[1], along[0])
    middle = ((x1 + x2) / 2, (y1 + y2) / 2)

    def at(forward: float, aside: float) -> tuple[float, float]:
        return (
            middle[0] + along[0] * forward + across[0] * aside,
            middle[1] + along[1] * forward + across[1] * aside,
        )

    canvas.polygon([at(-10, -10), at(-10, 10), at(10, 0)])
    canvas.line(at(10, -11), at(10, 11), width=3)


def motor(canvas: Canvas, x: float, y: float) -> None:
    """Draw a three-phase motor around a point."""
    canvas.circle(x, y, 34, fill=GROUND)
    canvas.text(x, y - 8, "M", size=22)
    canvas.text(x, y + 14, "3~", size=18)


def arrow(canvas: Canvas, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw an arrow along an axis."""
    canvas.line(start, end)
    (x1, y1), (x2, y2) = start, end
    along_x, along_y = (x2 > x1) - (x2 < x1), (y2 > y1) - (y2 < y1)
    back = (x2 - 11 * along_x, y2 - 11 * along_y)
    canvas.polygon(
        [
            (x2, y2),
            (back[0] + 5 * along_y, back[1] + 5 * along_x),
            (back[0] - 5 * along_y, back[1] - 5 * along_x),
        ]
    )


def _push(canvas: Canvas, x: float, y: float) -> None:
    canvas.dashed((x, y), (x - 18, y))
    canvas.line((x - 14, y - 9), (x - 20, y - 9), (x - 20, y + 9), (x - 14, y + 9))


def _label(canvas: Canvas, x: float, y: float, label: str, side: int) -> None:
    if label:
        anchor = "lm" if side > 0 else "rm"
        canvas.text(x + 6 * side, y, label, size=16, anchor=anchor, fill=INK)
