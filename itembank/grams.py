"""Text cut into grams, so that a full-text index finds two Chinese characters as well as a word.

A run of letters and digits of a script with spaces is one gram; every two neighbours of a run of
Chinese characters are one, and the last character stands alone too: so every character begins
some gram and a search for a single one is a search for grams that begin with it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Han (with extensions), Kana, Bopomofo: written without spaces.
UNSPACED = r"\u3040-\u30ff\u3100-\u312f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
RUN = re.compile(rf"([{UNSPACED}]+)|([^\W_{UNSPACED}]+)")
FEW = re.compile(rf"[{UNSPACED}]{{1,2}}")
QUOTED = re.compile(r"[\"“”„]([^\"“”„]*)[\"“”„]|(\S+)")
LONGEST_GRAM = 40  # of a word; what comes behind is found by comparing the text


@dataclass(frozen=True)
class Term:
    """A part of what is searched: its text, and the grams any text that holds it has.

    ``whole`` grams must be there as they are; ``begun`` are beginnings of grams.
    """

    text: str
    whole: tuple[str, ...]
    begun: tuple[str, ...]

    @property
    def is_exact(self) -> bool:
        """Say whether the grams alone prove that a text holds it."""
        return FEW.fullmatch(self.text) is not None


def folded(text: str) -> str:
    """Return text as it is searched: width and case do not matter.

    Examples
    --------
    >>> folded("ＡＣ　220Ｖ")
    'ac 220v'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def grams(text: str) -> Iterator[str]:
    """Give the grams of folded text, in order, repeated ones again.

    Examples
    --------
    >>> list(grams("电压降36v的"))
    ['电压', '压降', '降', '36v', '的']
    """
    for unspaced, word in RUN.findall(text):
        if word:
            yield word[:LONGEST_GRAM]
        else:
            yield from pairs(unspaced)
            yield unspaced[-1]


def pairs(run: str) -> Iterable[str]:
    """Return every two neighbours of a run of characters."""
    return (run[place : place + 2] for place in range(len(run) - 1))


def terms(asked: str) -> list[Term]:
    """Return what is searched: words, all of which must be there, and phrases in quotes.

    Examples
    --------
    >>> [(term.text, term.whole, term.begun) for term in terms('电压降 "a b"')]
    [('电压降', ('电压', '压降'), ()), ('a b', ('a',), ('b',))]
    """
    found = (phrase or word for phrase, word in QUOTED.findall(folded(asked)))
    return [_term(text.strip()) for text in dict.fromkeys(found) if text.strip('"“”„ ')]


def _term(text: str) -> Term:
    whole: list[str] = []
    begun: list[str] = []
    for found in RUN.finditer(text):
        unspaced, word = found.groups()
        if unspaced and len(unspaced) > 1:
            whole += pairs(unspaced)
        elif unspaced:
            begun.append(unspaced)
        elif found.end() < len(text) and len(word) <= LONGEST_GRAM:
            whole.append(word)
        else:
            begun.append(word[:LONGEST_GRAM])
    return Term(text, tuple(dict.fromkeys(whole)), tuple(dict.fromkeys(begun)))
