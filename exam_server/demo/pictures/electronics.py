"""A bridge rectifier, a gate and a sensor."""

from exam_server.demo.pictures import symbols
from exam_server.demo.pictures.canvas import Canvas


def bridge() -> Canvas:
    """Draw a single-phase bridge rectifier with a resistor as its load."""
    canvas = Canvas(540, 290)
    left, top, right, foot = (170, 145), (270, 45), (370, 145), (270, 245)
    symbols.diode(canvas, left, top)
    symbols.diode(canvas, right, top)
    symbols.diode(canvas, foot, left)
    symbols.diode(canvas, foot, right)
    for point in (left, top, right, foot):
        canvas.dot(*point)
    canvas.line(left, (60, 145))
    canvas.line(right, (400, 145), (400, 275), (60, 275))
    for y in (145, 275):
        canvas.circle(60, y, 4, fill="#ffffff")
    canvas.text(60, 210, "U2 ~", size=18)
    canvas.line(top, (480, 45), (480, 100))
    symbols.resistor(canvas, 480, 100, "RL", side=-1)
    canvas.line((480, 156), (480, 245), (410, 245))
    canvas.line((390, 245), foot)
    canvas.arc(((390, 235), (410, 255)), 180, 360)
    canvas.text(504, 92, "+", size=20)
    canvas.text(504, 166, "−", size=20)
    return canvas


def gate() -> Canvas:
    """Draw a gate with an ampersand and a small circle at its output."""
    canvas = Canvas(380, 200)
    canvas.box(130, 40, 220, 160)
    canvas.text(175, 72, "&", size=26)
    for y, name in ((70, "A"), (130, "B")):
        canvas.line((60, y), (130, y))
        canvas.text(42, y, name, size=20)
    canvas.circle(227, 100, 7, fill="#ffffff")
    canvas.line((234, 100), (310, 100))
    canvas.text(330, 100, "Y", size=20)
    return canvas


def pnp_sensor() -> Canvas:
    """Draw a three-wire sensor with its load between output and negative supply."""
    canvas = Canvas(520, 260)
    canvas.box(60, 50, 180, 210, radius=8)
    canvas.text(120, 110, "PNP", size=22)
    canvas.text(120, 145, "NO", size=18)
    wires = ((70, "BN", "+24 V"), (190, "BU", "0 V"))
    for y, colour, words in wires:
        canvas.line((180, y), (430, y))
        canvas.text(205, y - 14, colour, size=14)
        canvas.text(470, y, words, size=17)
    canvas.line((180, 110), (340, 110), (340, 118))
    canvas.text(205, 96, "BK", size=14)
    foot = symbols.resistor(canvas, 340, 118, "RL")
    canvas.line((340, foot), (340, 190))
    canvas.dot(340, 190)
    return canvas
