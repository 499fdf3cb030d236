"""What a printed paper says of how items are marked, in both languages."""

from collections.abc import Mapping
from typing import Any

# As a seat says it above the options (frontend/lib/fields/words.ts).
MARKED = {
    "zh": {
        "part_marks": "少选得部分分，有错选不得分",
        "minus": "选对得部分分，错选扣分，最低 0 分",
        "by_option": "各选项分值不同，错选可能扣分，最低 0 分",
    },
    "en": {
        "part_marks": "Part marks for right options; nothing if one is wrong",
        "minus": "Part marks for right options; wrong ones take marks away, never below 0",
        "by_option": "Options differ in worth; wrong ones may take marks away, never below 0",
    },
}
TOLD = {
    "zh": {
        "decimals": "结果保留 {decimals} 位小数",
        "whole_number": "结果取整数",
        "units": "数字后可写单位：{units}；不写即为 {unit}",
        "whole": "各空全部正确才得分",
        "group": "第 {blanks} 空顺序不限",
    },
    "en": {
        "decimals": "round to {decimals} decimal places",
        "whole_number": "round to a whole number",
        "units": "a unit may follow the number: {units}; without one it is {unit}",
        "whole": "marked only when every blank is right",
        "group": "blanks {blanks} in any order",
    },
}
WORDS = {
    "zh": "第 {first}～{last} 题，{ask}每题 {mark} 分，共 {sum} 分",
    "en": "items {first} to {last}; {ask}{mark} each, {sum} in all",
}
WORDS_WITH_PILOTS = {
    "zh": "第 {first}～{last} 题，{ask}每题 {mark} 分，其中 {counted} 题计分，共 {sum} 分",
    "en": "items {first} to {last}; {ask}{mark} each, {counted} of them count, {sum} in all",
}
SINGLE_WORDS = {"zh": "第 {first} 题，{ask}{mark} 分", "en": "item {first}; {ask}marks: {mark}"}
BETWEEN = {"zh": "；", "en": "; "}


def told(view: Mapping[str, Any], language: str) -> str:
    """Return what a candidate is told beside the stem: how it is marked, how it is written.

    Examples
    --------
    >>> told({"decimals": 2, "unit": "V", "units": ["kV"]}, "en")
    'round to 2 decimal places; a unit may follow the number: V, kV; without one it is V'
    """
    words, said = TOLD[language], [MARKED[language].get(view.get("marking", ""), "")]
    decimals, unit = view.get("decimals"), view.get("unit") or ""
    if decimals is not None:
        code = "decimals" if decimals else "whole_number"
        said.append(words[code].format(decimals=decimals))
    if view.get("units"):
        said.append(words["units"].format(units=", ".join([unit, *view["units"]]), unit=unit))
    if view.get("whole"):
        said.append(words["whole"])
    said += [words["group"].format(blanks=", ".join(each)) for each in view.get("groups", [])]
    return BETWEEN[language].join(filter(None, said))


def section_words(n_items: int, facts: Mapping[str, Any], language: str) -> str:
    """Return what stands behind the title of a section; ``counted`` leaves out pilot items.

    Examples
    --------
    >>> facts = {"first": 1, "last": 8, "counted": 6, "ask": "", "mark": "0.5", "sum": "3"}
    >>> section_words(8, facts, "en")
    'items 1 to 8; 0.5 each, 6 of them count, 3 in all'
    """
    many = WORDS if facts["counted"] == n_items else WORDS_WITH_PILOTS
    return (many if n_items > 1 else SINGLE_WORDS)[language].format(**facts)
