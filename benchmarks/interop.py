"""What comes along of a folder of interoperability cases, and whether answers earn their due.

    .venv/bin/python -m benchmarks.interop FOLDER

FOLDER holds files of QTI below folders named by format (``qti12`` … ``qti30``), packages as ZIP,
and beside them, where there are any: ``cases.json`` beside an ``item.xml`` (responses and the
outcomes expected), ``manifest.json`` (examples by file) and ``scoring-expectations.csv``.
Prints a table by format, every reason with its count and files, and the agreement of scoring:
computed as the file says, and as the item taken into a bank is marked.
"""

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from itembank.interchange.checking import checked
from itembank.interchange.qti.declarations import declarations_of
from itembank.interchange.qti.elements import Element, parse_xml
from itembank.interchange.qti.items import ItemRead, read_item
from itembank.interchange.qti.parts import ShapeError
from itembank.interchange.qti.processing import outcomes_of
from itembank.interchange.qti.reading import is_qti, read_qti, read_qti_files
from itembank.interchange.qti.results import item_results, judged, judged_test, response
from itembank.interchange.qti.values import (
    Maybe,
    UnscorableError,
    as_number,
    as_text,
    as_truth,
    shown,
)
from itembank.interchange.report import Parsed, PictureFile, UnreadableError
from itembank.items.registry import item_type

MIMES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif"}
NEAR = Fraction(1, 10**6)
Case = tuple[str, Element, dict[str, Maybe], dict[str, Any]]


@dataclass
class Outcome:
    """What became of the files of one format."""

    files: int = 0
    read: int = 0
    carried: int = 0
    with_loss: int = 0
    drafts: int = 0
    refused: int = 0
    files_refused: int = 0
    crashed: list[str] = field(default_factory=list)


@dataclass
class Report:
    """What became of all files."""

    by_format: dict[str, Outcome] = field(default_factory=dict)
    reasons: dict[str, Counter[str]] = field(default_factory=dict)  # by kind: code → count
    where: dict[str, list[str]] = field(default_factory=dict)  # by code: files

    def note(self, kind: str, code: str, file: str) -> None:
        """Count a reason."""
        self.reasons.setdefault(kind, Counter())[code] += 1
        if file not in self.where.setdefault(code, []):
            self.where[code].append(file)


def files_of(root: Path) -> Iterator[Path]:
    """Give the files of QTI below a folder."""
    for path in sorted(root.rglob("*")):
        if path.suffix.lower() in (".xml", ".zip") and path.relative_to(root).parts[0][:3] == "qti":
            yield path


def read(path: Path) -> Parsed:
    """Read a file with the pictures beside it, and a test with its items."""
    pictures = {
        each.relative_to(path.parent).as_posix(): PictureFile(each.read_bytes(), MIMES[each.suffix])
        for each in path.parent.rglob("*")
        if each.suffix in MIMES
    }
    data = path.read_bytes()
    if path.suffix == ".xml" and parse_xml(data).name == "assessmentTest":
        beside = {each.name: each.read_bytes() for each in path.parent.glob("*.xml")}
        named = {name: body for name, body in beside.items() if name.encode() in data}
        return checked(read_qti_files({path.name: data, **named}, pictures))
    return checked(read_qti(data, pictures, path.name))


def imported(root: Path) -> Report:
    """Read every file."""
    report = Report()
    for path in files_of(root):
        name = path.relative_to(root).as_posix()
        outcome = report.by_format.setdefault(name.partition("/")[0], Outcome())
        outcome.files += 1
        try:
            if path.suffix == ".xml" and _is_result(path):
                outcome.files -= 1
                continue
            _count(read(path), outcome, report, name)
        except UnreadableError as error:
            outcome.files_refused += 1
            report.note("file refused", error.code, name)
        except Exception as error:  # noqa: BLE001 - the table names it
            outcome.crashed.append(f"{name}: {error!r}")
    return report


def _is_result(path: Path) -> bool:
    data = path.read_bytes()
    return not is_qti(data, path.name) or b"<assessmentResult" in data[:2000]


def _count(parsed: Parsed, outcome: Outcome, report: Report, name: str) -> None:
    lost = {each.row for each in parsed.notes if each.is_loss}
    outcome.read += len(parsed.items) + len(parsed.refused)
    outcome.with_loss += len(lost)
    outcome.carried += len(parsed.items) - len(lost)
    outcome.drafts += sum(each.state == "draft" for each in parsed.items)
    outcome.refused += len(parsed.refused)
    for each in parsed.refused:
        said = each.detail.get("interaction")
        report.note("refused", f"{each.code} {said}" if said else each.code, name)
    for each in parsed.notes:
        report.note("with loss" if each.is_loss else "remark", each.code, name)


def cases_of(root: Path) -> Iterator[Case]:
    """Give every case: its name, item, responses and the outcomes expected."""
    for path in sorted(root.rglob("cases.json")):
        item = parse_xml((path.parent / "item.xml").read_bytes())
        for case in json.loads(path.read_text(encoding="utf-8"))["cases"]:
            wanted = dict(case["expect"].get("outcomes", {}))
            if "score" in case["expect"]:
                wanted.setdefault("SCORE", case["expect"]["score"])
            if not case.get("xfail"):
                yield _case(f"{path.parent.name}: {case['name']}", item, case["responses"], wanted)
    manifest = root / "manifest.json"
    facts = json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {}
    for name, fact in facts.items():
        for example in fact.get("examples") or []:
            item = parse_xml((root / name).read_bytes())
            wanted = {"SCORE": example.get("SCORE", example.get("score"))}
            yield _case(name, item, example["response"], wanted)


def _case(name: str, item: Element, said: Mapping[str, Any], wanted: dict[str, Any]) -> Case:
    declared = declarations_of(item)
    given = {
        each: response(declared[each], value) for each, value in said.items() if each in declared
    }
    return name, item, given, wanted


def agrees(found: Maybe, wanted: Any) -> bool:
    """Say whether an outcome is what was expected."""
    if wanted is None or found is None:
        return found is None and wanted is None
    if isinstance(wanted, bool):
        return as_truth(found) is wanted
    if isinstance(wanted, int | float):
        number = as_number(found)
        return number is not None and abs(number - Fraction(str(wanted))) < NEAR
    if isinstance(wanted, list):
        return [shown(each) for each in found.items] == list(map(str, wanted))
    return as_text(found) == wanted


@dataclass
class Agreement:
    """How many outcomes are as expected, and those that are not."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    not_marked: int = 0  # kept for reading, refused, or an answer our item cannot be given

    def add(self, name: str, is_right: bool) -> None:  # noqa: FBT001 - the fact counted
        """Count one."""
        self.right += is_right
        if not is_right:
            self.wrong.append(name)


def as_the_file_says(root: Path) -> Agreement:
    """Compute every case by the file's own processing."""
    found = Agreement()
    for name, item, given, wanted in cases_of(root):
        try:
            outcomes = outcomes_of(item, given)
        except UnscorableError as error:
            found.wrong.append(f"{name}: {error.code}")
            continue
        for outcome, value in wanted.items():
            found.add(
                f"{name}: {outcome} {outcomes.get(outcome)}", agrees(outcomes.get(outcome), value)
            )
    for row in _expectations(root):
        found.add(" ".join(row[:3]), _is_expected(root, *row[:4]))
    return found


def _expectations(root: Path) -> list[list[str]]:
    path = root / "scoring-expectations.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def _is_expected(root: Path, file: str, said: str, outcome: str, wanted: str) -> bool:
    whole = parse_xml((root / file).read_bytes())
    if not said.startswith("{"):
        result = parse_xml((root / said).read_bytes())
        if whole.name == "assessmentTest":
            found = judged_test(whole, result)
        else:
            results = item_results(result)
            own = results.get(whole.get("identifier"), next(iter(results.values())))
            found = judged(whole, declarations_of(whole), own)
    else:
        found = outcomes_of(whole, _case("", whole, json.loads(said), {})[2])
    return agrees(found.get(outcome.removesuffix("(test)")), float(wanted))


def as_our_items_mark(root: Path) -> Agreement:
    """Mark every case that fits by the item a bank would hold."""
    found, known = Agreement(), {}
    for name, item, given, wanted in cases_of(root):
        if not isinstance(wanted.get("SCORE"), int | float):
            continue
        if id(item) not in known:
            known[id(item)] = item, _taken(item)
        made = known[id(item)][1]
        answer = _answer(made, given) if made is not None else None
        if made is None or answer is None:
            found.not_marked += 1
            continue
        found.add(name, abs(_mark(made, answer[0]) - Fraction(str(wanted["SCORE"]))) < NEAR)
    return found


def _taken(item: Element) -> ItemRead | None:
    try:
        made = read_item(item, lambda _: None)
    except (ShapeError, UnscorableError):
        return None
    return made if made.reason is None else None


def _answer(made: ItemRead, given: dict[str, Maybe]) -> list[Any] | None:
    """Return the answer of ours that says the same, in a list; ``None`` where none does."""
    if made.say is None:
        return None
    full = dict.fromkeys(made.say(None)) | given
    tried = list(made.samples)
    if made.type == "text_entry":
        texts = [as_text(each) or "" for each in full.values()]
        blanks = [each["id"] for each in made.content["blanks"]]
        tried.append(dict(zip(blanks, texts, strict=False)))
    return next(([each] for each in tried if made.say(each) == full), None)


def _mark(made: ItemRead, answer: Any) -> Fraction:
    """Return what our item gives, on the file's scale: its key earns what the file's does."""
    own = item_type(made.type)
    assert made.scoring is not None
    assert made.say is not None
    best = made.scoring.score(made.say(own.right_answer(made.content, made.key)))
    said = answer if made.type != "numeric" or answer is None else shown(answer)
    return best * Fraction(own.score(made.content, made.key, said, Decimal(1)))


def table(report: Report) -> str:
    """Return the table by format and the reasons."""
    lines = [
        "| format | files | items | carried | with loss | of these drafts | refused | no file |",
        "|---|---|---|---|---|---|---|---|",
    ]
    total = Outcome()
    for name, each in sorted(report.by_format.items()):
        lines.append(_line(name, each))
        for fact in ("files", "read", "carried", "with_loss", "drafts", "refused", "files_refused"):
            setattr(total, fact, getattr(total, fact) + getattr(each, fact))
    lines.append(_line("**all**", total))
    for kind, counted in report.reasons.items():
        lines += ["", f"{kind}:", ""]
        for code, n in counted.most_common():
            files = report.where[code]
            lines.append(f"- `{code}` {n} ({len(files)} files, such as `{files[0]}`)")
    return "\n".join(lines)


def _line(name: str, each: Outcome) -> str:
    facts = (each.files, each.read, each.carried, each.with_loss, each.drafts, each.refused)
    return f"| {name} | {' | '.join(map(str, (*facts, each.files_refused)))} |"


def main(folder: Path) -> None:
    """Print it all."""
    report = imported(folder)
    print(table(report))
    for each in report.by_format.values():
        print(*each.crashed, sep="\n", end="" if not each.crashed else "\n")
    for title, found in (
        ("outcomes computed as the file says", as_the_file_says(folder)),
        ("scores of the items as a bank holds them", as_our_items_mark(folder)),
    ):
        n = found.right + len(found.wrong)
        print(f"\n{title}: {found.right} of {n} as expected, {found.not_marked} not marked")
        print(*(f"  {each}" for each in found.wrong), sep="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
