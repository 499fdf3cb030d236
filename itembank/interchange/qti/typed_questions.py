"""Questions whose answer is typed: numbers, calculations, blanks and words."""

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from itembank.interchange.qti.calculation_writing import (
    drawn_names,
    stem_with_values,
    template_declarations,
    template_rules,
)
from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.html_writing import body_children
from itembank.interchange.qti.question_elements import (
    Facts,
    Names,
    Writing,
    Written,
    correct_response,
    declared_as,
    number_of,
    one_if,
    said_in,
    set_score,
    variable_of,
)
from itembank.interchange.qti.xml_writing import h, q
from itembank.items.calculation import travels
from itembank.items.numeric import right_answer
from itembank.items.written import LIMITS
from itembank.items.written_cells import written_cell
from scoring.marks import read_number

UNIT: Final = "unit"


def write_numeric(content: Facts, key: Facts, writing: Writing, names: Names) -> Written:
    """Write a number to be typed: near the right one, or within a range."""
    is_range = key.get("tolerance_mode") == "range"
    value = _digits(right_answer(content, key) if is_range else key.get("value", ""))
    declared = declared_as(names, "single", "float", *correct_response([value], writing))
    line = h("p", *_typed_number(content, names))
    if is_range:
        return Written([declared], [line], [one_if(_between(key, names), names.score)])
    compared = _near(key, number_of(value), names)
    return Written([declared], [line], [one_if(compared, names.score)])


def _between(key: Facts, names: Names) -> Element:
    """Return a comparison with the ends there are; open ones do not belong to the range."""
    open_ends = {"both": ("least", "most")}.get(str(key.get("open")), (key.get("open"),))
    ways = {"least": ("gt", "gte"), "most": ("lt", "lte")}
    tests = [
        q(how[end not in open_ends], variable_of(names.response), number_of(_digits(key[end])))
        for end, how in ways.items()
        if key.get(end)
    ]
    return tests[0] if len(tests) == 1 else q("and", *tests)


def _near(key: Facts, right: Element, names: Names) -> Element:
    tolerance = _digits(key.get("tolerance") or "0")
    mode = str(key.get("tolerance_mode") or "absolute")
    if mode == "relative":
        tolerance = str(Decimal(tolerance).scaleb(2))  # QTI counts in hundredths
    answer = variable_of(names.response)
    return q("equal", right, answer, toleranceMode=mode, tolerance=tolerance)


def write_calculation(content: Facts, key: Facts, writing: Writing, names: Names) -> Written:
    """Write a template: what is right is worked out of the values that were drawn.

    Its rules are its key: without keys one set of values is asked.
    """
    if not writing.with_keys:
        _, asked, _ = travels(content, key)
        made = write_numeric(asked, {}, writing, names)
        return replace(made, stem=writing.html(str(asked["stem"])))
    declared = declared_as(names, "single", "float")
    right = q("correct", identifier=names.response)
    stem = stem_with_values(
        str(content.get("stem", "")), drawn_names(key), writing.edition, writing.pictures
    )
    return Written(
        [declared],
        [h("p", *_typed_number(content, names))],
        [one_if(_near(key, right, names), names.score)],
        stem,
        [*template_declarations(content, key), template_rules(content, key, names.response)],
    )


def _typed_number(content: Facts, names: Names) -> list[Element | str]:
    blank = q("textEntryInteraction", responseIdentifier=names.response, expectedLength="12")
    line: list[Element | str] = [blank]
    if content.get("unit"):
        line += [" ", h("span", str(content["unit"]), class_=UNIT, **said_in(content, "unit"))]
    return line


def write_extended(content: Facts, key: Facts, writing: Writing, names: Names) -> Written:
    """Write an answer in words; what scorers are told stands before it, a line a paragraph."""
    lines = str(content.get("lines") or 0)
    limits = [f"{name}-{content[name]}" for name in LIMITS if content.get(name)]
    box = q(
        "extendedTextInteraction",
        responseIdentifier=names.response,
        expectedLines=lines,
        class_=" ".join([names.kind, *limits]),
    )
    below: list[Element | str] = [box]
    if writing.with_keys:
        told = [h("p", line) for line in written_cell(key).split("\n")]
        below = [q("rubricBlock", *told, view="scorer", use="instructions"), box]
    return Written([declared_as(names, "single", "string")], below, [])


def _digits(said: Any) -> str:
    """Return a number as other programs read it, however a writer has typed it."""
    number = read_number(str(said))
    return str(said) if number is None else str(number)


def write_texts(content: Facts, key: Facts, writing: Writing, names: Names) -> Written:
    """Write blanks in the stem, each with the texts that count."""
    blanks = [str(each["id"]) for each in content["blanks"]]
    responses = {each: _blank_name(names.response, n) for n, each in enumerate(blanks)}
    case = "true" if key.get("case_sensitive") else "false"
    keys = key.get("blanks", {})
    declared = []
    for blank, response in responses.items():
        texts = [str(each) for each in keys.get(blank, [])]
        inner = correct_response(texts[:1], writing)
        if writing.with_keys:
            entries = [
                q("mapEntry", mapKey=each, mappedValue="1", caseSensitive=case) for each in texts
            ]
            inner.append(q("mapping", *entries, defaultValue="0", upperBound="1"))
        named = Names(response, names.score, names.kind)
        declared.append(declared_as(named, "single", "string", *inner))

    def place(blank: str) -> Element:
        facts = {"responseIdentifier": responses.get(blank, "?"), "class": f"blank-{blank}"}
        return q("textEntryInteraction", **facts)

    rules = [_blanks_share(list(responses.values()), names, is_whole=bool(key.get("whole")))]
    stem = body_children(str(content["stem"]), writing.edition, writing.pictures, place)
    return Written(declared, [], rules, stem)


def _blanks_share(responses: list[str], names: Names, *, is_whole: bool) -> Element:
    """Return the rule that gives each blank its share, or all of them the mark together."""
    worths = [q("mapResponse", identifier=each) for each in responses]
    if is_whole:
        most = {"toleranceMode": "exact"}
        return one_if(
            q("equal", q("sum", *worths), number_of(str(len(worths))), **most), names.score
        )
    return set_score(names.score, q("divide", q("sum", *worths), number_of(str(len(worths)))))


def _blank_name(response: str, n: int) -> str:
    return response if not n else f"{response}_B{n + 1}"
