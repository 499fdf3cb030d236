"""A form and its key as Word documents, of the same facts as their PDFs."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from exam_server.documents.word_files import WordFile
from exam_server.forms.printing import Printed

NUMERALS: Final[Mapping[str, Sequence[str]]] = {
    "zh": "一二三四五六七八九十",
    "en": ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"),
}
WORDS: Final = {
    "zh": {
        "time": "考试时间：{minutes} 分钟　满分：{full_mark} 分",
        "who": "单位：______________　姓名：______________　准考证号：____________________",
        "key": "标准答案",
        "tried": "试测题，不计分：{numbers}",
        "comma": "、",
        "answer": "答：______________",
        "order": "正确顺序：____________________",
        "place": "（在图中用“×”标出。）",
        "mark": "［{mark} 分］",
        "told": "（{told}）",
    },
    "en": {
        "time": "Time: {minutes} minutes   Full mark: {full_mark}",
        "who": "Employer: ______________  Name: ______________  Ticket: ____________________",
        "key": "Answer key",
        "tried": "On trial, not counted: {numbers}",
        "comma": ", ",
        "answer": "Answer: ______________",
        "order": "Right order: ____________________",
        "place": "(Mark the place in the picture with a cross.)",
        "mark": "[{mark}] ",
        "told": "({told})",
    },
}
LINE: Final = 72  # of an answer in words


def word_paper(printed: Printed) -> bytes:
    """Return a form as candidates get it: nothing of its keys."""
    facts, file = printed.facts, WordFile(printed.pictures)
    words = WORDS[facts["language"]]
    _head(file, facts)
    file.line(words["time"].format(**facts))
    file.line(words["who"])
    if facts["notice"]:
        file.line(facts["notice"])
    for place, section in enumerate(facts["sections"]):
        _section(file, facts, place, section)
        for item in section["items"]:
            before = "（　　）" if item["type"] == "true_false" else ""
            _item(file, f"{before}{item['number']}. ", item, words)
    return file.whole()


def word_key(printed: Printed) -> bytes:
    """Return the right answers of a form."""
    facts, file = printed.facts, WordFile(printed.pictures)
    _head(file, facts)
    words = WORDS[facts["language"]]
    file.line(words["key"], style="Heading1")
    tried = [str(i["number"]) for each in facts["sections"] for i in each["items"] if i["is_pilot"]]
    if tried:
        file.line(words["tried"].format(numbers=words["comma"].join(tried)))
    for place, section in enumerate(facts["sections"]):
        _section(file, facts, place, section)
        short = [item for item in section["items"] if item["is_short"]]
        if short:
            file.line("　".join(f"{item['number']}. {item['answer']}" for item in short))
        for item in section["items"]:
            if not item["is_short"]:
                for line in f"{item['number']}. {item['answer']}".splitlines():
                    file.line(line)
            for shown in item["places"]:
                number = f"({shown['part']}) " if shown["part"] else ""
                file.nodes(number, [["picture", shown["picture"], shown["alt"]]])
    return file.whole()


def _head(file: WordFile, facts: Mapping[str, Any]) -> None:
    subject = facts["subject"]
    named = [subject["occupation"], subject["work_type"] or ""] if subject else []
    file.line(facts["organization"])
    file.line(facts["title"], style="Title")
    file.line("　".join(each for each in [*named, facts["form"]] if each))


def _section(
    file: WordFile, facts: Mapping[str, Any], place: int, section: Mapping[str, Any]
) -> None:
    is_english = facts["language"] == "en"
    numerals = NUMERALS[facts["language"]]
    number = numerals[place] if place < len(numerals) else str(place + 1)
    between, open_, close = (". ", " (", ")") if is_english else ("、", "（", "）")
    words = f"{open_}{section['words']}{close}"
    file.line(f"{number}{between}{section['title']}{words}", style="Heading1")


def _item(file: WordFile, number: str, item: Mapping[str, Any], words: Mapping[str, str]) -> None:
    file.nodes(number, item["stem"])
    if item["told"]:
        file.line(words["told"].format(**item))
    _to_answer(file, item, words)


def _to_answer(file: WordFile, item: Mapping[str, Any], words: Mapping[str, str]) -> None:
    if "options" in item:
        _lettered(file, item["options"], "{}. ")
    if "unit" in item:
        file.line(f"{words['answer']} {item['unit']}".rstrip())
    if "has_order" in item:
        file.line(words["order"])
    if "left" in item:
        _lettered(file, item["left"], "({}) ")
        _lettered(file, item["right"], "{}. ")
        file.line("　".join(f"({each['letter']}) — （　　）" for each in item["left"]))
    if "picture" in item:
        file.nodes("", [["picture", item["picture"], item["alt"]]])
        file.line(words["place"])
    for _ in range(item.get("lines", 0)):
        file.line("_" * LINE)
    for place, part in enumerate(item.get("parts", ()), start=1):
        _item(file, f"({place}) {words['mark'].format(**part)}", part, words)


def _lettered(file: WordFile, rows: Sequence[Mapping[str, Any]], sign: str) -> None:
    for each in rows:
        file.nodes(sign.format(each["letter"]), each["nodes"])
