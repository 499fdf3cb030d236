"""Basic circuits, a sine wave, and graphical symbols to be named."""

import math

from exam_server.demo.pictures import symbols
from exam_server.demo.pictures.canvas import SOFT, Canvas


def series_parallel() -> Canvas:
    """Draw R1 in series with R2 and R3 in parallel between A and B."""
    canvas = Canvas(470, 210)
    canvas.text(24, 105, "A", size=20)
    canvas.line((40, 105), (90, 105))
    canvas.box(90, 93, 160, 117)
    canvas.text(125, 74, "R1", size=18)
    canvas.line((160, 105), (210, 105))
    canvas.dot(210, 105)
    for y, name in ((55, "R2"), (155, "R3")):
        canvas.line((210, 105), (210, y), (250, y))
        canvas.box(250, y - 12, 320, y + 12)
        canvas.text(285, y - 30, name, size=18)
        canvas.line((320, y), (360, y), (360, 105))
    canvas.dot(360, 105)
    canvas.line((360, 105), (430, 105))
    canvas.text(446, 105, "B", size=20)
    for x in (40, 430):
        canvas.circle(x, 105, 4, fill="#ffffff")
    return canvas


def sine() -> Canvas:
    """Draw one and a half periods of a sinusoidal voltage with its period marked."""
    canvas = Canvas(520, 270)
    left, middle, height, period = 50, 125, 85, 270
    symbols.arrow(canvas, (left, 240), (left, 15))
    symbols.arrow(canvas, (left, middle), (500, middle))
    canvas.text(left - 18, 22, "u", size=20)
    canvas.text(495, middle + 20, "t", size=20)
    wave = [
        (left + x, middle - height * math.sin(2 * math.pi * x / period))
        for x in range(int(period * 1.5) + 1)
    ]
    canvas.line(*wave, width=2.5)
    for x in (left, left + period):
        canvas.dashed((x, middle), (x, 238))
    canvas.line((left, 232), (left + period, 232), width=1.5)
    canvas.text(left + period / 2, 216, "T = 20 ms", size=17)
    canvas.text(left - 22, middle, "0", size=16)
    return canvas


def graphic_symbols() -> Canvas:
    """Draw four symbols with numbers: resistor, lamp, fuse, coil."""
    canvas = Canvas(520, 190)
    for number, x in enumerate((70, 200, 330, 450), start=1):
        canvas.text(x, 165, str(number), size=20, fill=SOFT)
    canvas.line((70, 30), (70, 56))
    canvas.box(60, 56, 80, 106)
    canvas.line((70, 106), (70, 132))
    canvas.line((200, 30), (200, 66))
    symbols.lamp(canvas, 200, 81)
    canvas.line((200, 96), (200, 132))
    canvas.line((330, 30), (330, 132))
    canvas.box(322, 58, 338, 104)
    canvas.line((450, 30), (450, 64))
    canvas.box(422, 64, 478, 98)
    canvas.line((450, 98), (450, 132))
    return canvas
