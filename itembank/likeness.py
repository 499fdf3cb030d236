"""How alike items are: the same, the same but for numbers, nearly the same, the same question.

Texts are compared as sets of grams. So that one of 100,000 is found without comparing all, each
has a fingerprint: bands of a MinHash [1]_. Two texts that share a share J of their grams agree in
some band with probability 1 - (1 - J**5)**24: 0.99 at 0.7, 0.06 at 0.3.

References
----------
.. [1] Broder (1997), *On the resemblance and containment of documents*. SEQUENCES.
"""

import hashlib
import re
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np

from itembank.grams import folded, grams
from itembank.items.languages import texts_of
from itembank.plain_texts import plain_line

ROWS: Final = 5  # hashes of a band
BANDS: Final = 24  # of all that an item says
STEM_BANDS: Final = 8  # of its stem alone
NEAR: Final = 0.7  # share of grams in common from which two items are nearly the same
CONTAINED: Final = 0.9  # share of the shorter one's grams that the longer one has too
SAME_STEM: Final = 0.85
FEWEST_GRAMS: Final = 12  # of a stem that says something by itself
LARGEST_BUCKET: Final = 200  # items of one band that are compared with one another
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
PICTURE = re.compile(r"<img\b[^>]*?media:([0-9a-f]{8})[^>]*>")
KINDS: Final = ("same", "numbers", "near", "stem")
_N_HASHES = ROWS * (BANDS + STEM_BANDS)
# Never to change: fingerprints are stored. So they come from a hash, not from a generator, whose
# numbers another edition may draw otherwise.
_DRAWN = np.frombuffer(
    hashlib.shake_256(b"likeness of items").digest(8 * (2 * _N_HASHES + ROWS)), dtype="<u8"
).astype(np.uint64)
_FACTORS = _DRAWN[:_N_HASHES, None] | np.uint64(1)
_SHIFTS = _DRAWN[_N_HASHES : 2 * _N_HASHES, None]
_MIXERS = _DRAWN[2 * _N_HASHES :] | np.uint64(1)


@dataclass(frozen=True)
class Said:
    """What an item says, ready to be compared: all of it, and its stem."""

    text: str
    stem: str

    @property
    def skeleton(self) -> str:
        """Return all it says with every number made 0."""
        return NUMBER.sub("0", self.text)


@dataclass(frozen=True)
class Likeness:
    """In which way two items are alike, and the share of grams they have in common."""

    kind: str
    share: float


def said_by(type_name: str, content: Mapping[str, Any]) -> Said:
    """Return what an item says in its own language, formulas and pictures included.

    Examples
    --------
    >>> said_by("true_false", {"stem": "<p>电压 <b>220</b> V</p>", "options": []})
    Said(text='电压 220 v', stem='电压 220 v')
    """
    own = {name: value for name, value in content.items() if name != "translations"}
    texts = [_plain(each) for each in texts_of(own)]
    stem = texts[0] if texts else ""
    if type_name == "true_false":
        return Said(stem, stem)
    return Said(" ".join([stem, *sorted(filter(None, texts[1:]))]).strip(), stem)


def fingerprint(said: Said) -> np.ndarray:
    """Return the bands of an item: 24 of all it says, 8 of its stem; numbers do not count.

    Returns
    -------
    ndarray, shape (32,), uint32
        Equal bands at the same place are what makes items candidates.
    """
    whole = _smallest(said.skeleton, slice(None, ROWS * BANDS))
    stem = _smallest(NUMBER.sub("0", said.stem), slice(ROWS * BANDS, None))
    rows = np.concatenate([whole, stem]).reshape(-1, ROWS)
    mixed: np.ndarray = (rows * _MIXERS).sum(axis=1, dtype=np.uint64) >> np.uint64(32)
    return mixed.astype(np.uint32)


def likeness(one: Said, other: Said) -> Likeness | None:
    """Return in which way two items are alike, or None when they are not.

    Examples
    --------
    >>> first = Said("额定电压为220伏的电动机应当接地", "额定电压为220伏的电动机应当接地")
    >>> likeness(first, Said("额定电压为380伏的电动机应当接地", "")).kind
    'numbers'
    """
    return compared_with(one)(other)


def compared_with(one: Said) -> Callable[[Said], Likeness | None]:
    """Return ``likeness`` to one item, whose text is cut once for all it is compared with."""
    mine, skeleton = frozenset(grams(one.text)), one.skeleton

    @cache
    def own_stem() -> frozenset[str]:
        return frozenset(grams(one.stem))

    def to(other: Said) -> Likeness | None:
        if one.text == other.text:
            return Likeness("same", 1.0)
        others = frozenset(grams(other.text))
        share = common_share(mine, others)
        if skeleton == other.skeleton:
            return Likeness("numbers", share)
        if share >= NEAR or _is_contained(mine, others):
            return Likeness("near", share)
        stem, others_stem = own_stem(), frozenset(grams(other.stem))
        if min(len(stem), len(others_stem)) < FEWEST_GRAMS:
            return None
        share = common_share(stem, others_stem)
        return Likeness("stem", share) if share >= SAME_STEM else None

    return to


def common_share(one: Collection[str], other: Collection[str]) -> float:
    """Return the share of grams in common (Jaccard); two empty texts have none.

    Examples
    --------
    >>> common_share({"a", "b", "c"}, {"b", "c", "d"})
    0.5
    """
    both = len(frozenset(one) & frozenset(other))
    either = len(one) + len(other) - both
    return both / either if either else 0.0


def candidate_pairs(bands: np.ndarray, *, first_new: int = 0, agreeing: int = 1) -> np.ndarray:
    """Return pairs of rows that agree in some bands of all they say, the smaller row first.

    Parameters
    ----------
    bands : ndarray, shape (n_items, 32), uint32
        Fingerprints.
    first_new : int
        Only pairs whose second row is this one or a later one are given.
    agreeing : int
        In how many of the 24 bands they agree at least: 2 leaves few pairs that are not alike,
        and finds 93 of 100 that share 0.7 of their grams, 99 of 100 that share 0.75.

    Returns
    -------
    ndarray, shape (n_pairs, 2), int64
        Each pair once. Of more than 200 rows that agree in a band, each meets its 200 neighbours.
    """
    n_rows = len(bands)
    named = [np.empty(0, dtype=np.int64)]
    for column in bands.T[:BANDS]:
        order = np.argsort(column, kind="stable")
        ranked = column[order]
        for step in range(1, min(LARGEST_BUCKET, n_rows)):
            places = np.flatnonzero(ranked[step:] == ranked[:-step])
            if not len(places):
                break
            one, other = order[places], order[places + step]
            is_new = other >= first_new
            named.append(one[is_new] * n_rows + other[is_new])
    names, counts = np.unique(np.concatenate(named), return_counts=True)
    chosen = names[counts >= agreeing]
    return np.column_stack([chosen // max(1, n_rows), chosen % max(1, n_rows)])


def _is_contained(one: frozenset[str], other: frozenset[str]) -> bool:
    fewer, more = sorted((len(one), len(other)))
    return fewer >= max(FEWEST_GRAMS, more / 2) and len(one & other) >= CONTAINED * fewer


def _plain(text: str) -> str:
    return folded(plain_line(PICTURE.sub(r" 图\1 ", text)))


def _smallest(text: str, part: slice) -> np.ndarray:
    """Return the smallest value of each hash over the grams of a text."""
    coded = {zlib.crc32(gram.encode()) for gram in grams(text)} or {0}
    values = np.fromiter(coded, dtype=np.uint64, count=len(coded))
    hashed: np.ndarray = (_FACTORS[part] * values + _SHIFTS[part]) >> np.uint64(32)
    smallest: np.ndarray = hashed.min(axis=1)
    return smallest
