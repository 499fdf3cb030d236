"""Reports of imports as a table."""

import json
from pathlib import Path

from exam_server.bank.import_reports import report_of
from exam_server.bank.report_tables import markdown
from exam_server.bank.uploads import read_files

ROW = "{},题,甲,乙,丙,{},A"


def test_reasons_are_counted_and_rare_ones_named() -> None:
    rows = [ROW.format(0, "丁"), ROW.format(1, "乙"), ROW.format(2, "")]
    rows += [ROW.format(n, "").replace("题", "") for n in range(10, 30)]
    table = "\n".join([",Question,A,B,C,D,Answer", *rows])
    parsed = read_files({"subject.csv": table.encode()})
    report = {**report_of(parsed, most=None), "title": "T", "file": "subject.csv"}
    text = markdown([json.loads(json.dumps(report))])
    assert (
        "| T | `subject.csv` | 23 | 1 | 1: `option_left_out` 1 "
        "| 21: `option_empty` 1, `stem_empty` 20 | 0 / 0 / 0 |"
    ) in text
    assert "- `subject.csv` option_left_out: subject-0001" in text
    assert "- `subject.csv` option_empty: subject-0002" in text
    assert "stem_empty:" not in text


def test_the_documented_import_is_what_the_banks_give(shared: Path) -> None:
    """The table in docs/import-report.md says what reading gives today."""
    document = Path(__file__).resolve().parents[3] / "docs" / "import-report.md"
    lines = document.read_text(encoding="utf-8").splitlines()
    told = {line.split("`")[1]: line for line in lines if line.count("|") == 8 and "`" in line}
    files = [path for path in (shared / "banks").glob("**/*") if path.name in told]
    assert len(told) == 13
    for path in files:
        pictures = [*path.parent.glob("*.png"), *path.parent.glob("images/*.jpg")]
        parsed = read_files({each.name: each.read_bytes() for each in (path, *pictures)})
        report = {**report_of(parsed, most=None), "title": "", "file": path.name}
        mine = markdown([report]).splitlines()[2].split("|")[2:7]
        assert told[path.name].split("|")[2:7] == mine
