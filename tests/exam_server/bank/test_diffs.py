"""What changed between two versions, in words."""

from exam_server.bank.diffs import VersionFacts, changes_between

CONTENT = {
    "stem": '<p>求 <span data-type="inline-math" data-latex="x^2"></span></p>',
    "options": [{"id": "A", "content": "1"}, {"id": "B", "content": "2", "fixed": True}],
    "unit": None,
}
FIRST = VersionFacts("single", CONTENT, {"correct": ["A"]}, 3, "")


def said(new: VersionFacts) -> dict[str, str]:
    signs = {"kept": "{}", "gone": "[-{}]", "new": "[+{}]"}
    return {
        change.where: "".join(signs[each.kind].format(each.text) for each in change.pieces)
        for change in changes_between(FIRST, new)
    }


def test_the_same_says_nothing() -> None:
    assert said(FIRST) == {}


def test_changed_words_formulas_keys_and_facts_are_named() -> None:
    stem = '<p>算 <span data-latex="x^3" data-type="inline-math"></span></p>'
    content = {
        **CONTENT,
        "stem": stem,
        "options": [*CONTENT["options"], {"id": "C", "content": "3"}],  # type: ignore[misc]
        "translations": {"en": {"stem": "<p>Find</p>"}},
    }
    assert said(VersionFacts("single", content, {"correct": ["C"]}, 4, "因为")) == {
        "stem": "[-求][+算] [-$x^2$][+$x^3$]",
        "options.C": "[+3]",
        "translations.en.stem": "[+Find]",
        "key.correct": "[-A][+C]",
        "difficulty": "[-3][+4]",
        "explanation": "[+因为]",
    }


def test_pairs_areas_and_parts_are_named_by_their_place() -> None:
    content = {"stem": "<p>材料</p>", "parts": [{"id": "1", "type": "matching", "stem": "a"}]}
    key = {"parts": {"1": {"pairs": [["a", "B"], ["b", "A"]]}}}
    changed = {"parts": {"1": {"pairs": [["a", "A"], ["b", "A"]]}}}
    old, new = (VersionFacts("item_set", content, each, 3, "") for each in (key, changed))
    (change,) = changes_between(old, new)
    assert change.where == "key.parts.1.pairs"
    assert "".join(each.text for each in change.pieces if each.kind != "new") == "a–B; b–A"
