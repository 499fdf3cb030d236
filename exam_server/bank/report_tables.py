"""Reports of imports as one Markdown table: what came along, what with a loss, what not and why."""

from collections.abc import Mapping, Sequence
from typing import Any

MOST_NAMED = 10
HEAD = (
    "| bank | file | read | carried | with loss | refused | new / new version / unchanged |",
    "|---|---|---|---|---|---|---|",
)


def markdown(reports: Sequence[Mapping[str, Any]]) -> str:
    """Return the table, a line of totals, and the items behind rare reasons."""
    lines = [*HEAD, *(_line(report) for report in reports), _totals(reports), ""]
    named = [text for report in reports for text in _named(report)]
    if named:
        lines += [f"Items, where a reason has at most {MOST_NAMED}:", "", *named, ""]
    return "\n".join(lines)


def _line(report: Mapping[str, Any]) -> str:
    counts = report["counts"]
    cells = (
        report["title"],
        f"`{report['file']}`",
        counts["read"],
        counts["carried"],
        _with_reasons(counts["with_loss"], report["losses"]),
        _with_reasons(counts["refused"], report["refusals"]),
        f"{counts['created']} / {counts['new_version']} / {counts['unchanged']}",
    )
    return f"| {' | '.join(map(str, cells))} |"


def _totals(reports: Sequence[Mapping[str, Any]]) -> str:
    def total(name: str) -> int:
        return sum(report["counts"][name] for report in reports)

    came = " / ".join(str(total(name)) for name in ("created", "new_version", "unchanged"))
    sums = [total(name) for name in ("read", "carried", "with_loss", "refused")]
    return f"| **all** | | {' | '.join(map(str, sums))} | {came} |"


def _with_reasons(count: int, reasons: Mapping[str, int]) -> str:
    if not count:
        return "0"
    return f"{count}: {', '.join(f'`{code}` {number}' for code, number in reasons.items())}"


def _named(report: Mapping[str, Any]) -> list[str]:
    """Return lines that name the items behind losses, refusals, remarks and new versions."""
    by_code: dict[str, list[str]] = {}
    for finding in [*report["notes"], *report["refused"]]:
        if finding["item"]:
            by_code.setdefault(finding["code"], []).append(finding["item"])
    if report["new_versions"]:
        by_code["new version"] = list(report["new_versions"])
    return [
        f"- `{report['file']}` {code}: {', '.join(dict.fromkeys(items))}"
        for code, items in by_code.items()
        if len(items) <= MOST_NAMED
    ]
