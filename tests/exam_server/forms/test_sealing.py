"""Sealed forms: only the key opens them, and nothing of a key is inside."""

import json
from decimal import Decimal

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from exam_server.bank.models import Picture
from exam_server.forms.sealed_forms import form_body
from exam_server.forms.sealing import seal, unseal, unwrap_key, wrap_key
from exam_server.seating.releasing import release
from tests.factories import (
    NOW,
    items_of,
    make_batch,
    make_blueprint,
    make_exam_session,
    make_forms,
    make_item,
    make_organization,
    make_sitting,
)
from tests.items import RIGHT

SECTIONS = {"sections": [{"type": "single", "title": "单选", "count": 4, "mark": "1"}]}
KEY = bytes(32)


@given(st.dictionaries(st.text(), st.text()), st.binary(min_size=32, max_size=32))
def test_only_its_key_opens_a_body(more: dict[str, str], key: bytes) -> None:
    body = {**more, "exam_session": "s", "form": "f"}
    sealed = seal(body, key)
    assert unseal(sealed, key, exam_session="s", form="f") == body
    other = bytes([key[0] ^ 1]) + key[1:]
    with pytest.raises(InvalidTag):
        unseal(sealed, other, exam_session="s", form="f")
    with pytest.raises(InvalidTag):
        unseal(sealed, key, exam_session="other", form="f")


def test_a_wrapped_key_needs_the_secret_and_its_name() -> None:
    wrapped = wrap_key(KEY, b"secret", key_id="a")
    assert unwrap_key(wrapped, b"secret", key_id="a") == KEY
    with pytest.raises(InvalidTag):
        unwrap_key(wrapped, b"other", key_id="a")
    with pytest.raises(InvalidTag):
        unwrap_key(wrapped, b"secret", key_id="b")


def test_a_body_holds_no_key_and_embeds_its_pictures(db: Session) -> None:
    organization = make_organization(db)
    blueprint = make_blueprint(db, organization)
    run = make_forms(db, blueprint)
    run.paper_structure.demand = SECTIONS
    digest = "a" * 64
    db.add(Picture(organization_id=organization.id, sha256=digest, mime="image/png", body=b"png"))
    version = items_of(run.forms[0])[0].item_version
    version.content = {**version.content, "stem": f'<p><img src="media:{digest}" alt=""></p>'}
    version.explanation = "because of A"
    make_item(db, blueprint.areas[0].points[0], search_text="another item")
    db.flush()
    body = form_body(db, run.forms[0].id, exam_session_uid="s")
    text = json.dumps(body, ensure_ascii=False)
    assert "correct" not in text
    assert "because" not in text
    assert "fixed" not in text
    assert "data:image/png;base64," in text
    assert "media:" not in text
    assert [item["position"] for item in body["items"]] == [1, 2, 3, 4]
    (section,) = body["sections"]
    assert section["title"] == "单选"
    assert section["titles"] == {"zh_Hans_CN": "单选", "en": "Single choice"}


def test_pictures_to_point_at_and_parts_are_embedded_with_their_marks(db: Session) -> None:
    organization = make_organization(db)
    run = make_forms(db, make_blueprint(db, organization), n_items=2)
    run.paper_structure.demand = SECTIONS
    db.add(Picture(organization_id=organization.id, sha256="a" * 64, mime="image/png", body=b"p"))
    for item, name in zip(items_of(run.forms[0]), ("hotspot", "item_set"), strict=True):
        version = item.item_version
        version.type, (version.content, version.key, _) = name, RIGHT[name]
        version.content = {**version.content, "translations": {"en": {"stem": "<p>Read</p>"}}}
    db.flush()
    body = form_body(db, run.forms[0].id, exam_session_uid="s")
    pointed, material = body["items"]
    assert pointed["picture"] == "data:image/png;base64,cA=="
    assert pointed["translations"]["en"]["stem"] == "<p>Read</p>"
    marks = [Decimal(part["mark"]) for part in material["parts"]]
    assert (len(marks), sum(marks)) == (len(RIGHT["item_set"][0]["parts"]), Decimal(1))
    assert material["parts"][7]["picture"] == "data:image/png;base64,cA=="
    assert "media:" not in json.dumps(body)


def test_every_form_in_use_is_sealed_once(db: Session) -> None:
    organization = make_organization(db)
    run = make_forms(db, make_blueprint(db, organization))
    run.paper_structure.demand = SECTIONS
    exam_session = make_exam_session(db, make_batch(db, organization), assembly_run=run)
    for form in run.forms:
        make_sitting(db, exam_session, form=form)
    release(db, exam_session, by=None, secret=b"s", now=NOW)
    assert exam_session.state == "released"
    with pytest.raises(Exception, match="already_released"):
        release(db, exam_session, by=None, secret=b"s", now=NOW)
