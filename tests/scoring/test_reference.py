"""Every figure that another tool computed from real data lies within its tolerance of ours."""

from pathlib import Path

import pytest

from benchmarks.reference.__main__ import line
from benchmarks.reference.frame import Case, Sources
from benchmarks.reference.groups import cases, long_files

LONG = long_files()
KNOWN = [
    pytest.param(case, id=f"{group}-{file}", marks=[pytest.mark.long] if file in LONG else [])
    for group, file, case in cases()
]


@pytest.mark.parametrize("case", KNOWN)
def test_figures_agree_with_other_tools(shared: Path, case: Case) -> None:
    rows = list(case(Sources(shared / "reference")))
    assert rows
    off = [line(row) for row in rows if not row.is_within and not row.reason]
    assert not off, "\n".join(off)
