"""Instruments and devices seen from the front: dials, a contactor, a motor's box and plate."""

import math

from exam_server.demo.pictures.canvas import SOFT, TINT, Canvas

SWEEP_FROM, SWEEP = 225.0, 90.0  # degrees: the dial's left end, and how far it goes


def multimeter() -> Canvas:
    """Draw the scale of 50 divisions of a multimeter, its pointer at 40, range 250 V a.c."""
    canvas = Canvas(480, 330)
    canvas.box(20, 15, 460, 225, fill=TINT, radius=12)
    centre_x, centre_y, radius = 240, 290, 235
    for division in range(51):
        length = 22 if division % 10 == 0 else 14 if division % 5 == 0 else 8
        canvas.line(
            _on_dial(centre_x, centre_y, radius, division / 50),
            _on_dial(centre_x, centre_y, radius - length, division / 50),
            width=2 if division % 5 == 0 else 1,
        )
        if division % 10 == 0:
            x, y = _on_dial(centre_x, centre_y, radius + 16, division / 50)
            canvas.text(x, y, str(division), size=16)
    canvas.text(centre_x, 150, "V ~", size=20)
    tip = _on_dial(centre_x, centre_y, radius - 4, 40 / 50)
    tail = _on_dial(centre_x, centre_y, 70, 40 / 50)
    canvas.line(tail, tip, width=2.5)
    canvas.box(140, 250, 340, 310, radius=8)
    canvas.text(240, 280, "250 V ~", size=22)
    return canvas


def range_switch() -> Canvas:
    """Draw the range switch of a multimeter with its positions named."""
    canvas = Canvas(520, 420)
    canvas.box(12, 12, 508, 408, radius=14, fill=TINT)
    centre_x, centre_y = 260, 210
    canvas.circle(centre_x, centre_y, 62, fill="#ffffff")
    positions = (
        ("OFF", "OFF"),
        ("AC10", "10 V ~"),
        ("AC50", "50 V ~"),
        ("AC250", "250 V ~"),
        ("AC1000", "1000 V ~"),
        ("R1k", "Ω × 1k"),
        ("R10", "Ω × 10"),
        ("MA500", "500 mA ⎓"),
        ("DC250", "250 V ⎓"),
        ("DC50", "50 V ⎓"),
    )
    for number, (name, words) in enumerate(positions):
        angle = math.radians(-90 + 360 * number / len(positions))
        x, y = centre_x + 160 * math.cos(angle), centre_y + 150 * math.sin(angle)
        inner = (centre_x + 68 * math.cos(angle), centre_y + 68 * math.sin(angle))
        outer = (centre_x + 84 * math.cos(angle), centre_y + 84 * math.sin(angle))
        canvas.line(inner, outer)
        _mark(canvas, x, y, words)
        canvas.name_area(name, int(x) - 56, int(y) - 22, int(x) + 56, int(y) + 22)
    canvas.line((centre_x, centre_y), (centre_x, centre_y - 56), width=5)
    return canvas


def contactor_face() -> Canvas:
    """Draw the terminals of a contactor from the front."""
    canvas = Canvas(460, 400)
    canvas.box(60, 20, 400, 380, radius=10, fill=TINT)
    canvas.box(120, 140, 340, 260, radius=6, fill="#ffffff")
    canvas.text(230, 200, "KM", size=26)
    tops = (("A1", 90), ("1/L1", 155), ("3/L2", 215), ("5/L3", 275), ("13", 325), ("21", 368))
    feet = (("A2", 90), ("2/T1", 155), ("4/T2", 215), ("6/T3", 275), ("14", 325), ("22", 368))
    for names, y, text_y in ((tops, 60, 100), (feet, 340, 300)):
        for name, x in names:
            canvas.circle(x, y, 15, fill="#ffffff")
            canvas.line((x - 9, y - 9), (x + 9, y + 9))
            canvas.text(x, text_y, name, size=15)
            canvas.name_area(name, x - 24, min(y, text_y) - 20, x + 24, max(y, text_y) + 20)
    return canvas


def terminal_box() -> Canvas:
    """Draw a motor's terminal box with three upright links."""
    canvas = Canvas(440, 270)
    canvas.box(40, 20, 400, 250, radius=10, fill=TINT)
    for x, top, foot in ((120, "W2", "U1"), (220, "U2", "V1"), (320, "V2", "W1")):
        canvas.box(x - 9, 85, x + 9, 185, fill="#c9a86a")
        for y in (85, 185):
            canvas.circle(x, y, 14, fill="#ffffff")
            canvas.circle(x, y, 6)
        canvas.text(x, 52, top, size=19)
        canvas.text(x, 220, foot, size=19)
    return canvas


def nameplate() -> Canvas:
    """Draw a motor's nameplate."""
    canvas = Canvas(560, 300)
    canvas.box(15, 15, 545, 285, radius=14, fill=TINT, width=3)
    for x, y in ((35, 35), (525, 35), (35, 265), (525, 265)):
        canvas.circle(x, y, 7)
    canvas.text(280, 50, "三相异步电动机  3 ~ MOTOR", size=21)
    rows = (
        ("P", "7.5 kW", "U", "380 V"),
        ("I", "15.4 A", "n", "1440 r/min"),
        ("f", "50 Hz", "cos φ", "0.85"),
        ("接法 Conn.", "△", "IP", "55"),
        ("绝缘 Ins.", "F", "No.", "DEMO 0001"),
    )
    for number, (left, value, right, other) in enumerate(rows):
        y = 100 + number * 36
        canvas.line((50, y + 18), (510, y + 18), width=1, fill=SOFT)
        canvas.text(60, y, left, size=16, anchor="lm", fill=SOFT)
        canvas.text(165, y, value, size=20, anchor="lm")
        canvas.text(300, y, right, size=18, anchor="lm", fill=SOFT)
        canvas.text(380, y, other, size=20, anchor="lm")
    return canvas


def distribution_board() -> Canvas:
    """Draw the front of a board: main switch, residual current device, branch breakers."""
    canvas = Canvas(620, 330)
    canvas.box(15, 15, 605, 315, radius=10, fill=TINT)
    devices = (
        ("QS", 40, 110, "QS", "63 A"),
        ("RCD", 170, 130, "QF1", "40 A"),
        ("MCB1", 320, 60, "QF2", "C16"),
        ("MCB2", 390, 60, "QF3", "C16"),
        ("MCB3", 460, 60, "QF4", "C20"),
        ("MCB4", 530, 55, "QF5", "D25"),
    )
    for name, left, width, code, rating in devices:
        right = left + width
        canvas.box(left, 70, right, 260, radius=5, fill="#ffffff")
        canvas.box(left + width / 2 - 14, 140, left + width / 2 + 14, 190, fill=SOFT)
        canvas.text(left + width / 2, 95, code, size=17)
        canvas.text(left + width / 2, 122, rating, size=15)
        canvas.name_area(name, left, 70, right, 260)
    canvas.text(235, 212, "IΔn 30 mA", size=15)
    canvas.box(262, 226, 288, 250, radius=4, fill="#d9dde0")
    canvas.text(275, 238, "T", size=16)
    return canvas


def _on_dial(x: float, y: float, radius: float, share: float) -> tuple[float, float]:
    angle = math.radians(SWEEP_FROM + SWEEP * share)
    return x + radius * math.cos(angle), y + radius * math.sin(angle)


def _mark(canvas: Canvas, x: float, y: float, words: str) -> None:
    if "⎓" not in words:
        canvas.text(x, y, words, size=17)
        return
    value = words.removesuffix(" ⎓")
    canvas.text(x - 10, y, value, size=17)
    side = x - 10 + len(value) * 5 + 8
    canvas.line((side, y - 3), (side + 20, y - 3))
    for dash in range(3):
        canvas.line((side + 7 * dash, y + 4), (side + 7 * dash + 5, y + 4))
