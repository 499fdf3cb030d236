"""What comes along of a folder of question files in the plain formats and Moodle's.

    .venv/bin/python -m benchmarks.formats FOLDER…

Reads every file that is no picture with the pictures beside it, nothing of QTI, and prints a
table by format: carried, carried with a loss, refused, each with its reasons and their counts.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from exam_server.bank.uploads import is_picture, read_files
from exam_server.errors import InvalidInputError

LEFT_OUT = {".json", ".md", ".csv"}


@dataclass
class Outcome:
    """What became of the files of one format."""

    files: int = 0
    carried: int = 0
    losses: Counter[str] = field(default_factory=Counter)
    with_loss: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)


def files_of(roots: list[Path]) -> Iterator[Path]:
    """Give the question files below folders."""
    for root in roots:
        for path in sorted(each for each in root.rglob("*") if each.is_file()):
            if not is_picture(path.name) and path.suffix not in LEFT_OUT:
                yield path


def outcomes(roots: list[Path]) -> dict[str, Outcome]:
    """Read all files; a file that cannot be read as a whole stands under its reason."""
    found: dict[str, Outcome] = {}
    for path in files_of(roots):
        pictures = [each for each in path.parent.iterdir() if is_picture(each.name)]
        files = {each.name: each.read_bytes() for each in [path, *pictures]}
        try:
            parsed = read_files(files)
        except InvalidInputError as refused:
            outcome = found.setdefault("(whole file)", Outcome())
            outcome.files += 1
            outcome.refused[refused.code] += 1
            continue
        outcome = found.setdefault(parsed.format, Outcome())
        losses = {(note.row, note.code) for note in parsed.notes if note.is_loss}
        with_loss = {row for row, _ in losses}
        outcome.files += 1
        outcome.with_loss += len(with_loss)
        outcome.carried += len(parsed.items) - len(with_loss)
        outcome.losses.update(code for _, code in losses)
        outcome.refused.update(each.code for each in parsed.refused)
        outcome.remarks.update(note.code for note in parsed.notes if not note.is_loss)
    return found


def told(count: int, reasons: Counter[str]) -> str:
    """Return a count with its reasons."""
    if not count:
        return "0"
    return f"{count}: {', '.join(f'`{code}` {n}' for code, n in sorted(reasons.items()))}"


def main() -> None:
    """Print the table."""
    print(
        "| format | files | questions | carried | with loss | refused |\n|---|---|---|---|---|---|"
    )
    for name, each in sorted(outcomes([Path(one) for one in sys.argv[1:]]).items()):
        n_refused = sum(each.refused.values())
        total = each.carried + each.with_loss + n_refused
        cells = [each.carried, told(each.with_loss, each.losses), told(n_refused, each.refused)]
        print(f"| {name} | {each.files} | {total} | {' | '.join(map(str, cells))} |")
        if each.remarks:
            print(f"<!-- {name}: {dict(each.remarks)} -->", file=sys.stderr)


if __name__ == "__main__":
    main()
