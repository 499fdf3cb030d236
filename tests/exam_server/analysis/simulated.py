"""Papers of simulated candidates with known abilities, as arrays: no store is needed."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exam_server.analysis.deep import Gathered
from exam_server.analysis.figures import figures_of
from exam_server.analysis.responses import ANSWERED, AskedItem, FormResponses
from exam_server.analysis.seats import SeatOf

OPTIONS = "ABCD"


@dataclass(frozen=True)
class Simulated:
    """What was simulated, and the truth behind it."""

    form: FormResponses
    abilities: NDArray[np.float64]
    slopes: NDArray[np.float64]
    difficulties: NDArray[np.float64]

    def gathered(self, *forms: FormResponses, **facts: Any) -> Gathered:
        """Return what the long work goes on."""
        shown = list(forms) or [self.form]
        asked: dict[str, Any] = {
            "slopes_from": 500,
            "seats": seats_of(shown),
            "earlier": {},
            "bank": None,
        }
        return Gathered(forms=shown, figures=figures_of(shown, 60.0, "minimum"), **(asked | facts))


def simulated(
    n_persons: int, n_items: int, *, seed: int = 1, spread: float = 0.0, code: str = "A"
) -> Simulated:
    """Let candidates of N(0, 1) answer items of four options; ``spread`` is that of log slopes."""
    rng = np.random.default_rng(seed)
    abilities = rng.normal(size=n_persons)
    difficulties = np.linspace(-2, 1.4, n_items)[rng.permutation(n_items)]
    slopes = np.exp(rng.normal(scale=spread, size=n_items))
    chances = 1 / (1 + np.exp(-slopes * (abilities[:, None] - difficulties)))
    is_right = rng.random(chances.shape) < chances
    wrong = rng.integers(1, len(OPTIONS), size=chances.shape)
    return Simulated(
        form_of(np.where(is_right, 0, wrong), code=code), abilities, slopes, difficulties
    )


def form_of(codes: NDArray[np.int64], *, code: str = "A", first: int = 0) -> FormResponses:
    """Return a form by who chose which option; the first is the key everywhere."""
    n, k = codes.shape
    marks = (codes == 0).astype(np.float64)
    return FormResponses(
        form=code,
        items=[asked_item(place) for place in range(k)],
        max_marks=np.ones(k),
        marks=marks,
        statuses=np.full((n, k), ANSWERED, dtype=np.int8),
        answers=[[OPTIONS[each] for each in row] for row in codes],
        theory=marks.mean(axis=1) * 100,
        sittings=range(first, first + n),
    )


def asked_item(place: int) -> AskedItem:
    content = {"stem": "?", "options": [{"id": each, "content": each} for each in OPTIONS]}
    return AskedItem(
        place + 1, f"uid-{place}", f"Q{place + 1}", 1, "single", content, {"correct": ["A"]}
    )


def seats_of(forms: list[FormResponses]) -> dict[int, SeatOf]:
    """Seat persons in rooms of thirty, five rows of six; every second one is of group ``two``."""
    return {
        sitting: SeatOf(
            sitting // 30,
            sitting % 30 // 6,
            sitting % 6,
            f"room {sitting // 30}",
            {
                "sex": "female" if sitting % 2 else "male",
                "employer": "",
                "room": f"room {sitting // 30}",
            },
        )
        for form in forms
        for sitting in form.sittings
    }
