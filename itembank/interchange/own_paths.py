"""Places in the blueprint as this program writes them into formats that know only categories."""

import re
from collections.abc import Sequence
from typing import Final

POINT_CODE: Final = re.compile(r"[^\s-]{1,32}(-[^\s-]{1,32}){1,6}")

Path = tuple[tuple[str, str], ...]


def category_names(path: Path) -> list[str]:
    """Return categories, each code and name of a range or point.

    Examples
    --------
    >>> category_names((("A", "基础"), ("001", "电路")))
    ['A 基础', '001 电路']
    """
    return [code if code == name else f"{code} {name}" for code, name in path]


def tagged_path(code: str, names: Sequence[str]) -> Path:
    """Return the path a full code names, with names where the categories have them.

    Examples
    --------
    >>> tagged_path("A-001", ["A 基础", "001 电路"])
    (('A', '基础'), ('001', '电路'))
    >>> tagged_path("A-001", ["else"]), tagged_path("", [])
    ((('A', 'A'), ('001', '001')), ())
    """
    if not POINT_CODE.fullmatch(code):
        return ()
    parts = code.split("-")
    last = [*parts[: max(0, len(parts) - len(names))], *names[-len(parts) :]]
    return tuple(
        (part, said.removeprefix(f"{part} ").strip() if said.startswith(f"{part} ") else part)
        for part, said in zip(parts, last, strict=True)
    )
