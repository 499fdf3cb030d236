"""Where a fit starts: parameters from shares and item-rest correlations."""

import numpy as np
from numpy.typing import NDArray

from scoring.irt.layout import Layout

FloatArray = NDArray[np.float64]
SCALE = 1.702  # a logistic curve with this slope is near the normal one
FLOOR = 0.2


def start_of(layout: Layout, responses: FloatArray) -> FloatArray:
    """Return starting parameters of all items, shape (n_items, width)."""
    found = np.zeros((layout.n_items, layout.width))
    slopes = _slopes(responses)
    for family in layout.families:
        slope = slopes[family.items]
        fixed = [layout.models[item] in ("rasch", "pcm") for item in family.items]
        slope = np.where(fixed, 1.0, slope)
        found[family.items, 0] = slope
        wider = np.sqrt(1 + (slope / SCALE) ** 2)
        own = responses[:, family.items]
        n = (~np.isnan(own)).sum(axis=0)
        steps = np.arange(1, family.n_categories)
        reached = np.stack([(own >= step).sum(axis=0) for step in steps], axis=1)
        exact = np.stack([(own == step).sum(axis=0) for step in range(family.n_categories)], axis=1)
        if family.kind == "gpcm":
            found[family.items, 1 : 1 + len(steps)] = np.log(
                (exact[:, 1:] + 0.5) / (exact[:, :1] + 0.5)
            )
        else:
            share = (reached + 0.5) / (n[:, None] + 1)
            if family.kind == "3pl":
                share = np.clip((share - FLOOR) / (1 - FLOOR), 0.02, 0.98)
                found[family.items, 2] = np.log(FLOOR / (1 - FLOOR))
            logits = np.log(share / (1 - share)) * wider[:, None]
            found[family.items, 1 : 1 + len(steps)] = logits
    return found


def _slopes(responses: FloatArray) -> FloatArray:
    """Return slopes that would give each item's correlation with the mean of the others."""
    is_given = ~np.isnan(responses)
    filled = np.where(is_given, responses, 0.0)
    n = is_given.sum(axis=0)
    centred = np.where(is_given, filled - filled.sum(axis=0) / n, 0.0)
    deviations = centred / np.sqrt(np.maximum((centred**2).sum(axis=0) / n, 1e-6))
    total = deviations.sum(axis=1)
    with_total = (deviations * total[:, None]).sum(axis=0) / n - 1
    spread = np.sqrt(np.maximum(total.var() - 2 * with_total - 1, 0.1))
    r = np.clip(1.3 * with_total / spread, -0.8, 0.8)
    slopes = SCALE * r / np.sqrt(1 - r**2)
    return np.where(np.abs(slopes) < FLOOR, np.where(slopes < 0, -FLOOR, FLOOR), slopes)
