"""What a paper structure may ask for, and how a shortage is told."""

import pytest

from exam_server.forms.rules import band_problems
from itembank.shortages import GIVES_WAY
from tests.catalogues import entries

COUNTED = ("type", "area", "cell", "importance")
TOLD = {
    *COUNTED,
    *(kind for kind in GIVES_WAY if kind not in COUNTED),
    *(f"joint_{kind}" for kind in GIVES_WAY if kind in COUNTED),
    "total",
    "time",
}


@pytest.mark.parametrize("band", [(None, None), (2.0, None), (2.0, 3.0), (3.0, 3.0)])
def test_a_band_may_be_open_or_a_single_value(band: tuple[float | None, float | None]) -> None:
    assert band_problems(*band) == []


def test_a_band_upside_down_is_refused_with_both_bounds() -> None:
    (problem,) = band_problems(4.0, 3.0)
    assert (problem.code, problem.detail) == ("band_upside_down", {"low": 4.0, "high": 3.0})


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_every_kind_of_shortage_has_a_sentence(language: str) -> None:
    sentences = entries(language)
    assert {kind for kind in TOLD if ("error", f"short_{kind}") not in sentences} == set()
