"""The fonts that documents are set in, and which characters they can print."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import noto_cjk_sans_otc
import pylopdf_fonts_zh_cn
from fontTools.ttLib import TTCollection, TTFont

FILES = ("*.otf", "*.ttf", "*.ttc", "*.otc")
# Every Chinese font has these: nothing needs to be read for the names of most people.
COMMON = (range(0x20, 0x7F), range(0x4E00, 0x9FA6))


def font_folders(more: Path | None = None) -> list[Path]:
    """Return the folders of fonts: sans and serif, the wider fallback, then the site's own."""
    packaged = [
        Path(str(each.__file__)).parent for each in (pylopdf_fonts_zh_cn, noto_cjk_sans_otc)
    ]
    return [*packaged, *([more] if more is not None and more.is_dir() else [])]


def unprintable(text: str, more: Path | None = None) -> str:
    """Return the characters of a text that no font here can print, each once.

    Examples
    --------
    >>> unprintable("张三"), unprintable("𠮷田"), unprintable("王𡒄")
    ('', '', '𡒄')
    """
    rare = [letter for letter in dict.fromkeys(text) if not _is_common(letter)]
    known = _known_characters(more) if rare else frozenset()
    return "".join(letter for letter in rare if ord(letter) not in known and letter not in "\n\t")


def _is_common(letter: str) -> bool:
    return any(ord(letter) in letters for letters in COMMON)


@cache
def _known_characters(more: Path | None) -> frozenset[int]:
    files = [file for folder in font_folders(more) for kind in FILES for file in folder.glob(kind)]
    return frozenset(code for font in _fonts(files) for code in font.getBestCmap() or {})


def _fonts(files: Iterable[Path]) -> Iterable[TTFont]:
    for file in files:
        if file.suffix in {".ttc", ".otc"}:
            with TTCollection(file, lazy=True) as collection:
                yield collection.fonts[0]  # the others cover the same with other shapes
        else:
            with TTFont(file, lazy=True) as font:
                yield font
