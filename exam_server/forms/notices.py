"""What candidates are told of pilot items: a structure's own words, or the usual ones."""

from collections.abc import Mapping
from typing import Any

from exam_server.forms.rules import n_pilots

USUAL = {
    "zh_Hans_CN": "本卷部分试题为试测题，不计入成绩。试测题不作标记，请认真作答全部试题。",
    "en": "Some questions of this paper are on trial and do not count towards the mark. "
    "They are not marked as such: please answer all questions with care.",
}


def notices_of(stored: Mapping[str, Any]) -> dict[str, str]:
    """Return what a paper says of its pilot items, by language; nothing where it has none.

    Examples
    --------
    >>> notices_of({"sections": [{"count": 8, "mark": "1"}]})
    {}
    >>> demand = {"sections": [{"count": 8, "pilots": 1, "mark": "1"}], "notices": {"en": "So."}}
    >>> notices_of(demand)["en"]
    'So.'
    """
    if not n_pilots(stored):
        return {}
    return {**USUAL, **{name: said for name, said in stored.get("notices", {}).items() if said}}
