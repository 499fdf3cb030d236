"""Questions whose answer is arranged: pairs, orders and places in a picture."""

from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.question_elements import (
    Facts,
    Names,
    Writing,
    Written,
    correct_response,
    declared_as,
    matches,
    number_of,
    option_facts,
    said_in,
    set_score,
    variable_of,
)
from itembank.interchange.qti.xml_writing import h, q
from itembank.items.shapes import gives_part_marks


def write_pairs(content: Facts, key: Facts, writing: Writing, names: Names) -> Written:
    """Write two columns to be matched."""
    pairs = [f"L_{one} R_{other}" for one, other in key.get("pairs", [])]
    inner = correct_response(pairs, writing)
    rules = [matches(names)]
    if gives_part_marks(key) and writing.with_keys:
        entries = [q("mapEntry", mapKey=each, mappedValue="1") for each in pairs]
        inner.append(q("mapping", *entries, defaultValue="0"))
        earned = q("mapResponse", identifier=names.response)
        rules = [set_score(names.score, q("divide", earned, number_of(str(len(pairs)))))]
    most = "0" if content.get("reuse") else "1"
    left = [_column("L", each, "1", writing) for each in content["left"]]
    right = [_column("R", each, most, writing) for each in content["right"]]
    asked = q(
        "matchInteraction",
        q("simpleMatchSet", *left),
        q("simpleMatchSet", *right),
        responseIdentifier=names.response,
        shuffle="true",
        maxAssociations=str(len(left)),
    )
    return Written([declared_as(names, "multiple", "directedPair", *inner)], [asked], rules)


def _column(side: str, row: Facts, most: str, writing: Writing) -> Element:
    facts = {"identifier": f"{side}_{row['id']}", "matchMax": most, **said_in(row, "content")}
    return q("simpleAssociableChoice", *writing.html(str(row["content"])), **facts)


def write_order(content: Facts, key: Facts, writing: Writing, names: Names) -> Written:
    """Write steps to be put in order."""
    order = [f"S_{each}" for each in key.get("order", [])]
    choices = [
        q(
            "simpleChoice",
            *writing.html(str(each["content"])),
            identifier=f"S_{each['id']}",
            **option_facts(each),
        )
        for each in content["options"]
    ]
    asked = q("orderInteraction", *choices, responseIdentifier=names.response, shuffle="true")
    declared = declared_as(names, "ordered", "identifier", *correct_response(order, writing))
    rules = [matches(names)]
    if gives_part_marks(key):
        fixed = {f"S_{each['id']}" for each in content["options"] if each.get("fixed")}
        rules = _places(order, fixed, names)
    return Written([declared], [asked], rules)


def _places(order: list[str], fixed: set[str], names: Names) -> list[Element]:
    """Return rules that give each step in its place its share."""
    asked = [(place, each) for place, each in enumerate(order, start=1) if each not in fixed]
    rules = []
    for place, each in asked:
        there = q("index", variable_of(names.response), n=str(place))
        right = q("match", there, q("baseValue", each, baseType="identifier"))
        more = set_score(names.score, q("sum", variable_of(names.score), number_of("1")))
        rules.append(q("responseCondition", q("responseIf", right, more)))
    share = q("divide", variable_of(names.score), number_of(str(len(asked))))
    return [*rules, set_score(names.score, share)]


def write_place(content: Facts, key: Facts, writing: Writing, names: Names) -> Written:
    """Write a picture with places to be pointed at."""
    entries = [
        q(
            "areaMapEntry",
            shape=str(each["shape"]),
            coords=",".join(map(str, each["coords"])),
            mappedValue="1",
        )
        for each in key.get("areas", [])
    ]
    mapping = q("areaMapping", *entries, defaultValue="0", upperBound="1")
    declared = declared_as(names, "single", "point", *([mapping] if writing.with_keys else []))
    source = writing.pictures.get(str(content["picture"]).removeprefix("media:"), "missing")
    sides = {name: str(content[name]) for name in ("width", "height")}
    sides |= said_in(content, "alt")
    words = str(content.get("alt", ""))
    if writing.edition.is_kebab:
        shown = h("img", src=source, alt=words, **sides)
    else:
        kind = "image/" + source.rpartition(".")[2].replace("jpg", "jpeg")
        shown = h("object", words, type_=kind, data=source, **sides)
    asked = q("selectPointInteraction", shown, responseIdentifier=names.response, maxChoices="1")
    earned = q("mapResponsePoint", identifier=names.response)
    return Written([declared], [asked], [set_score(names.score, earned)])
