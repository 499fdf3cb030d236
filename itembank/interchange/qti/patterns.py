"""Patterns of XML Schema, as ``patternMatch`` has them: the whole text must fit."""

import re
from typing import Final

from itembank.interchange.qti.values import UnscorableError

LONGEST_PATTERN: Final = 300
# How many parts of any length a pattern may have for texts up to a length: what has more, or is
# tried on longer ones, can take forever to fail.
TRIED: Final = ((3, 200), (6, 40))
ANY_LENGTH: Final = re.compile(r"(?<!\\)[*+]|\{\d+,\}")
CLASSES: Final = {
    r"\p{L}": "[^\\W\\d_]",
    r"\p{Lu}": "[A-ZÀ-ÖØ-Þ]",
    r"\p{Ll}": "[a-zß-öø-ÿ]",
    r"\p{N}": r"\d",
    r"\p{Nd}": r"\d",
    r"\i": "[A-Za-z_:]",
    r"\c": "[A-Za-z0-9_:.-]",
}
# A repetition of what repeats itself can take forever to fail.
ENDLESS: Final = re.compile(r"\([^()]*[+*}][^()]*\)\s*[+*{]")
NOT_OF_XML: Final = re.compile(r"\(\?|\\[bBAZkgG1-9]")


def is_match(pattern: str, text: str, *, is_case_sensitive: bool = True) -> bool:
    r"""Say whether a text fits a pattern.

    Raises UnscorableError: ``qti_pattern`` for what cannot be tried safely.

    Examples
    --------
    >>> is_match(r"a|b\d", "b7"), is_match("ab", "xabx")
    (True, False)
    """
    if len(pattern) > LONGEST_PATTERN or ENDLESS.search(pattern) or NOT_OF_XML.search(pattern):
        raise UnscorableError("qti_pattern", pattern=pattern[:60])
    for own, known in CLASSES.items():
        pattern = pattern.replace(own, known)
    pattern = re.sub(r"(?<!\\)(?<!\[)\^|(?<!\\)\$", "", pattern)
    try:
        compiled = re.compile(pattern, 0 if is_case_sensitive else re.IGNORECASE)
    except (re.error, OverflowError):
        raise UnscorableError("qti_pattern", pattern=pattern[:60]) from None
    n = len(ANY_LENGTH.findall(pattern))
    if not any(n <= most and len(text) <= longest for most, longest in TRIED):
        raise UnscorableError("qti_pattern", pattern=pattern[:60])
    return compiled.fullmatch(text) is not None
