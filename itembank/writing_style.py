r"""Advice to writers by the usual rules of item writing; it never keeps an item from being saved.

What gives the answer away or misleads: absolute words, options that speak of other options, one
option much longer than the rest, a negative question whose “not” is not marked, words that every
option repeats. The rules are those that guides for item writers share [1]_; the words looked for
and the limits are our own, set so that advice is rare enough to be read.

References
----------
.. [1] Haladyna, Downing, Rodriguez (2002), *A review of multiple-choice item-writing guidelines
   for classroom assessment*. Applied Measurement in Education 15(3), 309-334.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import takewhile
from statistics import median
from typing import Any, Final

from itembank.items.languages import languages_of, localized
from itembank.items.shapes import rows, text
from itembank.plain_texts import plain_line
from itembank.problems import Problem

CHOICES: Final = ("single", "multiple")
FEWEST_OPTIONS: Final = 3  # of which one can stand out
TIMES_LONGER: Final = 2  # than the median of the others
WIDER_BY: Final = 12  # columns: six Chinese characters or twelve letters
REPEATED: Final = 10  # columns that all options begin with
ABSOLUTE: Final = re.compile(  # 一定 and 绝对 only where they do not mean “a certain”, “absolute”
    r"绝对(?=[不要会能没是有正安])|必定|必然|(?<![不有在])一定(?=[要会能是可使导没不])|永远|从不|从来|"
    r"[绝决]不|总是|(?<!不)完全(?=[不没无可能])|毫无|无论如何|"
    r"\b(?:always|never|absolutely|completely|entirely|totally|under all circumstances)\b",
    re.IGNORECASE,
)
OTHERS: Final = re.compile(
    r"^(?:以上|上述|前述)(?:各项|选项|答案|说法|几项|三项|[两三四]者)?(?:全部|[都均全皆])"
    r"|^[A-H](?:[、,，和与及][A-H])+(?:[两三四]?[项者])?(?:[都均全皆正]|$)"
    r"|^[A-H]{2,4}(?:[两三四]?[项者])?(?:[都均全皆]|正确)"
    r"|^(?i:all|none|both|any) of (?:the )?(?:above|these|them)\b"
    r"|^(?:[Bb]oth )?[A-H](?:, [A-H])*,? (?:and|or) [A-H]\b"
)
NEGATIVE: Final = re.compile(
    r"(?P<said>不(?:属于|包括|包含|正确|恰当|合理|妥当|符合|需要?|允许|必|应当?|宜|能|可以?|得|会|是))"
    r"[^，。；]{0,14}的(?:(?:一项|选项|做法|说法|叙述|描述|操作|行为|方法|措施)(?:是|为|有)?|是|为|有)"
    r"[\s（()）_。？?:：]*$"
    r"|(?P<wrong>错误|有误|不正确|不恰当)的?(?:一项|选项|做法|说法|叙述|描述|操作|行为|方法|措施)?"
    r"(?:是|为|有)[\s（()）_。？?:：]*$"
    r"|(?P<but>除外|\bexcept\b)[\s（()）_。？?:：]*$"
    r"|\b(?i:which|what|who)\b[^.;]*?\b(?P<english>not|incorrect|false|wrong|least)\b",
)
MARKED: Final = re.compile(r"<(strong|b|u)>(.*?)</\1>", re.DOTALL)


def advice(type_name: str, content: Mapping[str, Any], key: Mapping[str, Any]) -> list[Problem]:
    """Return what a guide for item writers would say of an item, in each of its languages.

    Examples
    --------
    >>> last = {"id": "B", "content": "以上都对", "fixed": True}
    >>> options = [{"id": "A", "content": "停机"}, last]
    >>> stem = "<p>下列做法不正确的是（ ）。</p>"
    >>> found = advice("single", {"stem": stem, "options": options}, {"correct": ["A"]})
    >>> [(each.where, each.code) for each in found]
    [('stem', 'negative_unmarked'), ('options.B', 'speaks_of_options')]
    """
    found = list(_of_item(type_name, content, key))
    for language in languages_of(content):
        shown = localized(content, language)
        found += [
            Problem(f"translations.{language}.{each.where}", each.code, each.detail)
            for each in _of_item(type_name, shown, key)
        ]
    return found


def _of_item(
    type_name: str, content: Mapping[str, Any], key: Mapping[str, Any]
) -> Iterator[Problem]:
    if type_name == "item_set":
        keys = key.get("parts")
        for part in rows(content, "parts"):
            name = str(part.get("id"))
            own = keys.get(name) if isinstance(keys, dict) else None
            for each in _of_item(str(part.get("type")), part, own if isinstance(own, dict) else {}):
                yield Problem(f"parts.{name}.{each.where}", each.code, each.detail)
    stem = text(content, "stem")
    if type_name == "true_false":
        yield from _absolute("stem", plain_line(stem))
    if type_name in CHOICES:
        yield from _negative(stem)
        options = {str(each.get("id")): each for each in rows(content, "options")}
        texts = {name: plain_line(text(each, "content")) for name, each in options.items()}
        for name, said in texts.items():
            yield from _absolute(f"options.{name}", said)
            if OTHERS.search(said):
                is_fixed = bool(options[name].get("fixed"))
                code = "speaks_of_options" if is_fixed else "speaks_of_moving_options"
                yield Problem(f"options.{name}", code, {"words": said[:40]})
        yield from _lengths(texts, key)
        yield from _repeated(texts)


def _absolute(where: str, said: str) -> Iterator[Problem]:
    found = ABSOLUTE.search(said)
    if found:
        yield Problem(where, "absolute_word", {"words": found[0]})


def _negative(stem: str) -> Iterator[Problem]:
    found = NEGATIVE.search(plain_line(stem))
    if not found:
        return
    words = next(filter(None, found.groups()))
    if not any(words in plain_line(each[2]) for each in MARKED.finditer(stem)):
        yield Problem("stem", "negative_unmarked", {"words": words})


def _lengths(texts: Mapping[str, str], key: Mapping[str, Any]) -> Iterator[Problem]:
    widths = {name: width(said) for name, said in texts.items()}
    if len(widths) < FEWEST_OPTIONS or not all(widths.values()):
        return
    longest = max(widths, key=lambda name: widths[name])
    usual = median(each for name, each in widths.items() if name != longest)
    if widths[longest] < TIMES_LONGER * usual or widths[longest] - usual < WIDER_BY:
        return
    correct = key.get("correct", [])
    is_key = isinstance(correct, list) and longest in correct
    yield Problem(f"options.{longest}", "key_stands_out" if is_key else "option_stands_out")


def _repeated(texts: Mapping[str, str]) -> Iterator[Problem]:
    if len(texts) < FEWEST_OPTIONS or len(set(texts.values())) < len(texts):
        return
    columns = zip(*texts.values(), strict=False)
    words = "".join(each[0] for each in takewhile(lambda column: len(set(column)) == 1, columns))
    if words.isascii():  # whole words alone
        words = words.rpartition(" ")[0]
    if width(words) >= REPEATED and sum(map(str.isalpha, words)) >= REPEATED // 2:
        yield Problem("options", "options_repeat", {"words": words.strip()})


def width(said: str) -> int:
    """Return how many columns a text is wide: a Chinese character two, a letter one.

    Examples
    --------
    >>> width("电压U")
    5
    """
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in said)
