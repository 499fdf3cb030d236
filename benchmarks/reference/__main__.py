"""Print the table file → function → largest deviation → within tolerance.

    .venv/bin/python -m benchmarks.reference FOLDER [--only WORD …]

FOLDER holds ``data/`` and ``expected/``; with ``--only`` just files whose name holds a word.
Ends with status 1 when a quantity without a known reason lies outside its tolerance.
"""

import argparse
import sys
from pathlib import Path

from benchmarks.reference.frame import Row, Sources
from benchmarks.reference.groups import cases


def line(row: Row) -> str:
    """Write one row of the table."""
    verdict = "yes" if row.is_within else f"no: {row.reason or 'reason not known'}"
    found = f"{row.deviation:.2g} | {row.tolerance:.2g} | {verdict}"
    return f"| {row.file} | {row.function} | {row.quantity} | {found} |"


def main() -> None:
    """Print all rows and the count."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", default=[""])
    asked = parser.parse_args()
    print("| file | function | quantity | largest deviation | tolerance | within |")
    print("| --- | --- | --- | --- | --- | --- |")
    rows = []
    for _, file, case in cases():
        if any(word in file for word in asked.only):
            for row in case(Sources(asked.folder)):
                rows.append(row)
                print(line(row), flush=True)
    off = [row for row in rows if not row.is_within]
    print(f"\n{len(rows)} quantities, {len(rows) - len(off)} within tolerance, {len(off)} not")
    sys.exit(any(not row.reason for row in off))


if __name__ == "__main__":
    main()
