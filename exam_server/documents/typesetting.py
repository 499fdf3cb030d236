"""Documents set with Typst: a template and its facts in, a PDF/A out."""

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

from exam_server.documents.fonts import font_folders, unprintable
from exam_server.errors import InvalidInputError, Problem

TEMPLATES = Path(__file__).parent / "templates"
STANDARD: Literal["a-2b"] = "a-2b"
NOT_DISPLAYED = re.compile(r'the text `"(.+?)"` could not be displayed')


def pdf(
    template: str,
    data: Mapping[str, Any],
    *,
    pictures: Mapping[str, bytes] | None = None,
    more_fonts: Path | None = None,
) -> bytes:
    """Return a document: ``templates/<template>.typ`` with its facts, and pictures by file name.

    Only the job process calls this. PDF/A makes a character without a glyph an error, so that no
    name ever has a hole. Raises InvalidInputError: ``characters_unprintable``, naming them.
    """
    _refuse_unprintable(data, more_fonts)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for source in TEMPLATES.glob("*.typ"):
            (root / source.name).write_bytes(source.read_bytes())
        for name, body in (pictures or {}).items():
            (root / name).write_bytes(body)
        facts = {"data": json.dumps({**data, "more_fonts": _families(more_fonts)})}
        try:
            made = _compiler(more_fonts).compile(
                root / f"{template}.typ",
                root=root,
                format="pdf",
                pdf_standards=[STANDARD],
                sys_inputs=facts,
            )
        except typst.TypstError as error:
            raise _refusal(error) from error
    if not isinstance(made, bytes):
        msg = f"one PDF was expected of {template!r}"
        raise TypeError(msg)
    return made


@cache
def _compiler(more_fonts: Path | None) -> typst.Compiler:
    """Return the compiler; made once, for it reads every font."""
    return typst.Compiler(font_paths=_font_set(more_fonts), ignore_system_fonts=True)


@cache
def _font_set(more_fonts: Path | None) -> typst.Fonts:
    folders = [str(folder) for folder in font_folders(more_fonts)]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)


def _families(more_fonts: Path | None) -> list[str]:
    """Return the names of the site's own font families."""
    if more_fonts is None:
        return []
    own = set(_font_set(more_fonts).families()) - set(_font_set(None).families())
    return sorted(own)


def _refuse_unprintable(data: Mapping[str, Any], more_fonts: Path | None) -> None:
    problems = [
        Problem(text, "character_unprintable", {"value": letter, "code": f"U+{ord(letter):04X}"})
        for text in dict.fromkeys(_texts(data))
        for letter in unprintable(text, more_fonts)
    ]
    if problems:
        raise InvalidInputError("characters_unprintable", problems)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        # A formula's signs are in the fonts of maths; one that is not makes Typst refuse.
        for name, each in value.items():
            yield from () if name == "formula" else _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _refusal(error: typst.TypstError) -> Exception:
    found = NOT_DISPLAYED.search(error.message)
    if found is None:
        return error
    detail: dict[str, object] = {"value": found[1], "code": ""}
    return InvalidInputError(
        "characters_unprintable", [Problem(found[1], "character_unprintable", detail)]
    )
