"""What stands behind the text of a question in Moodle's XML, by item type."""

import html
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final
from xml.etree.ElementTree import SubElement

from itembank.interchange.moodle.calculated_writing import calculation
from itembank.interchange.moodle.multilingual import together
from itembank.interchange.moodle.question_writing import (
    BLANK,
    UNWRITABLE,
    Writing,
    moodle_html,
    row_said,
)
from itembank.interchange.moodle.units import units_tag, write_units
from itembank.items.choices import BY_OPTION, WHOLE, full_points, option_points, policy_of
from itembank.items.written_cells import written_cell

FULL: Final = Decimal(100)
EVEN: Final = 5  # digits after the point


def _choice(writing: Writing) -> None:
    item = writing.item
    options, right = item.content["options"], item.key.get("correct", [])
    is_single = item.type == "single"
    writing.plain("single", str(is_single).lower())
    writing.plain("shuffleanswers", "true")
    writing.plain("answernumbering", "ABCD")
    each_right = f"{FULL / len(right):.{EVEN}f}".rstrip("0").rstrip(".") if right else "0"
    wrong = "0" if is_single else "-100"
    policy = policy_of(item.key)
    points = option_points(item.content, item.key)
    full = full_points(points, is_single=is_single)
    least = Decimal(0) if is_single else Decimal(-1)  # no item of ours earns less than nothing
    for option in options:
        is_right = option["id"] in right
        fraction = each_right if is_right else wrong if right else "0"
        if policy != WHOLE and full:
            share = max(points[option["id"]] / full, least) * FULL
            fraction = f"{share:.{EVEN}f}".rstrip("0").rstrip(".")
        writing.answer(fraction, row_said(item, "options", option["id"]))
    if policy == BY_OPTION:
        said = " ".join(f"{each} {worth:f}" for each, worth in points.items())
        writing.tags.append(f"points:{said}")
    writing.tags.append(f"fixed:{' '.join(each['id'] for each in options if each.get('fixed'))}")
    if not is_single or policy != WHOLE:
        writing.tags.append(f"policy:{policy}")


def _judgement(writing: Writing) -> None:
    right = writing.item.key.get("correct", [])
    for letter, word in (("A", "true"), ("B", "false")):
        answer = SubElement(
            writing.element, "answer", {"fraction": "100" if letter in right else "0"}
        )
        SubElement(answer, "text").text = word
    texts = [str(each["content"]) for each in writing.item.content["options"]]
    writing.tags.append(f"judged:{' / '.join(texts)}")


def _number(writing: Writing) -> None:
    key, unit = writing.item.key, writing.item.content.get("unit")
    if key.get("value"):
        answer = SubElement(writing.element, "answer", {"fraction": "100"})
        SubElement(answer, "text").text = str(key["value"])
        within = str(key.get("tolerance") or "0")
        if key.get("tolerance_mode") == "relative":
            writing.tags.append(f"relative:{within}")
            within = f"{Decimal(within) * abs(Decimal(str(key['value']))):f}"
        SubElement(answer, "tolerance").text = within
    if unit:
        write_units(writing.element, UNWRITABLE.sub("", str(unit)), key.get("units") or [])
    if tag := units_tag(key.get("units") or []):
        writing.tags.append(tag)


def _blanks(writing: Writing) -> None:
    names = [blank["id"] for blank in writing.item.content["blanks"]]
    in_stem = BLANK.findall(str(writing.item.content["stem"]))
    writing.tags += [f"blanks:{' '.join(in_stem)}", f"order:{' '.join(names)}"]


def _match(writing: Writing) -> None:
    item, content = writing.item, writing.item.content
    pairs = dict(item.key.get("pairs", []))
    writing.plain("shuffleanswers", "true")
    left_ids = [each["id"] for each in content["left"]]
    right_ids = [each["id"] for each in content["right"]]
    lines = [(left, pairs.get(left, "")) for left in left_ids]
    lines += [("", right) for right in right_ids if right not in pairs.values()]
    for left, right in lines:
        pair = writing.text(
            writing.element, "subquestion", row_said(item, "left", left) if left else ""
        )
        said = together(row_said(item, "right", right)) if right else ""
        holder = SubElement(pair, "answer")
        SubElement(holder, "text").text = UNWRITABLE.sub("", moodle_html(said, writing.pictures))
    seen = list(dict.fromkeys(right for _, right in lines if right))
    writing.tags += [
        f"left:{' '.join(left_ids)}",
        f"right:{' '.join(seen)}",
        f"order:{' '.join(right_ids)}",
        f"policy:{item.key.get('policy') or 'usual'}",
    ]
    if content.get("reuse"):
        writing.tags.append("reuse:yes")


def _order(writing: Writing) -> None:
    item = writing.item
    options = item.content["options"]
    keyed = item.key.get("order") or [each["id"] for each in options]
    policy = item.key.get("policy") or "usual"
    writing.plain("layouttype", "VERTICAL")
    writing.plain("selecttype", "ALL")
    writing.plain(
        "gradingtype", "ABSOLUTE_POSITION" if policy == "part_marks" else "ALL_OR_NOTHING"
    )
    for option in keyed:
        writing.answer("1.0", row_said(item, "options", option))
    writing.tags += [
        f"ids:{' '.join(keyed)}",
        f"order:{' '.join(each['id'] for each in options)}",
        f"fixed:{' '.join(each['id'] for each in options if each.get('fixed'))}",
        f"policy:{policy}",
    ]


def _marker(writing: Writing) -> None:
    item, content = writing.item, writing.item.content
    digest = str(content["picture"]).removeprefix("media:")
    if digest in writing.pictures:
        writing.file(writing.element, digest)
    drag = SubElement(writing.element, "drag", {"no": "1"})
    SubElement(drag, "text").text = "✛"
    SubElement(drag, "noofdrags").text = "1"
    for number, area in enumerate(item.key.get("areas", []), start=1):
        drop = SubElement(writing.element, "drop", {"no": str(number)})
        shape, coords = _moodle_area(area)
        SubElement(drop, "shape").text = shape
        SubElement(drop, "coords").text = coords
        SubElement(drop, "choice").text = "1"
    writing.tags += [f"alt:{content['alt']}", "policy:any_area"]


def _moodle_area(area: Mapping[str, Any]) -> tuple[str, str]:
    coords = [f"{Decimal(str(each)).normalize():f}" for each in area["coords"]]
    if area["shape"] == "circle":
        return "circle", f"{coords[0]},{coords[1]};{coords[2]}"
    if area["shape"] == "rect":
        x, y, right, low = (Decimal(str(each)) for each in area["coords"])
        width, height = (f"{each.normalize():f}" for each in (right - x, low - y))
        return "rectangle", f"{coords[0]},{coords[1]};{width},{height}"
    return "polygon", ";".join(",".join(coords[n : n + 2]) for n in range(0, len(coords), 2))


def _essay(writing: Writing) -> None:
    """Write what graders are told: the model answer and the rubric, a line each."""
    lines = written_cell(writing.item.key).split("\n")
    told = "<br>".join(html.escape(line, quote=False) for line in lines)
    writing.text(writing.element, "graderinfo", {writing.item.language: told})
    writing.plain("responsefieldlines", str(writing.item.content.get("lines") or 0))
    writing.tags.append(f"type:{writing.item.type}")


def _nothing(_writing: Writing) -> None:
    """Write no answers: a description has none."""


KINDS: Final[Mapping[str, tuple[str, Callable[[Writing], None]]]] = {
    "single": ("multichoice", _choice),
    "multiple": ("multichoice", _choice),
    "true_false": ("truefalse", _judgement),
    "numeric": ("numerical", _number),
    "text_entry": ("cloze", _blanks),
    "matching": ("matching", _match),
    "ordering": ("ordering", _order),
    "hotspot": ("ddmarker", _marker),
    "short_answer": ("essay", _essay),
    "essay": ("essay", _essay),
    "item_set": ("description", _nothing),
    "calculation": ("calculated", calculation),
}
