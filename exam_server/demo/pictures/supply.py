"""Transformers, lighting and systems of earthing."""

from exam_server.demo.pictures import symbols
from exam_server.demo.pictures.canvas import Canvas

TURNS = 4


def transformer() -> Canvas:
    """Draw a single-phase transformer with its numbers of turns."""
    canvas = Canvas(460, 250)
    for x, side in ((190, 1), (270, -1)):
        _winding(canvas, x, 65, side)
    for x in (225, 235):
        canvas.line((x, 50), (x, 200), width=3)
    for y in (65, 185):
        canvas.line((70, y), (190, y))
        canvas.line((270, y), (390, y))
        for x in (70, 390):
            canvas.circle(x, y, 4, fill="#ffffff")
    canvas.text(60, 125, "220 V ~", size=18, anchor="lm")
    canvas.text(372, 125, "U2", size=19)
    canvas.text(150, 222, "N1 = 1100", size=17)
    canvas.text(310, 222, "N2 = 60", size=17)
    return canvas


def current_transformer() -> Canvas:
    """Draw a current transformer with an ammeter and an earthed secondary."""
    canvas = Canvas(480, 270)
    canvas.line((30, 70), (450, 70), width=3)
    canvas.text(30, 48, "L1", size=17, anchor="lm")
    canvas.circle(200, 70, 32)
    canvas.text(200, 24, "TA  200/5", size=17)
    canvas.line((180, 95), (180, 150), (300, 150))
    canvas.line((220, 95), (220, 122), (400, 122), (400, 150), (344, 150))
    canvas.circle(322, 150, 22, fill="#ffffff")
    canvas.text(322, 150, "A", size=20)
    canvas.dot(180, 150)
    canvas.line((180, 150), (180, 205))
    _earth(canvas, 180, 205)
    return canvas


def two_way() -> Canvas:
    """Draw a lamp controlled by two two-way switches that stand on different wires."""
    canvas = Canvas(600, 230)
    canvas.text(24, 90, "L", size=18)
    canvas.line((40, 90), (110, 90))
    canvas.dot(110, 90)
    canvas.dot(350, 90)
    for y in (60, 120):
        canvas.line((170, y), (290, y))
        for x in (170, 290):
            canvas.circle(x, y, 4, fill="#ffffff")
    canvas.line((110, 90), (168, 62), width=3)
    canvas.line((350, 90), (292, 118), width=3)
    canvas.text(125, 40, "S1", size=17)
    canvas.text(340, 40, "S2", size=17)
    canvas.line((350, 90), (440, 90))
    symbols.lamp(canvas, 455, 90)
    canvas.text(455, 56, "EL", size=17)
    canvas.line((470, 90), (550, 90), (550, 190), (40, 190))
    canvas.text(24, 190, "N", size=18)
    return canvas


def tn_s() -> Canvas:
    """Draw a source with earthed star point, separate N and PE, and a consumer's case on PE."""
    canvas = Canvas(620, 360)
    rows = (("L1", 50), ("L2", 90), ("L3", 130), ("N", 175), ("PE", 220))
    for name, y in rows:
        canvas.line((150, y), (580, y), width=3 if name == "PE" else 2)
        canvas.text(598, y, name, size=17)
    for y in (50, 90, 130):
        canvas.line((90, 175), (90, y), (110, y))
        _coil_along(canvas, 110, y)
    canvas.dot(90, 175)
    canvas.line((90, 175), (150, 175))
    canvas.line((90, 175), (90, 290))
    canvas.dot(90, 220)
    canvas.line((90, 220), (150, 220), width=3)
    _earth(canvas, 90, 290)
    canvas.box(330, 265, 450, 335)
    canvas.text(390, 300, "M 3~", size=20)
    for x, y in ((350, 50), (375, 90), (400, 130)):
        canvas.dot(x, y)
        canvas.line((x, y), (x, 265))
    canvas.dot(470, 220)
    canvas.line((470, 220), (470, 300), (450, 300), width=3)
    return canvas


def _winding(canvas: Canvas, x: float, y: float, side: int) -> None:
    for number in range(TURNS):
        top = y + 30 * number
        begin, end = (-90, 90) if side > 0 else (90, 270)
        canvas.arc(((x - 15, top), (x + 15, top + 30)), begin, end)


def _coil_along(canvas: Canvas, x: float, y: float) -> None:
    for number in range(TURNS):
        canvas.arc(((x + 10 * number, y - 6), (x + 10 * number + 10, y + 6)), 180, 360)


def _earth(canvas: Canvas, x: float, y: float) -> None:
    canvas.line((x, y), (x, y + 12))
    for number, half in enumerate((18, 12, 6)):
        canvas.line((x - half, y + 12 + 8 * number), (x + half, y + 12 + 8 * number))
