"""What the code says to people, and what the catalogues have for it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from tests.source import ROOT, place, python_files, tree_of

TRANSLATIONS = ROOT / "exam_server" / "translations"
KEYWORDS = DEFAULT_KEYWORDS | {
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
REFUSALS = {
    "ConflictError",
    "InvalidInputError",
    "NotAllowedError",
    "NotFoundError",
    "RefusedError",
}
NAMED = re.compile(r"%\((\w+)\)")


@dataclass(frozen=True)
class Raised:
    """One place where a code is given, with the facts its sentence may name."""

    code: str
    where: str
    facts: frozenset[str] | None  # None: not to be read off the source


@cache  # reading them takes seconds
def catalogues(locale: str) -> tuple[tuple[Path, Catalog], ...]:
    """Return every desk's catalogue in a language."""
    paths = sorted((TRANSLATIONS / locale / "LC_MESSAGES").glob("*.po"))
    return tuple((path, read_po(path.read_text("utf-8").splitlines(), locale)) for path in paths)


@cache
def entries(locale: str) -> dict[tuple[str | None, str], Message]:
    """Return every translated message of a language by its context and text."""
    found: dict[tuple[str | None, str], Message] = {}
    for _, catalogue in catalogues(locale):
        for message in catalogue:
            text = message.id if isinstance(message.id, str) else message.id[0]
            if text and message.string and not message.fuzzy:
                found[message.context, text] = message
    return found


def shown_messages() -> Iterator[tuple[str, str | None, str]]:
    """Give place, context and text of every message that pages and code mark for translation."""
    methods = [("templates/**.html", "jinja2"), ("**.py", "python")]
    options = {"templates/**.html": {"silent": "false"}}
    office = ROOT / "exam_server"
    found = extract_from_dir(office, methods, options, KEYWORDS)
    for name, line, message, _, context in found:
        text = message if isinstance(message, str) else message[0]
        yield f"exam_server/{name}:{line}", context, text


def raised_codes() -> Iterator[Raised]:
    """Give every code that the office refuses with or that a rule book answers with."""
    for path in python_files("exam_server", "itembank", "proctor"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call):
                yield from codes_of_call(path, node)
            elif isinstance(node, ast.FunctionDef) and node.name.endswith("_problem"):
                yield from codes_of_rule(path, node)


def codes_of_call(path: Path, call: ast.Call) -> Iterator[Raised]:
    """Give the codes of ``ConflictError("code", fact=…)`` or ``Problem(where, "code", {…})``."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    by_keyword = {each.arg: each.value for each in call.keywords}
    if name in REFUSALS:
        code = by_keyword.get("code", call.args[0] if call.args else None)
        facts = None if None in by_keyword else frozenset(map(str, by_keyword))
    elif name == "Problem":
        code = by_keyword.get("code", call.args[1] if len(call.args) > 1 else None)
        facts = keys_of(by_keyword.get("detail", call.args[2] if len(call.args) > 2 else None))
    else:
        return
    for text in texts_of(code):
        yield Raised(text, place(path, call), facts)


def codes_of_rule(path: Path, rule: ast.FunctionDef) -> Iterator[Raised]:
    """Give the codes that a rule named ``…_problem`` returns."""
    for node in ast.walk(rule):
        if isinstance(node, ast.Return):
            for text in texts_of(node.value):
                yield Raised(text, place(path, node), None)


def texts_of(node: ast.AST | None) -> list[str]:
    """Return the strings an expression can be: itself, or either branch of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return texts_of(node.body) + texts_of(node.orelse)
    if isinstance(node, ast.BoolOp):
        return [text for value in node.values for text in texts_of(value)]
    return []


def keys_of(node: ast.AST | None) -> frozenset[str] | None:
    """Return the keys of a literal dictionary; nothing given means no keys."""
    if node is None:
        return frozenset()
    if not isinstance(node, ast.Dict) or None in node.keys:
        return None
    return frozenset(text for key in node.keys for text in texts_of(key))


def named_facts(text: str) -> frozenset[str]:
    """Return the names a sentence fills in: ``%(minutes)s``."""
    return frozenset(NAMED.findall(text))
