"""A bank as Moodle's XML: every type, in all its languages, so that it can be read back.

What Moodle has no field for (place in the blueprint, difficulty, state, ids, fixed options)
stands in tags such as ``point:A-B-001``, which Moodle keeps.
"""

import base64
import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from xml.etree.ElementTree import Comment, Element, SubElement, indent, tostring

from itembank.interchange.moodle.multilingual import together
from itembank.interchange.moodle.units import units_tag, write_units
from itembank.interchange.own_paths import Path, category_names
from itembank.interchange.report import PictureFile
from itembank.items.choices import BY_OPTION, WHOLE, full_points, option_points, policy_of
from itembank.items.shapes import key_of_part, share_of_part
from itembank.items.written_cells import written_cell

FULL: Final = Decimal(100)
PICTURE: Final = re.compile(r"media:([0-9a-f]{64})")
FORMULA: Final = re.compile(r'<(span|div)\b[^>]*?\bdata-latex="([^"]*)"[^>]*></\1>')
BLANK: Final = re.compile(r'<span\b[^>]*?\bdata-blank="([\w-]+)"[^>]*></span>')
UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
CLOZE_SIGNS: Final = re.compile(r'([~}#/"\\*])')
GRADED: Final = {"part_marks": "ABSOLUTE_POSITION", "": "ALL_OR_NOTHING"}
EVEN: Final = 5  # digits after the point


@dataclass(frozen=True)
class OutItem:
    """An item on its way out; an empty key leaves it without right answers."""

    code: str
    path: Path
    type: str
    content: Mapping[str, Any]
    key: Mapping[str, Any]
    difficulty: int = 3
    explanation: str = ""
    explanations: Mapping[str, str] = field(default_factory=dict)
    state: str = "active"
    language: str = "zh_Hans_CN"


@dataclass
class _Writing:
    """One question being written: the item or part it is of, and the pictures there are."""

    item: OutItem
    pictures: Mapping[str, PictureFile]
    element: Element
    tags: list[str] = field(default_factory=list)

    def text(
        self, parent: Element, name: str, shown: str | Mapping[str, str], **facts: str
    ) -> Element:
        """Add a text in HTML, with the files of its pictures."""
        whole = shown if isinstance(shown, str) else together(shown)
        made = SubElement(parent, name, {"format": "html", **facts})
        SubElement(made, "text").text = UNWRITABLE.sub("", _moodle_html(whole, self.pictures))
        for digest in dict.fromkeys(PICTURE.findall(whole)):
            if digest in self.pictures:
                self.file(made, digest)
        return made

    def file(self, parent: Element, digest: str) -> None:
        picture = self.pictures[digest]
        facts = {"name": _file_name(digest, picture), "path": "/", "encoding": "base64"}
        file = SubElement(parent, "file", facts)
        file.text = base64.b64encode(picture.body).decode("ascii")

    def plain(self, name: str, text: str) -> None:
        SubElement(self.element, name).text = UNWRITABLE.sub("", text)

    def answer(self, fraction: str, shown: str | Mapping[str, str]) -> Element:
        return self.text(self.element, "answer", shown, fraction=fraction)


LOST: Final = ("试题编号 / Item", "未能带出", "not carried")


def moodle_xml(
    items: Sequence[OutItem],
    pictures: Mapping[str, PictureFile],
    lost: Sequence[tuple[str, str, str]] = (),
) -> bytes:
    """Return items as a file that Moodle and this program read.

    ``lost`` is told in a comment at its beginning: codes, and in two languages what is lost.
    """
    quiz = Element("quiz")
    if lost:
        said = "\n".join(" | ".join(row) for row in (LOST, *lost))
        quiz.append(Comment(UNWRITABLE.sub("", f"\n{said}\n").replace("--", "- -")))
    last: Path = ()
    for item in items:
        if item.path != last:
            _category(quiz, item.path)
            last = item.path
        _question(quiz, item, pictures)
    indent(quiz)
    made: bytes = tostring(quiz, encoding="utf-8", xml_declaration=True)
    return made


def _category(quiz: Element, path: Path) -> None:
    names = ["$course$", "top", *(name.replace("/", "//") for name in category_names(path))]
    category = SubElement(SubElement(quiz, "question", {"type": "category"}), "category")
    SubElement(category, "text").text = UNWRITABLE.sub("", "/".join(names))


def _question(quiz: Element, item: OutItem, pictures: Mapping[str, PictureFile]) -> None:
    tags = [
        f"point:{'-'.join(code for code, _ in item.path)}",
        f"difficulty:{item.difficulty}",
        f"state:{item.state}",
    ]
    if item.type == "item_set":
        _set(quiz, item, pictures, tags)
        return
    _one(quiz, item, pictures, tags)


def _set(
    quiz: Element, item: OutItem, pictures: Mapping[str, PictureFile], tags: list[str]
) -> None:
    """Write a material as a description, and its parts behind it."""
    _one(quiz, item, pictures, [*tags, f"set:{item.code}"])
    for part in item.content["parts"]:
        said = _part_texts(item, part["id"])
        content = {**part, "translations": said}
        own = OutItem(
            code=f"{item.code}.{part['id']}",
            path=item.path,
            type=part["type"],
            content=content,
            key=key_of_part(item.key, part["id"]),
            language=item.language,
        )
        share = f"{share_of_part(part) or 1}"
        more = [f"part_of:{item.code}", f"part:{part['id']}", f"share:{share}"]
        _one(quiz, own, pictures, more)


def _part_texts(item: OutItem, part: str) -> dict[str, dict[str, Any]]:
    """Return what a part says in other languages."""
    return {
        language: each
        for language, texts in (item.content.get("translations") or {}).items()
        for each in texts.get("parts", [])
        if each.get("id") == part
    }


def _one(
    quiz: Element, item: OutItem, pictures: Mapping[str, PictureFile], tags: list[str]
) -> None:
    kind, write = KINDS[item.type]
    element = SubElement(quiz, "question", {"type": kind})
    writing = _Writing(item, pictures, element, list(tags))
    SubElement(SubElement(element, "name"), "text").text = UNWRITABLE.sub("", item.code)
    writing.text(element, "questiontext", _stem(item))
    said = {item.language: html.escape(item.explanation, quote=False).replace("\n", "<br>")}
    writing.text(element, "generalfeedback", said[item.language])
    share = next((tag.partition(":")[2] for tag in tags if tag.startswith("share:")), "1")
    writing.plain("defaultgrade", "0" if kind == "description" else share)
    writing.plain("idnumber", item.code)
    write(writing)
    for language, text in item.explanations.items():
        writing.tags.append(f"explanation.{language}:{text}")
    holder = SubElement(element, "tags")
    for tag in writing.tags:
        SubElement(SubElement(holder, "tag"), "text").text = UNWRITABLE.sub("", tag)


def _stem(item: OutItem) -> Mapping[str, str]:
    return _languages(item, lambda content: str(content.get("stem", "")))


def _languages(item: OutItem, say: Callable[[Mapping[str, Any]], str]) -> dict[str, str]:
    """Return what is said in each language; one without words of its own is left out."""
    own = {item.language: _with_cloze(item, say(item.content))}
    for language, texts in (item.content.get("translations") or {}).items():
        if said := say(texts):
            own[language] = _with_cloze(item, said)
    return own


def _row(item: OutItem, name: str, row_id: str) -> dict[str, str]:
    def say(content: Mapping[str, Any]) -> str:
        found = [each for each in content.get(name) or [] if each.get("id") == row_id]
        return str(found[0].get("content", "")) if found else ""

    return _languages(item, say)


def _with_cloze(item: OutItem, text: str) -> str:
    """Return a text whose blanks are embedded questions."""
    if item.type != "text_entry":
        return text
    accepted = item.key.get("blanks", {})
    kind = "SHORTANSWER_C" if item.key.get("case_sensitive") else "SHORTANSWER"

    def field_of(found: re.Match[str]) -> str:
        texts = accepted.get(found[1]) or [""]
        answers = "~".join(
            f"={CLOZE_SIGNS.sub(_escaped, html.escape(each, quote=False))}" for each in texts
        )
        return f"{{1:{kind}:{answers}}}"

    return BLANK.sub(field_of, text)


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[1]}"


def _choice(writing: _Writing) -> None:
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
        writing.answer(fraction, _row(item, "options", option["id"]))
    if policy == BY_OPTION:
        said = " ".join(f"{each} {worth:f}" for each, worth in points.items())
        writing.tags.append(f"points:{said}")
    writing.tags.append(f"fixed:{' '.join(each['id'] for each in options if each.get('fixed'))}")
    if not is_single or policy != WHOLE:
        writing.tags.append(f"policy:{policy}")


def _judgement(writing: _Writing) -> None:
    right = writing.item.key.get("correct", [])
    for letter, word in (("A", "true"), ("B", "false")):
        answer = SubElement(
            writing.element, "answer", {"fraction": "100" if letter in right else "0"}
        )
        SubElement(answer, "text").text = word
    texts = [str(each["content"]) for each in writing.item.content["options"]]
    writing.tags.append(f"judged:{' / '.join(texts)}")


def _number(writing: _Writing) -> None:
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


def _blanks(writing: _Writing) -> None:
    names = [blank["id"] for blank in writing.item.content["blanks"]]
    in_stem = BLANK.findall(str(writing.item.content["stem"]))
    writing.tags += [f"blanks:{' '.join(in_stem)}", f"order:{' '.join(names)}"]


def _match(writing: _Writing) -> None:
    item, content = writing.item, writing.item.content
    pairs = dict(item.key.get("pairs", []))
    writing.plain("shuffleanswers", "true")
    left_ids = [each["id"] for each in content["left"]]
    right_ids = [each["id"] for each in content["right"]]
    lines = [(left, pairs.get(left, "")) for left in left_ids]
    lines += [("", right) for right in right_ids if right not in pairs.values()]
    for left, right in lines:
        pair = writing.text(
            writing.element, "subquestion", _row(item, "left", left) if left else ""
        )
        said = together(_row(item, "right", right)) if right else ""
        holder = SubElement(pair, "answer")
        SubElement(holder, "text").text = UNWRITABLE.sub("", _moodle_html(said, writing.pictures))
    seen = list(dict.fromkeys(right for _, right in lines if right))
    writing.tags += [
        f"left:{' '.join(left_ids)}",
        f"right:{' '.join(seen)}",
        f"order:{' '.join(right_ids)}",
        f"policy:{item.key.get('policy') or 'usual'}",
    ]
    if content.get("reuse"):
        writing.tags.append("reuse:yes")


def _order(writing: _Writing) -> None:
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
        writing.answer("1.0", _row(item, "options", option))
    writing.tags += [
        f"ids:{' '.join(keyed)}",
        f"order:{' '.join(each['id'] for each in options)}",
        f"fixed:{' '.join(each['id'] for each in options if each.get('fixed'))}",
        f"policy:{policy}",
    ]


def _marker(writing: _Writing) -> None:
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


def _essay(writing: _Writing) -> None:
    """Write what graders are told: the model answer and the rubric, a line each."""
    lines = written_cell(writing.item.key).split("\n")
    told = "<br>".join(html.escape(line, quote=False) for line in lines)
    writing.text(writing.element, "graderinfo", {writing.item.language: told})
    writing.plain("responsefieldlines", str(writing.item.content.get("lines") or 0))
    writing.tags.append(f"type:{writing.item.type}")


def _nothing(_writing: _Writing) -> None:
    """Write no answers: a description has none."""


KINDS: Final[Mapping[str, tuple[str, Callable[[_Writing], None]]]] = {
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
}


def _moodle_html(text: str, pictures: Mapping[str, PictureFile]) -> str:
    """Return HTML as Moodle shows it: formulas in TeX, pictures by their files."""
    shown = FORMULA.sub(lambda found: f"\\({found[2]}\\)", text)

    def address(found: re.Match[str]) -> str:
        picture = pictures.get(found[1])
        return f"@@PLUGINFILE@@/{_file_name(found[1], picture)}" if picture else found[0]

    return PICTURE.sub(address, shown)


def _file_name(digest: str, picture: PictureFile | None) -> str:
    ending = picture.mime.rpartition("/")[2].replace("jpeg", "jpg") if picture else "png"
    return f"{digest[:24]}.{ending}"


def written_tags(element: Element) -> Iterator[str]:
    """Give the tags of a question."""
    for tag in element.findall("tags/tag/text"):
        yield tag.text or ""
