"""Items of every type as a paper holds them, with formulas, pictures and English."""

import io
from typing import Any

from PIL import Image, ImageDraw

Content = dict[str, Any]
OHM = '<span data-type="inline-math" data-latex="I=\\dfrac{U}{R}"></span>'
ROOT = '<span data-type="inline-math" data-latex="P=\\sqrt{3}\\,U_L I_L\\cos\\varphi"></span>'
TYPES = {
    "single": "单项选择题",
    "multiple": "多项选择题",
    "true_false": "判断题",
    "numeric": "计算题",
    "text_entry": "填空题",
    "matching": "配对题",
    "ordering": "排序题",
    "hotspot": "图上定位题",
    "short_answer": "简答题",
    "essay": "论述题",
    "item_set": "综合题",
}


def options(*texts: str) -> list[dict[str, str]]:
    """Return options with ids A, B, …"""
    return [{"id": "ABCDEFGH"[place], "content": text} for place, text in enumerate(texts)]


def column(**texts: str) -> list[dict[str, str]]:
    """Return a column of a matching."""
    return [{"id": name, "content": text} for name, text in texts.items()]


def in_english(content: Content, **texts: Any) -> Content:
    """Return content with its English texts."""
    return {**content, "translations": {"en": texts}}


def single(number: int = 1) -> Content:
    """Return a single choice with a formula."""
    stem = f"<p>第 {number} 个电路两端的电压为 220 V，电阻为 44 Ω，按 {OHM} 电流是多少？</p>"
    english = f"<p>Circuit {number}: the voltage is 220 V, the resistance 44 Ω. By {OHM}, I = ?</p>"
    return in_english(
        {"stem": stem, "options": options("0.2 A", "5 A", "44 A", "9680 A")}, stem=english
    )


MULTIPLE = in_english(
    {
        "stem": "<p>停电检修前必须做的安全措施有哪些？</p>",
        "options": options("停电", "验电", "装设接地线", "只口头通知"),
    },
    stem="<p>Which safety measures come before repair work?</p>",
    options=options("Switch off", "Test for voltage", "Earth", "Only tell somebody"),
)
TRUE_FALSE = {"stem": "<p>测量绝缘电阻应使用兆欧表。</p>", "options": options("正确", "错误")}
NUMERIC = {"stem": "<p>电阻 44 Ω 接在 220 V 上，电流是多少？</p>", "unit": "A"}
BLANKS = {
    "stem": "<p>电流的单位是"
    '<span data-type="blank" data-blank="1"></span>，电压的单位是'
    '<span data-type="blank" data-blank="2"></span>。</p>',
    "blanks": [{"id": "1"}, {"id": "2"}],
}
MATCHING = {
    "stem": "<p>把物理量与单位配对。</p>",
    "left": column(a="电压", b="电流", c="功率"),
    "right": column(w="安培", x="伏特", y="瓦特", z="赫兹"),
}
ORDERING = {
    "stem": "<p>按操作顺序排列停电检修的步骤。</p>",
    "options": options("验电", "装设接地线", "断开开关", "悬挂标示牌"),
}


def parts() -> list[Content]:
    """Return the parts of an item set: a choice and a number."""
    number = {"stem": f"<p>按 {ROOT}，电流 10 A 时的有功功率是多少？</p>", "unit": "kW"}
    return [
        {"id": "1", "type": "single", "mark_share": "1", **single(9)},
        {"id": "2", "type": "numeric", "mark_share": "1", **number},
    ]


def every_type(picture: str) -> list[tuple[str, Content]]:
    """Return one item of each type, and a single choice with six options."""
    board = f'<p><img src="{picture}" alt="配电箱面板"></p>'
    six = {
        "stem": f"<p>下列哪一项是三相有功功率 {ROOT} 的单位？</p>{board}",
        "options": options("V", "A", "Ω", "W", "Hz", "F"),
    }
    point = {
        "stem": "<p>请点出总开关的位置。</p>",
        "picture": picture,
        "alt": "配电箱面板，左上为总开关",
        "width": 400,
        "height": 300,
    }
    material = f"<p>某车间配电箱如图，额定电压 380 V，功率因数 0.8。</p>{board}"
    return [
        ("single", single()),
        ("single", six),
        ("multiple", MULTIPLE),
        ("true_false", TRUE_FALSE),
        ("numeric", NUMERIC),
        ("text_entry", BLANKS),
        ("matching", MATCHING),
        ("ordering", ORDERING),
        ("hotspot", point),
        ("item_set", {"stem": material, "parts": parts()}),
    ]


def board_picture(size: tuple[int, int] = (400, 300)) -> bytes:
    """Return a drawn switchboard as PNG."""
    picture = Image.new("RGB", size, "#eef1f2")
    draw = ImageDraw.Draw(picture)
    for row in range(2):
        for place in range(3):
            left, top = 30 + 120 * place, 40 + 130 * row
            draw.rectangle((left, top, left + 90, top + 90), outline="#222222", width=3)
    draw.rectangle((45, 55, 105, 115), fill="#b3001b")
    return _png(picture)


def face_picture() -> bytes:
    """Return a drawn face as PNG."""
    picture = Image.new("RGB", (360, 480), "#d7e3ea")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((90, 80, 270, 310), fill="#e8c9a8")
    draw.rectangle((40, 330, 320, 480), fill="#2b4a5e")
    return _png(picture)


def _png(picture: Image.Image) -> bytes:
    made = io.BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()
