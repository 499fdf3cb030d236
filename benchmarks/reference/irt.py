"""Item response models beside mirt, ltm, eRm and psychotools."""

from benchmarks.reference.frame import Case

CASES: dict[str, Case] = {}
