from typing import Any

from flask import Flask

from exam_server.analysis.deep_wording import groups_told


def group(name: str, n: int, **more: Any) -> dict[str, Any]:
    return {"form": "A", "group": name, "n": n, "others": 100 - n, **more}


def test_groups_too_small_stand_in_one_sentence_behind_what_was_found(app: Flask) -> None:
    small = {"refused": "too_few_persons", "fewest": 50}
    found = {
        "employer": [group("甲厂", 20, **small), group("乙厂", 11, **small)],
        "sex": [group("male", 50, items=[], converged=True)],
    }
    with app.test_request_context():
        told = groups_told(found)
        alone = groups_told({"employer": found["employer"][:1]})
    assert [each.kind for each in told] == ["ok", "neutral"]
    assert all(each in told[1].text for each in ("甲厂 (20)", "乙厂 (11)"))
    assert "20 against 80" in alone[0].text or "20 人对 80" in alone[0].text
