"""The report of a rehearsal: sentences for the console, a page to keep, figures for programs."""

import json
from dataclasses import asdict
from html import escape

from exam_server.clock import SITE_ZONE, parse_rfc3339
from exam_server.delivery.rehearsal_load import report_words as words
from exam_server.delivery.rehearsal_load.capacity import Capacity
from exam_server.delivery.rehearsal_load.findings import Findings, Step
from exam_server.delivery.rehearsal_load.report_words import Pair

STYLE = (
    "body{font:16px/1.6 system-ui,'Noto Sans SC','Microsoft YaHei',sans-serif;max-width:62rem;"
    "margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}"
    "h1{font-size:1.5rem}.verdict{font-size:1.2rem;font-weight:600;padding:.6rem 1rem;"
    "border-left:.35rem solid}.good{border-color:#1a7f37}.bad{border-color:#b42318}"
    ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%}"
    "th,td{padding:.35rem .6rem;border-bottom:1px solid #d0d7de;text-align:right}"
    "th:first-child,td:first-child{text-align:left;min-width:11rem}small{color:#57606a}"
)


def sentences(findings: Findings) -> list[Pair]:
    """Return what the rehearsal says, the most important first."""
    said = [
        words.GOOD if findings.is_good else words.BAD,
        _filled(
            words.TRIED,
            seats=findings.seats,
            items=findings.items,
            workers=findings.workers,
            store=findings.store,
            acknowledged=findings.acknowledged,
            lost=findings.lost,
        ),
    ]
    if findings.capacity is not None and findings.is_good:
        said += _carried(findings.capacity)
    if findings.server_memory is not None and findings.seat_bytes is not None:
        memory, seat = findings.server_memory // 10**6, max(1, findings.seat_bytes // 1000)
        said.append(_filled(words.MEMORY, memory=memory, seat=seat))
    if any(step.name == "killed" for step in findings.steps):
        said.append(_filled(words.CAME_BACK, count=findings.reconnections))
    else:
        said.append(words.NO_KILL)
    said += [words.WARNINGS[code] for code in findings.warnings()]
    return [*said, _filled(words.WHEN, at=_when(findings.at))]


def _when(at: str) -> str:
    """Return when it was, in the site's time; findings made by hand may not say."""
    return f"{parse_rfc3339(at).astimezone(SITE_ZONE):%Y-%m-%d %H:%M}" if at else ""


def _carried(capacity: Capacity) -> list[Pair]:
    """Say how many seats are carried, what runs out first, and what each resource allows."""
    texts = words.CARRIES_AS_TRIED if capacity.limit == "trust" else words.CARRIES
    carries, each = [], []
    for language, text in enumerate(texts):
        limit = words.LIMITS[capacity.limit][language]
        carries.append(text.format(seats=capacity.seats, limit=limit))
        named = (f"{words.LIMITS[key][language]} {n}" for key, n in capacity.limits.items())
        each.append(words.EACH[language].format(each="; ".join(named)))
    return [(carries[0], carries[1]), (each[0], each[1])]


def as_json(findings: Findings) -> str:
    """Return every figure, for programs."""
    figures = {**asdict(findings), "warnings": findings.warnings(), "is_good": findings.is_good}
    return json.dumps(figures, ensure_ascii=False, indent=2) + "\n"


def as_text(findings: Findings) -> str:
    """Return the report for a console."""
    lines = [f"{zh}\n  {en}" for zh, en in sentences(findings)]
    for step in findings.steps:
        zh, en = words.STEPS[step.name]
        figures = " · ".join(each for each in _figures(step) if each)
        lines.append(f"{'✓' if step.is_good else '✗'} {zh}  {en}\n    {figures}")
    return "\n".join(lines)


def as_html(findings: Findings) -> str:
    """Return the report as a page of its own, in both languages."""
    said = sentences(findings)
    verdict = "good" if findings.is_good else "bad"
    head = "".join(f'<th scope="col">{_both(column)}</th>' for column in words.COLUMNS)
    rows = "".join(_row(step) for step in findings.steps)
    return (
        '<!doctype html><html lang="zh"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(' · '.join(words.TITLE))}</title><style>{STYLE}</style></head><body>"
        f"<main><h1>{_both(words.TITLE)}</h1>"
        f'<p class="verdict {verdict}">{_both(said[0])}</p>'
        + "".join(f"<p>{_both(each)}</p>" for each in said[1:])
        + f'<div class="wide" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div><p>{_both(words.HOW)}</p></main></body></html>\n"
    )


def _row(step: Step) -> str:
    mark = "✓" if step.is_good else "✗"
    seats = step.seats or ""
    seconds = f"{step.seconds:.2f}"
    cells = (seats, seconds, step.acknowledged or "", *_times(step), _cpu(step))
    shown = "".join(f"<td>{cell}</td>" for cell in cells)
    return f"<tr><td>{mark} {_both(words.STEPS[step.name])}</td>{shown}</tr>"


def _figures(step: Step) -> list[str]:
    p50, p99 = _times(step)
    return [
        f"{step.seats}",
        f"{step.seconds:.2f} s",
        f"{step.acknowledged} ✓" if step.acknowledged else "",
        f"p50 {p50} ms, p99 {p99} ms" if p99 else "",
        f"{_cpu(step)} µs" if _cpu(step) else "",
    ]


def _times(step: Step) -> tuple[str, str]:
    if step.p50_ms is None or step.p99_ms is None:
        return "", ""
    return f"{step.p50_ms:.1f}", f"{step.p99_ms:.1f}"


def _cpu(step: Step) -> str:
    return "" if step.cpu_us_per_answer is None else f"{step.cpu_us_per_answer:.0f}"


def _filled(pair: Pair, **facts: object) -> Pair:
    return pair[0].format(**facts), pair[1].format(**facts)


def _both(pair: Pair) -> str:
    zh, en = pair
    return f'{escape(zh)}<br><small lang="en">{escape(en)}</small>'
