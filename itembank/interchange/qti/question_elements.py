"""What questions of every type are written of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from itembank.interchange.qti.elements import Element
from itembank.interchange.qti.html_writing import body_children
from itembank.interchange.qti.xml_writing import Edition, q
from itembank.items.languages import UNTRANSLATED

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Writing:
    """How an item is written: the edition, where its pictures lie, whether with its key."""

    edition: Edition
    pictures: Mapping[str, str]
    with_keys: bool = True

    def html(self, text: str) -> list[Element | str]:
        """Return HTML as elements."""
        return body_children(text, self.edition, self.pictures)


@dataclass(frozen=True)
class Written:
    """A question as written: declarations, what stands below its stem, its score's rules."""

    declared: list[Element]
    below: list[Element | str]
    rules: list[Element]
    stem: list[Element | str] | None = None  # where blanks or drawn values stand in it
    template: list[Element] = field(default_factory=list)  # variables, and the rules that draw


@dataclass(frozen=True)
class Names:
    """What a question's response, score and type are called."""

    response: str
    score: str
    kind: str


def said_in(row: Facts, name: str) -> dict[str, str]:
    """Return the mark of a text that is not translated."""
    language = row.get(f"{UNTRANSLATED}{name}")
    return {"xml:lang": str(language)} if language else {}


def option_facts(option: Facts) -> dict[str, str]:
    """Return the attributes of an option: whether it stays in place, and its language."""
    fixed = {"fixed": "true"} if option.get("fixed") else {}
    return {**fixed, **said_in(option, "content")}


def declared_as(names: Names, cardinality: str, base: str, *inner: Element) -> Element:
    """Return the declaration of a response."""
    facts = {"identifier": names.response, "cardinality": cardinality, "baseType": base}
    return q("responseDeclaration", *inner, **facts)


def correct_response(values: list[str], writing: Writing) -> list[Element]:
    """Return what is right, if keys are written and there is one."""
    if not writing.with_keys or not values:
        return []
    return [q("correctResponse", *(q("value", each) for each in values))]


def set_score(score: str, value: Element) -> Element:
    """Return a rule that sets a score."""
    return q("setOutcomeValue", value, identifier=score)


def number_of(value: str) -> Element:
    """Return a number as an expression."""
    return q("baseValue", value, baseType="float")


def variable_of(name: str) -> Element:
    """Return a variable as an expression."""
    return q("variable", identifier=name)


def one_if(test: Element, score: str) -> Element:
    """Return a rule that gives the whole mark if a test holds."""
    return q("responseCondition", q("responseIf", test, set_score(score, number_of("1"))))


def matches(names: Names) -> Element:
    """Return a rule that gives the whole mark for the right response."""
    right = q("match", variable_of(names.response), q("correct", identifier=names.response))
    return one_if(right, names.score)
