"""Texts cut into grams, and what is searched."""

from hypothesis import given
from hypothesis import strategies as st

from itembank.grams import folded, grams, terms

LETTERS = st.text(alphabet="电压降流的ab1 ,（V５", max_size=20)


@given(LETTERS, st.integers(0, 19), st.integers(1, 6))
def test_a_text_holds_the_grams_of_each_of_its_parts_that_begins_a_word(
    written: str, start: int, length: int
) -> None:
    text = folded(written)
    part = text[start : start + length]
    begins_inside = (
        start > 0 and text[start - 1 : start].isascii() and text[start - 1 : start].isalnum()
    )
    if begins_inside or '"' in part or not part.strip():
        return
    have = list(grams(text))
    for term in terms(f'"{part}"'):
        assert set(term.whole) <= set(have)
        assert all(any(gram.startswith(each) for gram in have) for each in term.begun)


def test_one_or_two_characters_need_no_comparing_of_texts() -> None:
    assert [term.is_exact for term in terms("电 电压 电压降 ab a电")] == [
        True,
        True,
        False,
        False,
        False,
    ]
