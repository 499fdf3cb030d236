"""The proof of a run as a sheet to be signed: asked and got, curves, seed, fingerprints."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.accounts.models import Person
from exam_server.actors import Actor
from exam_server.clock import SITE_ZONE
from exam_server.forms.custody import fingerprint
from exam_server.forms.models import AssemblyRun
from exam_server.forms.proving import proof_of
from exam_server.forms.proving_bands import ProofRow
from exam_server.forms.seeds import seed_of
from exam_server.forms.set_keeping import kept_in
from exam_server.jobs import Job, enqueue
from exam_server.programmes.models import Organization

PROOF: Final = "forms.proof"
WORDS: Final = {
    "zh": {
        "title": "组卷核验单",
        "at": "组卷时间",
        "bank": "题库",
        "snapshot": "题库快照（SHA-256）",
        "seed": "随机种子",
        "items": "每卷题数",
        "minutes": "考试时间（分钟）",
        "n_forms": "份数",
        "papers": "往期试卷计至",
        "asked_by": "发起人",
        "version": "细目表版本",
        "changed": "第 {number} 版（发布后有改动）",
        "declared": "第 {number} 版",
        "left_out": "未参与组卷的启用试题数",
        "spread": "各卷之间最大相差：信息量 {information}（能力值 {at}），"
        "预期得分率 {expected}（能力值 {there}）。",
        "deviation": "套题 {code}：{count} 项要求未满足，理由",
        "met": "{forms} 份试卷，{asked} 项要求全部满足；在多份试卷中重复的试题：{shared} 题。",
        "unmet": "{forms} 份试卷，{asked} 项要求中有 {unmet} 项未满足；"
        "在多份试卷中重复的试题：{shared} 题。",
        "signatures": ["组卷人：", "核验人：", "日期："],
    },
    "en": {
        "title": "Proof of assembly",
        "at": "Assembled at",
        "bank": "Bank",
        "snapshot": "Bank snapshot (SHA-256)",
        "seed": "Seed",
        "items": "Items of a form",
        "minutes": "Minutes",
        "n_forms": "Forms",
        "papers": "Earlier papers counted until",
        "asked_by": "Asked for by",
        "version": "Version of the blueprint",
        "changed": "{number}, changed since it was declared",
        "declared": "{number}",
        "left_out": "Active items not taken into account",
        "spread": "The forms differ at most by {information} of information (at ability {at}) and "
        "by {expected} of the expected share of the marks (at ability {there}).",
        "deviation": "Set {code}: {count} demands not met, because",
        "met": "Forms: {forms}. All {asked} demands are met. "
        "Items in more than one form: {shared}.",
        "unmet": "Forms: {forms}. Of {asked} demands {unmet} are not met. "
        "Items in more than one form: {shared}.",
        "signatures": ["Assembled by:", "Checked by:", "Date:"],
    },
}


def ask_for_proof(
    db: Session,
    actor: Actor,
    run: AssemblyRun,
    *,
    language: str,
    words: Mapping[str, str],
    title: str,
) -> Job:
    """Have the proof of a run set; ``words`` names each demand in the reader's language."""
    audit.record(db, "print_proof", by=actor.id, of=f"assembly_run:{run.uid}")
    return enqueue(
        db,
        PROOF,
        title=title,
        payload={"run": run.id, "language": language, "words": dict(words)},
        person_id=actor.id,
        organization_id=run.paper_structure.blueprint.organization_id,
    )


def demand_name(kind: str, name: str) -> str:
    """Return under which name the words of a demand are handed over."""
    return f"{kind} {name}"


def proof_facts(
    db: Session,
    run: AssemblyRun,
    *,
    language: str,
    words: Mapping[str, str],
    now: datetime,
) -> dict[str, Any]:
    """Return what the sheet shows."""
    proof, said = proof_of(db, run), WORDS[language]
    structure, blueprint = run.paper_structure, run.paper_structure.blueprint
    asked = [row for row in proof.rows if row.is_asked]
    unmet = sum(not row.is_kept for row in asked)
    counts = {"forms": len(run.forms), "asked": len(asked), "unmet": unmet}
    sentence = str(said["unmet" if unmet else "met"])
    return {
        "language": language,
        "organization": db.get_one(Organization, blueprint.organization_id).name,
        "title": said["title"],
        "paper": structure.title,
        "facts": _facts(db, run, said),
        "sentence": sentence.format(**counts, shared=proof.shared_items),
        "rows": [_row(row, words) for row in proof.rows if not row.is_of_pilots],
        "pilots": [_row(row, words) for row in proof.rows if row.is_of_pilots],
        "overlap": proof.overlap,
        "curves": proof.curves if proof.curves["curves"] else None,
        "spread": _spread(proof.curves, str(said["spread"])),
        "forms": [
            {"code": form.code, "version": form.version, "fingerprint": fingerprint(db, form)}
            for form in run.forms
        ],
        "signatures": said["signatures"],
        "printed_at": _at(now),
        "is_sample": blueprint.is_sample,
    }


def _row(row: ProofRow, words: Mapping[str, str]) -> dict[str, Any]:
    return {
        "words": words.get(demand_name(row.kind, row.name), row.name or row.kind),
        "asked": row.asked,
        "got": list(row.got),
        "is_met": list(row.is_met),
    }


def _facts(db: Session, run: AssemblyRun, said: Mapping[str, Any]) -> list[list[str]]:
    seed = seed_of(db, run)
    facts = {
        "bank": run.paper_structure.blueprint.title,
        "at": _at(run.created_at),
        "asked_by": _name(db, run.created_by),
        "version": _version(run, said),
        "n_forms": str(len(run.forms)),
        "items": str(run.forms[0].n_items if run.forms else 0),
        "minutes": str(run.paper_structure.minutes),
        "seed": str(seed.number) if seed else "",
        "snapshot": run.bank_sha256 or "",
        "left_out": str(sum(_told(run, "left_out").values()) or ""),
        "papers": _at(run.papers_before),
    }
    return [[said[name], value] for name, value in facts.items() if value] + _deviations(
        db, run, said["deviation"]
    )


def _name(db: Session, person_id: int | None) -> str:
    person = db.get(Person, person_id) if person_id is not None else None
    return person.name if person else ""


def _told(run: AssemblyRun, name: str) -> Mapping[str, Any]:
    """Return what a run keeps of what it was assembled from."""
    told: Mapping[str, Any] = (run.result or {}).get(name, {})
    return told


def _version(run: AssemblyRun, said: Mapping[str, Any]) -> str:
    version = _told(run, "blueprint_version")
    words = said["changed" if version.get("is_changed") else "declared"]
    return str(words.format(number=version["number"])) if version else ""


def _spread(curves: Mapping[str, Any], words: str) -> str:
    """Return in words how far the forms' curves lie apart where they do most."""
    if len(curves["curves"]) < 2:  # noqa: PLR2004 - one form differs from none
        return ""
    (information, at), (expected, there) = (
        max(
            (max(each) - min(each), ability)
            for each, ability in zip(
                zip(*(curve[name] for curve in curves["curves"]), strict=True),
                curves["abilities"],
                strict=True,
            )
        )
        for name in ("information", "expected")
    )
    numbers = {"information": f"{information:.2f}", "expected": f"{expected:.3f}"}
    return words.format(**numbers, at=f"{at:g}", there=f"{there:g}")


def _deviations(db: Session, run: AssemblyRun, words: str) -> list[list[str]]:
    """Return why each fixed set may be used that did not meet every demand when it was frozen."""
    return [
        [words.format(code=each.form.code, count=len(each.deviations)), each.reason]
        for each in (kept_in(db, run) if run.is_fixed else [])
        if each.deviations
    ]


def _at(instant: datetime) -> str:
    return f"{instant.astimezone(SITE_ZONE):%Y-%m-%d %H:%M}"
