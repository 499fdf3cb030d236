"""Motor circuits: direct start, reversing, starting in sequence."""

from exam_server.demo.pictures import symbols
from exam_server.demo.pictures.canvas import Canvas

PHASES = (70, 105, 140)
LINE_TOP = 40


def direct_start() -> Canvas:
    """Draw main and control circuit of a motor with a holding contact."""
    canvas = Canvas(540, 475)
    _main_circuit(canvas)
    x, holding = 360, 460
    canvas.line((PHASES[2], 112), (x, 112))
    canvas.dot(PHASES[2], 112)
    canvas.text(x + 70, 100, "220 V ~", size=15)
    foot = symbols.fuse(canvas, x, 112, "FU2")
    canvas.text(x + 12, foot + 6, "1", size=14)
    contact = symbols.overload_contact(canvas, x, foot + 12, "FR")
    canvas.line((x, foot), (x, foot + 12))
    canvas.name_area("FR_contact", x - 40, foot + 10, x + 22, contact + 2)
    canvas.text(x + 12, contact + 6, "2", size=14)
    stop = symbols.stop_button(canvas, x, contact + 12, "SB1")
    canvas.line((x, contact), (x, contact + 12))
    canvas.text(x + 12, stop + 6, "3", size=14)
    start = symbols.start_button(canvas, x, stop + 16, "SB2")
    canvas.line((x, stop), (x, stop + 16))
    canvas.line((x, stop + 14), (holding, stop + 14), (holding, stop + 16))
    symbols.make_contact(canvas, holding, stop + 16, "KM")
    canvas.line((holding, start), (holding, start + 2), (x, start + 2))
    canvas.dot(x, stop + 14)
    canvas.dot(x, start + 2)
    canvas.text(x + 12, start + 14, "4", size=14)
    canvas.line((x, start), (x, start + 18))
    end = symbols.coil(canvas, x, start + 18, "KM")
    canvas.text(x + 12, end + 6, "0", size=14)
    canvas.line((x, end), (x, end + 14))
    foot = symbols.fuse(canvas, x, end + 14, "FU2")
    canvas.line((x, foot), (x, foot + 10))
    canvas.text(x + 16, foot + 12, "N", size=16)
    return canvas


def _main_circuit(canvas: Canvas) -> None:
    for number, x in enumerate(PHASES, start=1):
        canvas.text(x, 22, f"L{number}", size=16)
        foot = symbols.make_contact(canvas, x, LINE_TOP)
        canvas.text(x, LINE_TOP + 12, "×", size=15)
        canvas.line((x, foot), (x, foot + 40))
        foot = symbols.fuse(canvas, x, foot + 40)
        canvas.line((x, foot), (x, foot + 20))
        foot = symbols.make_contact(canvas, x, foot + 20)
        canvas.line((x, foot), (x, foot + 22))
        canvas.line((x, foot + 22), (x, foot + 30), (x + 9, foot + 30), (x + 9, foot + 44))
        canvas.line((x + 9, foot + 44), (x, foot + 44), (x, foot + 62))
    top = LINE_TOP + symbols.CONTACT
    canvas.text(172, LINE_TOP + 24, "QF", anchor="lm", size=16)
    canvas.text(172, top + 62, "FU1", anchor="lm", size=16)
    canvas.text(172, top + 128, "KM", anchor="lm", size=16)
    canvas.dashed((PHASES[0] - 6, LINE_TOP + 23), (PHASES[2] + 4, LINE_TOP + 23))
    canvas.dashed((PHASES[0] - 6, top + 128), (PHASES[2] + 4, top + 128))
    heaters = top + 40 + 44 + 20 + 44
    canvas.box(PHASES[0] - 14, heaters + 22, PHASES[2] + 20, heaters + 52, width=1.5)
    canvas.text(172, heaters + 37, "FR", anchor="lm", size=16)
    foot = heaters + 62
    canvas.line((PHASES[0], foot), (PHASES[1] - 18, foot + 34))
    canvas.line((PHASES[1], foot), (PHASES[1], foot + 30))
    canvas.line((PHASES[2], foot), (PHASES[1] + 18, foot + 34))
    symbols.motor(canvas, PHASES[1], foot + 60)


def reversing() -> Canvas:
    """Draw the control circuit of a reversing starter with contactor interlock; KM1 is closed."""
    canvas = Canvas(500, 405)
    left, right = 120, 350
    canvas.text(left, 20, "L", size=16)
    canvas.line((left, 30), (left, 36))
    foot = symbols.fuse(canvas, left, 36, "FU2")
    foot = symbols.overload_contact(canvas, left, foot, "FR")
    foot = symbols.stop_button(canvas, left, foot, "SB1")
    canvas.line((left, foot), (left, foot + 16), (right, foot + 16), (right, foot + 24))
    canvas.dot(left, foot + 16)
    canvas.line((left, foot + 16), (left, foot + 24))
    ends = [
        _direction(canvas, x, foot + 24, own, other)
        for x, own, other in ((left, "1", "2"), (right, "2", "1"))
    ]
    canvas.line((left, ends[0]), (left, ends[0] + 16), (right, ends[0] + 16), (right, ends[1]))
    canvas.line((left, ends[0] + 16), (left, ends[0] + 34))
    canvas.dot(left, ends[0] + 16)
    canvas.text(left, ends[0] + 46, "N", size=16)
    return canvas


def _direction(canvas: Canvas, x: float, top: float, own: str, other: str) -> float:
    """Draw the branch of one direction."""
    holding = x + 84
    foot = symbols.start_button(canvas, x, top, f"SB{int(own) + 1}")
    canvas.line((x, top), (holding, top))
    symbols.make_contact(canvas, holding, top, f"KM{own}")
    canvas.line((holding, foot), (holding, foot + 6), (x, foot + 6))
    canvas.line((x, foot), (x, foot + 14))
    canvas.dot(x, top)
    canvas.dot(x, foot + 6)
    contact = symbols.break_contact(canvas, x, foot + 14, f"KM{other}")
    canvas.name_area(f"KM{other}_interlock", x - 16, foot + 14, x + 66, contact)
    canvas.line((x, contact), (x, contact + 6))
    return symbols.coil(canvas, x, contact + 6, f"KM{own}")


def sequence() -> Canvas:
    """Draw the control circuit of two motors that start in sequence."""
    canvas = Canvas(560, 310)
    left, right, top = 120, 390, 34
    canvas.text(left - 60, top, "L", size=16)
    canvas.line((left - 46, top), (right, top))
    for x, stop, start, own in ((left, "SB1", "SB2", "KM1"), (right, "SB3", "SB4", "KM2")):
        canvas.dot(x, top)
        canvas.line((x, top), (x, top + 16))
        foot = symbols.stop_button(canvas, x, top + 16, stop)
        canvas.line((x, foot), (x, foot + 16))
        canvas.line((x, foot + 12), (x + 88, foot + 12), (x + 88, foot + 16))
        canvas.dot(x, foot + 12)
        end = symbols.start_button(canvas, x, foot + 16, start)
        symbols.make_contact(canvas, x + 88, foot + 16, own)
        canvas.line((x + 88, end), (x + 88, end + 8), (x, end + 8))
        canvas.dot(x, end + 8)
        canvas.line((x, end), (x, end + 20))
        end += 20
        if own == "KM2":
            end = symbols.make_contact(canvas, x, end, "KM1")
        else:
            canvas.line((x, end), (x, end + symbols.CONTACT))
            end += symbols.CONTACT
        end = symbols.coil(canvas, x, end, own)
        canvas.line((x, end), (x, end + 20))
        canvas.dot(x, end + 20)
    canvas.line((left - 46, end + 20), (right, end + 20))
    canvas.text(left - 60, end + 20, "N", size=16)
    return canvas
