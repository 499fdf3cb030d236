"""Ladder diagrams of programmable controllers."""

from exam_server.demo.pictures.canvas import GROUND, Canvas

LEFT, CELL, ROW = 50, 110, 80
HALF = 9


def start_stop() -> Canvas:
    """Draw a rung that holds itself: X0 or Y0, not X1, drives Y0."""
    canvas = _sheet(520, 3)
    _contact(canvas, 0, 0, "X0")
    _contact(canvas, 0, 1, "Y0")
    _branch(canvas, 1, 0, 1)
    _contact(canvas, 1, 0, "X1", is_break=True)
    _coil(canvas, 2, 0, "Y0", width=520)
    _rung(canvas, 2, "END", width=520)
    return canvas


def timer() -> Canvas:
    """Draw a timer started by X0 whose contact drives Y0."""
    canvas = _sheet(520, 3)
    _contact(canvas, 0, 0, "X0")
    _coil(canvas, 1, 0, "T0  K30", width=520)
    _contact(canvas, 0, 1, "T0")
    _coil(canvas, 1, 1, "Y0", width=520)
    _rung(canvas, 2, "END", width=520)
    return canvas


def two_motors() -> Canvas:
    """Draw a program that starts M2 five seconds after M1."""
    canvas = _sheet(560, 5)
    _contact(canvas, 0, 0, "X0")
    _contact(canvas, 0, 1, "Y0")
    _branch(canvas, 1, 0, 1)
    _contact(canvas, 1, 0, "X1", is_break=True)
    _coil(canvas, 2, 0, "Y0", width=560)
    _contact(canvas, 0, 2, "Y0")
    _coil(canvas, 1, 2, "T0  K50", width=560)
    _contact(canvas, 0, 3, "T0")
    _coil(canvas, 1, 3, "Y1", width=560)
    _rung(canvas, 4, "END", width=560)
    return canvas


def _sheet(width: int, rows: int) -> Canvas:
    canvas = Canvas(width, rows * ROW + 20)
    canvas.line((LEFT, 10), (LEFT, rows * ROW + 10), width=3)
    canvas.line((width - 30, 10), (width - 30, rows * ROW + 10), width=3)
    return canvas


def _y(row: int) -> int:
    return 50 + row * ROW


def _contact(canvas: Canvas, column: int, row: int, name: str, *, is_break: bool = False) -> None:
    begin, y = LEFT + column * CELL, _y(row)
    middle = begin + CELL / 2
    canvas.line((begin, y), (middle - HALF, y))
    canvas.line((middle + HALF, y), (begin + CELL, y))
    for x in (middle - HALF, middle + HALF):
        canvas.line((x, y - 14), (x, y + 14))
    if is_break:
        canvas.line((middle - HALF - 5, y + 12), (middle + HALF + 5, y - 12))
    canvas.text(middle, y - 28, name, size=17)


def _branch(canvas: Canvas, column: int, first: int, last: int) -> None:
    x = LEFT + column * CELL
    canvas.line((x, _y(first)), (x, _y(last)))


def _coil(canvas: Canvas, column: int, row: int, name: str, *, width: int) -> None:
    begin, y, right = LEFT + column * CELL, _y(row), width - 30
    middle = right - 70
    canvas.line((begin, y), (right, y))
    canvas.circle(middle, y, 16, fill=GROUND)
    canvas.text(middle, y - 30, name, size=17)


def _rung(canvas: Canvas, row: int, words: str, *, width: int) -> None:
    y, right = _y(row), width - 30
    canvas.line((LEFT, y), (right, y))
    canvas.box(right - 110, y - 16, right - 30, y + 16, fill=GROUND)
    canvas.text(right - 70, y, words, size=17)
